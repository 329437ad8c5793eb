package pdf

import (
	"bytes"
	"unicode/utf8"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// pageText is the text of all pages, with what is hidden marked.
type pageText struct {
	text  []byte
	marks []collect.Mark
}

// add adds text that can be seen.
func (t *pageText) add(text string) {
	for _, c := range text {
		t.addRune(c, false)
	}
}

// addRune adds one character of PDFium.
func (t *pageText) addRune(c rune, hidden bool) {
	if c = tidyRune(c); c < 0 {
		return
	}
	if isDigit(c) && t.endsInBrokenNumber() {
		t.text = t.text[:len(t.text)-1] // "123-45-" and "6789" on the next line are one number
	}
	start := len(t.text)
	t.text = utf8.AppendRune(t.text, c)
	if !hidden {
		return
	}
	if n := len(t.marks); n > 0 && (t.marks[n-1].End >= start || len(bytes.TrimSpace(t.text[t.marks[n-1].End:start])) == 0) {
		t.marks[n-1].End = len(t.text) // white space between is PDFium's and in no object
		return
	}
	t.marks = append(t.marks, collect.Mark{Kind: collect.MarkHidden, Start: start, End: len(t.text)})
}

// endsInBrokenNumber reports whether the text ends in a line that ends in a digit
// and a hyphen.
func (t *pageText) endsInBrokenNumber() bool {
	n := len(t.text)
	return n > 2 && t.text[n-1] == '\n' && t.text[n-2] == '-' && isDigit(rune(t.text[n-3]))
}

func isDigit(c rune) bool { return c >= '0' && c <= '9' }

// endPage sets the next page apart by an empty line.
func (t *pageText) endPage() {
	for !bytes.HasSuffix(t.text, []byte("\n\n")) && len(t.text) > 0 {
		t.text = append(t.text, '\n')
	}
}
