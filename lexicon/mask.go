package lexicon

import (
	"strings"
	"unicode"
)

// Mask returns s with every letter and digit replaced by a bullet, so that a hit can
// be shown by its shape: "•••-••-••••". Combining marks belong to their letters.
func Mask(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r), unicode.IsNumber(r):
			return '•'
		case unicode.IsMark(r):
			return -1
		}
		return r
	}, s)
}
