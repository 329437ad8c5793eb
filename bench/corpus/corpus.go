// Package corpus makes the phrase lists and texts that the matcher is measured on from
// the stored corpora, which are not part of the project.
package corpus

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Dir returns the directory of the corpora: $ZIXPOLICY_CORPUS, or ../shared/corpus
// beside the repository.
func Dir() (string, error) {
	dir := os.Getenv("ZIXPOLICY_CORPUS")
	if dir == "" {
		_, here, _, ok := runtime.Caller(0)
		if !ok {
			return "", fmt.Errorf("corpus: the place of this source file is not known")
		}
		dir = filepath.Join(filepath.Dir(here), "..", "..", "..", "shared", "corpus")
	}
	if _, err := os.Stat(dir); err != nil {
		return "", fmt.Errorf("corpus: %w; set ZIXPOLICY_CORPUS", err)
	}
	return dir, nil
}

// Text is one sort of text to match in.
type Text struct {
	Name    string
	Content string // UTF-8, at least the size asked for
}

// Texts returns the sorts of text, each size bytes long: clean business mail, notes and
// answers on health, text of HTML mail, and text in many scripts. Where the corpora hold
// less, it is repeated.
func Texts(size int) ([]Text, error) {
	dir, err := Dir()
	if err != nil {
		return nil, err
	}
	var texts []Text
	for _, source := range []struct {
		name string
		read func(dir string) (string, error)
	}{
		{"clean", cleanMail},
		{"hits", healthNotes},
		{"html", htmlMail},
		{"unicode", manyScripts},
	} {
		content, err := source.read(dir)
		if err != nil {
			return nil, fmt.Errorf("corpus: %s text: %w", source.name, err)
		}
		if len(content) < 16<<10 {
			return nil, fmt.Errorf("corpus: %s text: only %d bytes found in %s", source.name, len(content), dir)
		}
		content = strings.Repeat(content, (size+len(content)-1)/len(content))
		texts = append(texts, Text{source.name, strings.ToValidUTF8(content[:size], "")})
	}
	return texts, nil
}
