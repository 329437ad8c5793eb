package phrase

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/zixpolicy/zixpolicy/lexicon/fold"
)

func sorted(m []Match) []Match {
	slices.SortFunc(m, func(a, b Match) int {
		return cmp.Or(a.Start-b.Start, a.Phrase-b.Phrase, a.End-b.End)
	})
	return m
}

func naiveOf(t testing.TB, phrases []Phrase) []pattern {
	var patterns []pattern
	for _, p := range phrases {
		x, reason := parse(p)
		if reason != "" {
			return nil
		}
		patterns = append(patterns, x)
	}
	return patterns
}

func TestRandomAgree(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	vocab := []string{"a", "ab", "abcdefgh", "abcdefghi", "abcdefghj", "abcdefghijklmnopq", "abcdefghijkxmnopq", "é", "糖", "尿", "病", "Straße", "x1", "1", "A", "AB", "a*", "ab*", "a?", "?b", "abcdefghi*", "abc?ef*", "ก", "กี", "é*", "?", "zé?x"}
	gaps := []string{" ", "  ", "-", "\n> ", ". ", "\n\n", " (", ", ", "", "/", "\r\n", "_", "€", "—", "\u00ad", "\xff", strings.Repeat(" ", 70), "'"}
	for round := range 20000 {
		var phrases []Phrase
		for range 1 + r.IntN(8) {
			var p string
			for range 1 + r.IntN(4) {
				p += vocab[r.IntN(len(vocab))] + gaps[r.IntN(3)]
			}
			phrases = append(phrases, Phrase{p, r.IntN(4) == 0})
		}
		patterns := naiveOf(t, phrases)
		if patterns == nil {
			continue
		}
		var text string
		for range r.IntN(600) {
			text += strings.Trim(vocab[r.IntN(len(vocab))], "*?") + gaps[r.IntN(1+r.IntN(len(gaps)))]
		}
		m, err := Compile(phrases)
		if err != nil {
			t.Fatal(err)
		}
		var b fold.Buffer
		f := b.Fold(text)
		want := sorted(appendNaive(nil, patterns, f))
		got := sorted(m.Append(nil, f))
		if !slices.Equal(want, got) {
			t.Fatalf("round %d %+v\n%q\n%v\n%v", round, phrases, f.Content, want, got)
		}
		_ = fmt.Sprint
	}
}
