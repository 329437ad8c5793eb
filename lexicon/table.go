package lexicon

import (
	"cmp"
	"slices"
	"sort"

	"github.com/zixpolicy/zixpolicy/lexicon/fold"
	"github.com/zixpolicy/zixpolicy/lexicon/number"
	"github.com/zixpolicy/zixpolicy/lexicon/phrase"
)

// Table is a stretch of a text whose lines are rows of cells, the cells of a row set
// apart by tabs. The headers of its columns are cues for every cell below them, and
// for nothing else: a number in a column called "SSN" is a social security number,
// the one in the next column is not.
type Table struct {
	Start, End int      // byte offsets in the text; both at the beginning of a line or the end
	Columns    []string // by the number of tabs before the cell; "" where there is no header
}

// headers is what the scan of tables keeps: the cues in the headers of columns, and
// where the cells below them stand.
type headers struct {
	fold    fold.Buffer
	matches []phrase.Match
	known   map[string]*header // by the header's text
	cells   [][]span           // by list: the cells whose header holds one of its cues
	leads   []number.CueAt     // in order, those of columns only
	columns []*header          // of the current table
}

// header is the cues in the header of a column.
type header struct {
	leads []int   // indices in number.Cues
	lists []int32 // of cues
}

// maxHeaders bounds how many different headers are remembered in one scan.
const maxHeaders = 1 << 14

// tables adds the cues of the headers of all tables in the text.
func (sc *scratch) tables(tables []Table) {
	h := &sc.headers
	for i := range h.cells {
		h.cells[i] = h.cells[i][:0]
	}
	if len(tables) == 0 {
		return
	}
	if h.known == nil {
		h.known, h.cells = map[string]*header{}, make([][]span, sc.set.lists)
	}
	h.leads = h.leads[:0]
	for i := range tables {
		t := &tables[i]
		h.columns = h.columns[:0]
		speaks := false
		for _, column := range t.Columns {
			c := sc.header(column)
			speaks = speaks || len(c.leads)+len(c.lists) > 0
			h.columns = append(h.columns, c)
		}
		if speaks {
			sc.rows(sc.folded(t.Start), sc.folded(t.End))
		}
	}
	sc.mergeLeads()
	clear(h.known)
}

// header returns the cues in a header.
func (sc *scratch) header(text string) *header {
	h := &sc.headers
	c, ok := h.known[text]
	if ok {
		return c
	}
	c = &header{}
	h.matches = sc.set.phrases.Append(h.matches[:0], h.fold.Fold(text))
	for _, m := range h.matches {
		for _, u := range sc.set.uses[m.Phrase] {
			switch {
			case u.role == asCue && !slices.Contains(c.lists, u.n):
				c.lists = append(c.lists, u.n)
			case u.role == asLead:
				c.leads = append(c.leads, int(u.n))
			}
		}
	}
	if len(h.known) < maxHeaders {
		h.known[text] = c
	}
	return c
}

// folded returns the offset in the folded text that an offset in the text became.
func (sc *scratch) folded(original int) int {
	n := len(sc.text.Content)
	return sort.Search(n, func(i int) bool {
		start, _ := sc.text.Original(i, i)
		return start >= original
	})
}

// rows adds the cues of the current columns to the cells of folded text[start:end].
// What stands in the line of headers above speaks through the columns, so its cues
// are dropped: they would speak for the first rows of every column.
func (sc *scratch) rows(start, end int) {
	h, text := &sc.headers, sc.text.Content
	sc.dropLine(start)
	column := 0
	from, digits := start, false
	for i := start; i <= end; i++ {
		if i < end && text[i] != '\t' && text[i] != '\n' {
			digits = digits || text[i] >= '0' && text[i] <= '9'
			continue
		}
		if column < len(h.columns) && i > from {
			c := h.columns[column]
			for _, list := range c.lists {
				h.cells[list] = append(h.cells[list], span{from, i})
			}
			for _, cue := range c.leads {
				if digits {
					h.leads = append(h.leads, number.CueAt{Start: from, End: from, Cue: cue, Until: i})
				}
			}
		}
		column++
		if i < end && text[i] == '\n' {
			column = 0
		}
		from, digits = i+1, false
	}
}

// dropLine removes the cues for numbers in the line that ends before start.
func (sc *scratch) dropLine(start int) {
	line := start - 1
	for line > 0 && sc.text.Content[line-1] != '\n' {
		line--
	}
	first := sort.Search(len(sc.leads), func(i int) bool { return sc.leads[i].Start >= line })
	last := sort.Search(len(sc.leads), func(i int) bool { return sc.leads[i].Start >= start })
	if first < last {
		sc.leads = slices.Delete(sc.leads, first, last)
	}
}

// mergeLeads puts the cues of columns among those of the text, in order. Of those
// that begin at one place the ones of columns come first.
func (sc *scratch) mergeLeads() {
	if len(sc.headers.leads) == 0 {
		return
	}
	sc.leads = append(sc.leads, sc.headers.leads...)
	slices.SortStableFunc(sc.leads, func(a, b number.CueAt) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
	})
}

// inColumn reports whether the span lies in a cell whose header holds a cue of the
// list.
func (sc *scratch) inColumn(list int32, at span) bool {
	if len(sc.headers.cells) == 0 {
		return false
	}
	cells := sc.headers.cells[list]
	i := after(cells, at.start+1)
	return i > 0 && cells[i-1].end >= at.end
}

// anchored returns the places around which a pattern is tried: its anchors in the
// text, and the cells whose header holds one.
func (sc *scratch) anchored(list int32) []span {
	anchors := sc.lists[list]
	if len(sc.headers.cells) == 0 || len(sc.headers.cells[list]) == 0 {
		return anchors
	}
	all := slices.Concat(anchors, sc.headers.cells[list])
	slices.SortFunc(all, func(a, b span) int { return cmp.Compare(a.start, b.start) })
	return all
}
