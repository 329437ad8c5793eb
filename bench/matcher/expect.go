package matcher

import (
	"encoding/binary"
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
	fours   []bool // which four letters in a row a text has, by their hash
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
			n, err := countWords(e.possible(q, lower(fold.String(text))), text)
			if err != nil {
				return 0, err
			}
			total += n
			continue
		}
		for _, p := range e.possible(q, e.lowered[i]) {
			total += count(q, e.lowered[i], p)
		}
	}
	e.known[q] = total
	return total, nil
}

// possible leaves out the phrases that cannot be in the text, because it lacks one of
// their words, or four letters in a row if no words are asked for. To look for all would
// take minutes.
func (e *expected) possible(q Question, text string) []string {
	var has func(phrase string) bool
	if q == Words || q == SpacedWords {
		has = hasWords(text)
	} else {
		has = e.hasLetters(text)
	}
	var possible []string
	for _, p := range e.phrases {
		if has(p) {
			possible = append(possible, p)
		}
	}
	return possible
}

// hasWords returns a function that reports whether the text has all words of a phrase.
func hasWords(text string) func(phrase string) bool {
	words := make(map[string]bool)
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '_' || r < 128 && !wordByte(byte(r)) }) {
		words[word] = true
	}
	return func(phrase string) bool {
		for word := range strings.SplitSeq(phrase, " ") {
			if !words[word] {
				return false
			}
		}
		return true
	}
}

// hasLetters returns a function that reports whether the text may have a phrase, as far
// as each four of its letters in a row tell.
func (e *expected) hasLetters(text string) func(phrase string) bool {
	if e.fours == nil {
		e.fours = make([]bool, 1<<20)
	}
	clear(e.fours)
	place := func(s string) int {
		return int(binary.LittleEndian.Uint32([]byte(s[:4])) * 0x9E3779B1 >> 12)
	}
	for i := 0; i+4 <= len(text); i++ {
		e.fours[place(text[i:])] = true
	}
	return func(phrase string) bool {
		for i := 0; i+4 <= len(phrase); i++ {
			if !e.fours[place(phrase[i:])] {
				return false
			}
		}
		return true
	}
}

// countWords asks the reference of package phrase.
func countWords(phrases []string, text string) (int, error) {
	var b fold.Buffer
	list := make([]phrase.Phrase, len(phrases))
	for i, p := range phrases {
		list[i].Text = p
	}
	hits, err := phrase.Reference(list, b.Fold(text))
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
