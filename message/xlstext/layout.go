package xlstext

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/zixpolicy/zixpolicy/message/collect"
	"github.com/zixpolicy/zixpolicy/message/grid"
)

// finish reports the sheet.
func (sh *sheet) finish() {
	name := "sheet" + strconv.Itoa(sh.number)
	if sh.chart {
		name = "chart"
	}
	g := grid.New(sh.book.file.TextLeft())
	byPlace := func(a, b cell) int {
		return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.column, b.column))
	}
	if !slices.IsSortedFunc(sh.cells, byPlace) {
		slices.SortStableFunc(sh.cells, byPlace)
	}
	sh.fill(g)
	layout := g.Sheet()
	if sh.hidden {
		layout.Marks = []collect.Mark{{Kind: collect.MarkHidden, End: len(layout.Text)}}
	}
	if layout.Text != "" {
		sh.book.file.Tables(name, layout.Text, layout.Tables, layout.Marks...)
	}
	if g.Full() {
		sh.book.damage(collect.DefectTooLarge, "more text in a sheet than may be read")
	}
	sh.book.section(name+"-notes", &sh.extras, sh.hidden)
}

// fill adds the cells to the grid.
func (sh *sheet) fill(g *grid.Grid) {
	for i, c := range sh.cells {
		if i > 0 && c.row != sh.cells[i-1].row {
			row := sh.cells[i-1].row
			g.EndRow(sh.rows[int(row)])
			if c.row > row+1 {
				g.EndRow(false) // rows without cells
			}
			if sh.book.file.Err() != nil {
				return
			}
		}
		text, number := sh.show(c)
		if !g.Add(int(c.column), text, number, int(c.column) < len(sh.columns) && sh.columns[c.column]) {
			return
		}
	}
	if n := len(sh.cells); n > 0 {
		g.EndRow(sh.rows[int(sh.cells[n-1].row)])
	}
}

// show returns the text of a cell, and whether it is a number.
func (sh *sheet) show(c cell) (string, bool) {
	switch c.kind {
	case cellText:
		return sh.texts[int(c.value)], false
	case cellShared:
		if i := int(c.value); i < len(sh.book.strings) {
			return sh.book.strings[i], false
		}
		sh.book.damage(collect.DefectCorrupt, "a cell has a shared string that is not there")
		return "", false
	}
	return sh.book.format(int(c.format)).Show(plainNumber(c.value), sh.book.epoch), true
}
