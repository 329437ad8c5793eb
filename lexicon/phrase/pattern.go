package phrase

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/zixpolicy/zixpolicy/lexicon/fold"
)

const (
	maxWords = 64   // in a phrase: bounds what one place in a text can cost
	maxBytes = 1024 // in a phrase, folded
)

// pattern is a phrase taken apart.
type pattern struct {
	words  []word
	exact  bool
	anchor int // index of the word that it is found by
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

// parse takes a phrase apart. The reason, if not empty, says why it is not one.
func parse(p Phrase) (pattern, string) {
	folded := fold.String(p.Text)
	if len(folded) > maxBytes {
		return pattern{}, "longer than " + strconv.Itoa(maxBytes) + " bytes"
	}
	words, reason := parseWords(folded)
	if reason != "" {
		return pattern{}, reason
	}
	if p.Exact {
		cased, reason := parseWords(fold.Cased(p.Text))
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

// parseWords splits folded text at its gaps and reads the * and ? in it.
func parseWords(folded string) ([]word, string) {
	// A letter in place of each ? makes it part of the word around it.
	const stand = 'x'
	spans := split(strings.ReplaceAll(folded, "?", string(stand)))
	words := make([]word, 0, len(spans))
	gap := 0 // where the gap before the next word begins
	for _, s := range spans {
		w := word{text: folded[s.start:s.end]}
		if strings.Trim(w.text, "?") == "" && len(spans) == 1 {
			return nil, "a phrase needs a letter or digit that is not ?"
		}
		between := folded[gap:s.start]
		if reason := strayStar(between, s.start < len(folded)); reason != "" {
			return nil, reason
		}
		w.gap = gapWidth(between)
		gap = s.end
		if strings.HasPrefix(folded[s.end:], "*") {
			w.open = true
			gap++
		}
		words = append(words, w)
	}
	if reason := strayStar(folded[gap:], false); reason != "" {
		return nil, reason
	}
	switch {
	case len(words) == 0:
		return nil, "a phrase needs a letter or digit"
	case len(words) > maxWords:
		return nil, "more than " + strconv.Itoa(maxWords) + " words"
	}
	for i := range words[1:] {
		if words[i].open && adjacent(folded, spans[i].end) {
			return nil, "a * may stand only at the end of a word; write two phrases, or ? for each letter"
		}
	}
	return words, ""
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
