package ooxml

import (
	"bytes"
	"strconv"
	"unicode/utf8"

	"github.com/zixpolicy/zixpolicy/message/xmlscan"
)

// context is what the text inside an element is.
type context uint8

const (
	stray   context = iota // text where no text belongs
	plain                  // text of a run
	deleted                // text of a run that has been deleted
	field                  // the instruction of a field
	machine                // numbers that place a picture, and the like
)

// prose reads the paragraphs of WordprocessingML and DrawingML.
type prose struct {
	doc *document
	out *page

	contexts   []context // of the open elements
	paragraphs []*paragraph
	tables     []*table

	deletions, insertions int // how many such elements are open
	hiddenShape           int // the depth of the shape that is hidden; 0 if none is
	instruction           []byte
	fallback              fallback
}

// paragraph is a paragraph that is being read: what is seen of it, and how it was
// with what has been deleted or is hidden.
type paragraph struct {
	shown, whole []byte
	odd          bool // whole differs from shown
	run          bool // in a run
	hiddenRun    bool
}

// prose reads a part whose text is paragraphs.
func (d *document) prose(s *xmlscan.Scanner, p part) {
	section := d.section(p)
	r := &prose{doc: d, out: &section.page}
	r.paragraphs = []*paragraph{{}}
	r.read(s, func() {
		switch {
		case p.role == roleSlide && s.Depth() == 1 && !on(s.Attr("show"), true):
			section.unseen = true
		}
	})
}

// read reads to the end of the document. root is called at the root element.
func (r *prose) read(s *xmlscan.Scanner, root func()) {
	for {
		switch s.Next() {
		case xmlscan.EOF:
			r.end()
			return
		case xmlscan.Start:
			if s.Depth() == 1 {
				root()
			}
			r.contexts = append(r.contexts, r.start(s))
		case xmlscan.End:
			if n := len(r.contexts); n > 0 {
				r.contexts = r.contexts[:n-1]
			}
			r.close(s)
		case xmlscan.Text:
			r.text(s.Text())
		case xmlscan.Aside:
		}
	}
}

// top returns the innermost open paragraph.
func (r *prose) top() *paragraph { return r.paragraphs[len(r.paragraphs)-1] }

// start enters an element and returns what text in it is.
func (r *prose) start(s *xmlscan.Scanner) context {
	switch name := string(s.Name()); name {
	case "t":
		return plain
	case "delText":
		return deleted
	case "instrText", "delInstrText":
		return field
	case "p":
		r.paragraphs = append(r.paragraphs, &paragraph{})
	case "r":
		r.top().run, r.top().hiddenRun = true, false
	case "vanish", "specVanish":
		if p := r.top(); p.run {
			p.hiddenRun = p.hiddenRun || on(s.Attr("val"), true)
		}
	case "del", "moveFrom":
		r.deletions++
		r.doc.asides.names.add(s.Attr("author"))
	case "ins", "moveTo":
		r.insertions++
		r.doc.asides.names.add(s.Attr("author"))
	case "tab", "ptab":
		if r.top().run {
			r.write([]byte("\t"), false)
		}
	case "br", "cr":
		r.write([]byte("\n"), false)
	case "noBreakHyphen":
		r.write([]byte("-"), false)
	case "sym":
		r.symbol(s.Attr("char"))
	default:
		return r.startOther(s, name)
	}
	return stray
}

// startOther is start for elements that are not inside runs.
func (r *prose) startOther(s *xmlscan.Scanner, name string) context {
	switch name {
	case "tbl":
		r.tables = append(r.tables, &table{})
	case "tr", "tc":
		if t := r.table(); t != nil && name == "tc" {
			t.open(s.Attr("gridSpan"))
		}
	case "gridSpan":
		if t := r.table(); t != nil {
			t.spans(s.Attr("val"))
		}
	case "AlternateContent":
		r.fallback.begin(len(r.out.shown))
	case "Fallback":
		r.flush(r.top())
		r.fallback.depth++
	case "posOffset", "align", "pctWidth", "pctHeight", "pctPosHOffset", "pctPosVOffset", "fldData", "binData",
		"Anchor", "Row", "Column", "formatCode", "idx", "order", "rPr", "pPr", "tcPr", "sectPr":
		return machine
	case "v", "text", "author", "div", "Text":
		return plain
	default:
		r.attributes(s, name)
	}
	return stray
}

// close leaves an element.
func (r *prose) close(s *xmlscan.Scanner) {
	switch name := string(s.Name()); name {
	case "p":
		r.flush(r.top())
		if n := len(r.paragraphs); n > 1 {
			r.paragraphs = r.paragraphs[:n-1]
		}
	case "r":
		r.top().run, r.top().hiddenRun = false, false
	case "del", "moveFrom":
		r.deletions = max(0, r.deletions-1)
	case "ins", "moveTo":
		r.insertions = max(0, r.insertions-1)
	case "instrText", "delInstrText":
	case "fldChar", "fldSimple":
		r.endField()
	case "tc":
		if t := r.table(); t != nil {
			r.flush(r.top())
			t.close()
		}
	case "tr":
		if t := r.table(); t != nil {
			t.endRow()
		}
	case "tbl":
		r.endTable()
	case "Fallback":
		r.flush(r.top())
		r.fallback.depth = max(0, r.fallback.depth-1)
	case "AlternateContent":
		r.endAlternate()
	case "comment", "author", "cm", "si", "text", "Text", "v", "pt", "threadedComment", "div", "shape", "footnote", "endnote":
		r.flush(r.top())
	}
	if s.Depth() < r.hiddenShape {
		r.hiddenShape = 0
	}
}

// text takes the text of the innermost element.
func (r *prose) text(text []byte) {
	context := stray
	if n := len(r.contexts); n > 0 {
		context = r.contexts[n-1]
	}
	switch context {
	case plain:
		r.write(text, false)
	case deleted:
		r.write(text, true)
	case field:
		r.instruction = append(r.instruction, text...)
	case stray:
		if text = bytes.TrimSpace(text); len(text) > 0 {
			r.out.hidden = appendClean(append(r.out.hidden, '\n'), text)
		}
	case machine:
	}
}

// write adds text to the paragraph.
func (r *prose) write(text []byte, gone bool) {
	p := r.top()
	gone = gone || p.hiddenRun || r.deletions > 0 || r.hiddenShape > 0
	if !gone {
		p.shown = append(p.shown, text...)
	}
	if gone || r.insertions == 0 {
		p.whole = append(p.whole, text...)
	}
	p.odd = p.odd || gone
}

// symbol writes a character of a symbol font, whose codes are those of ASCII in the
// private use area.
func (r *prose) symbol(char string) {
	code, err := strconv.ParseUint(char, 16, 32)
	if err != nil || code > utf8.MaxRune {
		return
	}
	if code >= 0xf020 && code < 0xf0ff {
		code -= 0xf000
	}
	r.write(utf8.AppendRune(nil, rune(code)), false)
}

// flush ends a paragraph.
func (r *prose) flush(p *paragraph) {
	shown, whole := p.shown, p.whole
	odd := p.odd
	p.shown, p.whole, p.odd = p.shown[:0], p.whole[:0], false
	switch t := r.table(); {
	case r.fallback.depth > 0:
		r.fallback.text = appendClean(r.fallback.text, whole)
		r.fallback.text = append(r.fallback.text, '\n')
		return
	case t != nil && t.inCell && (len(shown) > 0 || odd):
		t.add(appendClean(nil, shown))
	case t != nil && t.inCell:
	default:
		r.out.shown = append(appendClean(r.out.shown, shown), '\n')
	}
	if odd {
		r.out.hidden = append(appendClean(r.out.hidden, whole), '\n')
	}
}

// endField ends the instruction of a field, at its next mark.
func (r *prose) endField() {
	r.doc.asides.fields.add(string(r.instruction))
	r.instruction = r.instruction[:0]
}

// end ends everything that is open at the end of the part.
func (r *prose) end() {
	r.fallback.depth = 0
	for n := len(r.paragraphs) - 1; n >= 0; n-- {
		if p := r.paragraphs[n]; len(p.whole)+len(p.shown) > 0 {
			r.flush(p)
		}
	}
	for len(r.tables) > 0 {
		r.endTable()
	}
	r.endField()
}

// appendClean appends text as valid UTF-8 with LF line ends.
func appendClean(out, text []byte) []byte {
	if bytes.IndexByte(text, '\r') >= 0 {
		text = bytes.ReplaceAll(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
	}
	if !utf8.Valid(text) {
		text = bytes.ToValidUTF8(text, []byte("\uFFFD"))
	}
	return append(out, text...)
}

// on reads a boolean attribute; absent says what it means to be not there.
func on(value string, absent bool) bool {
	switch value {
	case "":
		return absent
	case "0", "false", "off", "none":
		return false
	}
	return true
}
