package pdf

import "strings"

// What PDFium puts where a hyphen at the end of a line broke a word, in place of
// hyphen and line end.
const (
	brokenWord   = '\x02'
	noncharacter = '\ufffe'
)

// tidy returns text of PDFium as text: LF line ends, no control characters.
func tidy(text string) string { return strings.Map(tidyRune, text) }

// tidyRune returns what stands for a character of PDFium, -1 for nothing. A word
// that was broken keeps a soft hyphen.
func tidyRune(c rune) rune {
	switch {
	case c == brokenWord || c == noncharacter:
		return '\u00ad'
	case c == '\n' || c == '\t':
		return c
	case c < ' ' || c == 0x7f:
		return -1
	}
	return c
}
