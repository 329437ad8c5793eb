package matcher

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/zixpolicy/zixpolicy/bench/corpus"
)

// machine describes what the figures were measured on.
func machine() string {
	cpu := "unknown processor"
	if f, err := os.Open("/proc/cpuinfo"); err == nil {
		defer f.Close()
		for lines := bufio.NewScanner(f); lines.Scan(); {
			if name, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(name) == "model name" {
				cpu = strings.TrimSpace(value)
				break
			}
		}
	}
	load := ""
	if b, err := os.ReadFile("/proc/loadavg"); err == nil {
		load, _, _ = strings.Cut(string(b), " ")
		load = ", load " + load
	}
	return fmt.Sprintf("%s, %d CPUs, %s/%s, %s%s", cpu, runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version(), load)
}

// slug makes a file name of a machine, without its load.
func slug(machine string) string {
	machine, _, _ = strings.Cut(machine, ", load")
	words := strings.FieldsFunc(strings.ToLower(machine), func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.')
	})
	return strings.Join(words, "-")
}

// printResults prints a table for each text and size.
func printResults(w io.Writer, results []result) {
	fmt.Fprintf(w, "%d phrases: MB/s of processor time, median of the rounds (lowest to highest); ours is so many times as fast\n\n", atSize)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "text\tpiece\tengine\tMB/s\t\tratio\t")
	for _, r := range results {
		rate, low, high := median(r.rates)
		ratio, lowest, highest := median(r.ratios)
		fmt.Fprintf(t, "%s\t%d KB\t%s\t%.0f\t(%.0f to %.0f)\t%.1f\t(%.1f to %.1f)\n",
			r.text, r.size>>10, r.engine, rate, low, high, ratio, lowest, highest)
	}
	t.Flush()
}

// printScaling prints how engines do with longer and longer lists.
func printScaling(w io.Writer, scales []scale) {
	fmt.Fprint(w, "\npieces of 50 KB, geometric mean over the texts\n\n")
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "phrases\tengine\tMB/s\tbuild\theap per phrase")
	for _, s := range scales {
		fmt.Fprintf(t, "%d\t%s\t%.0f\t%v\t%d B\n", s.phrases, s.engine, s.rate, s.buildTime.Round(10*time.Microsecond), s.heap/s.phrases)
	}
	t.Flush()
}

// printLength prints what a byte costs us in longer and longer texts, also in text made
// to be slow.
func printLength(w io.Writer, phrases []string) error {
	all, err := buildAll([]Engine{ours}, phrases)
	if err != nil {
		return err
	}
	texts, err := corpus.Texts(textBytes)
	if err != nil {
		return err
	}
	texts = append(texts[:2:2], corpus.Text{Name: "first words only", Content: firstWords(phrases)})
	fmt.Fprint(w, "\nnanoseconds a KB in one text of that length, best of three\n\n")
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(t, "text\t")
	sizes := []int{1 << 10, 16 << 10, 256 << 10, 4 << 20, 64 << 20}
	for _, size := range sizes {
		fmt.Fprintf(t, "%d KB\t", size>>10)
	}
	fmt.Fprintln(t)
	for _, text := range texts {
		fmt.Fprintf(t, "%s\t", text.Name)
		for _, size := range sizes {
			long := strings.Repeat(text.Content, (size+len(text.Content)-1)/len(text.Content))[:size]
			times := max(1, textBytes/size)
			took := bestOf(3, func() {
				for range times {
					all[0].scanner.Scan(long)
				}
			})
			fmt.Fprintf(t, "%.0f\t", float64(took.Nanoseconds())/float64(times*size>>10))
		}
		fmt.Fprintln(t)
	}
	return t.Flush()
}

// firstWords returns the first words of the phrases with more than one, one after the
// other: each begins something, and almost none goes on.
func firstWords(phrases []string) string {
	var b strings.Builder
	for _, p := range phrases {
		if first, _, more := strings.Cut(p, " "); more {
			b.WriteString(first + " ")
		}
	}
	return b.String()
}

func bestOf(n int, do func()) time.Duration {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	best := time.Duration(math.MaxInt64)
	for range n {
		start := threadTime()
		do()
		best = min(best, threadTime()-start)
	}
	return best
}

// printMeans prints how much faster ours is, as geometric means over texts and sizes.
func printMeans(w io.Writer, results []result) {
	prose := []string{"clean", "hits"}
	fmt.Fprintf(w, "\nclean and hit-rich English only: %s\n", means(results, prose))
	fmt.Fprintf(w, "matcher: %s\n", means(results, nil))
}

// means compares ours with the three peers that there are figures to reach against, on
// the given texts, or on all.
func means(results []result, texts []string) string {
	var parts []string
	for _, peer := range []struct{ engine, label string }{
		{"cloudflare/ahocorasick", "cloudflare/ahocorasick"},
		{HyperscanWords, "hyperscan (whole words)"},
		{HyperscanLiterals, "hyperscan (literals)"},
	} {
		var ratios []float64
		for _, r := range results {
			if r.engine == peer.engine && (texts == nil || slices.Contains(texts, r.text)) {
				middle, _, _ := median(r.ratios)
				ratios = append(ratios, middle)
			}
		}
		ratio := "-"
		if len(ratios) > 0 {
			ratio = fmt.Sprintf("%.1f", geometricMean(ratios))
		}
		parts = append(parts, ratio+" x "+peer.label)
	}
	return strings.Join(parts, ", ")
}

// The names that the engines of ../hyperscan go by.
const (
	HyperscanWords    = "hyperscan, whole words"
	HyperscanLiterals = "hyperscan, literals"
)

func geometricMean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += math.Log(v)
	}
	return math.Exp(sum / float64(len(values)))
}
