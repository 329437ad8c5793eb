package matcher

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"github.com/zixpolicy/zixpolicy/bench/corpus"
)

// textBytes is how much of each sort of text is scanned, whatever the size of the pieces
// that it is cut into: small texts are many different ones, as mail is.
const textBytes = 1 << 20

// built is an engine built for one list of phrases.
type built struct {
	Engine
	scanner   Scanner
	buildTime time.Duration
	heap      int // bytes kept by the scanner
}

// Sizer is a Scanner that keeps its memory outside of Go's heap, and knows how much.
type Sizer interface{ Size() int }

// buildAll builds the engines that take lists as long as this.
func buildAll(engines []Engine, phrases []string) ([]built, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var all []built
	for _, e := range engines {
		if e.Limit > 0 && len(phrases) > e.Limit {
			continue
		}
		b := built{Engine: e}
		// What is built first also pays for what is made once; the second is measured.
		for range 2 {
			if b.scanner != nil {
				b.scanner.Close()
				b.scanner = nil
			}
			before := heapInUse()
			var err error
			start := threadTime()
			b.scanner, err = e.Build(phrases)
			b.buildTime = threadTime() - start
			if err != nil {
				return nil, err
			}
			b.heap = max(0, int(heapInUse())-int(before))
			if b.buildTime > time.Second {
				break
			}
		}
		if sizer, ok := b.scanner.(Sizer); ok {
			b.heap = sizer.Size()
		}
		all = append(all, b)
	}
	return all, nil
}

func heapInUse() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// result is what one engine did on one text cut into pieces of one size.
type result struct {
	engine string
	text   string
	size   int
	rates  []float64 // MB/s of each round
	ratios []float64 // of our time in the same round: how much faster ours is
}

// measure lets the engines scan the texts in turn, round after round, and checks in
// every round how many hits each reports. The first engine is ours.
func measure(log io.Writer, engines []built, phrases []string, sizes []int, rounds int) ([]result, error) {
	texts, err := corpus.Texts(textBytes)
	if err != nil {
		return nil, err
	}
	var results []result
	for _, text := range texts {
		for _, size := range sizes {
			fmt.Fprintf(log, "%d phrases, %s text in pieces of %d KB …\n", len(phrases), text.Name, size>>10)
			r, err := measureText(engines, phrases, text, size, rounds)
			if err != nil {
				return nil, err
			}
			results = append(results, r...)
		}
	}
	return results, nil
}

// measureText is measure for one text and one size.
func measureText(engines []built, phrases []string, text corpus.Text, size, rounds int) ([]result, error) {
	pieces := cut(text.Content, size)
	lowered := make([]string, len(pieces))
	for i, p := range pieces {
		lowered[i] = lower(p)
	}
	results := make([]result, len(engines))
	want := make([]int, len(engines))
	expected := newExpected(phrases, pieces, lowered)
	for i, e := range engines {
		results[i] = result{engine: e.Name, text: text.Name, size: size}
		var err error
		if want[i], err = expected.hits(e.Question); err != nil {
			return nil, err
		}
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	times := make([]float64, len(engines))
	for round := range rounds + 1 {
		for i, e := range engines {
			in := pieces
			if e.Lowered {
				in = lowered
			}
			hits := 0
			start := threadTime()
			for _, p := range in {
				hits += e.scanner.Scan(p)
			}
			times[i] = (threadTime() - start).Seconds()
			if hits != want[i] {
				return nil, fmt.Errorf("%s: %d hits in %s text in pieces of %d bytes for %d phrases, want %d",
					e.Name, hits, text.Name, size, len(phrases), want[i])
			}
		}
		if round == 0 {
			continue // warms up
		}
		for i := range engines {
			results[i].rates = append(results[i].rates, float64(len(text.Content))/times[i]/1e6)
			results[i].ratios = append(results[i].ratios, times[i]/times[0])
		}
	}
	return results, nil
}

// threadTime returns the processor time that this thread has taken. Other processes on
// the machine take none of it, though they still take caches.
func threadTime() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t); err != nil {
		panic(err) // the clock has been there since Linux 2.6
	}
	return time.Duration(t.Nano())
}

// cut cuts text into pieces of the size, the last of which may be shorter.
func cut(text string, size int) []string {
	var pieces []string
	for p := range slices.Chunk([]byte(text), size) {
		pieces = append(pieces, string(p))
	}
	return pieces
}

// median returns the middle of the values, and the lowest and highest of them.
func median(values []float64) (middle, low, high float64) {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2], sorted[0], sorted[len(sorted)-1]
}
