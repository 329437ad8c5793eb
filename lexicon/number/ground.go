package number

import (
	"math/bits"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ground is what speaks for and against the candidates of one text: the cues, and
// the numbers found so far.
type ground struct {
	r     *reader
	cues  []CueAt
	far   int                // first cue in reach of the current word
	next  int                // first cue that begins at or after the current word
	last  [len(kinds)]latest // the last number found of each kind
	lead  [len(kinds)]lead   // nearest cue before the current word, by kind
	other lead               // nearest contrary cue before the current word
}

// latest is the last found number of a kind: it ends before word next, and the cue is
// what spoke for it, an index in ground.cues, or -1.
type latest struct{ next, cue int }

// lead is a cue before a number. Its gap is -1 where there is none.
type lead struct {
	cue int // index in ground.cues
	gap int // bytes
}

// reach is how far before a number cues are looked at, in bytes: the largest
// kind.before, and some room for characters of several bytes.
const reach = 2 * 300

// contraryReach is how far off, in bytes, a contrary cue may stand before a number.
const contraryReach = 40

func (g *ground) reset(r *reader, cues []CueAt) {
	*g = ground{r: r, cues: cues}
	for k := range g.last {
		g.last[k] = latest{next: -1, cue: -1}
	}
}

// settle notes that best was found and ends before word next.
func (g *ground) settle(best Found, next int) {
	g.last[best.Kind] = latest{next, best.at}
}

// best returns the best founded number that begins with word i.
func (g *ground) best(i int) (Found, bool) {
	var best Found
	var worth int
	looked := false
	for rest := g.possible(i); rest != 0; rest &= rest - 1 {
		k := Kind(bits.TrailingZeros32(uint32(rest)))
		c, ok := kinds[k].propose(g.r, i)
		if !ok {
			continue
		}
		if c.start == int(g.r.words[i].start) {
			c.cue = int(g.r.words[i].cue)
		}
		if !looked {
			g.look(c.start)
			looked = true
		}
		f, w := g.weigh(k, c, i)
		if w > worth {
			best, worth = f, w
		}
	}
	return best, worth > 0
}

// possible returns the kinds whose numbers can begin with word i: by its length, and
// for those that need one, by the cues in reach.
func (g *ground) possible(i int) Kinds {
	w := g.r.words[i]
	table := &startMixed
	if w.numeral() {
		table = &startNumeral
	}
	can := table[min(w.len(), longWord)]
	if can&cuedKinds == 0 {
		return can
	}
	for g.far < len(g.cues) && g.cues[g.far].Start < int(w.start)-reach {
		g.far++
	}
	var spoken Kinds
	if w.cue > 0 {
		spoken = cues[w.cue-1].kinds
	}
	for j := g.far; j < len(g.cues) && g.cues[j].Start <= int(w.end)+reach; j++ {
		spoken |= cues[g.cues[j].Cue].kinds
	}
	for k := range kinds {
		if g.last[k].cue >= 0 {
			spoken |= Kind(k).bit() // perhaps a column of them
		}
	}
	return can & (spoken | ^cuedKinds)
}

// startNumeral and startMixed are the kinds that can begin with a word of that length,
// and cuedKinds those that need a cue.
var startNumeral, startMixed, cuedKinds = func() (numeral, mixed [longWord + 1]Kinds, cued Kinds) {
	for k := range kinds {
		bit := Kind(k).bit()
		for n := range longWord + 1 {
			if kinds[k].numeral>>n&1 != 0 {
				numeral[n] |= bit
			}
			if kinds[k].mixed>>n&1 != 0 {
				mixed[n] |= bit
			}
		}
		if kinds[k].cued {
			cued |= bit
		}
	}
	return numeral, mixed, cued
}()

// Worth of a candidate, from most to least; what a cue is worth falls with distance.
const (
	worthFirm    = 5000
	worthChecked = 4000
	worthCue     = 3000
	worthShaped  = 500
)

// weigh decides whether the candidate stands, and how well. 0 means that it does not.
func (g *ground) weigh(k Kind, c candidate, i int) (Found, int) {
	e := g.r.edge(&c)
	if e == part {
		return Found{}, 0
	}
	f := Found{Kind: k, Start: c.start, End: c.end, cue: -1, at: -1, why: c.why}
	cue, distance, after := g.cue(k, c, i)
	if c.cue > 0 {
		if f.cue = c.cue - 1; cues[f.cue].kinds&k.bit() == 0 {
			return f, 0 // it says what the number is, and that is something else
		}
		return f, worthChecked + int(c.proof)
	}
	if cue >= 0 {
		at := g.cues[cue]
		f.cue, f.at, f.after = at.Cue, cue, after
		if after {
			f.gap = utf8.RuneCountInString(g.r.text[c.end:at.Start])
		} else {
			f.gap = utf8.RuneCountInString(g.r.text[at.End:c.start])
		}
	}
	switch {
	case cue >= 0 && g.outspoken(k, c, distance):
		return f, 0
	case cue < 0 && (e == joined || c.proof == weak || c.proof < firm && g.denied(c)):
		return f, 0
	case c.proof == firm:
		return f, worthFirm
	case c.proof == checked:
		return f, worthChecked
	case cue >= 0:
		return f, max(worthCue-distance, worthShaped+1)
	}
	return f, worthShaped
}

// look finds the cues before a number that begins at start. Numbers come in order.
func (g *ground) look(start int) {
	for g.next < len(g.cues) && g.cues[g.next].Start < start {
		g.next++
	}
	for k := range g.lead {
		g.lead[k] = lead{-1, -1}
	}
	g.other = lead{-1, -1}
	for j := g.next - 1; j >= 0; j-- {
		at := g.cues[j]
		if start-at.Start > reach {
			break
		}
		near := lead{j, start - at.End}
		if near.gap < 0 {
			continue
		}
		is := cues[at.Cue].kinds
		if is&contraryBit != 0 && (g.other.cue < 0 || near.gap < g.other.gap) {
			g.other = near
		}
		for k := range kinds {
			if is&Kind(k).bit() != 0 && (g.lead[k].cue < 0 || near.gap < g.lead[k].gap) {
				g.lead[k] = near
			}
		}
	}
}

// cue returns the nearest cue of kind k to the candidate at word i, or -1, and how
// far off it counts as. A cue after the number counts as farther, because labels
// stand before what they label.
func (g *ground) cue(k Kind, c candidate, i int) (cue, distance int, after bool) {
	cue = -1
	if l := g.lead[k]; l.cue >= 0 && g.within(g.cues[l.cue].End, c.start, kinds[k].before) && g.leads(k, l, i) {
		cue, distance = l.cue, l.gap
	} else if gap, ok := g.column(k, c.start); ok {
		cue, distance = g.last[k].cue, gap
	}
	for j := g.next; j < len(g.cues); j++ {
		at := g.cues[j]
		gap := at.Start - c.end
		if gap < 0 {
			continue
		}
		if gap > 2*kinds[k].after || anyDigit(g.r.text[c.end:at.Start]) {
			break
		}
		if cues[at.Cue].kinds&k.bit() != 0 && g.within(c.end, at.Start, kinds[k].after) {
			if d := 2*gap + 10; cue < 0 || d < distance {
				return j, d, true
			}
			break
		}
	}
	return cue, distance, false
}

// column reports whether the candidate goes on with a column of numbers whose cue is
// its heading: the last number of the kind had that cue, and is as near as a cue may be.
func (g *ground) column(k Kind, start int) (gap int, ok bool) {
	last := g.last[k]
	if kinds[k].leads || last.cue < 0 {
		return 0, false
	}
	end := int(g.r.words[last.next-1].end)
	return start - end, g.within(end, start, kinds[k].before)
}

// within reports whether text[from:to] is at most n characters.
func (g *ground) within(from, to, n int) bool {
	return to-from <= n || to-from <= 4*n && utf8.RuneCountInString(g.r.text[from:to]) <= n
}

// leads reports whether the cue may speak for word i although numbers stand between:
// where the kind asks for the next number, they must be a list of its own kind.
func (g *ground) leads(k Kind, l lead, i int) bool {
	if !kinds[k].leads || i == 0 || int(g.r.words[i-1].start) < g.cues[l.cue].End {
		return true
	}
	if g.last[k].next != i || g.last[k].cue != l.cue {
		return false
	}
	between := strings.Trim(g.r.text[g.r.words[i-1].end:g.r.words[i].start], " ,;/&\n")
	return between == "" || between == "and" || between == "or"
}

// outspoken reports whether a contrary cue stands nearer to the candidate than its own,
// which is at the given distance, or another kind's label stands directly before a
// candidate that nothing but a cue speaks for.
func (g *ground) outspoken(k Kind, c candidate, distance int) bool {
	if c.proof == firm {
		return false
	}
	if c.proof != weak {
		return g.other.gap < distance && g.denied(c)
	}
	if o := g.other; o.cue >= 0 && o.gap < distance && o.gap <= contraryReach && !anyDigit(g.r.text[c.start-o.gap:c.start]) {
		return true
	}
	for other := range kinds {
		l := g.lead[other]
		if Kind(other) != k && l.cue >= 0 && l.gap < distance && labels(g.r.text[c.start-l.gap:c.start]) {
			return true
		}
	}
	return false
}

// denied reports whether a contrary cue is the label of the candidate.
func (g *ground) denied(c candidate) bool {
	return g.other.cue >= 0 && g.other.gap <= contraryReach && labels(g.r.text[c.start-g.other.gap:c.start])
}

// labels reports whether nothing but filling stands between a label and its number:
// ` no.: `, ` number is #`.
func labels(between string) bool {
	if len(between) > 20 {
		return false
	}
	for i := 0; i < len(between); {
		switch class[between[i]] {
		case 2:
			return false
		case 1:
			from := i
			for i < len(between) && class[between[i]] == 1 {
				i++
			}
			switch word := between[from:i]; {
			case equalFold(word, "no"), equalFold(word, "nr"), equalFold(word, "num"), equalFold(word, "number"),
				equalFold(word, "numbers"), equalFold(word, "id"), equalFold(word, "is"), equalFold(word, "code"):
			default:
				return false
			}
		default:
			i++
		}
	}
	return true
}

// equalFold compares a word with one in lower-case ASCII.
func equalFold(word, lower string) bool {
	if len(word) != len(lower) {
		return false
	}
	for i := range len(word) {
		if word[i]|0x20 != lower[i] {
			return false
		}
	}
	return true
}

func anyDigit(s string) bool {
	for i := range len(s) {
		if digit(s[i]) {
			return true
		}
	}
	return false
}

// Why says what confirmed the number, in words that hold nothing of the text.
func (f Found) Why() string {
	if f.cue < 0 {
		return f.why
	}
	side := " before"
	if f.gap == 0 {
		return "cue " + strconv.Quote(cues[f.cue].Phrase) + " directly before"
	}
	if f.after {
		side = " after"
	}
	unit := " characters"
	if f.gap == 1 {
		unit = " character"
	}
	return "cue " + strconv.Quote(cues[f.cue].Phrase) + " " + strconv.Itoa(f.gap) + unit + side
}
