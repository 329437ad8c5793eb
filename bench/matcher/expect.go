package matcher

import (
	"strings"

	"github.com/zixpolicy/zixpolicy/lexicon/fold"
	"github.com/zixpolicy/zixpolicy/lexicon/phrase"
)

// expected counts, without any engine, the hits that engines must report in some texts.
type expected struct {
	phrases []string
	texts   []string
	lowered []string
	known   map[Question]int
}

func newExpected(phrases, texts, lowered []string) *expected {
	return &expected{phrases: phrases, texts: texts, lowered: lowered, known: make(map[Question]int)}
}

// hits returns the number of hits that answer the question.
func (e *expected) hits(q Question) (int, error) {
	if n, ok := e.known[q]; ok {
		return n, nil
	}
	total := 0
	for i, text := range e.texts {
		if q == Words {
			n, err := countWords(e.phrases, text)
			if err != nil {
				return 0, err
			}
			total += n
			continue
		}
		for _, p := range e.phrases {
			total += count(q, e.lowered[i], p)
		}
	}
	e.known[q] = total
	return total, nil
}

// countWords asks the reference of package phrase, but only for phrases of which all
// words are somewhere in the text: for all it would take minutes.
func countWords(phrases []string, text string) (int, error) {
	var b fold.Buffer
	f := b.Fold(text)
	lowered := lower(f.Content)
	var list []phrase.Phrase
	for _, p := range phrases {
		there := true
		for word := range strings.SplitSeq(p, " ") {
			there = there && strings.Contains(lowered, word)
		}
		if there {
			list = append(list, phrase.Phrase{Text: p})
		}
	}
	hits, err := phrase.Reference(list, f)
	return len(hits), err
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
