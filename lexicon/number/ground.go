package number

import (
	"math/bits"
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
		f.cue, f.at, f.after, f.column = at.Cue, cue, after, at.Until > 0
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
