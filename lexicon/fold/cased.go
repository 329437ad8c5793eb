package fold

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Cased returns the folded form of s, but with its letter case as it is.
func Cased(s string) string {
	if plainPrefix(s) == len(s) {
		return s
	}
	var seen, previous []byte
	for _, r := range s {
		if u := unify(r); u != "" {
			seen = append(seen, u...)
		} else if !ignorable(r) {
			seen = utf8.AppendRune(seen, r)
		}
	}
	for range maxRounds {
		previous = append(previous[:0], seen...)
		normal := norm.NFKC.Bytes(seen)
		seen = nil
		for _, r := range bytes.Runes(normal) {
			seen = appendUnified(seen, r)
		}
		if bytes.Equal(seen, previous) {
			break
		}
	}
	return string(seen)
}

// Cased returns what stands in the original where start to end of Content came from,
// folded in all but its letter case.
func (t Text) Cased(start, end int) string {
	if t.pieces == nil {
		return t.Content[start:end]
	}
	from, to := t.Original(start, end)
	return Cased(t.original[from:to])
}
