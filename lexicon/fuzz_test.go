package lexicon

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzParse reads anything as a lexicon. What is accepted must compile or be explained,
// and scan without a fault.
func FuzzParse(f *testing.F) {
	seeds := 0
	for _, glob := range []string{"builtin/*.toml", "testdata/invalid/*.toml", "testdata/lint/*.toml"} {
		files, err := filepath.Glob(glob)
		if err != nil || len(files) == 0 {
			f.Fatalf("no seeds in %s (%v)", glob, err)
		}
		for _, name := range files {
			data, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			if len(data) < 4<<10 {
				f.Add(data)
				seeds++
			}
		}
	}
	if seeds < 20 {
		f.Fatalf("%d seeds, want at least 20", seeds)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := Parse("fuzz.toml", data)
		if err != nil {
			if !strings.Contains(err.Error(), "fuzz.toml") {
				t.Fatalf("the error does not say where: %v", err)
			}
			return
		}
		s, err := Compile(l)
		if err != nil {
			if !strings.Contains(err.Error(), "fuzz.toml") {
				t.Fatalf("the error does not say where: %v", err)
			}
			return
		}
		s.Lint()
		for _, r := range s.Test() {
			if r.Err != nil && !strings.Contains(r.Err.Error(), "fuzz.toml") {
				t.Fatalf("the error does not say where: %v", r.Err)
			}
		}
	})
}

// FuzzScan scans anything with the shipped lexicons.
func FuzzScan(f *testing.F) {
	s, err := Compile(Builtin()...)
	if err != nil {
		f.Fatal(err)
	}
	seeds := 0
	for _, l := range s.lexicons {
		for _, t := range l.tests {
			f.Add(t.text)
			seeds++
		}
	}
	if seeds < 30 {
		f.Fatalf("%d seeds, want at least 30", seeds)
	}
	f.Fuzz(func(t *testing.T, text string) {
		texts := []Text{{Content: text}}
		hits := s.Scan(nil, texts)
		for i, h := range hits {
			if h.Start < 0 || h.Start >= h.End || h.End > len(text) {
				t.Fatalf("hit %+v in a text of %d bytes", h, len(text))
			}
			if i > 0 && order(hits[i-1], h) > 0 {
				t.Fatalf("hits %+v and %+v out of order", hits[i-1], h)
			}
			if utf8.ValidString(text) && !utf8.ValidString(text[h.Start:h.End]) {
				t.Fatalf("hit %q cuts a character", text[h.Start:h.End])
			}
		}
		for i, tally := range s.Tally(hits, texts) {
			if tally.Distinct > tally.Count || tally.Matched != (tally.Score >= s.lexicons[i].Threshold) {
				t.Fatalf("tally %+v", tally)
			}
		}
	})
}
