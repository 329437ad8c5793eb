package lexicon

import "testing"

func TestBuiltinPassesItsOwnTests(t *testing.T) {
	s, err := Compile(append(Builtin(), Examples()...)...)
	if err != nil {
		t.Fatal(err)
	}
	for i, l := range s.Lexicons() {
		if len(l.tests) < 2 {
			t.Errorf("%s has %d tests; each lexicon shows what it takes and what it leaves", l.Name, len(l.tests))
		}
		if s.Index(l.Name) != i {
			t.Errorf("Index(%q) = %d, want %d", l.Name, s.Index(l.Name), i)
		}
	}
	results := s.Test()
	if len(results) < 20 {
		t.Errorf("%d tests ran, want at least 20", len(results))
	}
	for _, r := range results {
		if r.Err != nil {
			t.Error(r.Err)
		}
	}
}
