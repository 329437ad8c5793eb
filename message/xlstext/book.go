package xlstext

import (
	"encoding/binary"
	"slices"
	"strconv"
	"strings"

	"github.com/zixpolicy/zixpolicy/message/charset"
	"github.com/zixpolicy/zixpolicy/message/collect"
	"github.com/zixpolicy/zixpolicy/message/numberformat"
)

// The records that are read ([MS-XLS] section 2.3).
const (
	idFormula     = 0x0006
	idEOF         = 0x000a
	idHeader      = 0x0014
	idFooter      = 0x0015
	idName        = 0x0018
	idNote        = 0x001c
	idDateMode    = 0x0022
	idFilePass    = 0x002f
	idCodepage    = 0x0042
	idExternal    = 0x005a
	idColumnInfo  = 0x007d
	idBoundSheet  = 0x0085
	idMulRK       = 0x00bd
	idRString     = 0x00d6
	idXF          = 0x00e0
	idDrawing     = 0x00ec
	idSST         = 0x00fc
	idLabelSST    = 0x00fd
	idTextObject  = 0x01b6
	idHyperlink   = 0x01b8
	idValidation  = 0x01be
	idNumber      = 0x0203
	idLabel       = 0x0204
	idBoolErr     = 0x0205
	idString      = 0x0207
	idRow         = 0x0208
	idRK          = 0x027e
	idFormat      = 0x041e
	idTooltip     = 0x0800
	idBOF         = 0x0809
	idSeriesText  = 0x100d
	idHeaderExtra = 0x089c
)

// maxSheets bounds the sheets of a workbook.
const maxSheets = 10_000

// book is a workbook that is being read.
type book struct {
	file     *collect.File
	version8 bool // BIFF8, whose strings are Unicode
	codepage int
	epoch    numberformat.Epoch
	strings  []string // shared by the cells
	formats  map[int]numberformat.Format
	xf       []int // the number format of each cell format
	sheets   []sheetInfo
	extras   list // texts that are not in cells
	external list // cells of other workbooks, kept with links to them
	damaged  bool
}

// sheetInfo is what the workbook says of a sheet.
type sheetInfo struct {
	start  int // offset of its first record
	hidden bool
	name   string
	seen   bool
}

// list gathers texts, one a line.
type list struct{ strings.Builder }

func (l *list) add(text string) {
	if text = strings.TrimSpace(text); text != "" {
		l.WriteString(text)
		l.WriteByte('\n')
	}
}

// damage records that a part of the workbook could not be read, once.
func (b *book) damage(kind collect.DefectKind, detail string) {
	if !b.damaged {
		b.damaged = true
		b.file.Defect(kind, detail)
	}
}

// read reads the stream of a workbook: substreams from BOF to EOF, the first of
// them about the workbook and one for each sheet.
func (b *book) read(stream []byte) {
	s := &scanner{stream: stream}
	var open []*sheet // the substreams around the current record; nil for the workbook's
	for first := true; s.next() && b.file.Err() == nil; first = false {
		switch {
		case s.id == idBOF:
			open = append(open, b.begin(s, open))
		case first:
			b.damage(collect.DefectUnsupported, "not a workbook of Excel 5.0 or later")
			return
		case s.id == idFilePass:
			b.file.Defect(collect.DefectEncrypted, "a workbook that needs a password")
			return
		case len(open) == 0:
		case s.id == idEOF:
			if sh := open[len(open)-1]; sh != nil {
				sh.finish()
			}
			open = open[:len(open)-1]
		case open[len(open)-1] == nil:
			b.global(s)
		default:
			open[len(open)-1].record(s)
		}
	}
	for _, sh := range open {
		b.damage(collect.DefectTruncated, "the workbook ends within a sheet")
		if sh != nil {
			sh.finish()
		}
	}
	b.finish(s)
}

// begin starts a substream.
func (b *book) begin(s *scanner, open []*sheet) *sheet {
	data := s.pieces[0]
	kind := uint16(0)
	if len(data) >= 4 {
		kind = binary.LittleEndian.Uint16(data[2:])
		b.version8 = binary.LittleEndian.Uint16(data) >= 0x0600
	}
	if len(open) == 0 && kind == 0x0005 {
		return nil // the workbook
	}
	sh := newSheet(b)
	if len(open) > 0 {
		sh.chart = true
	}
	for i := range b.sheets {
		if b.sheets[i].start == s.start {
			b.sheets[i].seen = true
			sh.number, sh.hidden = i+1, b.sheets[i].hidden
		}
	}
	return sh
}

// global reads a record about the workbook.
func (b *book) global(s *scanner) {
	c := newCursor(s.pieces)
	switch s.id {
	case idCodepage:
		b.codepage = c.u16()
	case idDateMode:
		if c.u16() != 0 {
			b.epoch = numberformat.Epoch1904
		}
	case idFormat:
		id := c.u16()
		n := 0
		if b.version8 {
			n = c.u16()
		} else {
			n = int(c.u8())
		}
		b.formats[id] = numberformat.Parse(b.text(c, n))
	case idXF:
		c.u16()
		b.xf = append(b.xf, c.u16())
	case idBoundSheet:
		b.boundSheet(c)
	case idSST:
		b.sharedStrings(c)
	case idExternal:
		b.externalCells(c)
	case idName:
		b.extras.add(charset.Runs(slices.Concat(s.pieces...), 4))
	}
}

func (b *book) boundSheet(c *cursor) {
	if len(b.sheets) >= maxSheets {
		b.damage(collect.DefectTooMany, "more sheets than are read")
		return
	}
	info := sheetInfo{start: c.u32(), hidden: c.u8()&3 != 0}
	c.u8()
	info.name = b.text(c, int(c.u8()))
	b.sheets = append(b.sheets, info)
}

func (b *book) sharedStrings(c *cursor) {
	c.u32()
	count := c.u32()
	for i := 0; i < count && c.more() && b.file.Err() == nil; i++ {
		text, spoken := c.rich()
		b.strings = append(b.strings, text)
		b.extras.add(spoken)
	}
	if c.short || len(b.strings) < count {
		b.damage(collect.DefectCorrupt, "the shared strings are not whole")
	}
}

// externalCells reads what another workbook's cells held when they were last seen.
func (b *book) externalCells(c *cursor) {
	last, first := int(c.u8()), int(c.u8())
	c.u16()
	for column := first; column <= last && c.more(); column++ {
		switch c.u8() {
		case 1:
			b.external.add(plainNumber(c.float()))
		case 2:
			if b.version8 {
				b.external.add(b.text(c, c.u16()))
			} else {
				b.external.add(b.text(c, int(c.u8())))
			}
		default:
			c.take(8)
		}
	}
}

// finish reports what belongs to no sheet.
func (b *book) finish(s *scanner) {
	if s.truncated {
		b.damage(collect.DefectTruncated, "the workbook ends within a record")
	}
	var names list
	for i := range b.sheets {
		names.add(b.sheets[i].name)
		if !b.sheets[i].seen {
			b.damage(collect.DefectCorrupt, "a sheet is not where the workbook says")
		}
	}
	b.section("sheets", &names, false)
	b.section("extras", &b.extras, false)
	b.section("external", &b.external, true)
}

// section adds a text that is in no cell.
func (b *book) section(name string, l *list, hidden bool) {
	text := strings.TrimSuffix(l.String(), "\n")
	switch {
	case text == "":
	case hidden:
		b.file.Section(name, text, collect.Mark{Kind: collect.MarkHidden, End: len(text)})
	default:
		b.file.Section(name, text)
	}
}

// format returns how a cell format shows numbers.
func (b *book) format(xf int) numberformat.Format {
	if xf >= len(b.xf) {
		return numberformat.Format{}
	}
	id := b.xf[xf]
	format, ok := b.formats[id]
	if !ok {
		format = numberformat.Parse(numberformat.Builtin(id))
		b.formats[id] = format
	}
	return format
}

// plainNumber returns a number as it is typed.
func plainNumber(v float64) string {
	if v < 1e21 && v > -1e21 {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return strconv.FormatFloat(v, 'E', -1, 64)
}
