package phrase

import (
	"unicode"
	"unicode/utf8"
)

// span is a word's place in a text, in bytes.
type span struct{ start, end int }

// split returns the words of a folded text.
func split(content string) []span { return appendWords(nil, content) }

// appendWords appends the words of a folded text.
func appendWords(words []span, content string) []span {
	in := false // inside a word that the next rune may lengthen
	for i, r := range content {
		end := i + utf8.RuneLen(r)
		switch c := classify(r); {
		case c == separator:
			in = false
		case c == letter && in, c == mark && in:
			words[len(words)-1].end = end
		case c == solo:
			words = append(words, span{i, end})
			in = false
		case c == mark && len(words) > 0 && words[len(words)-1].end == i:
			words[len(words)-1].end = end // a mark on a solo
		default:
			words = append(words, span{i, end})
			in = true
		}
	}
	return words
}

// class is what a rune does to the words around it.
type class uint8

const (
	separator class = iota
	letter          // letter or number: goes on with a word, or begins one
	mark            // combining mark: goes on with any word, or begins one
	solo            // a word of its own, with the marks after it
)

// classify returns the class of a rune of folded text.
func classify(r rune) class {
	if r < utf8.RuneSelf {
		if 'a' <= r|0x20 && r|0x20 <= 'z' || '0' <= r && r <= '9' {
			return letter
		}
		return separator
	}
	switch {
	case unicode.Is(unicode.M, r):
		return mark
	case unicode.In(r, soloScripts...) && unicode.In(r, unicode.L, unicode.N), r == prolongedSound:
		return solo
	case unicode.In(r, unicode.L, unicode.N):
		return letter
	}
	return separator
}

// prolongedSound lengthens the vowel of the Kana before it.
const prolongedSound = 0x30FC

// soloScripts are written without spaces between words.
var soloScripts = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo,
	unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar,
}
