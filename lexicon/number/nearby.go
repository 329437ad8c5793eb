package number

import (
	"strings"
	"unicode/utf8"
)

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

// look finds the cues before a number that begins at start. Numbers come in order.
func (g *ground) look(start int) {
	for g.next < len(g.cues) && (g.cues[g.next].Start < start || g.cues[g.next].Until > 0 && g.cues[g.next].Start == start) {
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
		if near.gap < 0 || at.Until > 0 && start >= at.Until {
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
		if gap < 0 || at.Until > 0 {
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
// In a table whose columns are known, each cell has its own.
func (g *ground) column(k Kind, start int) (gap int, ok bool) {
	last := g.last[k]
	if kinds[k].leads || last.cue < 0 || g.cues[last.cue].Until > 0 {
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
