package pdf

import "strings"

// What PDFium puts where a hyphen ends a line.
const (
	softHyphen   = '\x02'
	noncharacter = '\ufffe'
)

// tidy returns text of PDFium as text: LF line ends, no control characters, and
// hyphens where lines end in them.
func tidy(text string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c == softHyphen || c == noncharacter:
			return '-'
		case c == '\n' || c == '\t':
			return c
		case c < ' ' || c == 0x7f:
			return -1
		}
		return c
	}, text)
}
