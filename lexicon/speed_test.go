package lexicon

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// prose is ordinary text with some hits in it.
const prose = `Dear Ms. Miller, thank you for your letter of March 3. The committee met at nine on Tuesday
and went through the figures for the second quarter; a copy is attached (2 pages, 18,400 bytes). We agreed
to meet again in two weeks, unless the schedule for room 214 changes. Her blood pressure was 140/90, and
metformin was raised to 1000 mg. Please call 207-555-1234 or write to desk@example.org before 5 pm. Kind regards
`

func TestScanDoesNotAllocateOnceWarm(t *testing.T) {
	s, err := Compile(Builtin()...)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"ASCII":   strings.Repeat(prose, 40),
		"Unicode": strings.Repeat(strings.ReplaceAll(prose, "Dear", "Chère—“naïve”"), 40),
		"numbers": strings.Repeat("1234 5678 2024-01-05 99501-1234 10.0.0.1 A1B2C3 0.4012888888881881\n", 200),
	} {
		texts := []Text{{Content: text}}
		hits := s.Scan(nil, texts)
		if n := testing.AllocsPerRun(20, func() { hits = s.Scan(hits[:0], texts) }); n != 0 {
			t.Errorf("%s: %v allocations a scan", name, n)
		}
	}
}

// hostile texts are made to be slow: each is repeated to the length asked for.
var hostile = map[string]string{
	"prose":           prose,
	"one word":        "a",
	"digits":          "1",
	"short numbers":   "1 ",
	"dashed numbers":  "12-",
	"dotted numbers":  "1.",
	"cues":            "ssn ",
	"cues, numbers":   "ssn 1234567 ",
	"card beginnings": "4012 8888 8888 ",
	"ats":             "a@",
	"iban beginnings": "GB82 WEST ",
	"colons":          "fe80:",
	"exclusions":      "rape seed pussy cat ",
	"hits":            "fuck ",
	"marks":           "e\u0301\u0301\u0301",
	"patients":        "Patient: A ",
	"conditions":      "patient phone 207-555-123 ",
}

// TestScanIsLinear compares the time for n and 4n bytes. The bound is wide, because
// machines are busy: quadratic work would be 16 times as long.
func TestScanIsLinear(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	s, err := Compile(Builtin()...)
	if err != nil {
		t.Fatal(err)
	}
	for name, piece := range hostile {
		t.Run(name, func(t *testing.T) {
			const n = 256 << 10
			var small, large float64
			for range 5 { // others use the machine, too; quadratic work is slow each time
				if small, large = fastest(s, fill(piece, n)), fastest(s, fill(piece, 4*n)); large <= 9*small {
					return
				}
			}
			t.Errorf("%d bytes take %.1f ms, 4 times as many %.1f ms", n, small, large)
		})
	}
}

// fastest is the shortest of some scans, in milliseconds.
func fastest(s *Set, text string) float64 {
	texts := []Text{{Content: text}}
	var hits []Hit
	best := 0.0
	for i := range 5 {
		start := time.Now()
		hits = s.Scan(hits[:0], texts)
		if ms := float64(time.Since(start).Microseconds()) / 1000; i == 0 || ms < best {
			best = ms
		}
	}
	return best
}

func fill(piece string, n int) string { return strings.Repeat(piece, n/len(piece)+1)[:n] }

func BenchmarkScan(b *testing.B) {
	s, err := Compile(Builtin()...)
	if err != nil {
		b.Fatal(err)
	}
	for name, piece := range hostile {
		texts := []Text{{Content: fill(piece, 64<<10)}}
		b.Run(strings.ReplaceAll(name, " ", "-"), func(b *testing.B) {
			b.SetBytes(64 << 10)
			b.ReportAllocs()
			var hits []Hit
			for b.Loop() {
				hits = s.Scan(hits[:0], texts)
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	for b.Loop() {
		if _, err := Compile(Builtin()...); err != nil {
			b.Fatal(err)
		}
	}
}

// corpus is where real data to develop against lies, seen from this package.
const corpus = "../../shared/corpus"

// messages returns the files below a folder of the corpus by name, as text.
func messages(t testing.TB, dir string) map[string]string {
	t.Helper()
	root := filepath.Join(corpus, dir)
	if _, err := os.Stat(root); err != nil {
		t.Skipf("no corpus here: %v", err)
	}
	all := map[string]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".txt") && !strings.HasSuffix(path, ".xml") {
			return err
		}
		data, err := os.ReadFile(path)
		all[strings.TrimPrefix(path, root+"/")] = string(data)
		return err
	})
	if err != nil || len(all) == 0 {
		t.Fatalf("%s: %d files, %v", root, len(all), err)
	}
	return all
}

// BenchmarkMail scans real mail, headers and all, as text.
func BenchmarkMail(b *testing.B) {
	s, err := Compile(Builtin()...)
	if err != nil {
		b.Fatal(err)
	}
	size := 0
	var all [][]Text
	for _, text := range messages(b, "mail-spamassassin/easy-ham-2") {
		all = append(all, []Text{{Content: text}})
		size += len(text)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	var hits []Hit
	for b.Loop() {
		n := 0
		for _, texts := range all {
			hits = s.Scan(hits[:0], texts)
			n += len(hits)
		}
		if n < 1000 {
			b.Fatalf("%d hits, want at least 1000", n)
		}
	}
}
