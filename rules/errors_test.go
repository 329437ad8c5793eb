package rules

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the expected outcomes in testdata")

// TestMistakesAreExplained loads one policy for each mistake an author can make. The
// file is named after the mistake; what the author is told stands beside it.
func TestMistakesAreExplained(t *testing.T) {
	files, err := filepath.Glob("testdata/invalid/*.toml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in testdata/invalid (%v)", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".toml"), func(t *testing.T) {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			_, err = Load(Options{Internal: internalDomains(t)},
				Source{Name: "groups/finance.txt", Data: []byte("cfo@maine.example\n")},
				Source{Name: "policy.toml", Data: data})
			if err == nil {
				t.Fatal("the mistake is not noticed")
			}
			golden := strings.TrimSuffix(name, ".toml") + ".err"
			if *update {
				if err := os.WriteFile(golden, []byte(err.Error()+"\n"), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, readErr := os.ReadFile(golden)
			if readErr != nil {
				t.Fatalf("%v; run go test ./rules -update", readErr)
			}
			if got := err.Error() + "\n"; got != string(want) {
				t.Errorf("the author is told\n%s\nexpected\n%s", got, want)
			}
		})
	}
}
