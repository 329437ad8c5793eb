package phrase

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/zixpolicy/zixpolicy/lexicon/fold"
)

// agree holds for all phrases and texts: every configuration finds what the naive one
// does.
func agree(t *testing.T, phrases []Phrase, text string) {
	t.Helper()
	var b fold.Buffer
	f := b.Fold(text)
	var want []Match
	for i, config := range configurations {
		got := inOrder(t, config.find(t, phrases, f))
		if i == 0 {
			want = got
		} else if !slices.Equal(got, want) {
			t.Fatalf("%s finds %v, naive %v\nphrases %+v\ntext %q", config.name, got, want, phrases, f.Content)
		}
	}
	for _, hit := range want {
		if start, end := f.Original(hit.Start, hit.End); start >= end || end > len(text) {
			t.Fatalf("hit %v came from [%d:%d] of %q", hit, start, end, text)
		}
	}
}

// valid leaves out what is not a phrase.
func valid(lines []string) []Phrase {
	return slices.DeleteFunc(phrasesOf(lines), func(p Phrase) bool {
		var ps parser
		_, reason := ps.parse(p)
		return reason != ""
	})
}

func FuzzHits(f *testing.F) {
	seeds := 0
	for _, c := range []collection{basics, boundaries, unicodes, overlap, evasion, regression} {
		for _, test := range c {
			f.Add(strings.Join(test.phrases, "\n"), test.text)
			seeds++
		}
	}
	if seeds < 100 {
		f.Fatalf("only %d seeds", seeds)
	}
	f.Fuzz(func(t *testing.T, lines, text string) {
		if len(lines) > 200 || len(text) > 4<<10 {
			t.Skip("too long to compare with the naive matcher many times a second")
		}
		agree(t, valid(strings.Split(lines, "\n")), text)
	})
}

func TestConfigurationsAgreeOnRandomTexts(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	words := list{"a", "ab", "abcdefgh", "abcdefghi", "abcdefghj", "abcdefghijklmnopq", "abcdefghijkxmnopq", "é", "糖", "尿", "病",
		"Straße", "x1", "1", "A", "AB", "a*", "ab*", "a?", "?b", "abcdefghi*", "abc?ef*", "ก", "กี", "é*", "?", "zé?x", "=AB", "=é"}
	gaps := list{" ", "  ", "-", ". ", "\n> ", "\n\n", " (", ", ", "", "/", "\r\n", "_", "€", "—", "\u00ad", "\xff", strings.Repeat(" ", 70), "'"}
	for range 2000 {
		lines := make(list, 1+r.IntN(8))
		for i := range lines {
			for range 1 + r.IntN(4) {
				lines[i] += words[r.IntN(len(words))] + gaps[r.IntN(4)]
			}
		}
		var text strings.Builder
		for range r.IntN(400) {
			text.WriteString(strings.Trim(words[r.IntN(len(words))], "*?="))
			text.WriteString(gaps[r.IntN(1+r.IntN(len(gaps)))])
		}
		agree(t, valid(lines), text.String())
	}
}
