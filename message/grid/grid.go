// Package grid lays out the cells of a table as text: a row is a line, its cells set
// apart by tabs, and a column is always behind the same number of them. It finds the
// headers of the columns, so that they speak for the cells below.
package grid

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// Grid gathers the cells of one table, row by row. Its zero value holds up to no
// text at all; see New.
type Grid struct {
	text  []byte // of all cells
	cells []cell
	rows  []row
	used  map[int]int // columns that hold a cell, and later their rank
	room  int64
}

// cell is a cell that is not empty. Its text begins where that of the one before ends.
type cell struct {
	column int32
	end    uint32
	value  bool // a number, a date or the like, and no header
	hidden bool
}

// row is the cells of a row: those from the end of the row before.
type row struct {
	end    int
	hidden bool
}

// maxText bounds the text of one grid, whatever room it is given.
const maxText = 1 << 30

// maxColumns bounds the columns that are told apart. Cells beyond stand in the last.
const maxColumns = 1 << 14

// New returns a grid for at most room bytes of text.
func New(room int64) *Grid {
	return &Grid{room: min(room, maxText), used: map[int]int{}}
}

// Add adds a cell to the current row. Columns count from 0 and ascend. value says
// that the cell holds a number, so that it is no header; a text may turn out to be
// one. It returns false when there is no more room.
func (g *Grid) Add(column int, text string, value, hidden bool) bool {
	if g.Full() {
		return false
	}
	column = min(column, maxColumns-1)
	start := len(g.text)
	g.text = appendCell(g.text, text)
	if len(g.text) == start {
		return true
	}
	g.used[column] = 0
	g.cells = append(g.cells, cell{column: int32(column), end: uint32(len(g.text)), value: value || !label(g.text[start:]), hidden: hidden})
	g.room--
	return true
}

// Full reports whether there is no more room. What was added last may exceed it.
func (g *Grid) Full() bool { return int64(len(g.text)) >= g.room }

// EndRow ends the current row. Of empty rows in a row, one is kept.
func (g *Grid) EndRow(hidden bool) {
	n := len(g.rows)
	if n > 0 && g.rows[n-1].end == len(g.cells) && (n == 1 || g.rows[n-2].end == len(g.cells)) {
		return
	}
	if n == 0 && len(g.cells) == 0 {
		return
	}
	g.rows = append(g.rows, row{end: len(g.cells), hidden: hidden})
}

// Empty reports whether the grid has no cell.
func (g *Grid) Empty() bool { return len(g.cells) == 0 }

// Sheet is a grid as text.
type Sheet struct {
	Text   string
	Tables []collect.Table
	Marks  []collect.Mark // what is hidden
}

// Sheet returns the grid as text.
func (g *Grid) Sheet() Sheet {
	if n := len(g.rows); n == 0 || g.rows[n-1].end < len(g.cells) {
		g.EndRow(false)
	}
	aligned := g.rank()
	w := writer{grid: g, aligned: aligned}
	if aligned {
		w.headers()
	}
	w.write()
	return Sheet{Text: w.out.String(), Tables: w.finished(), Marks: w.marks}
}

// rank gives each used column its place. It returns false where rows are so sparse
// that tabs would be most of the text.
func (g *Grid) rank() bool {
	columns := make([]int, 0, len(g.used))
	for column := range g.used {
		columns = append(columns, column)
	}
	slices.Sort(columns)
	for i, column := range columns {
		g.used[column] = i
	}
	tabs, first := 0, 0
	for _, r := range g.rows {
		if r.end > first {
			tabs += g.used[int(g.cells[r.end-1].column)]
		}
		first = r.end
	}
	return tabs <= 16*len(g.cells)+1<<16
}

// cellText returns the text of cell i.
func (g *Grid) cellText(i int) []byte {
	start := uint32(0)
	if i > 0 {
		start = g.cells[i-1].end
	}
	return g.text[start:g.cells[i].end]
}

// appendCell appends a cell's text on one line.
func appendCell(out []byte, text string) []byte {
	text = strings.TrimSpace(text)
	if strings.IndexFunc(text, breaks) < 0 && utf8.ValidString(text) {
		return append(out, text...)
	}
	for _, r := range text {
		switch {
		case !breaks(r):
			out = utf8.AppendRune(out, r)
		case out[len(out)-1] != ' ':
			out = append(out, ' ')
		}
	}
	return out
}

// breaks reports whether a character would end the line or the cell.
func breaks(r rune) bool {
	switch r {
	case '\t', '\n', '\v', '\f', '\r', '\u0085', '\u2028', '\u2029':
		return true
	}
	return false
}
