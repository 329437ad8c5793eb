package phrase

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/cloudflare/ahocorasick"

	"github.com/zixpolicy/zixpolicy/bench/corpus"
	"github.com/zixpolicy/zixpolicy/lexicon/fold"
)

// corpusPhrases returns the first n phrases of the stored vocabularies.
func corpusPhrases(tb testing.TB, n int) []Phrase {
	tb.Helper()
	if _, err := corpus.Dir(); err != nil {
		tb.Skip(err)
	}
	texts, err := corpus.Phrases(n)
	if err != nil {
		tb.Fatal(err)
	}
	phrases := make([]Phrase, n)
	for i, s := range texts {
		phrases[i].Text = s
	}
	return phrases
}

// corpusTexts returns the stored texts.
func corpusTexts(tb testing.TB, size int) []corpus.Text {
	tb.Helper()
	texts, err := corpus.Texts(size)
	if err != nil {
		tb.Fatal(err)
	}
	return texts
}

func TestConfigurationsAgreeOnCorpora(t *testing.T) {
	phrases := corpusPhrases(t, 2000)
	for i := range phrases { // make use of all there is
		switch i % 16 {
		case 0:
			phrases[i].Text += "*"
		case 1:
			phrases[i].Exact = true
		case 2:
			phrases[i].Text = phrases[i].Text[:2] + "?" + phrases[i].Text[3:]
		}
	}
	for _, text := range corpusTexts(t, 64<<10) {
		agree(t, valid(linesOf(phrases)), text.Content)
	}
}

// linesOf writes phrases as phrasesOf reads them.
func linesOf(phrases []Phrase) []string {
	lines := make([]string, len(phrases))
	for i, p := range phrases {
		lines[i] = p.Text
		if p.Exact {
			lines[i] = "=" + p.Text
		}
	}
	return lines
}

// The second oracle knows of neither words nor positions, so each of its finds counts
// only where no letter or digit is beside it.
func TestPresenceIsThatOfAhoCorasick(t *testing.T) {
	phrases := corpusPhrases(t, 5000)
	m := mustCompile(t, phrases, longestLeast)
	dictionary := make([]string, len(phrases))
	for i, p := range phrases {
		dictionary[i] = p.Text
	}
	oracle := ahocorasick.NewStringMatcher(dictionary)
	for _, text := range corpusTexts(t, 256<<10) {
		var b fold.Buffer
		folded := b.Fold(text.Content)
		lowered := lower(folded.Content)
		want := make(map[int]bool)
		for _, i := range oracle.Match([]byte(lowered)) {
			if standsAlone(lowered, dictionary[i]) {
				want[i] = true
			}
		}
		got := make(map[int]bool)
		for _, hit := range m.Append(nil, folded) {
			if lowered[hit.Start:hit.End] == dictionary[hit.Phrase] {
				got[hit.Phrase] = true
			}
		}
		if len(want) < 100 && text.Name == "hits" {
			t.Errorf("only %d phrases occur in the text that is rich in hits", len(want))
		}
		for i := range dictionary {
			if got[i] != want[i] {
				t.Errorf("%s text: %q found: %v, occurs: %v", text.Name, dictionary[i], got[i], want[i])
			}
		}
	}
}

// standsAlone reports whether the phrase occurs in the text with no letter or digit
// beside it.
func standsAlone(text, phrase string) bool {
	for at := 0; ; at++ {
		i := strings.Index(text[at:], phrase)
		if i < 0 {
			return false
		}
		at += i
		words := split(text[max(0, at-8):min(len(text), at+len(phrase)+8)])
		start := min(8, at)
		if slices.ContainsFunc(words, func(w span) bool { return w.start == start }) &&
			slices.ContainsFunc(words, func(w span) bool { return w.end == start+len(phrase) }) {
			return true
		}
	}
}

func TestAppendDoesNotAllocate(t *testing.T) {
	phrases := corpusPhrases(t, 5000)
	phrases = append(phrases, Phrase{Text: "patien*"}, Phrase{Text: "ME", Exact: true}, Phrase{Text: "?at"})
	m := mustCompile(t, phrases, longestLeast)
	for _, text := range corpusTexts(t, 50<<10) {
		var b fold.Buffer
		hits := m.Append(nil, b.Fold(text.Content))
		if n := testing.AllocsPerRun(20, func() { hits = m.Append(hits[:0], b.Fold(text.Content)) }); n != 0 {
			t.Errorf("%s text: %v allocations", text.Name, n)
		}
	}
}

func TestMatcherIsSafeForConcurrentUse(t *testing.T) {
	phrases := corpusPhrases(t, 500)
	m := mustCompile(t, phrases, longestLeast)
	texts := corpusTexts(t, 50<<10)
	var wg sync.WaitGroup
	for _, text := range texts {
		var b fold.Buffer
		want := m.Append(nil, b.Fold(text.Content))
		for range 4 {
			wg.Go(func() {
				var b fold.Buffer
				if got := m.Append(nil, b.Fold(text.Content)); !slices.Equal(got, want) {
					t.Errorf("%s text: %d hits, %d alone", text.Name, len(got), len(want))
				}
			})
		}
	}
	wg.Wait()
}
