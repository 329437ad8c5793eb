package phrase

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"github.com/zixpolicy/zixpolicy/lexicon/fold"
)

// configurations are the ways in which phrases can be found. All of them must find the
// same, in every text.
var configurations = []struct {
	name string
	find func(tb testing.TB, phrases []Phrase, t fold.Text) []Match
}{
	{"naive", func(tb testing.TB, phrases []Phrase, t fold.Text) []Match {
		hits, err := Reference(phrases, t)
		if err != nil {
			tb.Fatal(err)
		}
		return hits
	}},
	{"fast", func(tb testing.TB, phrases []Phrase, t fold.Text) []Match {
		return mustCompile(tb, phrases, longestLeast).Append(nil, t)
	}},
	{"fast, words of any length", func(tb testing.TB, phrases []Phrase, t fold.Text) []Match {
		return mustCompile(tb, phrases, 1).Append(nil, t)
	}},
	{"fast, buckets let all through", func(tb testing.TB, phrases []Phrase, t fold.Text) []Match {
		m := mustCompile(tb, phrases, longestLeast)
		fill(m.filter.buckets)
		return m.Append(nil, t)
	}},
	{"fast, filter lets all through", func(tb testing.TB, phrases []Phrase, t fold.Text) []Match {
		m := mustCompile(tb, phrases, longestLeast)
		fill(m.filter.buckets)
		fill(m.filter.alone.words)
		fill(m.filter.pairs.words)
		for i := range m.filter.beginnings {
			fill(m.filter.beginnings[i].set.words)
		}
		return m.Append(nil, t)
	}},
	{"fast, with beginnings", func(tb testing.TB, phrases []Phrase, t fold.Text) []Match {
		// One more phrase, which no text has, makes the filter look for beginnings.
		m := mustCompile(tb, append(slices.Clone(phrases), Phrase{Text: "nowhereinanytext*"}), longestLeast)
		return m.Append(nil, t)
	}},
}

func mustCompile(tb testing.TB, phrases []Phrase, least int) *Matcher {
	tb.Helper()
	m, err := compile(phrases, least)
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

func fill(words []uint64) {
	for i := range words {
		words[i] = all
	}
}

// inOrder sorts hits, after checking that they are in the order of their Start.
func inOrder(tb testing.TB, hits []Match) []Match {
	tb.Helper()
	if !slices.IsSortedFunc(hits, func(a, b Match) int { return a.Start - b.Start }) {
		tb.Errorf("hits are not in the order of their start: %v", hits)
	}
	slices.SortFunc(hits, func(a, b Match) int {
		return cmp.Or(a.Start-b.Start, a.End-b.End, a.Phrase-b.Phrase)
	})
	return hits
}

// collection is cases on one subject. A phrase that begins with = is exact. The hits are
// as the text has them, by where they begin, then by where they end, then by phrase.
type collection []struct {
	name    string
	phrases []string
	text    string
	hits    []string
}

func (c collection) run(t *testing.T) {
	for _, test := range c {
		t.Run(test.name, func(t *testing.T) {
			phrases := phrasesOf(test.phrases)
			for _, config := range configurations {
				// With more and more before it, each text comes to lie across the borders
				// of blocks and windows in every way.
				for _, before := range []int{0, 1, 7, 57, 63, windowBytes - 5, windowBytes + ahead - 3} {
					if config.name == "naive" && before > 0 {
						continue
					}
					var b fold.Buffer
					text := strings.Repeat(" ", before) + test.text
					f := b.Fold(text)
					var got []string
					for _, hit := range inOrder(t, config.find(t, phrases, f)) {
						start, end := f.Original(hit.Start, hit.End)
						got = append(got, text[start:end])
					}
					if !slices.Equal(got, test.hits) {
						t.Fatalf("%s, after %d spaces: %q in %q has %q, want %q", config.name, before, test.phrases, test.text, got, test.hits)
					}
				}
			}
		})
	}
}

// phrasesOf reads phrases as collections and fuzz inputs have them.
func phrasesOf(lines []string) []Phrase {
	phrases := make([]Phrase, len(lines))
	for i, line := range lines {
		phrases[i].Text, phrases[i].Exact = strings.CutPrefix(line, "=")
	}
	return phrases
}
