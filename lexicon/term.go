package lexicon

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/zixpolicy/zixpolicy/lexicon/phrase"
)

// Bounds of one term.
const (
	maxTermBytes = 200
	maxTermWords = 16
	minStem      = 2 // letters before a trailing *
)

// list checks a list of terms or cues at path.
func (p *parser) list(path string, list []string, exact bool) {
	if len(list) == 0 {
		p.fail(path, "the list is empty").WithRemedy("name at least one word or phrase, or remove the key")
	}
	for i, term := range list {
		if path := at(path, i); p.phrase(path, term) {
			p.phrases = append(p.phrases, phrase.Phrase{Text: term, Exact: exact})
			p.paths = append(p.paths, path)
		}
	}
}

// phrase checks one term.
func (p *parser) phrase(path, term string) (ok bool) {
	before := len(p.errs)
	words := strings.Fields(term)
	switch {
	case len(words) == 0:
		p.fail(path, "the term is empty").WithRemedy("write a word or phrase, or remove it")
		return false
	case !strings.ContainsFunc(term, wordRune):
		p.fail(path, "%q has no letter or digit", term).
			WithRemedy("terms are made of words; punctuation alone is not looked for")
		return false
	case len(term) > maxTermBytes || len(words) > maxTermWords:
		p.fail(path, "the term is too long").
			WithRemedy("a term has at most %d words and %d bytes: choose its telling part", maxTermWords, maxTermBytes)
		return false
	}
	for _, w := range words {
		p.wildcards(path, w)
	}
	return len(p.errs) == before
}

// wildcards checks the use of * and ? in one word of a term.
func (p *parser) wildcards(path, word string) {
	star := strings.IndexByte(word, '*')
	switch {
	case strings.HasPrefix(word, "*"):
		p.fail(path, "%q begins with *", word).
			WithRemedy("terms are looked up by how their words begin, so an open beginning would slow down every scan: list the words that you mean")
		return
	case star >= 0 && strings.TrimRight(word[star:], "*") != "":
		p.fail(path, "%q has a * inside a word", word).
			WithRemedy("* stands at the end of a word and takes the rest of it; for a single letter write ?")
		return
	case star >= 0 && letters(word) < minStem:
		p.fail(path, "%q leaves too little before the *", word).
			WithRemedy("write at least %d letters before it, or the term hits every other word", minStem)
		return
	case star >= 0 && star != len(word)-1:
		p.fail(path, "%q has more than one *", word).WithRemedy("one * takes the rest of the word")
		return
	}
	if strings.Contains(word, "?") && letters(word) == 0 {
		p.fail(path, "%q is nothing but wildcards", word).
			WithRemedy("? stands for one letter of a word: write the others")
	}
}

// letters counts the letters and digits of a word.
func letters(word string) int {
	n := 0
	for _, r := range word {
		if wordRune(r) {
			n++
		}
	}
	return n
}

func wordRune(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r))
}
