// Package prose gathers the text of a document, in paragraphs and tables, while its
// reader goes through it.
//
// Hidden and deleted text is kept apart, behind the text that is seen: in between, it
// would tear apart what the eye reads as one. So a paragraph with hidden text is
// given twice: as it is seen, and once more, marked hidden, with all of it in place.
package prose

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// Sight says whether text is seen.
type Sight uint8

// How text can be seen.
const (
	Seen  Sight = iota
	Gone        // hidden or deleted
	Added       // seen, but not there before the tracked changes
)

// maxOpen bounds how deeply paragraphs and tables may stand inside one another. What
// is nested more deeply belongs to the innermost that is open.
const maxOpen = 256

// Writer gathers one text. The zero value is ready.
type Writer struct {
	// Room is how much text may be gathered; 0 for any amount. What is more is dropped,
	// and Full reports it.
	Room int64

	size   int64
	excess int // paragraphs opened beyond maxOpen
	deep   int // tables opened beyond it

	shown  []byte
	hidden []byte
	tables []collect.Table

	open    []*paragraph // the innermost last; the first is never closed
	layouts []*layout    // the tables that are open
	aside   *[]byte      // where whole paragraphs go instead, if anywhere
}

// paragraph is a paragraph that is being read: what is seen of it, and all of it but
// what was added.
type paragraph struct {
	shown, whole []byte
	odd          bool // something in it is not seen
}

// Open begins a paragraph, inside the one that is open if there is one.
func (w *Writer) Open() {
	if len(w.open) >= maxOpen {
		w.excess++
		return
	}
	w.open = append(w.open, &paragraph{})
}

// Close ends the paragraph that Open began.
func (w *Writer) Close() {
	w.End()
	if w.excess > 0 {
		w.excess--
		return
	}
	if n := len(w.open); n > 1 {
		w.open = w.open[:n-1]
	}
}

func (w *Writer) top() *paragraph {
	if len(w.open) == 0 {
		w.Open()
	}
	return w.open[len(w.open)-1]
}

// Write adds text to the open paragraph.
func (w *Writer) Write(text []byte, sight Sight) {
	if w.size += int64(len(text)); w.Full() {
		return
	}
	p := w.top()
	if sight != Gone {
		p.shown = append(p.shown, text...)
	}
	if sight != Added {
		p.whole = append(p.whole, text...)
	}
	p.odd = p.odd || sight == Gone
}

// End ends a line: what has been written to the open paragraph so far.
func (w *Writer) End() {
	w.size++
	p := w.top()
	switch t := w.layout(); {
	case w.aside != nil:
		*w.aside = append(appendClean(*w.aside, p.whole), '\n')
	case t != nil && t.inCell:
		if len(p.shown) > 0 {
			t.text = append(appendClean(t.text, p.shown), '\n')
		}
	case !w.Full():
		w.shown = append(appendClean(w.shown, p.shown), '\n')
	}
	if p.odd && w.aside == nil {
		w.hidden = append(appendClean(w.hidden, p.whole), '\n')
	}
	p.shown, p.whole, p.odd = p.shown[:0], p.whole[:0], false
}

// Pending reports whether the open paragraph has text.
func (w *Writer) Pending() bool {
	p := w.top()
	return len(p.shown)+len(p.whole) > 0
}

// Hide adds text that is not seen, as a line of its own.
func (w *Writer) Hide(text []byte) {
	w.size += int64(len(text))
	if text = bytes.TrimSpace(text); len(text) > 0 && !w.Full() {
		w.hidden = append(appendClean(w.hidden, text), '\n')
	}
}

// Divert lets paragraphs that end go to out, nil for back into the text.
func (w *Writer) Divert(out *[]byte) { w.aside = out }

// Full reports whether there was more text than room.
func (w *Writer) Full() bool { return w.Room > 0 && w.size > w.Room }

// Len returns how much text has been gathered. Text that was shown from there on can
// be looked for with Shown.
func (w *Writer) Len() int { return len(w.shown) }

// Shown reports whether a line stands in the text from the given length on, or in
// what is still open. Its time is that of going through these.
func (w *Writer) Shown(line []byte, from int) bool {
	if bytes.Contains(w.shown[min(from, len(w.shown)):], line) {
		return true
	}
	for _, p := range w.open {
		if bytes.Contains(p.shown, line) {
			return true
		}
	}
	for _, t := range w.layouts {
		if bytes.Contains(t.text, line) {
			return true
		}
	}
	return false
}

// Finish ends all that is open and returns the text: what is seen, and behind it,
// marked, what is not.
func (w *Writer) Finish() (string, []collect.Table, []collect.Mark) {
	w.aside = nil
	for len(w.open) > 1 || w.Pending() {
		if w.Pending() {
			w.End()
		}
		w.open = w.open[:max(1, len(w.open)-1)]
	}
	w.deep = 0
	for len(w.layouts) > 0 {
		w.CloseTable()
	}
	text := strings.TrimRight(string(w.shown), "\n")
	tables := w.tables[:0]
	for _, t := range w.tables {
		if t.End = min(t.End, len(text)); t.Start < t.End {
			tables = append(tables, t)
		}
	}
	hidden := strings.TrimRight(string(w.hidden), "\n")
	if hidden == "" {
		return text, tables, nil
	}
	if text != "" {
		text += "\n"
	}
	start := len(text)
	text += hidden
	return text, tables, []collect.Mark{{Kind: collect.MarkHidden, Start: start, End: len(text)}}
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
