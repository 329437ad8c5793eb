package lexicon

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// compile makes a set of lexicons written in TOML.
func compile(t testing.TB, sources ...string) *Set {
	t.Helper()
	var all []*Lexicon
	for i, source := range sources {
		l, err := Parse(fmt.Sprintf("%d.toml", i), []byte(source))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, l)
	}
	s, err := Compile(all...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// shown lists hits as "label=text".
func shown(s *Set, hits []Hit, texts ...Text) []string {
	out := []string{}
	for _, h := range hits {
		out = append(out, s.Label(h)+"="+texts[h.Text].Content[h.Start:h.End])
	}
	return out
}

func TestScan(t *testing.T) {
	const head = "name = \"x\"\n[[entry]]\n"
	for _, test := range []struct {
		name, lexicon, text string
		want                []string
	}{
		{"term in any case", `terms = ["patient id"]`, "PATIENT  Id", []string{"patient id=PATIENT  Id"}},
		{"whole words", `terms = ["id"]`, "identity idea", []string{}},
		{"trailing star", `terms = ["diagnos*"]`, "undiagnosed diagnosis", []string{"diagnos*=diagnosis"}},
		{"one letter", `terms = ["organi?ation"]`, "organisation organization organiation", []string{"organi?ation=organisation", "organi?ation=organization"}},
		{"exact case", "terms = [\"AIDS\"]\ncase = \"exact\"", "AIDS aids Aids", []string{"AIDS=AIDS"}},
		{"offsets in the original", `terms = ["café"]`, "x\u00adx CAFE\u0301!", []string{"café=CAFE\u0301"}},
		{"near on either side", "terms = [\"chart\"]\nnear = [\"mrn\"]\nwithin = 5", "mrn chart; chart is far from mrn", []string{"chart=chart", "chart=chart"}[:1]},
		{"near after", "terms = [\"chart\"]\nnear = [\"mrn\"]\nwithin = 5", "chart 1 mrn", []string{"chart=chart"}},
		{"near counts characters", "terms = [\"chart\"]\nnear = [\"mrn\"]\nwithin = 5", "chart ééé mrn", []string{"chart=chart"}},
		{"near is not itself", "terms = [\"mrn\"]\nnear = [\"mrn\"]", "the mrn", []string{}},
		{"unless near", "terms = [\"stroke\"]\nunless_near = [\"swim*\"]\nwithin = 20", "breast stroke swimming. " + strings.Repeat("x ", 20) + "a stroke", []string{"stroke=stroke"}},
		{"followed by", "terms = [\"patient\"]\nfollowed_by = [\"id\"]", "patient: ID; patient has id", []string{"patient=patient"}},
		{"pattern near a cue", "name = \"mrn\"\npattern = '[0-9]{6,10}'\nnear = [\"mrn\"]\nwithin = 10", "MRN 00412287, 123456 and so on 0041228", []string{"mrn=00412287"}},
		{"pattern takes whole words", "name = \"mrn\"\npattern = '[0-9]{6,10}'\nnear = [\"mrn\"]", "MRN 123456789012 x1234567", []string{}},
		{"pattern by its literal", `pattern = 'claim[ -]?[0-9]{4}'`, "claim-1234 CLAIM5678 reclaim 1234", []string{"claim[ -]?[0-9]{4}=claim-1234", "claim[ -]?[0-9]{4}=CLAIM5678"}},
		{"pattern in exact case", "pattern = 'CLM[0-9]{4}'\ncase = \"exact\"", "CLM1234 clm5678", []string{"CLM[0-9]{4}=CLM1234"}},
		{"excluded span", "terms = [\"dick\"]\n[[entry]]\nterms = [\"Dick Van Dyke\"]\nexclude = true", "Dick van Dyke, dick", []string{"dick=dick"}},
		{"detector", `detector = "ssn"`, "SSN 536-22-8841", []string{"ssn=536-22-8841"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := compile(t, head+test.lexicon)
			text := Text{Content: test.text}
			if got := shown(s, s.Scan(nil, []Text{text}), text); !slices.Equal(got, test.want) {
				t.Errorf("hits %q, want %q", got, test.want)
			}
		})
	}
}
