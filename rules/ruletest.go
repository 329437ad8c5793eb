package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/zixpolicy/zixpolicy/message"
)

// ruleTest is one [[rule.test]], compiled: a message and what is expected of the
// verdict on it.
type ruleTest struct {
	place
	rule    *rule
	spec    testSpec
	message *message.Message
	now     time.Time
	action  Action
	summary string
}

// TestResult is the outcome of one of a policy's own tests.
type TestResult struct {
	Rule    string // whose test it is
	File    string
	Line    int    // of the [[rule.test]] in its file
	Summary string // what is tested, on one line
	Err     error  // nil if the test passed; else a *tomlfile.Error that says what came out
}

// tests compiles the tests of a rule.
func (c *compiler) tests(d *declared, r *rule) []*ruleTest {
	var list []*ruleTest
	for i := range d.spec.Tests {
		spec := &d.spec.Tests[i]
		t := &ruleTest{place: d.tests[i], rule: r, spec: *spec}
		if spec.Action == nil && spec.Rule == nil && spec.Holds == nil {
			c.errs = append(c.errs, t.file.Errorf(t.path, "the test expects nothing").
				WithRemedy(`add action = "…", rule = "…" or holds = true`))
		}
		if spec.Action != nil {
			action, err := ParseAction(*spec.Action)
			if err != nil {
				c.mistake(t.place, "action", unknownAction(*spec.Action))
			}
			t.action = action
		}
		for j, kind := range spec.Defects {
			if !slices.Contains(defectKinds(), kind) {
				c.mistake(t.place, fmt.Sprintf("defects[%d]", j), unknownName("kind of defect", kind, defectKinds()))
			}
		}
		t.now = testTime(c.location)
		if spec.Time != nil {
			t.now = inLocation(*spec.Time, c.location)
		}
		t.message = testMessage(spec, c.limits)
		t.summary = t.summarise()
		list = append(list, t)
	}
	return list
}

// Test runs the tests that stand in the policy's files.
func (p *Policy) Test() []TestResult {
	results := make([]TestResult, 0, len(p.tests))
	for _, t := range p.tests {
		results = append(results, TestResult{
			Rule: t.rule.name, File: t.file.Name, Line: t.file.Line(t.path), Summary: t.summary, Err: t.run(p),
		})
	}
	return results
}

// run judges the test's message and returns what is not as expected.
func (t *ruleTest) run(p *Policy) error {
	v := p.evaluateAt(t.message, t.now)
	switch s := &t.spec; {
	case v.Err != nil:
		return t.file.Errorf(t.path, "the test's message cannot be judged: %v", v.Err)
	case s.Action != nil && v.Action != t.action:
		return t.errorf("action", "the test expects %q, but it came out as %q", t.action, v.Action).
			WithRemedy("%s", t.story(p, v))
	case s.Rule != nil && v.Rule != *s.Rule:
		return t.errorf("rule", "the test expects rule %q to decide, but it was %q", *s.Rule, v.Rule).
			WithRemedy("%s", t.story(p, v))
	case s.Holds != nil && slices.Contains(v.Matched, t.rule.name) != *s.Holds:
		return t.errorf("holds", "the test expects holds = %t, but rule %q does otherwise", *s.Holds, t.rule.name).
			WithRemedy("%s", t.story(p, v))
	}
	return nil
}

// story says in one sentence what the policy saw. A test's text is the author's own
// and no secret, so that hits are named.
func (t *ruleTest) story(p *Policy, v *Verdict) string {
	var b strings.Builder
	if v.Rule == "" {
		b.WriteString("no rule decided")
	} else {
		fmt.Fprintf(&b, "rule %q decided", v.Rule)
	}
	if len(v.Matched) > 0 {
		fmt.Fprintf(&b, "; rules that hold: %s", strings.Join(v.Matched, ", "))
	}
	var hits []string
	for _, h := range v.Hits {
		label := p.lexicons.Lexicons()[h.Lexicon].Name + " (" + p.lexicons.Label(h) + ")"
		if !slices.Contains(hits, label) && len(hits) < 10 {
			hits = append(hits, label)
		}
	}
	if len(hits) > 0 {
		fmt.Fprintf(&b, "; hits: %s", strings.Join(hits, ", "))
	} else {
		b.WriteString("; no hits in any lexicon")
	}
	for _, d := range t.message.Defects {
		fmt.Fprintf(&b, "; defect: %s", d.Kind)
	}
	return b.String()
}

// summarise names a test by what it sets.
func (t *ruleTest) summarise() string {
	var parts []string
	add := func(what, value string) {
		value = strings.Join(strings.Fields(value), " ")
		if runes := []rune(value); len(runes) > 60 {
			value = string(runes[:59]) + "…"
		}
		if value != "" {
			parts = append(parts, what+" "+value)
		}
	}
	s := &t.spec
	add("subject", s.Subject)
	add("text", s.Text)
	for _, name := range slices.Sorted(maps.Keys(s.Headers)) {
		add(name+":", s.Headers[name])
	}
	for _, a := range s.Attachments {
		add("attachment", a.Name)
	}
	for _, kind := range s.Defects {
		add("defect", kind)
	}
	if s.Sender != nil {
		add("from", "<"+*s.Sender+">")
	}
	for _, r := range s.Recipients {
		add("to", r)
	}
	return strings.Join(parts, ", ")
}
