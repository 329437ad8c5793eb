package prose

import (
	"bytes"

	"github.com/zixpolicy/zixpolicy/message/grid"
)

// layout is a table that is being read.
type layout struct {
	text   []byte // of all cells; paragraphs in a cell end with LF
	cells  []cell
	rows   []int // the cell after the last of each row
	column int   // of the next cell
	span   int
	inCell bool
	start  int // of the open cell's text
}

// cell is a cell: where its text ends, and which column it begins in.
type cell struct{ column, end int }

// maxSpan bounds how many columns a cell may span.
const maxSpan = 1000

// layout returns the innermost open table, nil if there is none.
func (w *Writer) layout() *layout {
	if n := len(w.layouts); n > 0 {
		return w.layouts[n-1]
	}
	return nil
}

// Tables returns how many tables are open, one inside the other.
func (w *Writer) Tables() int { return len(w.layouts) }

// OpenTable begins a table, in the open cell if there is one.
func (w *Writer) OpenTable() {
	if len(w.layouts) >= maxOpen {
		w.deep++
		return
	}
	w.layouts = append(w.layouts, &layout{})
}

// OpenCell begins a cell of the innermost table.
func (w *Writer) OpenCell() {
	if t := w.layout(); t != nil {
		t.close()
		t.inCell, t.span, t.start = true, 1, len(t.text)
	}
}

// Span says over how many columns the open cell reaches.
func (w *Writer) Span(columns int) {
	if t := w.layout(); t != nil && columns > 1 {
		t.span = min(columns, maxSpan)
	}
}

// CloseCell ends the open cell, and the line that is open in it.
func (w *Writer) CloseCell() {
	if t := w.layout(); t != nil && t.inCell {
		if w.Pending() {
			w.End()
		}
		t.close()
	}
}

func (t *layout) close() {
	if !t.inCell {
		return
	}
	t.inCell = false
	if len(t.text) > t.start {
		t.cells = append(t.cells, cell{t.column, len(t.text)})
	}
	t.column += t.span
}

// EndRow ends a row of the innermost table.
func (w *Writer) EndRow() {
	if t := w.layout(); t != nil {
		w.CloseCell()
		t.rows = append(t.rows, len(t.cells))
		t.column = 0
	}
}

// CloseTable writes the innermost table. One whose cells are single lines is a grid;
// in others, the tables of layouts, the lines stay what they are. So does a table in
// a table.
func (w *Writer) CloseTable() {
	if w.deep > 0 {
		w.deep--
		return
	}
	t := w.layout()
	if t == nil {
		return
	}
	w.CloseCell()
	if n := len(t.rows); len(t.cells) > 0 && (n == 0 || t.rows[n-1] < len(t.cells)) {
		w.EndRow()
	}
	w.layouts = w.layouts[:len(w.layouts)-1]
	if outer := w.layout(); outer != nil && outer.inCell {
		outer.text = append(outer.text, t.lines()...)
		return
	}
	if w.aside != nil {
		return // its lines went there
	}
	if !t.simple() {
		w.shown = append(w.shown, t.lines()...)
		return
	}
	sheet := t.grid().Sheet()
	start := len(w.shown)
	w.shown = append(w.shown, sheet.Text...)
	for _, table := range sheet.Tables {
		table.Start += start
		table.End += start
		w.tables = append(w.tables, table)
	}
}

// cell returns the text of cell i.
func (t *layout) cell(i int) []byte {
	start := 0
	if i > 0 {
		start = t.cells[i-1].end
	}
	return bytes.TrimRight(t.text[start:t.cells[i].end], "\n")
}

// simple reports whether all cells below the first row are single lines.
func (t *layout) simple() bool {
	if len(t.rows) == 0 {
		return false
	}
	for i := t.rows[0]; i < len(t.cells); i++ {
		if bytes.IndexByte(t.cell(i), '\n') >= 0 {
			return false
		}
	}
	return true
}

func (t *layout) grid() *grid.Grid {
	g := grid.New(1 << 30) // no more than is in memory already
	i := 0
	for _, end := range t.rows {
		for ; i < end; i++ {
			g.Add(t.cells[i].column, string(t.cell(i)), false, false)
		}
		g.EndRow(false)
	}
	return g
}

// lines returns the table with its cells set apart by tabs, line ends kept.
func (t *layout) lines() []byte {
	var out []byte
	i := 0
	for _, end := range t.rows {
		for first := i; i < end; i++ {
			if i > first {
				out = append(out, '\t')
			}
			out = append(out, t.cell(i)...)
		}
		out = append(out, '\n')
	}
	return out
}
