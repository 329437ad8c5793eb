package ooxml

import (
	"strconv"
	"unicode/utf8"

	"github.com/zixpolicy/zixpolicy/message/prose"
	"github.com/zixpolicy/zixpolicy/message/xmlscan"
)

// meaning is what the text inside an element is.
type meaning uint8

const (
	stray   meaning = iota // text where no text belongs
	plain                  // text of a run
	deleted                // text of a run that has been deleted
	field                  // the instruction of a field
	machine                // numbers that place a picture, and the like
)

// reader reads the paragraphs of WordprocessingML and DrawingML.
type reader struct {
	doc *document
	out *section

	meanings              []meaning // of the open elements
	runs                  []run     // by open paragraph
	deletions, insertions int       // how many such elements are open
	hiddenShape           int       // the depth of the shape that is hidden; 0 if none is
	instruction           []byte
	fallback              fallback
}

// run is the run that is open in a paragraph.
type run struct{ open, hidden bool }

// prose reads a part whose text is paragraphs.
func (d *document) prose(s *xmlscan.Scanner, p part) {
	r := &reader{doc: d, out: d.section(p), runs: make([]run, 1)}
	for {
		switch s.Next() {
		case xmlscan.EOF:
			r.end()
			return
		case xmlscan.Start:
			if s.Depth() == 1 && p.role == roleSlide && !on(s.Attr("show"), true) {
				r.out.unseen = true
			}
			r.meanings = append(r.meanings, r.start(s))
		case xmlscan.End:
			if n := len(r.meanings); n > 0 {
				r.meanings = r.meanings[:n-1]
			}
			r.close(s)
		case xmlscan.Text:
			r.text(s.Text())
		case xmlscan.Aside:
		}
	}
}

// run returns the run of the innermost paragraph.
func (r *reader) run() *run { return &r.runs[len(r.runs)-1] }

// start enters an element and returns what text in it is.
func (r *reader) start(s *xmlscan.Scanner) meaning {
	switch name := string(s.Name()); name {
	case "t":
		return plain
	case "delText":
		return deleted
	case "instrText", "delInstrText":
		return field
	case "p":
		r.out.Open()
		r.runs = append(r.runs, run{})
	case "r":
		*r.run() = run{open: true}
	case "vanish", "specVanish":
		if run := r.run(); run.open {
			run.hidden = run.hidden || on(s.Attr("val"), true)
		}
	case "del", "moveFrom":
		r.deletions++
		r.doc.asides.names.Add(s.Attr("author"))
	case "ins", "moveTo":
		r.insertions++
		r.doc.asides.names.Add(s.Attr("author"))
	case "tab", "ptab":
		if r.run().open {
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
func (r *reader) startOther(s *xmlscan.Scanner, name string) meaning {
	switch name {
	case "tbl":
		r.out.OpenTable()
	case "tc":
		r.out.OpenCell()
		r.span(s.Attr("gridSpan"))
	case "gridSpan":
		r.span(s.Attr("val"))
	case "AlternateContent":
		r.fallback.begin(r.out.Len())
	case "Fallback":
		r.enterFallback()
	case "posOffset", "align", "pctWidth", "pctHeight", "pctPosHOffset", "pctPosVOffset", "fldData", "binData",
		"Anchor", "Row", "Column", "formatCode", "idx", "order":
		return machine
	case "v", "text", "author", "div", "Text":
		return plain
	default:
		r.attributes(s, name)
	}
	return stray
}

// span notes over how many columns a cell reaches.
func (r *reader) span(columns string) {
	if n, err := strconv.Atoi(columns); err == nil {
		r.out.Span(n)
	}
}

// close leaves an element.
func (r *reader) close(s *xmlscan.Scanner) {
	switch name := string(s.Name()); name {
	case "p":
		r.out.Close()
		r.runs = r.runs[:max(1, len(r.runs)-1)]
	case "r":
		*r.run() = run{}
	case "del", "moveFrom":
		r.deletions = max(0, r.deletions-1)
	case "ins", "moveTo":
		r.insertions = max(0, r.insertions-1)
	case "fldChar", "fldSimple":
		r.endField()
	case "tc":
		r.out.CloseCell()
	case "tr":
		r.out.EndRow()
	case "tbl":
		r.out.CloseTable()
	case "Fallback":
		r.leaveFallback()
	case "AlternateContent":
		r.endAlternate()
	case "comment", "author", "cm", "si", "text", "Text", "v", "pt", "threadedComment", "div", "shape", "footnote", "endnote":
		if r.out.Pending() {
			r.out.End()
		}
	}
	if s.Depth() < r.hiddenShape {
		r.hiddenShape = 0
	}
}

// text takes the text of the innermost element.
func (r *reader) text(text []byte) {
	meaning := stray
	if n := len(r.meanings); n > 0 {
		meaning = r.meanings[n-1]
	}
	switch meaning {
	case plain:
		r.write(text, false)
	case deleted:
		r.write(text, true)
	case field:
		r.instruction = append(r.instruction, text...)
	case stray:
		r.out.Hide(text)
	case machine:
	}
}

// write adds text to the paragraph.
func (r *reader) write(text []byte, gone bool) {
	switch {
	case gone || r.run().hidden || r.deletions > 0 || r.hiddenShape > 0:
		r.out.Write(text, prose.Gone)
	case r.insertions > 0:
		r.out.Write(text, prose.Added)
	default:
		r.out.Write(text, prose.Seen)
	}
}

// symbol writes a character of a symbol font, whose codes are those of ASCII in the
// private use area.
func (r *reader) symbol(char string) {
	code, err := strconv.ParseUint(char, 16, 32)
	if err != nil || code > utf8.MaxRune {
		return
	}
	if code >= 0xf020 && code < 0xf0ff {
		code -= 0xf000
	}
	r.write(utf8.AppendRune(nil, rune(code)), false)
}

// endField ends the instruction of a field, at its next mark.
func (r *reader) endField() {
	r.doc.asides.fields.Add(string(r.instruction))
	r.instruction = r.instruction[:0]
}

// end ends everything that is open at the end of the part.
func (r *reader) end() {
	for r.fallback.depth > 0 {
		r.leaveFallback()
	}
	r.endAlternate()
	for range r.runs[1:] {
		r.out.Close()
	}
	for r.out.Tables() > 0 {
		r.out.CloseTable()
	}
	if r.out.Pending() {
		r.out.End()
	}
	r.endField()
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
