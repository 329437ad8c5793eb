// Package rtf reads Rich Text Format, as its specification 1.9.1 and Word have it:
// text in every code page and in Unicode, headers, notes and comments, hidden and
// deleted text, embedded objects and pictures.
//
// What programs skip because they do not know it is text too, marked hidden.
package rtf

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/zixpolicy/zixpolicy/message/charset"
	"github.com/zixpolicy/zixpolicy/message/collect"
	"github.com/zixpolicy/zixpolicy/message/prose"
)

// maxDepth is how deeply groups may be nested.
const maxDepth = 10_000

// Read reads the file f.
func Read(f *collect.File) {
	r := &reader{
		file: f, tokens: tokens{content: f.Content}, sections: map[string]*prose.Writer{},
		fonts: map[int]font{}, codepage: "windows-1252",
	}
	r.state = state{skip: 1, section: mainText}
	r.main = r.section(mainText)
	r.read()
	r.finish()
}

// mainText is the name of the section that is the document itself.
const mainText = ""

// font is what is known of a font.
type font struct {
	codepage string
	symbols  bool
}

// state is what a group inherits and its end restores.
type state struct {
	destination destination
	section     string // where text goes
	label       string // of a property
	codepage    string // of the font; "" for the document's
	symbols     bool   // the font's codes are those of symbols
	skip        int    // how many characters stand for one in Unicode
	hidden      bool
	deleted     bool
	added       bool
	star        bool // the group begins with \*
	fresh       bool // nothing stands in the group yet
}

// reader is the state of reading one file.
type reader struct {
	file   *collect.File
	tokens tokens
	state  state
	stack  []state
	excess int // groups opened beyond maxDepth

	main     *prose.Writer
	sections map[string]*prose.Writer
	order    []string

	fonts    map[int]font
	font     int    // whose entry in the table of fonts is being read
	codepage string // of the document
	initial  int    // the font that text begins with

	bytes   []byte // text in a code page, not decoded yet
	high    uint16 // the first half of a surrogate pair
	pending int    // characters still to skip after one in Unicode
	opaque  opaque
	began   bool // the document's group was opened
	ended   bool // and closed
}

// section returns the text of that name.
func (r *reader) section(name string) *prose.Writer {
	w := r.sections[name]
	if w == nil {
		w = &prose.Writer{Room: r.file.TextLeft()}
		r.sections[name] = w
		r.order = append(r.order, name)
	}
	return w
}

// out returns where text goes.
func (r *reader) out() *prose.Writer {
	if r.state.section == mainText {
		return r.main
	}
	return r.section(r.state.section)
}

// read reads the file to its end.
func (r *reader) read() {
	for n := 0; !r.ended; n++ {
		if n&1023 == 1023 && r.file.Err() != nil {
			return
		}
		t := r.tokens.next()
		switch t.kind {
		case end:
			r.flush()
			return
		case open:
			r.flush()
			r.push()
		case shut:
			r.flush()
			r.pop()
		case blob:
			r.flush()
			r.raw(t.bytes)
		case word:
			r.word(t)
		case char:
			if !r.skipped() {
				r.byte(byte(t.number))
			}
		case text:
			r.text(t.bytes)
		}
		if t.kind != open {
			r.state.fresh = false
		}
	}
}

// push begins a group.
func (r *reader) push() {
	r.began = true
	if len(r.stack) >= maxDepth {
		if r.excess == 0 {
			r.file.Defect(collect.DefectTooDeep, "groups nested too deeply")
		}
		r.excess++
		return
	}
	r.stack = append(r.stack, r.state)
	r.state.fresh, r.state.star = true, false
	r.pending = 0
}

// pop ends a group.
func (r *reader) pop() {
	if r.excess > 0 {
		r.excess--
		return
	}
	n := len(r.stack)
	if n == 0 {
		return
	}
	before := r.state
	r.state = r.stack[n-1]
	r.stack = r.stack[:n-1]
	r.pending = 0
	if before.destination != r.state.destination || before.section != r.state.section {
		r.leave(before)
	}
	r.ended = n == 1
}

// skipped reports whether a character is the replacement of one in Unicode.
func (r *reader) skipped() bool {
	if r.pending > 0 {
		r.pending--
		return true
	}
	return false
}

// text takes bytes as they stand.
func (r *reader) text(b []byte) {
	n := min(r.pending, len(b))
	r.pending -= n
	b = b[n:]
	if r.state.destination == dataDestination {
		r.opaque.hex(b)
		return
	}
	for _, c := range b {
		r.byte(c)
	}
}

// byte takes a character in the code page of the font.
func (r *reader) byte(c byte) {
	r.high = 0
	r.bytes = append(r.bytes, c)
}

// flush decodes what has been taken and writes it.
func (r *reader) flush() {
	if len(r.bytes) == 0 {
		return
	}
	text := r.decode(r.bytes)
	r.bytes = r.bytes[:0]
	r.write(text)
}

// decode returns text in the code page of the font as UTF-8.
func (r *reader) decode(b []byte) string {
	if r.state.symbols {
		return string(b)
	}
	label := r.state.codepage
	if label == "" {
		label = r.codepage
	}
	text, _ := charset.Decode(b, label)
	return text
}

// unicode takes \uN: a UTF-16 unit as a signed number.
func (r *reader) unicode(n int) {
	r.flush()
	r.pending = r.state.skip
	unit := uint16(n)
	high := r.high
	r.high = 0
	switch {
	case n < -0x8000 || n > 0xffff:
		if n > 0 && n <= utf8.MaxRune {
			r.write(string(rune(n)))
		}
	case unit >= 0xd800 && unit < 0xdc00:
		r.high = unit
	case unit >= 0xdc00 && unit < 0xe000:
		r.write(string(utf16.DecodeRune(rune(high), rune(unit))))
	case unit >= 0xf020 && unit < 0xf0ff:
		r.write(string(rune(unit - 0xf000))) // a symbol font's own codes
	default:
		r.write(string(rune(unit)))
	}
}

// write writes text where it belongs.
func (r *reader) write(text string) {
	switch r.state.destination {
	case textDestination:
		w := r.out()
		if r.state.label != "" && !w.Pending() {
			text = r.state.label + ": " + text
		}
		w.Write([]byte(text), r.sight())
	case fontDestination, machineDestination:
	case dataDestination:
		r.opaque.hex([]byte(text))
	case strayDestination:
		if strings.TrimSpace(text) != "" || r.out().Pending() {
			r.out().Write([]byte(text), prose.Seen)
		}
	}
}

// sight says how text is seen.
func (r *reader) sight() prose.Sight {
	switch {
	case r.state.hidden || r.state.deleted:
		return prose.Gone
	case r.state.added:
		return prose.Added
	}
	return prose.Seen
}

// finish hands all texts to the collector.
func (r *reader) finish() {
	if r.file.Err() != nil {
		return
	}
	for _, name := range r.order {
		text, tables, marks := r.sections[name].Finish()
		if r.sections[name].Full() {
			r.file.Defect(collect.DefectTooLarge, "more text in a document than may be read")
		}
		if unseen[name] {
			marks = []collect.Mark{{Kind: collect.MarkHidden, End: len(text)}}
		}
		if text != "" || name == mainText {
			r.file.Tables(name, text, tables, marks...)
		}
	}
	if len(r.stack) > 0 || r.excess > 0 || r.tokens.short || !r.began {
		r.file.Defect(collect.DefectTruncated, "groups that do not end")
	}
	after := strings.Trim(string(r.tokens.content[r.tokens.pos:]), " \t\r\n\x00")
	if after != "" && r.ended {
		r.file.Attach(&collect.File{Path: "after", Content: []byte(after)})
	}
}
