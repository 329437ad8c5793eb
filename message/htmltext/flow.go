package htmltext

import (
	"bytes"
	"strings"
)

// flow is text that is laid out as HTML is: white space runs are one space, and
// none stands at the start or end of a line.
type flow struct {
	out     strings.Builder
	space   bool // a space is due before the next word
	newline bool // the last byte written ends a line (or nothing is written)
	empty   bool // the last line written is empty
	used    bool
	tabs    int // due before the next word
}

func (w *flow) String() string { return strings.TrimRight(w.out.String(), "\n\t ") }

func (w *flow) len() int { return w.out.Len() }

// mark ends the current line and returns the offset where the next one starts.
func (w *flow) mark() int {
	w.line()
	return w.out.Len()
}

// write adds text; pre keeps its white space.
func (w *flow) write(text []byte, pre bool) {
	if pre {
		w.writePre(text)
		return
	}
	for len(text) > 0 {
		n := 0
		for n < len(text) && !white(text[n]) {
			n++
		}
		if n > 0 {
			w.due()
			w.out.Write(text[:n])
			w.newline, w.used = false, true
			text = text[n:]
		}
		n = 0
		for n < len(text) && white(text[n]) {
			n++
		}
		if n > 0 {
			w.space = true
			text = text[n:]
		}
	}
}

// due writes the tabs or the space that wait for a next word.
func (w *flow) due() {
	switch {
	case w.tabs > 0:
		for ; w.tabs > 0; w.tabs-- {
			w.out.WriteByte('\t')
		}
		w.empty = false
	case w.space && w.out.Len() > 0 && !w.newline:
		w.out.WriteByte(' ')
	}
	w.space = false
}

func (w *flow) writePre(text []byte) {
	if len(text) == 0 {
		return
	}
	w.due()
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	text = bytes.ReplaceAll(text, []byte("\r"), []byte("\n"))
	w.out.Write(text)
	w.newline, w.empty, w.used = text[len(text)-1] == '\n', false, true
}

func white(b byte) bool { return b == ' ' || b == '\n' || b == '\t' || b == '\r' || b == '\f' }

// line ends the current line, if anything stands on it.
func (w *flow) line() {
	w.space, w.tabs = false, 0
	if w.out.Len() > 0 && !w.newline {
		w.out.WriteByte('\n')
		w.newline, w.empty = true, false
	}
}

// blank leaves one empty line, if anything stands above.
func (w *flow) blank() {
	if w.newline && !w.empty && w.out.Len() > 0 {
		w.out.WriteByte('\n')
		w.empty = true
	}
}

// hardBreak ends the current line even if nothing stands on it; there is never
// more than one empty line.
func (w *flow) hardBreak() {
	if w.newline {
		w.blank()
		return
	}
	w.line()
}

// tab sets the next word apart as another cell of the same row.
func (w *flow) tab() { w.tabs++ }

// list is a list of texts, one a line.
type list struct{ out strings.Builder }

func (l *list) String() string { return l.out.String() }

func (l *list) add(text string) {
	text = strings.TrimSpace(text)
	if text == "" {
		return
	}
	if l.out.Len() > 0 {
		l.out.WriteByte('\n')
	}
	l.out.WriteString(text)
}

// addLink adds a link target unless it says nothing to a person.
func (l *list) addLink(target string) {
	target = strings.TrimSpace(target)
	scheme, _, _ := strings.Cut(target, ":")
	switch strings.ToLower(scheme) {
	case "data", "cid", "javascript":
		return
	}
	if !strings.HasPrefix(target, "#") {
		l.add(target)
	}
}
