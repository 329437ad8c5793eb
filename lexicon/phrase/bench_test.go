package phrase

import (
	"fmt"
	"testing"

	"github.com/zixpolicy/zixpolicy/bench/corpus"
	"github.com/zixpolicy/zixpolicy/lexicon/fold"
)

// corpusMatcher compiles the first n phrases of the stored vocabularies.
func corpusMatcher(tb testing.TB, n int) *Matcher {
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
	m, err := Compile(phrases)
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

func BenchmarkAppend(b *testing.B) {
	for _, n := range []int{500, 5000, 20000} {
		m := corpusMatcher(b, n)
		texts, err := corpus.Texts(1 << 20)
		if err != nil {
			b.Fatal(err)
		}
		for _, text := range texts {
			b.Run(fmt.Sprintf("%s/%d", text.Name, n), func(b *testing.B) {
				var buffer fold.Buffer
				var hits []Match
				b.SetBytes(int64(len(text.Content)))
				b.ReportAllocs()
				for b.Loop() {
					hits = m.Append(hits[:0], buffer.Fold(text.Content))
				}
				b.ReportMetric(float64(len(hits)), "hits")
			})
		}
	}
}

func BenchmarkCompile(b *testing.B) {
	if _, err := corpus.Dir(); err != nil {
		b.Skip(err)
	}
	texts, err := corpus.Phrases(5000)
	if err != nil {
		b.Fatal(err)
	}
	phrases := make([]Phrase, len(texts))
	for i, s := range texts {
		phrases[i].Text = s
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Compile(phrases); err != nil {
			b.Fatal(err)
		}
	}
}
