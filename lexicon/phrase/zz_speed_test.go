package phrase

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/zixpolicy/zixpolicy/bench/corpus"
	"github.com/zixpolicy/zixpolicy/lexicon/fold"
)

func TestSpeed(t *testing.T) {
	if os.Getenv("SPEED") == "" {
		t.Skip()
	}
	texts, _ := corpus.Texts(1 << 20)
	const size = 50 << 10
	for _, n := range []int{500, 5000, 20000} {
		m := corpusMatcher(t, n)
		fmt.Printf("%6d", n)
		for _, text := range texts {
			var buffer fold.Buffer
			var hits []Match
			var total, totalFold time.Duration
			bytes := 0
			for at := 0; at+size <= len(text.Content); at += size {
				best, bestFold := time.Hour, time.Hour
				s := text.Content[at : at+size]
				for range 20 {
					t0 := time.Now()
					f := buffer.Fold(s)
					t1 := time.Now()
					hits = m.Append(hits[:0], f)
					d := time.Since(t0)
					best = min(best, d)
					bestFold = min(bestFold, t1.Sub(t0))
				}
				total += best
				totalFold += bestFold
				bytes += size
			}
			fmt.Printf("  %s %5.0f (fold %5.0f)", text.Name, float64(bytes)/total.Seconds()/1e6, float64(bytes)/totalFold.Seconds()/1e6)
		}
		fmt.Println()
	}
}
