package rules

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/expr-lang/expr"

	"github.com/zixpolicy/zixpolicy/message"
)

// read reads a message from ann@maine.example.
func read(raw string, recipients ...string) *message.Message {
	env := message.Envelope{Sender: "ann@maine.example", Recipients: recipients}
	return message.Read(context.Background(), env, []byte(strings.ReplaceAll(raw, "\n", "\r\n")), message.DefaultLimits())
}

// provocation is a message that every shipped rule holds for.
func provocation(recipients ...string) *message.Message {
	m := read("Subject: [encrypt] bullshit\nSensitivity: Company-Confidential\n\n"+
		"SSN 536-22-8764, card 4012 8888 8888 1881, MBI 1EG4-TE5-MK73, bullshit.\n", recipients...)
	m.Defects = append(m.Defects, message.Defect{Part: "a.zip", Kind: message.DefectEncrypted})
	return m
}

func TestEveryShippedRuleHoldsForTheProvocation(t *testing.T) {
	p := load(t)
	v := p.Evaluate(provocation("bob@ext.example"))
	for _, r := range p.Rules() {
		if !slices.Contains(v.Matched, r.Name) {
			t.Errorf("rule %q does not hold; matched are %q", r.Name, v.Matched)
		}
	}
}

func TestInternalRecipientsAreAlwaysDelivered(t *testing.T) {
	p := load(t, Source{Name: "policy.toml", Data: []byte("[[rule]]\nname = \"all\"\nwhen = 'true'\naction = \"reject\"\n")})
	recipients := []string{"postmaster"}
	for _, local := range []string{"bob", "BOB", `"odd user"`, "bob+tag", "büro"} {
		for _, domain := range []string{"maine.example", "MAINE.example", "maine.example.", "a.b.maine.example"} {
			recipients = append(recipients, local+"@"+domain)
		}
	}
	recipients = append(recipients, "bob@ext.example")
	v := p.Evaluate(provocation(recipients...))
	if len(v.Recipients) != len(recipients) {
		t.Fatalf("%d decisions for %d recipients", len(v.Recipients), len(recipients))
	}
	for i, d := range v.Recipients {
		switch {
		case d.Recipient != recipients[i]:
			t.Errorf("decision %d is about %s, not %s", i, d.Recipient, recipients[i])
		case d.Recipient == "bob@ext.example":
			if d.Internal || d.Action != Reject || d.Rule != "all" {
				t.Errorf("%s: %+v", d.Recipient, d)
			}
		case !d.Internal || d.Action != Deliver || d.Rule != "":
			t.Errorf("%s: %+v", d.Recipient, d)
		}
	}
}

func TestWhatCannotBeJudgedIsNeverDelivered(t *testing.T) {
	panics, err := expr.Compile(`fail()`, expr.Env(map[string]any{"fail": func() bool { return true }}))
	if err != nil {
		t.Fatal(err)
	}
	notBoolean, err := expr.Compile(`1 + 1`)
	if err != nil {
		t.Fatal(err)
	}
	breakRule := map[string]func(*Policy){
		"a condition fails":            func(p *Policy) { p.rules[2].when = &condition{clause: &clause{program: panics}} },
		"a condition gives a number":   func(p *Policy) { p.rules[2].when = &condition{clause: &clause{program: notBoolean}} },
		"a question panics":            func(p *Policy) { p.questions[0].ask = func(*evaluation) int { panic("x") } },
		"the scan panics":              func(p *Policy) { p.lexicons = nil },
		"judging panics outside rules": func(p *Policy) { p.rules[0] = nil },
	}
	for name, do := range breakRule {
		t.Run(name, func(t *testing.T) {
			p := load(t)
			do(p)
			for _, recipient := range []string{"bob@ext.example", "eve@maine.example"} {
				v := p.Evaluate(read("Subject: x\n\nx\n", recipient))
				if v.Err == nil {
					t.Fatal("the verdict has no error")
				}
				if v.Action != Reject || len(v.Recipients) != 1 || v.Recipients[0].Action != Reject {
					t.Errorf("the verdict is %+v", v)
				}
			}
		})
	}
}

func TestErrorsDoNotQuoteTheMessage(t *testing.T) {
	for _, r := range []any{"secret text", errors.New("secret text"), fmt.Errorf("x: %w", errors.New("secret"))} {
		if got := describe(r); strings.Contains(got, "secret") {
			t.Errorf("describe says %q", got)
		}
	}
}

func TestHeaderRulesNeedNoScan(t *testing.T) {
	p := load(t)
	p.lexicons = nil // a scan would panic
	p.rules = p.rules[:2]
	if v := p.Evaluate(provocation("bob@ext.example")); v.Err != nil || v.Rule != "confidential" || v.Tallies != nil {
		t.Errorf("the verdict is %+v", v)
	}
}

func TestAPolicyServesManyMessagesAtOnce(t *testing.T) {
	p := load(t)
	tagged := read("Subject: [encrypt] x\n\nx\n", "bob@ext.example")
	plain := read("Subject: x\n\nx\n", "bob@ext.example")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 200 {
				if v := p.Evaluate(tagged); v.Action != Encrypt {
					t.Errorf("tagged: %+v", v)
				}
				if v := p.Evaluate(plain); v.Action != Deliver || len(v.Matched) > 0 {
					t.Errorf("plain: %+v", v)
				}
			}
		})
	}
	wg.Wait()
}

func TestTheReportHasNoNullsAndNoValues(t *testing.T) {
	p := load(t)
	for _, m := range []*message.Message{provocation("bob@ext.example"), {}} {
		v := p.Evaluate(m)
		data := jsonOf(t, p.Report("a.eml", m, v, false)) + jsonOf(t, p.Explain(m, v, false))
		if strings.Contains(data, "null") {
			t.Errorf("null in %s", data)
		}
		for _, secret := range []string{"536-22-8764", "4012", "MK73"} {
			if strings.Contains(data, secret) {
				t.Errorf("%q in %s", secret, data)
			}
		}
	}
	m := provocation("bob@ext.example")
	if data := jsonOf(t, p.Report("a.eml", m, p.Evaluate(m), true)); !strings.Contains(data, `"text":"536-22-8764"`) {
		t.Errorf("values were asked for, but are not in %s", data)
	}
}
