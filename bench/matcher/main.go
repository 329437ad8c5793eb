package matcher

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/zixpolicy/zixpolicy/bench/corpus"
)

// atSize is the length of the list that the figures are stated for.
const atSize = 5000

// Main measures, prints and records. More engines may be given than this module has.
func Main(more []Engine) {
	rounds := flag.Int("rounds", 9, "rounds in which every engine scans every text")
	record := flag.String("record", "", "directory for a record of the run and its plot")
	flag.Parse()
	if err := run(append(append([]Engine{ours}, peers...), more...), *rounds, *record); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run measures the engines, prints what comes out and records it.
func run(engines []Engine, rounds int, record string) error {
	var text strings.Builder
	out := io.MultiWriter(os.Stdout, &text)
	day := time.Now().UTC().Format("2006-01-02")
	fmt.Fprintf(out, "%s  %s\n\n", day, machine())

	phrases, err := corpus.Phrases(atSize)
	if err != nil {
		return err
	}
	all, err := buildAll(engines, phrases)
	if err != nil {
		return err
	}
	results, err := measure(os.Stderr, all, phrases, []int{4 << 10, 50 << 10, 1 << 20}, rounds)
	if err != nil {
		return err
	}
	printResults(out, results)
	closeAll(all)

	scaling, err := measureScaling(engines, rounds)
	if err != nil {
		return err
	}
	printScaling(out, scaling)
	if err := printLength(out, phrases); err != nil {
		return err
	}
	printMeans(out, results)

	if record == "" {
		return nil
	}
	name := filepath.Join(record, day+"-"+slug(machine()))
	if err := os.MkdirAll(record, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(name+".svg", []byte(plot(scaling)), 0o644); err != nil {
		return err
	}
	return os.WriteFile(name+".txt", []byte(text.String()), 0o644)
}

func closeAll(all []built) {
	for _, b := range all {
		b.scanner.Close()
	}
}

// scale is what one engine does with a list of one length.
type scale struct {
	engine    string
	phrases   int
	rate      float64 // MB/s, geometric mean over the medians of the texts
	buildTime time.Duration
	heap      int
}

// measureScaling measures lists of all lengths on pieces of 50 KB.
func measureScaling(engines []Engine, rounds int) ([]scale, error) {
	var scales []scale
	for _, n := range []int{50, 500, 5000, 20000} {
		phrases, err := corpus.Phrases(n)
		if err != nil {
			return nil, err
		}
		all, err := buildAll(engines, phrases)
		if err != nil {
			return nil, err
		}
		results, err := measure(os.Stderr, all, phrases, []int{50 << 10}, (rounds+1)/2)
		if err != nil {
			return nil, err
		}
		for _, b := range all {
			var rates []float64
			for _, r := range results {
				if r.engine == b.Name {
					middle, _, _ := median(r.rates)
					rates = append(rates, middle)
				}
			}
			scales = append(scales, scale{b.Name, n, geometricMean(rates), b.buildTime, b.heap})
		}
		closeAll(all)
	}
	return scales, nil
}
