package lexicon

import (
	"slices"
	"strings"
	"testing"
)

func TestTally(t *testing.T) {
	for _, test := range []struct {
		name, lexicon, text string
		want                Tally
	}{
		{"the same term counts once", "[[entry]]\nterms = [\"alpha\"]", "alpha ALPHA alpha", Tally{1, 3, 1, true}},
		{"unless all count", "[[entry]]\nterms = [\"alpha\"]\ncount = \"all\"", "alpha ALPHA alpha", Tally{3, 3, 1, true}},
		{"all count in the whole lexicon", "count = \"all\"\n[[entry]]\nterms = [\"alpha\"]\n[[entry]]\nterms = [\"beta\"]\ncount = \"distinct\"", "alpha alpha beta beta", Tally{3, 4, 2, true}},
		{"different terms add up", "threshold = 3\n[[entry]]\nterms = [\"alpha\", \"beta\"]\nweight = 2", "alpha beta", Tally{4, 2, 2, true}},
		{"below the threshold", "threshold = 3\n[[entry]]\nterms = [\"alpha\"]\nweight = 2", "alpha alpha", Tally{2, 2, 1, false}},
		{"max caps an entry", "[[entry]]\nterms = [\"alpha\", \"beta\", \"gamma\"]\nmax = 2", "alpha beta gamma", Tally{2, 3, 3, true}},
		{"negative weights", "[[entry]]\nterms = [\"alpha\"]\nweight = 2\n[[entry]]\nterms = [\"newsletter\"]\nweight = -2", "alpha in the newsletter", Tally{0, 2, 2, false}},
		{"max of a negative weight", "[[entry]]\nterms = [\"alpha\"]\nweight = 5\n[[entry]]\nterms = [\"beta\", \"gamma\", \"delta\"]\nweight = -2\nmax = 3", "alpha beta gamma delta", Tally{2, 4, 4, true}},
		{"one number in two groupings", "[[entry]]\ndetector = \"ssn\"", "536-22-8764, 536 22 8764; SSN 536228764", Tally{1, 3, 1, true}},
		{"two numbers", "[[entry]]\ndetector = \"ssn\"", "536-22-8764, 536-22-8765", Tally{2, 2, 2, true}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := compile(t, "name = \"x\"\n"+test.lexicon)
			texts := []Text{{Content: test.text}}
			if got := s.Tally(s.Scan(nil, texts), texts)[0]; got != test.want {
				t.Errorf("tally %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestValuesAreComparedAcrossTexts(t *testing.T) {
	s := compile(t, "name = \"x\"\n[[entry]]\ndetector = \"ssn\"")
	texts := []Text{{Content: "SSN 536-22-8764"}, {Content: "> SSN 536-22-8764"}}
	if got := s.Tally(s.Scan(nil, texts), texts)[0]; got != (Tally{1, 2, 1, true}) {
		t.Errorf("tally %+v", got)
	}
}

func TestExtends(t *testing.T) {
	const base = "name = \"base\"\nthreshold = 2\n[[entry]]\nname = \"greek\"\nterms = [\"alpha\", \"beta\", \"gamma\"]\nweight = 2\n[[entry]]\nname = \"number\"\npattern = 'case [0-9]+'"
	for _, test := range []struct {
		name, lexicon string
		want          []string // hits of the last lexicon
	}{
		{"adds", "name = \"mine\"\nextends = \"base\"\n[[entry]]\nterms = [\"delta\"]", []string{"alpha=alpha", "beta=beta", "gamma=gamma", "delta=delta", "number=case 12"}},
		{"removes a term", "name = \"mine\"\nextends = \"base\"\nremove = [\"BETA\"]", []string{"alpha=alpha", "gamma=gamma", "number=case 12"}},
		{"removes an entry of terms", "name = \"mine\"\nextends = \"base\"\nremove = [\"greek\"]", []string{"number=case 12"}},
		{"removes a pattern", "name = \"mine\"\nextends = \"base\"\nremove = [\"number\"]", []string{"alpha=alpha", "beta=beta", "gamma=gamma"}},
		{"adapts its own name", "name = \"base\"\nextends = \"base\"\nremove = [\"alpha\", \"beta\", \"number\"]", []string{"gamma=gamma"}},
		{"replaces its own name", "name = \"base\"\n[[entry]]\nterms = [\"delta\"]", []string{"delta=delta"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := compile(t, base, test.lexicon)
			last := len(s.lexicons) - 1
			text := Text{Content: "alpha beta gamma delta case 12"}
			if got := shown(s, only(s.Scan(nil, []Text{text}), last), text); !slices.Equal(got, test.want) {
				t.Errorf("hits %q, want %q", got, test.want)
			}
			if strings.Contains(test.lexicon, "extends") && s.lexicons[last].Threshold != 2 {
				t.Errorf("threshold %d is not inherited", s.lexicons[last].Threshold)
			}
		})
	}
	for _, cycle := range [][]string{
		{"name = \"a\"\nextends = \"b\"", "name = \"b\"\nextends = \"a\""},
		{"name = \"a\"\nextends = \"b\"", "name = \"b\"\nextends = \"c\"", "name = \"c\"\nextends = \"a\""},
	} {
		var all []*Lexicon
		for _, source := range cycle {
			l, err := Parse("x.toml", []byte(source))
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, l)
		}
		if _, err := Compile(all...); err == nil || !strings.Contains(err.Error(), "extends itself") {
			t.Errorf("cycle of %d: %v", len(cycle), err)
		}
	}
}

func TestMask(t *testing.T) {
	for in, want := range map[string]string{"536-22-8764": "•••-••-••••", "Café au lait": "•••• •• ••••", "cafe\u0301": "••••", "": ""} {
		if got := Mask(in); got != want {
			t.Errorf("Mask(%q) = %q, want %q", in, got, want)
		}
	}
}

// only returns the hits of lexicon i.
func only(hits []Hit, i int) []Hit {
	var own []Hit
	for _, h := range hits {
		if h.Lexicon == i {
			own = append(own, h)
		}
	}
	return own
}
