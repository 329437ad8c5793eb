package matcher

import (
	"strings"

	"github.com/zixpolicy/zixpolicy/lexicon/fold"
	"github.com/zixpolicy/zixpolicy/lexicon/phrase"
)

// expect returns how many hits an engine must report in the texts, counted without any
// engine.
func expect(q Question, phrases, texts []string) (int, error) {
	total := 0
	for _, text := range texts {
		lowered := lower(text)
		switch q {
		case Words:
			list := make([]phrase.Phrase, len(phrases))
			for i, p := range phrases {
				list[i].Text = p
			}
			var b fold.Buffer
			hits, err := phrase.Reference(list, b.Fold(text))
			if err != nil {
				return 0, err
			}
			total += len(hits)
		default:
			for _, p := range phrases {
				total += count(q, lowered, p)
			}
		}
	}
	return total, nil
}

// count counts one phrase in one text.
func count(q Question, text, p string) int {
	words := strings.Split(p, " ")
	needle := p
	if q == SpacedWords {
		needle = words[0]
	}
	n := 0
	for at := 0; ; at++ {
		i := strings.Index(text[at:], needle)
		if i < 0 {
			return n
		}
		at += i
		switch {
		case q == Presence:
			return 1
		case q == Occurrences, spacedWords(text, at, words):
			n++
		}
	}
}

// spacedWords reports whether the words stand at i with white space between them and
// boundaries of words around them.
func spacedWords(text string, i int, words []string) bool {
	if i > 0 && wordByte(text[i-1]) {
		return false
	}
	for k, w := range words {
		if !strings.HasPrefix(text[i:], w) {
			return false
		}
		i += len(w)
		if k+1 == len(words) {
			break
		}
		gap := i
		for i < len(text) && strings.IndexByte(" \t\n\v\f\r", text[i]) >= 0 {
			i++
		}
		if i == gap {
			return false
		}
	}
	return i == len(text) || !wordByte(text[i])
}

// wordByte reports whether c is a word character of regular expressions.
func wordByte(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// lower lowers ASCII letters only, so that text keeps its length.
func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c | 0x20
		}
	}
	return string(b)
}
