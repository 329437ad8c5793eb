package doctext

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// The characters with a meaning of their own.
const (
	charCell       = 0x07 // ends a cell or, after the last of them, a row
	charLine       = 0x0b
	charPage       = 0x0c
	charParagraph  = 0x0d
	charColumn     = 0x0e
	charFieldBegin = 0x13
	charFieldText  = 0x14
	charFieldEnd   = 0x15
	charHyphen     = 0x1e // one that does not break
)

// report hands the parts of the text to the collector. lengths are those of the
// parts, of four bytes each; what is left over is reported too.
func (d *document) report(lengths []byte) {
	units, flags := d.units, d.flags
	for i, name := range parts {
		n := int(min(int64(binary.LittleEndian.Uint32(lengths[4*i:])), int64(len(units))))
		d.part(name, units[:n], flags[:n])
		units, flags = units[n:], flags[n:]
	}
	d.part("rest", units, flags)
}

// part reports one part of the text: what is printed, and once more, as it was, each
// paragraph of which something is not.
func (d *document) part(name string, units []uint16, flags []uint8) {
	var printed, whole layout
	var unprinted strings.Builder
	touched := false
	for i, unit := range units {
		if flags[i] == 0 {
			printed.add(unit)
		}
		touched = touched || flags[i] != 0
		whole.add(unit)
		if unit == charParagraph || unit == charCell || i == len(units)-1 {
			if touched {
				unprinted.WriteString(whole.text())
			}
			touched = false
			whole.units = whole.units[:0]
		}
	}
	text := printed.text()
	if name == "" {
		d.file.Text(text)
	} else if strings.TrimSpace(text) != "" {
		d.file.Section(name, text)
	}
	d.hidden(join(name, "unprinted"), unprinted.String())
	d.hidden(join(name, "fields"), string(utf16.Decode(printed.codes)))
}

func join(part, name string) string {
	if part == "" {
		return name
	}
	return part + "-" + name
}

// hidden reports text that is not printed.
func (d *document) hidden(name, text string) {
	if text = strings.TrimSpace(text); text != "" {
		d.file.Section(name, text, collect.Mark{Kind: collect.MarkHidden, End: len(text)})
	}
}

// layout turns the characters of a document into text.
type layout struct {
	units  []uint16
	codes  []uint16 // of fields: what they show is in units
	fields []bool   // the fields around, and whether their code is being read
	cell   bool     // the character before ended a cell
}

func (l *layout) add(unit uint16) {
	wasCell := l.cell
	l.cell = false
	switch unit {
	case charFieldBegin:
		if len(l.fields) < 100 {
			l.fields = append(l.fields, true)
		}
	case charFieldText:
		if n := len(l.fields); n > 0 {
			l.fields[n-1] = false
		}
	case charFieldEnd:
		if n := len(l.fields); n > 0 {
			if l.fields[n-1] {
				l.codes = append(l.codes, '\n')
			}
			l.fields = l.fields[:n-1]
		}
		if len(l.codes) > 0 && l.codes[len(l.codes)-1] != '\n' {
			l.codes = append(l.codes, '\n')
		}
	case charCell:
		if wasCell {
			l.put('\n')
			return
		}
		l.put('\t')
		l.cell = true
	case charParagraph, charLine, charPage, charColumn, '\n':
		l.put('\n')
	case charHyphen:
		l.put('-')
	default:
		if unit >= ' ' || unit == '\t' {
			l.put(unit)
		}
	}
}

// put writes a character: to the codes within the code of a field.
func (l *layout) put(unit uint16) {
	for _, code := range l.fields {
		if code {
			l.codes = append(l.codes, unit)
			return
		}
	}
	l.units = append(l.units, unit)
}

func (l *layout) text() string { return string(utf16.Decode(l.units)) }
