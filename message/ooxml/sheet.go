package ooxml

import (
	"path"
	"strconv"
	"strings"

	"github.com/zixpolicy/zixpolicy/message/collect"
	"github.com/zixpolicy/zixpolicy/message/grid"
	"github.com/zixpolicy/zixpolicy/message/numberformat"
	"github.com/zixpolicy/zixpolicy/message/prose"
	"github.com/zixpolicy/zixpolicy/message/xmlscan"
)

// maxColumn is the number of columns that a sheet may have.
const maxColumn = 1 << 14

// sheet is a sheet that is being read.
type sheet struct {
	doc     *document
	book    *workbook
	grid    *grid.Grid
	element string // the element whose text is being read
	text    []byte // of that element

	columns   []bool // those that are hidden
	ranges    int    // how many ranges of columns were read
	row       int
	hiddenRow bool
	column    int // of the current cell

	kind, value, inline string // of the current cell
	format              int
	inCell              bool
	phonetic            bool
	formulas, extras    prose.List
	full                bool
}

// sheet reads a sheet of a workbook.
func (d *document) sheet(s *xmlscan.Scanner, p part) {
	sh := &sheet{doc: d, book: &d.book, grid: grid.New(d.file.TextLeft()), row: -1}
	for kind := s.Next(); kind != xmlscan.EOF; kind = s.Next() {
		switch kind {
		case xmlscan.Start:
			sh.start(s, string(s.Name()))
		case xmlscan.Text:
			if sh.element != "" {
				sh.text = append(sh.text, s.Text()...)
			} else if stray := strings.TrimSpace(string(s.Text())); stray != "" {
				sh.extras.Add(stray)
			}
		case xmlscan.End:
			sh.end(string(s.Name()))
		}
	}
	sh.finish(p)
}

// finish hands the sheet to the collector.
func (sh *sheet) finish(p part) {
	d := sh.doc
	layout := sh.grid.Sheet()
	if d.book.unseen[path.Base(p.name)] {
		layout.Marks = []collect.Mark{{Kind: collect.MarkHidden, End: len(layout.Text)}}
	}
	name := "sheet" + strconv.Itoa(p.number)
	if d.book.sheets == nil {
		d.book.sheets = []string{}
	}
	if layout.Text != "" {
		d.file.Tables(name, layout.Text, layout.Tables, layout.Marks...)
	}
	if sh.full {
		d.file.DefectIn(collect.SafeName(p.name), collect.DefectTooLarge, "more text in a sheet than may be read")
	}
	if extras := sh.extras.String(); extras != "" {
		d.file.Section(name+"-notes", extras)
	}
	if formulas := sh.formulas.String(); formulas != "" {
		d.file.Section(name+"-formulas", formulas, collect.Mark{Kind: collect.MarkHidden, End: len(formulas)})
	}
}

// start enters an element.
func (sh *sheet) start(s *xmlscan.Scanner, name string) {
	switch name {
	case "c":
		sh.startCell(s)
	case "row":
		sh.startRow(s)
	case "v", "f", "t", "formula", "formula1", "formula2",
		"oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter":
		sh.element, sh.text = name, sh.text[:0]
	case "rPh":
		sh.phonetic = true
	case "col":
		if sh.ranges++; on(s.Attr("hidden"), false) && sh.ranges <= maxColumn {
			sh.hideColumns(s.Attr("min"), s.Attr("max"))
		}
	case "hyperlink":
		sh.extras.Add(s.Attr("location"))
		sh.extras.Add(s.Attr("tooltip"))
		sh.extras.Add(s.Attr("display"))
	case "dataValidation":
		for _, attribute := range [...]string{"promptTitle", "prompt", "errorTitle", "error"} {
			sh.extras.Add(s.Attr(attribute))
		}
	case "control", "oleObject", "scenario", "inputCells", "protectedRange", "customPr":
		for _, attribute := range [...]string{"name", "val", "comment", "altText"} {
			sh.extras.Add(s.Attr(attribute))
		}
	}
}

func (sh *sheet) startRow(s *xmlscan.Scanner) {
	row := sh.row + 1
	if n, err := strconv.Atoi(s.Attr("r")); err == nil && n > 0 {
		row = n - 1
	}
	if row > sh.row+1 && sh.row >= 0 {
		sh.grid.EndRow(false) // rows without cells
	}
	sh.row, sh.column, sh.hiddenRow = row, -1, on(s.Attr("hidden"), false)
}

func (sh *sheet) startCell(s *xmlscan.Scanner) {
	column := columnOf(s.Attr("r"))
	if column <= sh.column || column >= maxColumn {
		column = sh.column + 1
	}
	sh.column, sh.inCell = column, true
	sh.kind, sh.value, sh.inline = s.Attr("t"), "", ""
	sh.format = -1
	if style := s.Attr("s"); style != "" {
		sh.format, _ = strconv.Atoi(style)
	}
}

// columnOf returns the column of a reference such as BC23, counted from 0; -1 if
// there is none.
func columnOf(reference string) int {
	column := 0
	for i := range len(reference) {
		c := reference[i] | 0x20
		if c < 'a' || c > 'z' || column > maxColumn {
			break
		}
		column = 26*column + int(c-'a') + 1
	}
	return column - 1
}

// end leaves an element.
func (sh *sheet) end(name string) {
	switch name {
	case "c":
		if sh.inCell {
			sh.endCell()
		}
	case "row":
		sh.grid.EndRow(sh.hiddenRow)
	case "rPh":
		sh.phonetic = false
	case sh.element:
		sh.endText(name)
		sh.element = ""
	}
}

// endText takes the text of an element.
func (sh *sheet) endText(name string) {
	text := string(sh.text)
	switch {
	case name == "v":
		sh.value = text
	case name == "t" && sh.phonetic:
		sh.extras.Add(text)
	case name == "t":
		sh.inline += text
	case !strings.HasSuffix(name, "Header") && !strings.HasSuffix(name, "Footer"):
		if strings.IndexByte(text, '"') >= 0 {
			sh.formulas.Add(text) // only these say more than their results
		}
	default:
		sh.extras.Add(headerText(text))
	}
}

// endCell adds the current cell to the grid.
func (sh *sheet) endCell() {
	sh.inCell = false
	if sh.grid.Full() {
		sh.full = true
		return
	}
	text, number := sh.value, false
	switch sh.kind {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(text))
		shared, ok := sh.book.shared(i)
		if err == nil && ok {
			text = shared
		}
	case "", "n":
		number = true
		text = sh.number(strings.TrimSpace(text))
	case "b":
		number = true
		switch strings.TrimSpace(text) {
		case "0":
			text = "FALSE"
		case "1":
			text = "TRUE"
		}
	case "d", "e":
		number = true
	}
	if sh.inline != "" {
		number = false
		text = strings.TrimSpace(text + " " + sh.inline)
	}
	if !sh.grid.Add(sh.column, text, number, sh.hiddenColumn(sh.column)) {
		sh.full = true
	}
}

// number returns a number as its cell shows it.
func (sh *sheet) number(text string) string {
	var format numberformat.Format
	if sh.format >= 0 && sh.format < len(sh.book.formats) {
		format = sh.book.formats[sh.format]
	}
	return format.Show(text, sh.book.date)
}

// hideColumns notes that columns are hidden, which count from 1.
func (sh *sheet) hideColumns(first, last string) {
	if sh.columns == nil {
		sh.columns = make([]bool, maxColumn)
	}
	from, _ := strconv.Atoi(first)
	to, _ := strconv.Atoi(last)
	for column := max(from, 1); column <= min(to, maxColumn); column++ {
		sh.columns[column-1] = true
	}
}

func (sh *sheet) hiddenColumn(column int) bool {
	return column < len(sh.columns) && sh.columns[column]
}

// headerText returns the header of printed pages without its codes (ECMA-376 part 1,
// 18.3.1.46).
func headerText(code string) string {
	var out strings.Builder
	for i := 0; i < len(code); i++ {
		if code[i] != '&' || i+1 == len(code) {
			out.WriteByte(code[i])
			continue
		}
		i++
		switch c := code[i]; {
		case c == '&':
			out.WriteByte('&')
		case c == '"':
			if end := strings.IndexByte(code[i+1:], '"'); end >= 0 {
				i += end + 1 // the font
			}
		case c == 'L' || c == 'C' || c == 'R':
			out.WriteByte('\n')
		case c >= '0' && c <= '9':
			for i+1 < len(code) && code[i+1] >= '0' && code[i+1] <= '9' {
				i++ // the size
			}
		case c == 'K':
			i = min(i+6, len(code)-1) // the colour
		}
	}
	return strings.TrimSpace(out.String())
}
