package rules

import (
	"slices"
	"testing"
)

func TestCoverageNamesWhatNoTestHits(t *testing.T) {
	p, err := Load(Options{},
		Source{"birds.toml", []byte(`name = "birds"
[[entry]]
terms = ["heron", "osprey", "dipper", "kite*"]
[[entry]]
terms = ["heron street"]
exclude = true
[[entry]]
name = "ring"
pattern = 'RING[0-9]{4}'
[[entry]]
detector = "ssn"
[[test]]
text = "a heron and red kites"
hits = ["heron", "kite*"]
`)},
		Source{"rule.toml", []byte("[[rule]]\nname = \"birds\"\nwhen = 'lexicon(\"birds\")'\naction = \"hold\"\n[[rule.test]]\nsubject = \"dipper\"\naction = \"hold\"\n")})
	if err != nil {
		t.Fatal(err)
	}
	hits := p.TestHits()
	for _, want := range [][]string{{"osprey", "ring"}, {"ring"}} {
		list := hits.Coverage()
		i := slices.IndexFunc(list, func(c Coverage) bool { return c.Lexicon == "birds" })
		if i < 0 {
			t.Fatal("the lexicon is missing")
		}
		if c := list[i]; c.Entries != 6 || !slices.Equal(c.Untested, want) {
			t.Errorf("%d entries, untested %q, want 6 and %q", c.Entries, c.Untested, want)
		}
		hits.Add(read("Subject: an osprey\n\nflew by\n", "bob@ext.example"))
	}
}
