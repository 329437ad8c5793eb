package rules

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/zixpolicy/zixpolicy/lexicon"
	"github.com/zixpolicy/zixpolicy/message"
)

// TestDistanceAgreesWithComparingAllPairs compares the one pass with the definition.
func TestDistanceAgreesWithComparingAllPairs(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	text := strings.Repeat("aé漢🙂 b", 20)
	var starts []int
	for i := range text {
		starts = append(starts, i)
	}
	parts := []message.Part{{Text: text}, {Text: text}}
	outcomes := map[int]int{}
	for range 20000 {
		var hits []lexicon.Hit
		for part := range parts {
			at := 0
			for range random.IntN(5) {
				at = min(at+random.IntN(30), len(starts)-1)
				end := min(at+1+random.IntN(20), len(starts)-1)
				hits = append(hits, lexicon.Hit{Lexicon: random.IntN(3), Text: part, Start: starts[at], End: starts[end]})
			}
		}
		a, b := random.IntN(3), random.IntN(3)
		want := distanceOfPairs(hits, parts, a, b)
		if got := distance(hits, parts, a, b); got != want {
			t.Fatalf("distance(%d, %d) = %d, expected %d over %v", a, b, got, want, hits)
		}
		outcomes[min(want, 100)]++
	}
	if outcomes[0] < 1000 || outcomes[5] < 100 || outcomes[100] < 1000 {
		t.Errorf("the cases tell too little: %v", outcomes)
	}
}

// TestDistanceIsLinear would not end if every hit were compared with the first.
func TestDistanceIsLinear(t *testing.T) {
	const far, many = 4 << 20, 1 << 20
	parts := []message.Part{{Text: strings.Repeat("x", far+8*many)}}
	hits := []lexicon.Hit{{Lexicon: 1, Start: 0, End: 1}}
	for i := range many {
		hits = append(hits, lexicon.Hit{Lexicon: 0, Start: far + 8*i, End: far + 8*i + 4})
	}
	if got := distance(hits, parts, 0, 1); got != far-1 {
		t.Errorf("the distance is %d, expected %d", got, far-1)
	}
}

func distanceOfPairs(hits []lexicon.Hit, parts []message.Part, a, b int) int {
	least := nowhereNear
	for i, h := range hits {
		for j, k := range hits {
			if i == j || h.Text != k.Text || h.Lexicon != a || k.Lexicon != b {
				continue
			}
			first, second := h, k
			if first.Start > second.Start {
				first, second = second, first
			}
			if second.Start <= first.End {
				return 0
			}
			least = min(least, utf8.RuneCountInString(parts[h.Text].Text[first.End:second.Start]))
		}
	}
	return least
}
