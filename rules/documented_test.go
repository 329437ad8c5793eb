package rules

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// TestTheLanguageIsDocumented looks for every word of the language in LANGUAGE.md.
func TestTheLanguageIsDocumented(t *testing.T) {
	data, err := os.ReadFile("LANGUAGE.md")
	if err != nil {
		t.Fatal(err)
	}
	words := strings.FieldsFunc(string(data), func(r rune) bool {
		return !(r == '_' || r == '-' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9')
	})
	known := slices.Concat(actionNames(), defectKinds(), partKinds(), sensitivities(), directions(), builtins())
	for _, spec := range []any{policyFile{}, ownTextSpec{}, ruleSpec{}, testSpec{}, attachment{}, defect{}} {
		typ := reflect.TypeOf(spec)
		for i := range typ.NumField() {
			tag := typ.Field(i).Tag
			known = append(known, tag.Get("toml")+tag.Get("expr"))
		}
	}
	for name := range declarations() {
		if !strings.HasPrefix(name, "?") {
			known = append(known, name)
		}
	}
	for _, r := range load(t).Rules() {
		known = append(known, r.Name)
	}
	if len(known) < 80 {
		t.Fatalf("only %d words", len(known))
	}
	for _, word := range known {
		if !slices.Contains(words, word) {
			t.Errorf("%q is not in LANGUAGE.md", word)
		}
	}
}

// TestTheDocumentedExampleLoads loads the policy that LANGUAGE.md begins with.
func TestTheDocumentedExampleLoads(t *testing.T) {
	data, err := os.ReadFile("LANGUAGE.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(data), "```toml\n")
	example, _, closed := strings.Cut(rest, "```")
	if !found || !closed {
		t.Fatal("LANGUAGE.md has no example")
	}
	p := load(t, Source{Name: "LANGUAGE.md", Data: []byte(example)},
		Source{Name: "projects.toml", Data: []byte("name = \"projects\"\n[[entry]]\nterms = [\"falcon\"]\n")},
		Source{Name: "groups/press.txt", Data: []byte("press@maine.example\n")})
	if results := p.Test(); len(results) != 1 {
		t.Errorf("%d tests of the example ran, expected 1", len(results))
	}
}
