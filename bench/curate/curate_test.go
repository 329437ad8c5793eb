package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zixpolicy/zixpolicy/bench/corpus"
)

// TestFilesAreAsMade makes all files anew and compares.
func TestFilesAreAsMade(t *testing.T) {
	dir, err := corpus.Dir()
	if err != nil {
		t.Skip(err)
	}
	files, err := curate(filepath.Join(dir, "vocab"), repository())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		have, err := os.ReadFile(f.path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(have, f.data) {
			t.Errorf("%s differs: run go run ./bench/curate", f.path)
		}
	}
}

func TestInSpeech(t *testing.T) {
	for title, want := range map[string]string{
		"Keratosis, seborrheic":                       "seborrheic keratosis",
		"Other acute sinusitis, unspecified":          "acute sinusitis",
		"Concussion - child - discharge":              "concussion",
		"Charcot's joint, ankle and foot":             "charcot's joint",
		"HPV (Human Papillomavirus) Gardasil Vaccine": "hpv gardasil vaccine",
		"Pontocerebellar hypoplasia type 3":           "pontocerebellar hypoplasia",
		"Bacterial foodborne intoxications, NEC":      "bacterial foodborne intoxications",
		"Sexually Transmitted Diseases":               "sexually transmitted disease",
	} {
		if got := inSpeech(title); got != want {
			t.Errorf("inSpeech(%q) = %q, want %q", title, got, want)
		}
	}
}

func TestSelection(t *testing.T) {
	for term, want := range map[string]bool{
		"noonan syndrome": true, "chronic bronchitis": true, "knee fracture": true, "lumbar stenosis": true,
		"equipment failure": false, "healthy snacks": false, "living with cancer": false, "water damage": false,
		"exercise": false, "appendectomy": true,
	} {
		if got := condition(strings.Fields(term)); got != want {
			t.Errorf("condition(%q) = %t, want %t", term, got, want)
		}
	}
	for name, want := range map[string]bool{"ceftriaxone": true, "adalimumab": true, "acetone": false, "bleach": false, "gasoline": false} {
		if got := chemical([]string{name}); got != want {
			t.Errorf("chemical(%q) = %t, want %t", name, got, want)
		}
	}
}
