package matcher

import (
	"fmt"
	"sort"
	"testing"
	"time"

	"github.com/zixpolicy/zixpolicy/bench/corpus"
)

func TestQuick(t *testing.T) { Quick(peers) }

func Quick(peers []Engine) {
	list, _ := corpus.Phrases(5000)
	texts, _ := corpus.Texts(1 << 20)
	const size = 50 << 10
	engines := append([]Engine{ours}, peers...)
	var scanners []Scanner
	for _, e := range engines {
		t0 := time.Now()
		s, err := e.Build(list)
		fmt.Println(e.Name, time.Since(t0), err)
		scanners = append(scanners, s)
	}
	for _, text := range texts {
		var windows []string
		for at := 0; at+size <= len(text.Content); at += size {
			windows = append(windows, text.Content[at:at+size])
		}
		var low []string
		for _, w := range windows {
			low = append(low, lower(w))
		}
		times := make([][]float64, len(engines))
		hits := make([]int, len(engines))
		for range 9 {
			for i, s := range scanners {
				in := windows
				if engines[i].Lowered {
					in = low
				}
				hits[i] = 0
				t0 := time.Now()
				for _, w := range in {
					hits[i] += s.Scan(w)
				}
				times[i] = append(times[i], time.Since(t0).Seconds())
			}
		}
		for i, e := range engines {
			sort.Float64s(times[i])
			want, err := expect(e.Question, list, windows)
			mb := float64(len(windows)*size) / 1e6
			fmt.Printf("%-8s %-26s median %7.0f best %7.0f MB/s  hits %d want %d %v\n", text.Name, e.Name, mb/times[i][4], mb/times[i][0], hits[i], want, err)
		}
	}
}
