package phrase

import (
	"testing"

	"github.com/zixpolicy/zixpolicy/lexicon/fold"
)

func TestSmoke(t *testing.T) {
	m, err := Compile([]Phrase{{Text: "patient id"}, {Text: "diagnos*"}, {Text: "AIDS", Exact: true}, {Text: "organi?ation"}, {Text: "糖尿"}, {Text: "СПИД", Exact: true}})
	if err != nil {
		t.Fatal(err)
	}
	var b fold.Buffer
	f := b.Fold("Patient\n> ID, diagnoses aids AIDS organization 私は糖尿病 спид СПИД")
	for _, h := range m.Append(nil, f) {
		t.Log(h, f.Content[h.Start:h.End])
	}
}
