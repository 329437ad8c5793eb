package rules

import (
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/zixpolicy/zixpolicy/lexicon"
	"github.com/zixpolicy/zixpolicy/message"
)

// pairMail returns messages to compare on: some of our own, and the development mail
// where it is.
func pairMail(t *testing.T) []*message.Message {
	raws := [][]byte{
		[]byte("Subject: heron\r\n\r\nMRN 00412287, type 2 diabetes; SSN 536-22-1234, red kite near an osprey\r\n"),
		[]byte("Subject: x\r\n\r\ncard 4012 8888 8888 1881, mortgage, heron street, herons\r\n"),
		[]byte("Subject: [encrypt] x\r\n\r\nnothing\r\n"),
		[]byte("\r\n"),
	}
	for _, pattern := range []string{"mail-enron/[0-9]/*.txt", "mail-spamassassin/easy-ham-2/*"} {
		names, err := filepath.Glob(filepath.Join("..", "..", "shared", "corpus", pattern))
		if err != nil {
			t.Fatal(err)
		}
		for i, name := range names {
			if i%5 != 0 { // enough, and soon done
				continue
			}
			raw, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			raws = append(raws, raw)
		}
	}
	var mail []*message.Message
	for _, raw := range raws {
		env := message.Envelope{Sender: "alice@maine.example", Recipients: []string{"bob@ext.example"}}
		mail = append(mail, message.Read(t.Context(), env, raw, message.DefaultLimits()))
	}
	return mail
}

// TestPairGivesTheVerdictsOfEachPolicy compares with the simple way: each policy scans
// and judges by itself.
func TestPairGivesTheVerdictsOfEachPolicy(t *testing.T) {
	const rule = "[[rule]]\nname = \"birds\"\nwhen = 'near(\"birds\", \"ssn\", 200) or count(\"birds\") > 2'\naction = \"hold\"\n"
	birds := Source{"birds.toml", []byte("name = \"birds\"\n[[entry]]\nterms = [\"heron\", \"osprey\", \"california\"]\n")}
	policies := map[string][]Source{
		"shipped":            nil,
		"a lexicon":          {birds, {"rule.toml", []byte(rule)}},
		"a term more":        {{"birds.toml", []byte("name = \"birds\"\n[[entry]]\nterms = [\"heron\", \"osprey\", \"california\", \"kite\"]\n")}, {"rule.toml", []byte(rule)}},
		"the same elsewhere": {{"b.toml", birds.Data}, {"r.toml", []byte(rule)}},
		"a shipped one less": {{"ssn.toml", []byte("name = \"ssn\"\n[[entry]]\nterms = [\"heron\"]\n")}},
		"one that extends":   {birds, {"more.toml", []byte("name = \"profanity\"\nextends = \"profanity\"\n[[entry]]\nterms = [\"heron\", \"the\"]\n[[entry]]\nterms = [\"heron street\"]\nexclude = true\n")}, {"rule.toml", []byte(rule)}},
		"another threshold":  {{"birds.toml", append([]byte("threshold = 3\n"), birds.Data...)}, {"rule.toml", []byte(rule)}},
	}
	compiled := map[string]*Policy{}
	for name, files := range policies {
		p, err := Load(Options{}, files...)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		compiled[name] = p
	}
	mail := pairMail(t)
	expected := map[string][]*Verdict{}
	for name, p := range compiled {
		for _, m := range mail {
			expected[name] = append(expected[name], p.Evaluate(m))
		}
	}
	hits := 0
	names := slices.Sorted(maps.Keys(compiled))
	for n, a := range names {
		b := names[(n+1)%len(names)]
		pair, err := NewPair(compiled[a], compiled[b])
		if err != nil {
			t.Fatalf("%s, %s: %v", a, b, err)
		}
		for i, m := range mail {
			live, candidate := pair.Evaluate(m)
			sameVerdict(t, a+" of "+a+", "+b, i, live, expected[a][i])
			sameVerdict(t, b+" of "+a+", "+b, i, candidate, expected[b][i])
			hits += len(live.Hits)
		}
	}
	if hits == 0 {
		t.Error("no hits: it compares nothing")
	}
}

func sameVerdict(t *testing.T, name string, i int, got, want *Verdict) {
	t.Helper()
	if len(got.Hits) == 0 && len(want.Hits) == 0 {
		got.Hits, want.Hits = []lexicon.Hit{}, []lexicon.Hit{}
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%s, message %d:\n%+v\nwant\n%+v", name, i, got, want)
	}
}

func TestPairCompilesWhatIsTheSameOnce(t *testing.T) {
	live, err := Load(Options{})
	if err != nil {
		t.Fatal(err)
	}
	candidate, err := Load(Options{}, Source{"birds.toml", []byte("name = \"birds\"\n[[entry]]\nterms = [\"heron\"]\n")})
	if err != nil {
		t.Fatal(err)
	}
	pair, err := NewPair(live, candidate)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(pair.set.Lexicons()), len(live.lexicons.Lexicons())+1; got != want {
		t.Errorf("%d lexicons, want %d", got, want)
	}
}
