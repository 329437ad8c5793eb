package fold

import (
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// kind says what becomes of a rune that stands alone.
type kind uint32

const (
	keep    kind = iota // stands for itself
	one                 // becomes another rune
	many                // becomes several runes
	drop                // is not seen by readers
	compose             // is worked out where it stands
)

// action is what becomes of a rune: its kind, whether it belongs to the rune before it,
// and the rune or the index of the text that it becomes.
type action uint32

const joinsBit action = 1 << 3

func (a action) kind() kind  { return kind(a & 7) }
func (a action) rune() rune  { return rune(a >> 4) }
func (a action) index() int  { return int(a >> 4) }
func (a action) joins() bool { return a&joinsBit != 0 }

// The table has two ranges: the alphabets, and the forms for compatibility. Between
// them lie ideographs and Hangul syllables, which stand for themselves.
const (
	lowEnd    = 0x3400
	highStart = 0xF900
	highEnd   = 0x10000
)

// runes holds the action of every rune of its two ranges.
type runes struct {
	low   [lowEnd]action
	high  [highEnd - highStart]action
	texts []string

	foldings map[rune]string // where folding the case is more than lowering it
}

// runeTable is made when the first text needs it, and never changes.
var runeTable = sync.OnceValue(func() *runes {
	t := &runes{foldings: foldings()}
	for r := range rune(lowEnd) {
		t.low[r] = t.describe(r)
	}
	for r := rune(highStart); r < highEnd; r++ {
		t.high[r-highStart] = t.describe(r)
	}
	return t
})

// lookup returns the action of r, which takes size bytes; a size of 1 beyond ASCII
// means a byte that is not UTF-8.
func (t *runes) lookup(r rune, size int) action {
	switch {
	case uint32(r) < lowEnd:
		return t.low[r]
	case r < 0xA000 || 0xAC00 <= r && r < 0xD7A4 || r == utf8.RuneError:
		return action(keep)
	case highStart <= r && r < highEnd:
		return t.high[r-highStart]
	}
	return outside(r)
}

// outside describes a rune beyond the table. No other than a mark composes with the one
// before it there.
func outside(r rune) action {
	if ignorable(r) {
		return action(drop) | joinsBit
	}
	if unicode.Is(unicode.M, r) {
		return action(compose) | joinsBit
	}
	return action(compose)
}

// joins reports whether the first character of s belongs to the one before it, or is
// dropped.
func joins(t *runes, s string) bool {
	if s[0] < utf8.RuneSelf {
		return t.low[s[0]].joins()
	}
	r, size := utf8.DecodeRuneInString(s)
	return t.lookup(r, size).joins()
}

// describe works out the action of r.
func (t *runes) describe(r rune) action {
	if ignorable(r) {
		return action(drop) | joinsBit
	}
	if r < utf8.RuneSelf {
		return action(keep)
	}
	s := string(r)
	if unicode.Is(unicode.M, r) || !norm.NFKC.PropertiesString(norm.NFKC.String(s)).BoundaryBefore() {
		return action(compose) | joinsBit
	}
	f := unify(r)
	if f == "" {
		var b Buffer
		f = string(b.settle(t, []byte(s)))
	}
	if f == s {
		return action(keep)
	}
	if first, size := utf8.DecodeRuneInString(f); size == len(f) && size > 0 {
		return action(one) | action(first)<<4
	}
	t.texts = append(t.texts, f)
	return action(many) | action(len(t.texts)-1)<<4
}

// ignorable reports whether readers see nothing at all of r.
func ignorable(r rune) bool {
	switch {
	case r < 0x09, 0x80 <= r && r < 0xA0 && r != 0x85:
		return true // controls
	case r < 0xAD:
		return false
	case r == 0x00AD, // soft hyphen
		r == 0x034F,              // combining grapheme joiner
		r == 0x061C,              // Arabic letter mark
		r == 0x115F, r == 0x1160, // Hangul fillers
		r == 0x17B4, r == 0x17B5, // inherent vowels of Khmer
		0x180B <= r && r <= 0x180F, // Mongolian selectors
		0x200B <= r && r <= 0x200F, // zero-width, direction marks
		0x202A <= r && r <= 0x202E, // direction embedding
		0x2060 <= r && r <= 0x206F, // word joiner, invisible operators
		r == 0x3164, r == 0xFFA0,   // Hangul fillers
		0xFE00 <= r && r <= 0xFE0F, // variation selectors
		r == 0xFEFF,                // zero-width no-break space
		0xFFF0 <= r && r <= 0xFFFB, // unassigned specials, annotation marks
		0x1BCA0 <= r && r <= 0x1BCA3,
		0x1D173 <= r && r <= 0x1D17A, // musical controls
		0xE0000 <= r && r <= 0xE0FFF: // tags, more selectors
		return true
	}
	return false
}

// unify returns the ASCII stand-in of dashes, quotation marks, spaces and digits, or
// the empty string.
func unify(r rune) string {
	switch r {
	case 0x0085, 0x2028:
		return "\n"
	case 0x2029:
		return "\n\n"
	case 0x3002, 0xFF61:
		return ". "
	case 0x2212, 0x2043, 0x02D7:
		return "-"
	case 0x00B4, 0x02B9, 0x02BB, 0x02BC, 0x02BD, 0x02C8, 0x02CA, 0x02CB, 0x2018, 0x2019, 0x201A, 0x201B,
		0x2032, 0x2035, 0x2039, 0x203A, 0xFF07, 0x055A, 0x05F3, 0xA78C:
		return "'"
	case 0x00AB, 0x00BB, 0x201C, 0x201D, 0x201E, 0x201F, 0x2033, 0x2036, 0x301D, 0x301E, 0x301F, 0x05F4, 0x02BA:
		return `"`
	case 0x2044, 0x2215, 0x29F8:
		return "/"
	}
	switch {
	case r < utf8.RuneSelf:
		return ""
	case unicode.Is(unicode.Zs, r):
		return " "
	case unicode.Is(unicode.Pd, r):
		return "-"
	case unicode.Is(unicode.Nd, r):
		return string(rune('0' + digit(r)))
	}
	return ""
}

// digit returns the value of a decimal digit of any script. Unicode keeps each ten of
// them together and in order, beginning with zero.
func digit(r rune) int {
	for _, span := range unicode.Nd.R16 {
		if r >= rune(span.Lo) && r <= rune(span.Hi) {
			return int(r-rune(span.Lo)) % 10
		}
	}
	for _, span := range unicode.Nd.R32 {
		if r >= rune(span.Lo) && r <= rune(span.Hi) {
			return int(r-rune(span.Lo)) % 10
		}
	}
	return 0
}

// foldings returns the case foldings that differ from the lower-case letter: ß to ss,
// final sigma to sigma, small Cherokee letters to capital ones.
func foldings() map[rune]string {
	m := make(map[rune]string)
	caser := cases.Fold()
	for r := rune(utf8.RuneSelf); r < lowEnd; r++ {
		if unicode.SimpleFold(r) == r && unicode.ToUpper(r) == r && !unicode.IsLower(r) {
			continue
		}
		if f := caser.String(string(r)); f != string(unicode.ToLower(r)) {
			m[r] = f
		}
	}
	for i := range rune(80) { // x/text leaves these as they are
		m[0xAB70+i] = string(0x13A0 + i)
		m[0x13A0+i] = string(0x13A0 + i)
	}
	for i := range rune(6) {
		m[0x13F8+i] = string(0x13F0 + i)
		m[0x13F0+i] = string(0x13F0 + i)
	}
	return m
}
