package milter

import (
	"slices"
	"strings"
	"testing"

	"github.com/d--j/go-milter"

	"github.com/zixpolicy/zixpolicy/message"
	"github.com/zixpolicy/zixpolicy/rules"
)

// TestShippedPolicy is the whole way with real parts: wire, message.Read, policy.
func TestShippedPolicy(t *testing.T) {
	internal, err := message.NewDomains("maine.example")
	if err != nil {
		t.Fatal(err)
	}
	shipped, err := rules.Load(rules.Options{Internal: internal, Limits: message.DefaultLimits()})
	if err != nil {
		t.Fatal(err)
	}
	r := start(t, nil, func(o *Options, _ *Server) {
		o.Policy = func() *rules.Policy { return shipped }
	})
	s := r.connect(t)
	tests := []struct {
		name, subject, body string
		want                []string
	}{
		{"harmless", "picnic", "The picnic is on Saturday.", []string{"in@maine.example", "bob@ext.example"}},
		{"the sender asks", "[encrypt] minutes", "x", []string{"in@maine.example", "bob@ext.example.encrypt.zixpolicy.invalid"}},
		{"social security number", "form", "Her SSN is 536-90-4399.", []string{"in@maine.example", "bob@ext.example.encrypt.zixpolicy.invalid"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := letter("in@maine.example", "bob@ext.example")
			m.header = [][2]string{{"From", " alice@maine.example"}, {"Subject", " " + tt.subject}}
			m.body = tt.body + "\r\n"
			a := mustSend(t, s, m)
			if got := a.recipients(m.to); a.action.Type != milter.ActionAccept || !slices.Equal(got, tt.want) {
				t.Errorf("sent to %q, want %q", got, tt.want)
			}
		})
	}
	log := r.log.String()
	if !strings.Contains(log, `"ssn":1}`) || strings.Contains(log, "4399") {
		t.Errorf("log: %s", log)
	}
	if n := counted(r.Metrics.lexiconHits, "ssn"); n != 1 {
		t.Errorf("lexicon_hits_total{ssn} = %v", n)
	}
}
