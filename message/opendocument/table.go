package opendocument

import (
	"strconv"
	"strings"

	"github.com/zixpolicy/zixpolicy/message/collect"
	"github.com/zixpolicy/zixpolicy/message/grid"
)

// sheet is a sheet of a spreadsheet that is being read.
type sheet struct {
	grid    *grid.Grid
	hidden  bool
	nested  int    // tables inside its cells
	columns []bool // those that are hidden
	column  int    // of the next cell
	last    int    // the column after the last that was declared
	row     []cell
	repeat  int // of the row
	unseen  bool
	cell    *cell
	full    bool
}

// cell is a cell of the current row.
type cell struct {
	column, repeat int
	text           []byte
	value          bool
	shown          string // what to show where there is no text
}

// maxRepeat bounds how often a cell or a row with text is written that is repeated:
// it says nothing new. maxColumn is the number of columns that a sheet may have.
const (
	maxRepeat = 8
	maxColumn = 1 << 14
)

// cell returns the cell of a sheet that is open, nil if none is.
func (r *reader) cell() *cell {
	if r.sheet == nil || len(r.returns) > 0 {
		return nil
	}
	return r.sheet.cell
}

// startTable enters an element, if it is one of tables.
func (r *reader) startTable(name string) bool {
	s := r.s
	switch name {
	case "table":
		r.openTable()
	case "table-column":
		if t := r.sheet; t != nil && t.nested == 0 {
			n := repeated(s.Attr("number-columns-repeated"))
			if v := s.Attr("visibility"); v == "collapse" || v == "filter" {
				t.hideColumns(t.last, n)
			}
			t.last = min(t.last+n, maxColumn)
		}
	case "table-row":
		if t := r.sheet; t != nil && t.nested == 0 {
			t.row, t.column, t.repeat = t.row[:0], 0, repeated(s.Attr("number-rows-repeated"))
			v := s.Attr("visibility")
			t.unseen = v == "collapse" || v == "filter"
		}
	case "table-cell", "covered-table-cell":
		r.openCell()
	default:
		return false
	}
	return true
}

func (r *reader) openTable() {
	switch {
	case r.sheet != nil:
		r.sheet.nested++
	case r.calc && !r.changes.open:
		r.sheets++
		r.sheet = &sheet{grid: r.newGrid(), hidden: r.unseen[r.s.Attr("style-name")]}
		r.doc.text("sheets").line(r.s.Attr("name"))
	default:
		r.out().OpenTable()
	}
}

func (r *reader) openCell() {
	s := r.s
	t := r.sheet
	if t == nil {
		r.out().OpenCell()
		n, _ := strconv.Atoi(s.Attr("number-columns-spanned"))
		r.out().Span(n)
		return
	}
	if t.nested > 0 {
		return
	}
	c := &cell{column: t.column, repeat: repeated(s.Attr("number-columns-repeated"))}
	switch s.Attr("value-type") {
	case "float", "currency", "percentage":
		c.value, c.shown = true, s.Attr("value")
	case "date":
		c.value, c.shown = true, s.Attr("date-value")
	case "time":
		c.value, c.shown = true, s.Attr("time-value")
	case "boolean":
		c.value, c.shown = true, s.Attr("boolean-value")
	case "string":
		c.shown = s.Attr("string-value")
	}
	if formula := s.Attr("formula"); strings.IndexByte(formula, '"') >= 0 {
		r.doc.asides.formulas.Add(formula)
	}
	t.column = min(t.column+c.repeat, maxColumn)
	t.cell = c
}

// repeated reads how often something is repeated.
func repeated(count string) int {
	n, err := strconv.Atoi(count)
	if err != nil || n < 1 {
		return 1
	}
	return min(n, maxColumn)
}

// closeTable leaves an element.
func (r *reader) closeTable(name string) {
	t := r.sheet
	switch {
	case t == nil:
		switch name {
		case "table":
			r.out().CloseTable()
		case "table-row":
			r.out().EndRow()
		case "table-cell", "covered-table-cell":
			r.out().CloseCell()
		}
	case name == "table" && t.nested > 0:
		t.nested--
	case name == "table":
		r.endSheet()
	case t.nested > 0:
	case name == "table-cell", name == "covered-table-cell":
		if t.cell != nil {
			t.row = append(t.row, *t.cell)
			t.cell = nil
		}
	case name == "table-row":
		t.endRow()
	}
}

// endRow adds the current row to the grid.
func (t *sheet) endRow() {
	filled := false
	for i := range t.row {
		c := &t.row[i]
		if len(c.text) == 0 {
			c.text = []byte(c.shown)
		}
		filled = filled || len(c.text) > 0
	}
	times := 1
	if filled {
		times = min(t.repeat, maxRepeat)
	}
	for range times {
		for i := range t.row {
			c := &t.row[i]
			for n := 0; n < min(c.repeat, maxRepeat) && len(c.text) > 0; n++ {
				if !t.grid.Add(c.column+n, string(c.text), c.value, t.hiddenColumn(c.column+n)) {
					t.full = true
				}
			}
		}
		t.grid.EndRow(t.unseen)
	}
	t.row = t.row[:0]
}

// hideColumns notes that n columns from first on are hidden.
func (t *sheet) hideColumns(first, n int) {
	if t.columns == nil {
		t.columns = make([]bool, maxColumn)
	}
	for column := first; column < min(first+n, maxColumn); column++ {
		t.columns[column] = true
	}
}

func (t *sheet) hiddenColumn(column int) bool {
	return column < len(t.columns) && t.columns[column]
}

// endSheet hands the sheet to the collector.
func (r *reader) endSheet() {
	t := r.sheet
	r.sheet = nil
	if len(t.row) > 0 {
		t.endRow()
	}
	layout := t.grid.Sheet()
	if t.hidden {
		layout.Marks = []collect.Mark{{Kind: collect.MarkHidden, End: len(layout.Text)}}
	}
	if layout.Text != "" {
		r.doc.file.Tables("sheet"+strconv.Itoa(r.sheets), layout.Text, layout.Tables, layout.Marks...)
	}
	if t.full {
		r.doc.file.Defect(collect.DefectTooLarge, "more text in a sheet than may be read")
	}
}
