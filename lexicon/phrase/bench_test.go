package phrase

import (
	"fmt"
	"strings"
	"testing"

	"github.com/zixpolicy/zixpolicy/lexicon/fold"
)

func BenchmarkAppend(b *testing.B) {
	for _, n := range []int{500, 5000, 20000} {
		m := mustCompile(b, corpusPhrases(b, n), longestLeast)
		for _, text := range corpusTexts(b, 1<<20) {
			b.Run(fmt.Sprintf("%s/%d", text.Name, n), func(b *testing.B) { scanText(b, m, text.Content) })
		}
	}
}

// The cost of a byte must stay the same however long the text is, also where the text is
// made to be slow: of words that begin phrases which then do not go on.
func BenchmarkLength(b *testing.B) {
	phrases := corpusPhrases(b, 5000)
	slow := strings.Repeat("a ", maxWords-1)
	phrases = append(phrases, Phrase{Text: slow + "b"}, Phrase{Text: slow + "c*"})
	m := mustCompile(b, phrases, longestLeast)
	sorts := map[string]string{
		"clean":    corpusTexts(b, 1<<20)[0].Content,
		"prefixes": strings.Repeat("a ", 1<<19),
		"gaps":     strings.Repeat("acute"+strings.Repeat(" ", 1019), 1<<10),
		"letters":  strings.Repeat("acute", 1<<20/5),
	}
	for name, text := range sorts {
		for _, size := range []int{1 << 10, 32 << 10, 1 << 20, 64 << 20} {
			long := strings.Repeat(text, (size+len(text)-1)/len(text))[:size]
			b.Run(fmt.Sprintf("%s/%dKiB", name, size>>10), func(b *testing.B) { scanText(b, m, long) })
		}
	}
}

func scanText(b *testing.B, m *Matcher, text string) {
	var buffer fold.Buffer
	hits := m.Append(nil, buffer.Fold(text))
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		hits = m.Append(hits[:0], buffer.Fold(text))
	}
	b.ReportMetric(float64(len(hits)), "hits")
}

func BenchmarkCompile(b *testing.B) {
	phrases := corpusPhrases(b, 5000)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Compile(phrases); err != nil {
			b.Fatal(err)
		}
	}
}
