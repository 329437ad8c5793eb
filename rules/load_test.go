package rules

import (
	"testing"

	"github.com/zixpolicy/zixpolicy/message"
)

func internalDomains(t testing.TB) *message.Domains {
	t.Helper()
	d, err := message.NewDomains("maine.example", ".maine.example")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// load loads the shipped policy with the given site files.
func load(t testing.TB, files ...Source) *Policy {
	t.Helper()
	p, err := Load(Options{Internal: internalDomains(t)}, files...)
	if err != nil {
		t.Fatalf("the policy does not load:\n%v", err)
	}
	return p
}

func TestShippedPolicyPassesItsTests(t *testing.T) {
	results := load(t).Test()
	if len(results) < 20 {
		t.Fatalf("only %d tests ran; the shipped policy has more", len(results))
	}
	tested := map[string]bool{}
	for _, r := range results {
		if r.Err != nil {
			t.Errorf("%v", r.Err)
		}
		tested[r.Rule] = true
	}
	for _, r := range load(t).Rules() {
		if !tested[r.Name] {
			t.Errorf("rule %q has no test", r.Name)
		}
	}
}
