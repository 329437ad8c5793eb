package message

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// corpusDir is the directory of a corpus beside the repository. The test is
// skipped where it is absent: it is not ours to ship.
func corpusDir(t testing.TB, name string) string {
	t.Helper()
	dir := filepath.Join("..", "..", "shared", "corpus", name)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("corpus %s is not here: %v", name, err)
	}
	return dir
}

// corpusFiles returns the files below a corpus directory that have the
// extension. A corpus without any is a failure: its test would prove nothing.
func corpusFiles(t testing.TB, corpus, extension string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(corpusDir(t, corpus), func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(path, extension) && d.Name() != "README.md" {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatalf("corpus %s has no %s files", corpus, extension)
	}
	return files
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func read(raw []byte) *Message {
	return Read(context.Background(), Envelope{}, raw, Limits{})
}
