package lexicon

import (
	"strings"
	"testing"
)

func TestDisguises(t *testing.T) {
	l, err := Parse("weasel.toml", []byte("name = \"animals\"\n[[entry]]\ndisguised = true\nterms = [\"weasel\", \"stoat*\", \"hare\"]\n"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := Compile(l)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		// hidden letters
		"w*asel": "weasel", "w**sel": "weasel", "w***el": "weasel", "W@ASEL": "weasel", "st0@ts": "stoat*", "h*re": "hare", "h**e": "hare",
		"(w*asel)": "weasel", "*w*asel*": "weasel", "w*asel!": "weasel", "st*at's": "stoat*",
		// look-alikes: Cyrillic, Greek, digits
		"wеasel": "weasel", "wea5el": "weasel", "ѕtоаtѕ": "stoat*", "hαre": "hare", "w3а5el": "weasel",
		// spaced
		"w e a s e l": "weasel", "w-e-a-s-e-l": "weasel", "S.T.O.A.T": "stoat*",
		// none of these
		"w*sel": "", "weasels": "", "w*asels": "", "h*": "", "h*e": "", "***": "", "h@re.example": "", "jane@h4re.example": "", "$hare1": "",
		"hаrе д": "hare", "харе": "", "h4r3s": "", "4711": "", "w*a*s": "", "": "",
	} {
		var got []string
		for _, h := range s.Scan(nil, []Text{{Content: text}}) {
			got = append(got, s.Label(h))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestEveryDisguiseIsFoundOnce: what is spelt as it is and what is not are found in
// different ways.
func TestEveryDisguiseIsFoundOnce(t *testing.T) {
	s, err := Compile(Builtin()...)
	if err != nil {
		t.Fatal(err)
	}
	i := s.Index("profanity")
	for _, text := range []string{"fucking", "f*cking", "f**king", "fu¢k fuсk", "f u c k"} {
		if got := len(only(s.Scan(nil, []Text{{Content: text}}), i)); got != 1 {
			t.Errorf("%q: %d hits, want 1", text, got)
		}
	}
}
