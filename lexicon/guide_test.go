package lexicon

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/zixpolicy/zixpolicy/lexicon/number"
)

// block is a fenced block of the guide.
type block struct {
	kind, text string
	line       int
}

// guideBlocks returns the fenced blocks of docs/lexicons.md.
func guideBlocks(t *testing.T) []block {
	t.Helper()
	data, err := os.ReadFile("../docs/lexicons.md")
	if err != nil {
		t.Fatal(err)
	}
	var blocks []block
	open := false
	for i, line := range strings.SplitAfter(string(data), "\n") {
		kind, fence := strings.CutPrefix(line, "```")
		switch {
		case fence && !open:
			blocks = append(blocks, block{kind: strings.TrimSpace(kind), line: i + 1})
			open = true
		case fence:
			open = false
		case open:
			blocks[len(blocks)-1].text += line
		}
	}
	return blocks
}

// TestTheGuidesExamples loads every lexicon of the guide and runs its tests. Where an
// error stands below it, that is what its author is told.
func TestTheGuidesExamples(t *testing.T) {
	blocks := guideBlocks(t)
	good, bad := 0, 0
	for i, b := range blocks {
		if b.kind != "toml" || !strings.HasPrefix(b.text, "name") {
			continue
		}
		err := loadExample(b.text)
		if i+1 == len(blocks) || blocks[i+1].kind != "error" {
			good++
			if err != nil {
				t.Errorf("docs/lexicons.md:%d: %v", b.line, err)
			}
			continue
		}
		bad++
		if want := strings.TrimSpace(blocks[i+1].text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("docs/lexicons.md:%d: the author is told %v, not %s", b.line, err, want)
		}
	}
	if good < 7 || bad < 6 {
		t.Errorf("%d examples, %d mistakes", good, bad)
	}
}

// loadExample parses and compiles a lexicon beside the shipped ones and runs its tests.
func loadExample(text string) error {
	l, err := Parse("birds.toml", []byte(text))
	if err != nil {
		return err
	}
	s, err := Compile(append(Builtin(), l)...)
	if err != nil {
		return err
	}
	var failed []error
	for _, r := range s.Test() {
		if r.File == "birds.toml" {
			failed = append(failed, r.Err)
		}
	}
	for _, found := range s.Lint() {
		if found.File == "birds.toml" {
			failed = append(failed, found)
		}
	}
	return errors.Join(failed...)
}

// TestTheGuideNamesEveryDetectorAndLexicon: a list that is not whole misleads.
func TestTheGuideNamesEveryDetectorAndLexicon(t *testing.T) {
	data, err := os.ReadFile("../docs/lexicons.md")
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]bool{}
	for _, w := range strings.FieldsFunc(string(data), func(r rune) bool { return r == '`' || r == ' ' || r == '\n' || r == ',' || r == '.' }) {
		words[w] = true
	}
	for _, name := range number.Names() {
		if !words[name] {
			t.Errorf("detector %s is missing", name)
		}
	}
	for _, l := range append(Builtin(), Examples()...) {
		if !words[l.Name] {
			t.Errorf("lexicon %s is missing", l.Name)
		}
	}
}
