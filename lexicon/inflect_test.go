package lexicon

import (
	"slices"
	"testing"
)

func TestInflect(t *testing.T) {
	for _, test := range []struct {
		term string
		want []string // at least these
	}{
		{"lab test", []string{"lab tests"}},
		{"lab tests", []string{"lab test"}},
		{"biopsy", []string{"biopsies"}},
		{"biopsies", []string{"biopsy"}},
		{"diagnosis", []string{"diagnoses"}},
		{"diagnoses", []string{"diagnosis"}},
		{"abscess", []string{"abscesses"}},
		{"abscesses", []string{"abscess"}},
		{"melanoma", []string{"melanomas", "melanomata"}},
		{"blood clot", []string{"blood clots"}},
		{"refer", []string{"refers", "referred", "referring"}},
		{"diagnose", []string{"diagnoses", "diagnosed", "diagnosing"}},
		{"MRI", []string{"MRIs"}},
		{"sick child", []string{"sick children"}},
		{"virus", []string{"viruses"}},
	} {
		got := inflect(test.term)
		for _, want := range test.want {
			if !slices.Contains(got, want) {
				t.Errorf("inflect(%q) = %q lacks %q", test.term, got, want)
			}
		}
		if slices.Contains(got, test.term) {
			t.Errorf("inflect(%q) = %q holds the term itself", test.term, got)
		}
	}
	if got := inflect("id"); got != nil {
		t.Errorf("inflect of a word of two letters = %q", got)
	}
}

func TestVariantsHitOnce(t *testing.T) {
	s := compile(t, "name = \"x\"\n[[entry]]\nterms = [\"lab test\"]\nvariants = true")
	texts := []Text{{Content: "lab test, lab tests, LAB TESTS"}}
	hits := s.Scan(nil, texts)
	if tally := s.Tally(hits, texts)[0]; tally != (Tally{Score: 1, Count: 3, Distinct: 1, Matched: true}) {
		t.Errorf("tally %+v", tally)
	}
}
