package lexicon

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the expected texts in testdata")

// golden compares what an author is told with the file beside the one named.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := strings.TrimSuffix(name, ".toml") + ".err"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; run go test ./lexicon -update", err)
	}
	if got != string(want) {
		t.Errorf("the author is told\n%s\nexpected\n%s", got, want)
	}
}

// each runs f for every lexicon in a folder of testdata.
func each(t *testing.T, folder string, f func(t *testing.T, name string, data []byte)) {
	t.Helper()
	files, err := filepath.Glob("testdata/" + folder + "/*.toml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in testdata/%s (%v)", folder, err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".toml"), func(t *testing.T) {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			f(t, name, data)
		})
	}
}

// activate does with a site's lexicon what loading a policy does.
func activate(name string, data []byte) error {
	l, err := Parse(name, data)
	if err != nil {
		return err
	}
	s, err := Compile(append(Builtin(), l)...)
	if err != nil {
		return err
	}
	var failed []error
	for _, r := range s.Test() {
		failed = append(failed, r.Err)
	}
	return errors.Join(failed...)
}

// TestMistakesAreExplained reads one lexicon for each mistake an author can make. The
// file is named after the mistake; what the author is told stands beside it.
func TestMistakesAreExplained(t *testing.T) {
	each(t, "invalid", func(t *testing.T, name string, data []byte) {
		err := activate(filepath.Base(name), data)
		if err == nil {
			t.Fatal("the mistake is not noticed")
		}
		golden(t, name, err.Error()+"\n")
	})
}

func TestLintsAreExplained(t *testing.T) {
	each(t, "lint", func(t *testing.T, name string, data []byte) {
		l, err := Parse(filepath.Base(name), data)
		if err != nil {
			t.Fatal(err)
		}
		ssn := Builtin()[len(Builtin())-1]
		s, err := Compile(ssn, l)
		if err != nil {
			t.Fatal(err)
		}
		var told strings.Builder
		for _, found := range s.Lint() {
			told.WriteString(found.Error() + "\n")
		}
		golden(t, name, told.String())
	})
}

func TestBuiltinHasNothingToLint(t *testing.T) {
	s, err := Compile(append(Builtin(), Examples()...)...)
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range s.Lint() {
		t.Error(found)
	}
}
