package rules

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zixpolicy/zixpolicy/internal/tomlfile"
	"github.com/zixpolicy/zixpolicy/message"
)

func internalDomains(t testing.TB) *message.Domains {
	t.Helper()
	d, err := message.NewDomains("maine.example", ".maine.example")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// load loads the shipped policy with the given site files.
func load(t testing.TB, files ...Source) *Policy {
	t.Helper()
	p, err := Load(Options{Internal: internalDomains(t)}, files...)
	if err != nil {
		t.Fatalf("the policy does not load:\n%v", err)
	}
	return p
}

func TestShippedPolicyPassesItsTests(t *testing.T) {
	results := load(t).Test()
	if len(results) < 20 {
		t.Fatalf("only %d tests ran; the shipped policy has more", len(results))
	}
	tested := map[string]bool{}
	for _, r := range results {
		if r.Err != nil {
			t.Errorf("%v", r.Err)
		}
		tested[r.Rule] = true
	}
	for _, r := range load(t).Rules() {
		if !tested[r.Name] {
			t.Errorf("rule %q has no test", r.Name)
		}
	}
}

func TestWarnings(t *testing.T) {
	p, err := Load(Options{Now: func() time.Time { return time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC) }},
		Source{Name: "policy.toml", Data: []byte(`
[[rule]]
name    = "ended"
to      = "partner.example"
action  = "deliver"
until   = 2026-11-24
because = "migration"
[[rule]]
name   = "everything"
when   = 'true'
action = "encrypt"
[[rule]]
name   = "watched"
when   = 'unscannable'
action = "hold"
mode   = "observe"
[[rule]]
name   = "late"
when   = 'unscannable'
action = "hold"
`)})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, w := range p.Warnings() {
		got = append(got, fmt.Sprintf("%d: %s", w.Line, w.Message))
	}
	want := []string{`6: rule "ended" has ended and is ignored`, `18: rule "late" never decides: "everything" before it covers every message`}
	if !slices.Equal(got, want) {
		t.Errorf("warnings are %q, expected %q", got, want)
	}
	if got := load(t).Warnings(); len(got) > 0 {
		t.Errorf("the shipped policy has warnings: %v", got)
	}
}

func TestATestDoesNotFailWhenItsExceptionHasEnded(t *testing.T) {
	load(t, Source{Name: "policy.toml", Data: []byte(`
[[rule]]
name    = "partner"
to      = "partner.example"
action  = "deliver"
until   = 2020-06-30
because = "migration"
[[rule.test]]
subject    = "[encrypt] x"
recipients = "bob@partner.example"
action     = "deliver"
[[rule.test]]
subject    = "[encrypt] x"
recipients = "bob@partner.example"
time       = 2020-07-01T00:00:00
action     = "encrypt"
`)})
}

func TestReadDirTakesPoliciesAndGroupsInTheOrderOfTheirNames(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "policy[1]*")
	for _, name := range []string{"b.toml", "a.toml", ".hidden.toml", "a.toml~", "notes.txt", "groups/y.txt", "groups/x.txt", "groups/z.toml"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	files, err := ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range files {
		got = append(got, string(f.Data))
		if want := filepath.Join(dir, string(f.Data)); f.Name != want {
			t.Errorf("the file is called %q, not %q", f.Name, want)
		}
	}
	if want := []string{"a.toml", "b.toml", "groups/x.txt", "groups/y.txt"}; !slices.Equal(got, want) {
		t.Errorf("files are %q, expected %q", got, want)
	}
}

func TestAMissingPolicyDirectoryIsAnError(t *testing.T) {
	if _, err := ReadDir(filepath.Join(t.TempDir(), "missing")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the error is %v", err)
	}
}

func TestASitesLexiconReplacesTheShippedOne(t *testing.T) {
	p := load(t, Source{Name: "profanity.toml", Data: []byte("name = \"profanity\"\n[[entry]]\nterms = [\"zounds\"]\n")})
	if v := p.Evaluate(read("Subject: x\n\nzounds\n", "bob@ext.example")); v.Rule != "profanity" {
		t.Errorf("the new term: %+v", v)
	}
	if v := p.Evaluate(read("Subject: x\n\nbullshit\n", "bob@ext.example")); v.Rule != "" {
		t.Errorf("the old term: %+v", v)
	}
}

func TestASecondLexiconOfANameIsAMistake(t *testing.T) {
	lexicon := []byte("name = \"own\"\n[[entry]]\nterms = [\"zounds\"]\n")
	_, err := Load(Options{}, Source{Name: "a.toml", Data: lexicon}, Source{Name: "b.toml", Data: lexicon})
	if err == nil || !strings.HasPrefix(err.Error(), `b.toml:1:8: a second lexicon "own"`) {
		t.Errorf("the error is %v", err)
	}
}

func TestEveryMistakeIsReportedAtOnce(t *testing.T) {
	_, err := Load(Options{}, Source{Name: "policy.toml", Data: []byte(`
[[rule]]
name   = "a"
when   = 'lexicon("snn") or defect("bombe")'
action = "encypt"
[[rule]]
name   = "b"
action = "hold"
`)})
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		t.Fatalf("the error is %v", err)
	}
	var lines []int
	for _, err := range joined.Unwrap() {
		var e *tomlfile.Error
		if !errors.As(err, &e) {
			t.Fatalf("%v is no *tomlfile.Error", err)
		}
		lines = append(lines, e.Line)
	}
	if want := []int{4, 4, 5, 6}; !slices.Equal(lines, want) {
		t.Errorf("mistakes are reported in lines %v, expected %v:\n%v", lines, want, err)
	}
}
