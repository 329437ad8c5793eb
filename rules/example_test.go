package rules

import "testing"

// TestExamplesOfLexiconsAreThereForThoseWhoAsk: an example costs nobody anything who
// does not name it.
func TestExamplesOfLexiconsAreThereForThoseWhoAsk(t *testing.T) {
	for name, tt := range map[string]struct {
		file Source
		want bool
	}{
		"a text":   {Source{"policy.toml", []byte("[[rule]]\nname = \"a\"\nwhen = 'subject == \"pci\"'\naction = \"hold\"\n")}, true}, // the name in quotes is enough
		"a rule":   {Source{"policy.toml", []byte("[[rule]]\nname = \"a\"\nwhen = \"distinct('pci') > 3\"\naction = \"hold\"\n")}, true},
		"a site":   {Source{"cards-of-ours.toml", []byte("name = \"cards-of-ours\"\nextends = \"pci\"\n[[entry]]\nterms = [\"gift card\"]\n")}, true},
		"no other": {Source{"policy.toml", []byte("[[rule]]\nname = \"a\"\nwhen = 'lexicon(\"ferpa\")'\naction = \"hold\"\n")}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := load(t, tt.file).Lexicons().Index("pci") >= 0; got != tt.want {
				t.Errorf("the lexicon is there: %t, want %t", got, tt.want)
			}
		})
	}
	if load(t).Lexicons().Index("pci") >= 0 {
		t.Error("the shipped policy has an example in it")
	}
}
