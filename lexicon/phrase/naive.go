package phrase

import (
	"unicode/utf8"

	"github.com/zixpolicy/zixpolicy/lexicon/fold"
)

// appendNaive tries every pattern at every word. It is what the matcher must agree
// with, and is kept to be evidently correct, not to be fast.
func appendNaive(dst []Match, patterns []pattern, t fold.Text) []Match {
	words := split(t.Content)
	for first := range words {
		for p := range patterns {
			n := len(patterns[p].words)
			if n <= len(words)-first && patterns[p].matches(t, words[first:first+n]) {
				dst = append(dst, Match{p, words[first].start, words[first+n-1].end})
			}
		}
	}
	return dst
}

// matches reports whether the words of the text are those of the pattern.
func (p *pattern) matches(t fold.Text, words []span) bool {
	for i, s := range words {
		w := &p.words[i]
		if !w.matches(lower(t.Content[s.start:s.end]), w.text) {
			return false
		}
		if p.exact && !w.matches(t.Cased(s.start, s.end), w.cased) {
			return false
		}
		if i > 0 && gapWidth(t.Content[words[i-1].end:s.start]) > w.gap {
			return false
		}
	}
	return true
}

// matches reports whether text is pattern, in which ? is any one letter; if the word is
// open, more letters may follow.
func (w *word) matches(text, pattern string) bool {
	for len(pattern) > 0 && len(text) > 0 {
		want, n := utf8.DecodeRuneInString(pattern)
		have, m := utf8.DecodeRuneInString(text)
		if want != '?' && want != have {
			return false
		}
		pattern, text = pattern[n:], text[m:]
	}
	return pattern == "" && (text == "" || w.open)
}
