package phrase

import (
	"unicode/utf8"

	"github.com/zixpolicy/zixpolicy/lexicon/fold"
)

// Reference returns what a Matcher of the phrases finds in t, by trying every phrase at
// every word. Tests and benchmarks check matchers against it.
func Reference(phrases []Phrase, t fold.Text) ([]Match, error) {
	patterns := make([]pattern, len(phrases))
	var ps parser
	for i, p := range phrases {
		var reason string
		if patterns[i], reason = ps.parse(p); reason != "" {
			return nil, &Error{i, reason}
		}
	}
	return appendNaive(nil, patterns, t), nil
}

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
		if !w.matches(t.Content[s.start:s.end]) || p.exact && !w.matchesCase(t.Cased(s.start, s.end)) {
			return false
		}
		if i > 0 && gapWidth(t.Content[words[i-1].end:s.start]) > w.gap {
			return false
		}
	}
	return true
}

// matches reports whether the word of a text is w in any case.
func (w *word) matches(text string) bool { return w.is(text, w.text, true) }

// matchesCase reports whether the word of a text is w in the case of the author.
func (w *word) matchesCase(text string) bool { return w.is(text, w.cased, false) }

// is reports whether text, lowered if asked for, is pattern, in which ? is any one
// letter. If the word is open, more letters may follow.
func (w *word) is(text, pattern string, lowered bool) bool {
	for len(pattern) > 0 && len(text) > 0 {
		want, n := utf8.DecodeRuneInString(pattern)
		have, m := utf8.DecodeRuneInString(text)
		if lowered && 'A' <= have && have <= 'Z' {
			have += 'a' - 'A'
		}
		if want != '?' && want != have {
			return false
		}
		pattern, text = pattern[n:], text[m:]
	}
	return pattern == "" && (text == "" || w.open)
}
