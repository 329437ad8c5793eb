package phrase

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// wordEnd returns where the word that begins at i ends.
func wordEnd(text []byte, i int) int {
	for at := i; at+8 <= len(text); at += 8 {
		x := binary.LittleEndian.Uint64(text[at:])
		if x&highs != 0 {
			break
		}
		if rest := wordBits(x) ^ highs; rest != 0 {
			return at + bits.TrailingZeros64(rest)/8
		}
	}
	c, size := runeAt(text, i)
	alone := c == solo
	for i += size; i < len(text); i += size {
		c, size = runeAt(text, i)
		if c != mark && (c != letter || alone) {
			break
		}
	}
	return i
}

// wordStart returns where the first word at or after i begins, or -1.
func wordStart(text []byte, i int) int {
	for i < len(text) {
		c, size := runeAt(text, i)
		if c != separator {
			return i
		}
		i += size
	}
	return -1
}

// wordBefore returns where the last word that ends at or before i begins, or -1.
func wordBefore(text []byte, i int) int {
	for i > 0 {
		c, size := runeBefore(text, i)
		if c != separator {
			break
		}
		i -= size
	}
	if i == 0 {
		return -1
	}
	for start := i; ; {
		at, c, size := start, separator, 0
		for at > 0 {
			if c, size = runeBefore(text, at); c != mark {
				break
			}
			at -= size
			c = separator
		}
		switch {
		case c == letter:
			start = at - size
		case c == solo && start == i: // which is the word, with the marks after it
			return at - size
		case c == solo:
			return start
		default:
			return at
		}
	}
}

// runeAt returns the class and the size of the character at i.
func runeAt(text []byte, i int) (class, int) {
	if c := text[i]; c < utf8.RuneSelf {
		return asciiClasses[c], 1
	}
	r, size := utf8.DecodeRune(text[i:])
	return classOf(r), size
}

// runeBefore returns the class and the size of the character before i.
func runeBefore(text []byte, i int) (class, int) {
	if c := text[i-1]; c < utf8.RuneSelf {
		return asciiClasses[c], 1
	}
	r, size := utf8.DecodeLastRune(text[:i])
	return classOf(r), size
}

// classOf returns the class of a character beyond ASCII.
func classOf(r rune) class {
	if classes := runeClasses(); int(r) < len(classes) {
		return classes[r]
	}
	return classify(r)
}

// asciiClasses holds the classes of ASCII.
var asciiClasses = func() (classes [utf8.RuneSelf]class) {
	for r := range classes {
		classes[r] = classify(rune(r))
	}
	return classes
}()
