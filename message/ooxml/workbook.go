package ooxml

import (
	"strings"

	"github.com/zixpolicy/zixpolicy/message/collect"
	"github.com/zixpolicy/zixpolicy/message/numberformat"
	"github.com/zixpolicy/zixpolicy/message/xmlscan"
)

// workbook is what the sheets of a workbook share.
type workbook struct {
	targets map[string]string // names of parts, by relationship
	unseen  map[string]bool   // parts that are hidden sheets
	date    numberformat.Epoch
	formats []numberformat.Format // by the index of the cell style
	strings []sharedString
	text    []byte // of the shared strings
	sheets  []string
	second  bool // a table of shared strings has been read
}

// sharedString is a text that cells refer to. It begins where the one before ends.
type sharedString struct {
	end  uint32
	used bool
}

func (b *workbook) target(id, name string) {
	if b.targets == nil {
		b.targets = map[string]string{}
	}
	b.targets[id] = name
}

// workbook reads the names and states of the sheets, and the defined names.
func (d *document) workbook(s *xmlscan.Scanner) {
	b := &d.book
	var names strings.Builder
	defined := ""
	for kind := s.Next(); kind != xmlscan.EOF; kind = s.Next() {
		switch kind {
		case xmlscan.Start:
			switch string(s.Name()) {
			case "workbookPr":
				if on(s.Attr("date1904"), false) {
					b.date = numberformat.Epoch1904
				}
			case "sheet":
				b.sheets = append(b.sheets, s.Attr("name"))
				names.WriteString(s.Attr("name") + "\n")
				if state := s.Attr("state"); state == "hidden" || state == "veryHidden" {
					b.hide(s.Prefixed("id"))
				}
			case "definedName":
				defined = s.Attr("name")
				names.WriteString(defined + "\t")
			}
		case xmlscan.Text:
			if defined != "" {
				names.Write(s.Text())
			}
		case xmlscan.End:
			if string(s.Name()) == "definedName" {
				names.WriteByte('\n')
				defined = ""
			}
		}
	}
	if names.Len() > 0 {
		d.file.Section("sheets", strings.ToValidUTF8(names.String(), "\uFFFD"))
	}
}

// hide notes that the sheet of a relationship is hidden.
func (b *workbook) hide(id string) {
	if b.unseen == nil {
		b.unseen = map[string]bool{}
	}
	if name, ok := b.targets[id]; ok {
		b.unseen[name] = true
	}
}

// strings reads the shared strings. The phonetic readings of a text are a line of
// their own, which no cell refers to.
func (d *document) strings(s *xmlscan.Scanner) {
	b := &d.book
	main := !b.second
	b.second = true
	var reading []byte
	text, phonetic := false, false
	for kind := s.Next(); kind != xmlscan.EOF; kind = s.Next() {
		switch kind {
		case xmlscan.Start:
			switch string(s.Name()) {
			case "t":
				text = true
			case "rPh":
				phonetic = true
			}
		case xmlscan.Text:
			switch {
			case text && !phonetic && main:
				b.text = append(b.text, s.Text()...)
			case len(strings.TrimSpace(string(s.Text()))) > 0:
				reading = append(append(reading, s.Text()...), '\n')
			}
		case xmlscan.End:
			switch string(s.Name()) {
			case "t":
				text = false
			case "rPh":
				phonetic = false
			case "si":
				if main {
					b.strings = append(b.strings, sharedString{end: uint32(len(b.text))})
				}
			}
		}
	}
	d.apart("readings", reading)
}

// apart adds text that is not seen.
func (d *document) apart(name string, text []byte) {
	if len(text) > 0 {
		clean := strings.ToValidUTF8(string(text), "\uFFFD")
		d.file.Section(name, clean, collect.Mark{Kind: collect.MarkHidden, End: len(clean)})
	}
}

// shared returns the shared string of that index.
func (b *workbook) shared(i int) (string, bool) {
	if i < 0 || i >= len(b.strings) {
		return "", false
	}
	b.strings[i].used = true
	return string(b.stringText(i)), true
}

func (b *workbook) stringText(i int) []byte {
	start := uint32(0)
	if i > 0 {
		start = b.strings[i-1].end
	}
	return b.text[start:b.strings[i].end]
}

// unusedStrings adds the shared strings that no cell refers to.
func (d *document) unusedStrings() {
	var out []byte
	for i := range d.book.strings {
		if text := d.book.stringText(i); !d.book.strings[i].used && len(text) > 0 {
			out = append(append(out, text...), '\n')
		}
	}
	d.apart("strings", out)
}
