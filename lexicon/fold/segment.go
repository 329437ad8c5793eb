package fold

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	maxMarks  = 30 // on one letter, as in the Stream-Safe Text Format
	maxRounds = 4  // until a letter no longer changes
	maxGrowth = 8  // times what it was; U+FDFA would become 18 letters and stays
)

// marked folds the first character of s together with the marks and dropped characters
// after it, and returns how many bytes of s that took.
func (b *Buffer) marked(t *runes, s string, at int) int {
	b.segment = b.segment[:0]
	end, marks := 0, 0 // end is after the last one that was not dropped
	i := 0
	for i < len(s) && (i == 0 || joins(t, s[i:])) {
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		if ignorable(r) {
			continue
		}
		if r == utf8.RuneError && size == 1 {
			i -= size
			break
		}
		if marks++; marks > maxMarks+1 && unicode.Is(unicode.M, r) {
			continue
		}
		if u := unify(r); u != "" {
			b.segment = append(b.segment, u...)
		} else {
			b.segment = utf8.AppendRune(b.segment, r)
		}
		end = i
	}
	if i == 0 { // a byte that is not UTF-8, with marks after it
		b.atomic(at, 1, "\uFFFD")
		return 1
	}
	if len(b.segment) > 0 {
		b.compose(t, s[:end], at)
	}
	return i
}

// compose appends the folded form of the segment, which is what is left of s without
// its dropped characters.
func (b *Buffer) compose(t *runes, s string, at int) {
	f := b.settle(t, b.segment)
	switch {
	case string(f) == s:
		b.copied(s, at)
	case len(f) > 0:
		b.mark(at, false)
		b.out = append(b.out, f...)
		b.mark(at+len(s), true)
	}
}

// settle folds one letter with its marks until it no longer changes. The result is
// valid until the next call.
func (b *Buffer) settle(t *runes, segment []byte) []byte {
	from, to := append(b.from[:0], segment...), b.to
	for range maxRounds {
		b.normal = b.normal[:0]
		for b.iter.Init(norm.NFKC, from); !b.iter.Done(); { // Append allocates, Iter does not
			b.normal = append(b.normal, b.iter.Next()...)
		}
		if len(b.normal) > maxGrowth*len(segment) {
			break
		}
		to = t.appendUnified(to[:0], b.normal)
		from, to = to, from
		if bytes.Equal(from, to) {
			break
		}
	}
	b.from, b.to = from, to
	return from
}

// appendUnified appends the characters of a letter in NFKC, with their case folded.
func (t *runes) appendUnified(dst, letter []byte) []byte {
	for i := 0; i < len(letter); {
		r, size := utf8.DecodeRune(letter[i:])
		i += size
		if f, ok := t.foldings[r]; ok {
			dst = append(dst, f...)
		} else if r < utf8.RuneSelf {
			dst = append(dst, byte(r))
		} else {
			dst = appendUnified(dst, unicode.ToLower(r))
		}
	}
	return dst
}

// appendUnified appends r, with ASCII in place of a dash, quotation mark, space or
// digit, unless readers do not see it or it is a mark of no script.
func appendUnified(dst []byte, r rune) []byte {
	if r < utf8.RuneSelf {
		return append(dst, byte(r))
	}
	if ignorable(r) || unicode.Is(unicode.M, r) && unicode.Is(unicode.Inherited, r) {
		return dst
	}
	if u := unify(r); u != "" {
		return append(dst, u...)
	}
	return utf8.AppendRune(dst, r)
}
