package phrase

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/zixpolicy/zixpolicy/lexicon/fold"
)

const (
	maxWords = 32   // in a phrase: bounds what one place in a text can cost
	maxBytes = 1024 // in a phrase, folded
)

// pattern is a phrase taken apart.
type pattern struct {
	words  []word
	exact  bool
	anchor int // index of the word that it is found by
	known  int // how many words are right if the trie leads to it
}

// word is one word of a pattern.
type word struct {
	text  string // folded, ASCII in lower case; ? is any letter
	cased string // the same in the case that the author wrote; only if exact
	open  bool   // any letters may follow
	gap   width  // the widest gap accepted before it
}

// plain reports whether the word stands for itself only.
func (w *word) plain() bool { return !w.open && !strings.Contains(w.text, "?") }

// beginning returns the letters that every word that matches begins with.
func (w *word) beginning() string {
	literal, _, _ := strings.Cut(w.text, "?")
	return literal
}

// ascii reports whether all words are.
func (p *pattern) ascii() bool {
	for i := range p.words {
		for j := range len(p.words[i].text) {
			if p.words[i].text[j] >= utf8.RuneSelf {
				return false
			}
		}
	}
	return true
}

// parser takes phrases apart, one after the other. The zero value is ready.
type parser struct {
	buffer fold.Buffer
	spans  []span
	words  []word // room for those of phrases to come
}

// parse takes a phrase apart. The reason, if not empty, says why it is not one.
func (ps *parser) parse(p Phrase) (pattern, string) {
	f := ps.buffer.Fold(p.Text)
	if len(f.Content) > maxBytes {
		return pattern{}, "longer than " + strconv.Itoa(maxBytes) + " bytes"
	}
	folded := f.Content
	if !f.Plain() {
		folded = strings.Clone(folded) // the buffer is used again
	}
	words, reason := ps.parseWords(folded)
	if reason != "" {
		return pattern{}, reason
	}
	if p.Exact {
		cased, reason := ps.parseWords(fold.Cased(p.Text))
		if reason != "" || len(cased) != len(words) {
			return pattern{}, "its letter case cannot be told"
		}
		for i := range words {
			words[i].cased = cased[i].text
		}
	}
	for i := range words {
		words[i].text = lower(words[i].text)
	}
	return pattern{words: words, exact: p.Exact}, ""
}

// room returns room for n words.
func (ps *parser) room(n int) []word {
	if len(ps.words) < n {
		ps.words = make([]word, max(n, 1024))
	}
	words := ps.words[:n:n]
	ps.words = ps.words[n:]
	return words
}

// parseWords splits folded text at its gaps and reads the * and ? in it.
func (ps *parser) parseWords(folded string) ([]word, string) {
	letters := folded
	if strings.Contains(folded, "?") {
		// A letter in place of each makes it part of the word around it.
		letters = strings.ReplaceAll(folded, "?", "x")
	}
	ps.spans = appendWords(ps.spans[:0], letters)
	if len(ps.spans) > maxWords {
		return nil, "more than " + strconv.Itoa(maxWords) + " words"
	}
	words := ps.room(len(ps.spans))
	gap := 0 // where the gap before the next word begins
	for i, s := range ps.spans {
		between := folded[gap:s.start]
		if reason := strayStar(between, true); reason != "" {
			return nil, reason
		}
		words[i] = word{text: folded[s.start:s.end], gap: gapWidth(between)}
		gap = s.end
		if strings.HasPrefix(folded[s.end:], "*") {
			words[i].open = true
			gap++
			if adjacent(folded, s.end) {
				return nil, "a * may stand only at the end of a word; write two phrases, or ? for each letter"
			}
		}
	}
	if reason := strayStar(folded[gap:], false); reason != "" {
		return nil, reason
	}
	for i := range words {
		if strings.Trim(words[i].text, "?") != "" {
			return words, ""
		}
	}
	return nil, "a phrase needs a letter or digit"
}

// adjacent reports whether a word begins right after the * at i.
func adjacent(folded string, i int) bool {
	r, _ := utf8.DecodeRuneInString(folded[i+1:])
	return i+1 < len(folded) && (r == '?' || classify(r) != separator)
}

// strayStar says what is wrong with a * that does not end a word.
func strayStar(gap string, before bool) string {
	switch {
	case !strings.Contains(gap, "*"):
		return ""
	case before && strings.HasSuffix(gap, "*"):
		return "a * cannot begin a word: it would have to be looked for at every letter; write the beginnings out"
	}
	return "a * needs a letter before it: it takes the rest of a word"
}

// lower lowers ASCII letters, which is all that folding leaves in upper case.
func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r | 0x20
		}
		return r
	}, s)
}
