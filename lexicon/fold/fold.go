// Package fold brings text into the one form that terms and numbers are matched in,
// and keeps the way back to where each byte came from.
//
// What is alike to a reader becomes alike in bytes:
//
//	compatibility forms     ＤＯＢ ﬁ ² 𝐝𝐨𝐛        DOB fi 2 dob (Unicode NFKC)
//	case beyond ASCII       É ß Σ ς                é ss σ σ (full case folding)
//	digits of any script    ١٢٣ १२३                123
//	dashes                  ‐ ‑ – — −              -
//	quotation marks         ‘ ’ ´ ′ “ ” « »        ' ' ' ' " " " "
//	spaces                  no-break, thin, …      space; U+0085, U+2028, U+2029 are line breaks
//	ideographic full stop   。                     full stop and space
//	soft hyphen, zero-width, direction marks,
//	variation selectors, tags, controls            dropped
//
// The case of ASCII letters is kept: the matcher folds it while it splits words, and
// it is what tells AIDS from aids.
//
// Combining marks. A mark that composes with its letter is part of that letter, so é
// and e + U+0301 are one and the same, and different from e: año is not ano. A mark
// that does not compose and belongs to no script (strike-through, enclosing circles,
// stacked accents, Arabic vowel points) is dropped. Marks of a script (Hebrew points,
// vowel signs of India) stay, at most 30 on one letter.
//
// Look-alikes are not folded: Cyrillic а stays different from Latin a, 0 from O, 1 from
// l. No table of them is small, and they turn innocent words of other languages into
// terms.
//
// A byte that is not part of valid UTF-8 becomes U+FFFD, which separates words, and
// takes nothing else with it. Folding what is folded changes nothing.
package fold

import (
	"math"
	"unicode/utf8"
	"unsafe"

	"golang.org/x/text/unicode/norm"
)

// Buffer folds one text after the other, reusing its memory. The zero value is ready.
// It is not safe for concurrent use.
type Buffer struct {
	out    []byte
	pieces []piece

	segment          []byte // the letter being composed, with its marks
	from, normal, to []byte // its forms on the way
	iter             norm.Iter
}

// Text is a folded text. It is valid until the next call of Fold on its Buffer.
type Text struct {
	Content string // the folded form; shares the original's memory if nothing changed

	original string
	pieces   []piece // nil if Content is the original
	plain    bool
}

// Plain reports whether Content is known to be nothing but ASCII.
func (t Text) Plain() bool { return t.plain }

// Fold folds s. Text of nothing but ASCII without control characters is returned as it
// is, without a copy. Neither s nor its folded form may exceed 2 GiB; Fold panics if
// they do.
func (b *Buffer) Fold(s string) Text {
	n := plainPrefix(s)
	if n == len(s) {
		return Text{Content: s, original: s, plain: true}
	}
	b.out = b.out[:0]
	b.pieces = b.pieces[:0]
	b.fold(s, n)
	b.mark(len(s), false)
	if len(s) > math.MaxInt32 || len(b.out) > math.MaxInt32 {
		panic("fold: text longer than 2 GiB")
	}
	return Text{
		Content:  unsafe.String(unsafe.SliceData(b.out), len(b.out)),
		original: s,
		pieces:   b.pieces,
	}
}

// String returns the folded form of s on its own, for terms and tests.
func String(s string) string {
	var b Buffer
	return b.Fold(s).Content
}

// fold appends the folded form of s to the buffer; the first n bytes are plain.
func (b *Buffer) fold(s string, n int) {
	table := runeTable()
	i := 0
	for i < len(s) {
		if n > 0 {
			if i+n < len(s) && joins(table, s[i+n:]) {
				n-- // the last of them takes a mark
			}
			b.linear(s, i, n)
			i += n
		}
		if i < len(s) {
			i += b.letter(table, s[i:], i)
		}
		n = plainPrefix(s[i:])
	}
}

// letter folds the first character of s, with the marks that follow it, and returns how
// many bytes of s that took. at is where s stands in the original.
func (b *Buffer) letter(table *runes, s string, at int) int {
	r, size := utf8.DecodeRuneInString(s)
	a := table.lookup(r, size)
	if size < len(s) && joins(table, s[size:]) {
		return b.marked(table, s, at)
	}
	switch a.kind() {
	case keep:
		if r == utf8.RuneError && size == 1 {
			b.atomic(at, size, "\uFFFD")
		} else {
			b.copied(s[:size], at)
		}
	case one:
		b.one(at, size, a.rune())
	case many:
		b.atomic(at, size, table.texts[a.index()])
	case compose:
		return b.marked(table, s, at)
	}
	return size
}

// one appends the rune r for the size bytes at at.
func (b *Buffer) one(at, size int, r rune) {
	linear := utf8.RuneLen(r) == size
	b.mark(at, linear)
	b.out = utf8.AppendRune(b.out, r)
	if !linear {
		b.mark(at+size, true)
	}
}

// linear appends n bytes of s from i on, as they are.
func (b *Buffer) linear(s string, i, n int) {
	if n > 0 {
		b.mark(i, true)
		b.out = append(b.out, s[i:i+n]...)
	}
}

// copied appends one character as it is.
func (b *Buffer) copied(c string, at int) {
	b.mark(at, true)
	b.out = append(b.out, c...)
}

// atomic appends text for the size bytes at at, which map back only as a whole.
func (b *Buffer) atomic(at, size int, text string) {
	b.mark(at, false)
	b.out = append(b.out, text...)
	b.mark(at+size, true)
}
