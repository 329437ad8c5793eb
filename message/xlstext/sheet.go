package xlstext

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/zixpolicy/zixpolicy/message/charset"
)

// The kinds of cell.
const (
	cellNumber = iota
	cellText   // value is an index into the sheet's texts
	cellShared // value is an index into the shared strings
)

// cell is a cell of a sheet; small, as there are millions.
type cell struct {
	row, column uint16
	format      uint16
	kind        uint8
	value       float64
}

// sheet is a sheet that is being read, or a chart.
type sheet struct {
	book    *book
	number  int // as the workbook lists it, from 1; 0 if it does not
	hidden  bool
	chart   bool // in another sheet
	cells   []cell
	texts   []string
	rows    map[int]bool // hidden ones
	columns [256]bool    // hidden ones
	extras  list
}

func newSheet(b *book) *sheet { return &sheet{book: b, rows: map[int]bool{}} }

// record reads one record of the sheet.
func (sh *sheet) record(s *scanner) {
	c := newCursor(s.pieces)
	switch s.id {
	case idLabelSST, idLabel, idRString, idNumber, idRK, idMulRK, idBoolErr, idFormula:
		sh.cell(s.id, c)
	case idString:
		sh.formulaText(c)
	case idRow:
		row := c.u16()
		c.take(10)
		if c.u16()&0x20 != 0 {
			sh.rows[row] = true
		}
	case idColumnInfo:
		first, last := c.u16(), c.u16()
		c.take(4)
		if c.u16()&1 != 0 {
			for ; first <= min(last, len(sh.columns)-1); first++ {
				sh.columns[first] = true
			}
		}
	case idNote:
		sh.note(c)
	case idTextObject:
		sh.textObject(s.pieces)
	case idHeader, idFooter:
		sh.header(c)
	case idSeriesText:
		c.u16()
		sh.extras.add(sh.book.text(c, int(c.u8())))
	case idHyperlink, idTooltip, idValidation, idDrawing, idHeaderExtra:
		sh.extras.add(charset.Runs(slices.Concat(s.pieces...), 4))
	}
}

// cell reads a record of cells.
func (sh *sheet) cell(id uint16, c *cursor) {
	at := cell{row: uint16(c.u16()), column: uint16(c.u16())}
	if id == idMulRK {
		for len(c.rest) >= 8 { // the last column stands at the end
			at.format = uint16(c.u16())
			at.value = fromRK(uint32(c.u32()))
			sh.cells = append(sh.cells, at)
			at.column++
		}
		return
	}
	at.format = uint16(c.u16())
	switch id {
	case idLabelSST:
		at.kind, at.value = cellShared, float64(c.u32())
	case idLabel, idRString:
		sh.addText(at, sh.book.text(c, c.u16()))
		return
	case idNumber:
		at.value = c.float()
	case idRK:
		at.value = fromRK(uint32(c.u32()))
	case idBoolErr:
		value, isError := c.u8(), c.u8()
		sh.addText(at, outcome(value, isError != 0))
		return
	case idFormula:
		at.value = c.float()
		if bits := math.Float64bits(at.value); bits>>48 == 0xffff {
			// Not a number: a truth value, an error, or a string in a record to come.
			text := ""
			if kind := bits & 0xff; kind == 1 || kind == 2 {
				text = outcome(byte(bits>>16), kind == 2)
			}
			sh.addText(at, text)
			return
		}
	}
	sh.cells = append(sh.cells, at)
}

// outcome returns how a truth value or an error is shown.
func outcome(code byte, isError bool) string {
	if !isError {
		return strings.ToUpper(strconv.FormatBool(code != 0))
	}
	switch code {
	case 0x00:
		return "#NULL!"
	case 0x07:
		return "#DIV/0!"
	case 0x0f:
		return "#VALUE!"
	case 0x17:
		return "#REF!"
	case 0x1d:
		return "#NAME?"
	case 0x24:
		return "#NUM!"
	}
	return "#N/A"
}

func (sh *sheet) addText(at cell, text string) {
	at.kind, at.value = cellText, float64(len(sh.texts))
	sh.texts = append(sh.texts, text)
	sh.cells = append(sh.cells, at)
}

// formulaText takes the text that the formula before resulted in.
func (sh *sheet) formulaText(c *cursor) {
	text := sh.book.text(c, c.u16())
	if n := len(sh.cells); n > 0 && sh.cells[n-1].kind == cellText && sh.texts[len(sh.texts)-1] == "" {
		sh.texts[len(sh.texts)-1] = text
		return
	}
	sh.extras.add(text)
}

// fromRK returns the number in an RK: thirty bits of an integer or of a floating
// point number, divided by a hundred or not.
func fromRK(rk uint32) float64 {
	var v float64
	if rk&2 != 0 {
		v = float64(int32(rk) >> 2)
	} else {
		v = math.Float64frombits(uint64(rk&^3) << 32)
	}
	if rk&1 != 0 {
		v /= 100
	}
	return v
}

// note reads a comment: its text in BIFF5, its author in BIFF8, where the text is
// in a text object.
func (sh *sheet) note(c *cursor) {
	c.take(4)
	if sh.book.version8 {
		c.take(4)
	}
	sh.extras.add(sh.book.text(c, c.u16()))
}

// textObject reads the text of a comment, a text box or a button.
func (sh *sheet) textObject(pieces [][]byte) {
	c := newCursor(pieces[:1])
	c.take(10)
	if n := c.u16(); n > 0 && len(pieces) > 1 && sh.book.version8 {
		c = newCursor(pieces[1:])
		sh.extras.add(c.chars(n, c.u8()&1 != 0))
	}
}

// header reads a header or footer of the printed page.
func (sh *sheet) header(c *cursor) {
	if !c.more() {
		return
	}
	n := 0
	if sh.book.version8 {
		n = c.u16()
	} else {
		n = int(c.u8())
	}
	sh.extras.add(headerText(sh.book.text(c, n)))
}

// headerText returns the text of a header without the codes in it: &L, &"Arial",
// &12.
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
			end := strings.IndexByte(code[i+1:], '"')
			if end < 0 {
				return out.String()
			}
			i += end + 1
		case c >= '0' && c <= '9':
			for i+1 < len(code) && code[i+1] >= '0' && code[i+1] <= '9' {
				i++
			}
		default:
			out.WriteByte(' ')
		}
	}
	return out.String()
}
