package lexicon

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/zixpolicy/zixpolicy/internal/tomlfile"
)

// selfTest is one [[test]] of a lexicon: what its entries, and they alone, hit in a
// text.
type selfTest struct {
	text    string
	hits    []string // labels, each once
	checked bool     // whether hits was given
	score   *int
	matches *bool

	file *tomlfile.File
	path string // "test[2]"
}

func (p *parser) selfTest(i int, in *fileTest) selfTest {
	t := selfTest{score: in.Score, matches: in.Matches, file: p.file, path: fmt.Sprintf("test[%d]", i)}
	if in.Text == nil {
		p.fail(t.path, "the test has no text").WithRemedy(`add text = "…"`)
	} else {
		t.text = *in.Text
	}
	if in.Hits != nil {
		t.hits, t.checked = *in.Hits, true
	}
	if in.Hits == nil && in.Score == nil && in.Matches == nil {
		p.fail(t.path, "the test expects nothing, so it cannot fail").
			WithRemedy(`say what must be hit: hits = ["…"]; hits = [] says that nothing must be`)
	}
	return t
}

// TestResult is the outcome of one of a lexicon's own tests.
type TestResult struct {
	Lexicon string
	File    string
	Line    int    // of the [[test]] in its file
	Text    string // the test's text
	Err     error  // nil if the test passed; else what differs, with file and line
}

// Test runs the tests that stand in the lexicons' files. Each sees its own lexicon's
// hits only.
func (s *Set) Test() []TestResult {
	var results []TestResult
	for i, l := range s.lexicons {
		for j := range l.tests {
			t := &l.tests[j]
			results = append(results, TestResult{
				Lexicon: l.Name, File: t.file.Name, Line: t.file.Line(t.path), Text: t.text, Err: s.run(i, t),
			})
		}
	}
	return results
}

// run runs one test of lexicon i.
func (s *Set) run(i int, t *selfTest) error {
	texts := []Text{{Content: t.text}}
	all := s.Scan(nil, texts)
	got := []string{}
	for _, h := range all {
		if label := s.Label(h); h.Lexicon == i && !slices.Contains(got, label) {
			got = append(got, label)
		}
	}
	tally := s.Tally(all, texts)[i]
	var errs []error
	fail := func(key, format string, args ...any) {
		errs = append(errs, t.file.Errorf(t.path+"."+key, format, args...))
	}
	if t.checked && !sameLabels(got, t.hits) {
		fail("hits", "the test hits %s, not %s", list(got), list(t.hits))
	}
	if t.score != nil && tally.Score != *t.score {
		fail("score", "the test scores %d, not %d", tally.Score, *t.score)
	}
	if t.matches != nil && tally.Matched != *t.matches {
		fail("matches", "the lexicon's score is %d with threshold %d: matches = %t", tally.Score, s.lexicons[i].Threshold, tally.Matched)
	}
	return errors.Join(errs...)
}

// sameLabels compares as sets; the order of hits says nothing.
func sameLabels(got, want []string) bool {
	for _, label := range want {
		if !slices.Contains(got, label) {
			return false
		}
	}
	for _, label := range got {
		if !slices.Contains(want, label) {
			return false
		}
	}
	return true
}

// list renders labels as the author would write them.
func list(labels []string) string {
	if len(labels) == 0 {
		return "nothing"
	}
	quoted := make([]string, len(labels))
	for i, l := range labels {
		quoted[i] = fmt.Sprintf("%q", l)
	}
	return strings.Join(quoted, ", ")
}
