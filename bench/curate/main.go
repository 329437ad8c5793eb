// Command curate makes what the project takes from public vocabularies: the second
// part of lexicon/builtin/health-terms.toml, and lexicon/number/icd10.txt. It is run by
// hand, `go run ./bench/curate`, where the vocabularies lie (see package corpus); what
// it makes is kept in the repository, so that building needs none of them.
//
// A vocabulary lists everything; a lexicon must not. What is left of a title once it is
// brought into the order of speech has to read as medicine by itself: a word that is
// made like one (…itis, …ectomy, …cillin), or a phrase with such a word or one of
// medicine's nouns (disease, fracture, biopsy) at its end. leave-out.txt is what passes
// that and is everyday English all the same.
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/zixpolicy/zixpolicy/bench/corpus"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "curate:", err)
		os.Exit(1)
	}
}

// made is one file to be written.
type made struct {
	path string
	data []byte
}

func run() error {
	vocabularies, err := corpus.Dir()
	if err != nil {
		return err
	}
	files, err := curate(filepath.Join(vocabularies, "vocab"), repository())
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := os.WriteFile(f.path, f.data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// repository is the root of this source tree.
func repository() string {
	_, here, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(here), "..", "..")
}

// curate makes all files from the vocabularies in a directory.
func curate(vocabularies, root string) ([]made, error) {
	v, err := readVocabularies(vocabularies)
	if err != nil {
		return nil, err
	}
	health := filepath.Join(root, "lexicon", "builtin", "health-terms.toml")
	written, err := writtenPart(health, marker)
	if err != nil {
		return nil, err
	}
	terms, err := healthTerms(v, written)
	if err != nil {
		return nil, err
	}
	return []made{
		{health, slices.Concat(written, terms)},
		{filepath.Join(root, "lexicon", "number", "icd10.txt"), icd10List(v.icd)},
	}, nil
}

// writtenPart returns what was written by hand in a file: all up to the marker and the
// marker itself.
func writtenPart(path, marker string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	written, _, found := bytes.Cut(data, []byte(marker))
	if !found {
		return nil, fmt.Errorf("%s: the line %q is missing", path, marker)
	}
	return append(written, marker...), nil
}
