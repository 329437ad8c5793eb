package ooxml

import (
	"bytes"
	"strconv"

	"github.com/zixpolicy/zixpolicy/message/grid"
)

// table is a table in a document that is being read.
type table struct {
	text   []byte // of all cells; paragraphs in a cell end with LF
	cells  []tableCell
	rows   []int // the cell after the last of each row
	column int
	span   int
	inCell bool
	start  int
}

// tableCell is a cell: where its text ends, and which column it begins in.
type tableCell struct{ column, end int }

// maxColumns bounds how far a cell may span.
const maxColumns = 1000

// table returns the innermost open table, nil if there is none.
func (r *prose) table() *table {
	if n := len(r.tables); n > 0 {
		return r.tables[n-1]
	}
	return nil
}

func (t *table) open(span string) {
	t.inCell, t.span, t.start = true, 1, len(t.text)
	t.spans(span)
}

// spans notes over how many columns the open cell reaches.
func (t *table) spans(span string) {
	if n, err := strconv.Atoi(span); err == nil && n > 1 {
		t.span = min(n, maxColumns)
	}
}

// add adds a paragraph to the open cell.
func (t *table) add(text []byte) {
	t.text = append(append(t.text, text...), '\n')
}

func (t *table) close() {
	if !t.inCell {
		return
	}
	t.inCell = false
	if len(t.text) > t.start {
		t.cells = append(t.cells, tableCell{t.column, len(t.text)})
	}
	t.column += t.span
}

func (t *table) endRow() {
	t.close()
	t.rows = append(t.rows, len(t.cells))
	t.column = 0
}

// endTable writes the innermost table. One whose cells are single lines is a grid;
// in others, the tables of layouts, the lines stay what they are. So does a table in
// a table.
func (r *prose) endTable() {
	t := r.table()
	if t == nil {
		return
	}
	t.endRow()
	r.tables = r.tables[:len(r.tables)-1]
	if outer := r.table(); outer != nil && outer.inCell {
		outer.text = append(outer.text, t.lines()...)
		return
	}
	if !t.simple() {
		r.out.shown = append(r.out.shown, t.lines()...)
		return
	}
	sheet := t.grid().Sheet()
	start := len(r.out.shown)
	r.out.shown = append(r.out.shown, sheet.Text...)
	for _, table := range sheet.Tables {
		table.Start += start
		table.End += start
		r.out.tables = append(r.out.tables, table)
	}
}

// cell returns the text of cell i.
func (t *table) cell(i int) []byte {
	start := 0
	if i > 0 {
		start = t.cells[i-1].end
	}
	return bytes.TrimRight(t.text[start:t.cells[i].end], "\n")
}

// simple reports whether all cells below the first row are single lines.
func (t *table) simple() bool {
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

func (t *table) grid() *grid.Grid {
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
func (t *table) lines() []byte {
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
