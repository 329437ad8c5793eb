package ooxml

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"
	"unicode/utf16"

	"github.com/zixpolicy/zixpolicy/message/collect"
	"github.com/zixpolicy/zixpolicy/message/prose"
	"github.com/zixpolicy/zixpolicy/message/xmlscan"
)

// speaking are the attributes whose values are text in any vocabulary.
var speaking = map[string]bool{
	"v": true, "name": true, "caption": true, "connection": true, "command": true, "description": true, "title": true,
	"descr": true, "alt": true, "author": true, "displayName": true, "val": true, "UnicodeString": true, "Name": true,
	"NameU": true, "sourceName": true, "uniqueName": true, "prompt": true, "altText": true, "altTextSummary": true,
	"comment": true, "tooltip": true, "sourceFile": true, "url": true, "userId": true, "initials": true, "f": true, "V": true,
}

// records reads XML that holds text in its attributes: caches of pivot tables,
// connections, drawings of Visio. In XML of which next to nothing is text, only
// elements are read.
func (d *document) records(s *xmlscan.Scanner, p part) {
	out := d.section(p)
	attributes := p.role == roleRecords
	for {
		switch s.Next() {
		case xmlscan.EOF:
			return
		case xmlscan.Start:
			if attributes {
				d.recordAttributes(s, out)
			}
		case xmlscan.End:
			if out.Pending() {
				out.End()
			}
		case xmlscan.Text:
			if text := s.Text(); len(bytes.TrimSpace(text)) > 0 {
				out.Write(text, prose.Seen)
			}
		case xmlscan.Aside:
		}
	}
}

// line adds a line to a section.
func (s *section) line(text string) {
	if s.Pending() {
		s.End()
	}
	s.Write([]byte(text), prose.Seen)
	s.End()
}

func (d *document) recordAttributes(s *xmlscan.Scanner, out *section) {
	for name, value := range s.Attrs() {
		if value = strings.TrimSpace(value); value == "" || !speaking[name] {
			continue
		}
		out.line(value)
	}
}

// properties reads the properties of a document, one a line.
func (d *document) properties(s *xmlscan.Scanner, p part) {
	out := d.section(p)
	name, custom := "", ""
	for kind := s.Next(); kind != xmlscan.EOF; kind = s.Next() {
		switch kind {
		case xmlscan.Start:
			name = string(s.Name())
			if name == "property" {
				custom = s.Attr("name")
			}
		case xmlscan.Text:
			text := strings.TrimSpace(string(s.Text()))
			if text == "" {
				continue
			}
			label := name
			if custom != "" {
				label = custom
			}
			out.line(label + ": " + strings.Join(strings.Fields(text), " "))
		case xmlscan.End:
			if string(s.Name()) == "property" {
				custom = ""
			}
		}
	}
}

// maxPrinter is how large the settings of a printer are at most.
const maxPrinter = 64 << 10

// binary reads a part that is no XML and carries no text if it is what its name says:
// the settings of a printer, or an embedded font. Otherwise it is handed on.
func (d *document) binary(p part) {
	head := d.pack.Peek(p.entry, maxPrinter+1)
	switch {
	case strings.Contains(p.name, "printerSettings/"):
		if len(head) > maxPrinter {
			return
		}
	case !looksFont(head):
		return
	}
	e := d.pack.Open(p.entry)
	if e == nil {
		return
	}
	_, err := io.Copy(io.Discard, e)
	e.Close(err)
	if text := wideText(head); text != "" && strings.Contains(p.name, "printerSettings/") {
		d.file.Section("printer", text, collect.Mark{Kind: collect.MarkHidden, End: len(text)})
	}
}

// looksFont reports whether content is a font of which the first bytes may be
// garbled, as embedded fonts are: the directory of its tables follows them.
func looksFont(content []byte) bool {
	found := 0
	for _, table := range [...]string{"OS/2", "cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "name", "post"} {
		if bytes.Contains(content[:min(len(content), 1024)], []byte(table)) {
			found++
		}
	}
	return found >= 5
}

// wideText returns the runs of printable UTF-16 characters in content, one a line.
func wideText(content []byte) string {
	var out strings.Builder
	var run []uint16
	flush := func() {
		if len(run) >= 4 {
			out.WriteString(string(utf16.Decode(run)) + "\n")
		}
		run = run[:0]
	}
	for i := 0; i+1 < len(content); i += 2 {
		if c := binary.LittleEndian.Uint16(content[i:]); c >= ' ' && c < 0x250 && c != 0x7f {
			run = append(run, c)
		} else {
			flush()
		}
	}
	flush()
	return out.String()
}
