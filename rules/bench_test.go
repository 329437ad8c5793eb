package rules

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkEvaluate judges a message that has 50 hits by 200 rules. The scan is the
// lexicons' cost and measured there: here it has been done.
func BenchmarkEvaluate(b *testing.B) {
	shapes := []string{
		`lexicon("ssn") and count("ssn") > %d`,
		`lexicon("mbi") or lexicon("hicn") or (lexicon("health-identifiers") and score("health-terms") > %d)`,
		`tag("[secret %d]") and sensitivity == "confidential"`,
		`header("X-Class") == "c%d" or any(attachments, .ext == "exe")`,
		`near("ssn", "profanity", %d) and not in_subject("profanity")`,
	}
	var policy strings.Builder
	for i := range 200 {
		fmt.Fprintf(&policy, "[[rule]]\nname = \"r%d\"\nwhen = '''%s'''\naction = \"hold\"\n", i,
			fmt.Sprintf(shapes[i%len(shapes)], 100+i))
	}
	p := load(b, Source{Name: "policy.toml", Data: []byte(policy.String())})
	var body strings.Builder
	for i := range 40 {
		fmt.Fprintf(&body, "her social security number is 536-22-%04d.\n", 8000+i)
	}
	body.WriteString(strings.Repeat("and so on\n", 100) + strings.Repeat("bullshit\n", 10))
	m := read("Subject: figures\n\n"+body.String(), "bob@ext.example")
	first := p.Evaluate(m)
	if len(first.Hits) < 50 || first.Err != nil {
		b.Fatalf("%d hits, error %v", len(first.Hits), first.Err)
	}
	e := newEvaluation(p)
	b.ReportAllocs()
	for b.Loop() {
		e.begin(m, p.now())
		e.hits, e.tallies, e.scanned = first.Hits, first.Tallies, true
		if v := e.judge(); v.Err != nil {
			b.Fatal(v.Err)
		}
		e.end()
	}
}
