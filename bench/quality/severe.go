package main

import (
	"path/filepath"
	"slices"
	"strings"
)

// severity is the class of the vocabulary that has no harmless use.
const severity = 4

// disguises are the ways in which severe words are written to get past a filter.
var disguises = []struct {
	name string
	as   func(word string) string
}{
	{"as they are", func(w string) string { return w }},
	{"spaced", func(w string) string { return strings.Join(strings.Split(w, ""), " ") }},
	{"starred", func(w string) string { return hideVowel(w, "*") }},
	{"look-alikes", func(w string) string {
		return strings.NewReplacer("a", "а", "e", "е", "o", "о", "i", "1", "u", "υ", "c", "с").Replace(w)
	}},
}

// severeWords measures the lexicon of profanity on the severe words of a vocabulary, as
// they are and in disguise. Disguises are of single words only.
func (m *measurement) severeWords() error {
	all, err := read[struct {
		Match    string
		Severity int
	}](filepath.Join(m.dir, "vocab", "profanity-dsojevic-en.json"))
	if err != nil {
		return err
	}
	for _, d := range disguises {
		r := row{What: "rule profanity", Corpus: "vocab: severe words, " + d.name}
		for _, entry := range all {
			for _, form := range strings.Split(entry.Match, "|") {
				word := strings.ReplaceAll(form, "*", "")
				if entry.Severity != severity || d.name != "as they are" && (strings.ContainsAny(word, " -.0123456789") || d.as(word) == word) {
					continue
				}
				found := 0
				if v := m.judge(asMail("hello", "you know what, "+d.as(word)+", I say")); slices.Contains(v.Matched, "profanity") {
					found = 1
				}
				m.score(&r, 1, found, d.as(word), "")
			}
		}
		m.rows = append(m.rows, r)
	}
	return nil
}

// hideVowel puts a mark in the place of the first vowel inside a word.
func hideVowel(w, mark string) string {
	if i := strings.IndexAny(w[1:], "aeiou"); i >= 0 {
		return w[:i+1] + mark + w[i+2:]
	}
	return w
}
