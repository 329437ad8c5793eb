package rules

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/zixpolicy/zixpolicy/internal/tomlfile"
)

// Source is one policy, lexicon or group file. What it is shows in it: a policy has
// [[rule]], a lexicon has name and [[entry]] or extends, and a group's name ends in
// ".txt".
type Source struct {
	Name string // what errors call it
	Data []byte
}

// maxFile bounds the size of a file, in bytes.
const maxFile = tomlfile.MaxSize

// ReadDir returns the files of a policy directory: *.toml and groups/*.txt, each in
// the order of their names.
func ReadDir(dir string) ([]Source, error) {
	if _, err := os.Stat(dir); err != nil {
		return nil, fmt.Errorf("rules: %w", err)
	}
	var files []Source
	for _, pattern := range []string{"*.toml", filepath.Join("groups", "*.txt")} {
		names, err := filepath.Glob(filepath.Join(escapeGlob(dir), pattern))
		if err != nil {
			return nil, fmt.Errorf("rules: %w", err)
		}
		for _, name := range names {
			if strings.HasPrefix(filepath.Base(name), ".") {
				continue // an editor's, not an author's
			}
			data, err := readFile(name)
			if err != nil {
				return nil, fmt.Errorf("rules: %w", err)
			}
			files = append(files, Source{Name: name, Data: data})
		}
	}
	return files, nil
}

// readFile reads a file up to a size that no author reaches.
func readFile(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxFile {
		return nil, fmt.Errorf("%s: not a file of at most %d bytes", name, maxFile)
	}
	return os.ReadFile(name)
}

// escapeGlob quotes the characters that have a meaning in a pattern.
func escapeGlob(s string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(s)
}

// kind is what a source is.
type kind uint8

const (
	kindPolicy kind = iota
	kindLexicon
	kindGroup
)

// kindOf says what a source is, by the keys it has at the top.
func kindOf(s Source) (kind, error) {
	if strings.HasSuffix(s.Name, ".txt") {
		return kindGroup, nil
	}
	var top map[string]any
	f, err := tomlfile.Decode(s.Name, s.Data, &top)
	if err != nil {
		return 0, err
	}
	_, policy := top["rule"]
	if _, ok := top["own_text"]; ok {
		policy = true
	}
	lexicon := ""
	for _, key := range []string{"entry", "extends", "name"} {
		if _, ok := top[key]; ok {
			lexicon = key
		}
	}
	switch {
	case policy && lexicon != "":
		return 0, f.Errorf(lexicon, "this file is a policy and a lexicon at once").
			WithRemedy("move rules and entries into two files")
	case policy:
		return kindPolicy, nil
	case lexicon != "":
		return kindLexicon, nil
	}
	return 0, f.Errorf("", "this file is neither a policy nor a lexicon").
		WithRemedy(`a policy has [[rule]] or [own_text], a lexicon has name = "…" and [[entry]]`)
}
