package grid

import (
	"strings"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// writer turns a grid into text.
type writer struct {
	grid     *Grid
	aligned  bool
	headings []heading

	out    strings.Builder
	tables []collect.Table
	marks  []collect.Mark
}

func (w *writer) write() {
	w.out.Grow(len(w.grid.text) + len(w.grid.cells) + len(w.grid.rows))
	for i, r := range w.grid.rows {
		start := w.out.Len()
		w.row(i)
		w.out.WriteByte('\n')
		if r.hidden {
			w.hide(start, w.out.Len())
		}
		if len(w.headings) > 0 && w.headings[0].row == i {
			w.end()
			w.tables = append(w.tables, collect.Table{Start: w.out.Len(), Columns: w.headings[0].columns})
			w.headings = w.headings[1:]
		}
	}
	w.end()
}

// row writes the cells of row i.
func (w *writer) row(i int) {
	first, end := w.span(i)
	tabs := 0
	for n := first; n < end; n++ {
		c := w.grid.cells[n]
		rank := n - first
		if w.aligned {
			rank = w.grid.used[int(c.column)]
		}
		if n > first {
			rank = max(rank, tabs+1) // two cells in the last column there is
		}
		for ; tabs < rank; tabs++ {
			w.out.WriteByte('\t')
		}
		start := w.out.Len()
		w.out.Write(w.grid.cellText(n))
		if c.hidden && !w.grid.rows[i].hidden {
			w.hide(start, w.out.Len())
		}
	}
}

// hide marks a stretch, joined with the one before if they touch.
func (w *writer) hide(start, end int) {
	if n := len(w.marks); n > 0 && w.marks[n-1].End >= start-1 { // or but for a tab
		w.marks[n-1].End = end
		return
	}
	w.marks = append(w.marks, collect.Mark{Kind: collect.MarkHidden, Start: start, End: end})
}

// end ends the last table.
func (w *writer) end() {
	if n := len(w.tables); n > 0 && w.tables[n-1].End == 0 {
		w.tables[n-1].End = w.out.Len()
	}
}

// finished returns the tables that have rows.
func (w *writer) finished() []collect.Table {
	kept := w.tables[:0]
	for _, t := range w.tables {
		if t.End > t.Start {
			kept = append(kept, t)
		}
	}
	return kept
}
