package milter

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/d--j/go-milter"

	"github.com/zixpolicy/zixpolicy/message"
	"github.com/zixpolicy/zixpolicy/rules"
)

func TestMailWithoutExternalRecipientsIsAcceptedAtData(t *testing.T) {
	p := always(rules.Reject)
	p.before = func(*message.Message) { t.Error("the message was judged") }
	r := start(t, p, nil)
	a := mustSend(t, r.connect(t), letter("bob@maine.example", "carol@maine.example"))
	if !a.atData || a.action.Type != milter.ActionAccept {
		t.Errorf("answer %+v, want accept at DATA", a)
	}
	if n := counted(r.Metrics.messages, "deliver"); n != 1 {
		t.Errorf("messages_total{deliver} = %v", n)
	}
}

func TestRecipientsAreRewritten(t *testing.T) {
	encrypt := func(string) rules.Decision { return rules.Decision{Action: rules.Encrypt, Rule: "r"} }
	byDomain := func(address string) rules.Decision {
		for a := rules.Deliver; a <= rules.Encrypt; a++ {
			if strings.Contains(address, "@"+a.String()+".") {
				return rules.Decision{Action: a, Rule: "r"}
			}
		}
		return rules.Decision{}
	}
	const e = ".encrypt.zixpolicy.invalid"
	tests := []struct {
		name   string
		decide func(string) rules.Decision
		to     []string
		want   []string
	}{
		{"one", encrypt, []string{"bob@ext.example"}, []string{"bob@ext.example" + e}},
		{"internal ones stay", encrypt, []string{"carol@maine.example", "bob@ext.example", "dave@maine.example"},
			[]string{"carol@maine.example", "dave@maine.example", "bob@ext.example" + e}},
		{"neighbours", encrypt, []string{"a@ext.example", "b@ext.example", "c@ext.example"},
			[]string{"a@ext.example" + e, "b@ext.example" + e, "c@ext.example" + e}},
		{"quoted local parts", encrypt, []string{`"odd user"@ext.example`, `"a@b"@ext.example`},
			[]string{`"odd user"@ext.example` + e, `"a@b"@ext.example` + e}},
		{"address literals", encrypt, []string{"bob@[192.0.2.1]", "bob@[IPv6:2001:db8::1]"},
			[]string{"bob@192.0.2.1" + e, "bob@20010db8000000000000000000000001.6" + e}},
		{"UTF-8", encrypt, []string{"müller@bücher.example"}, []string{"müller@bücher.example" + e}},
		{"the same twice", encrypt, []string{"bob@ext.example", "bob@ext.example"}, []string{"bob@ext.example" + e}},
		{"case-different", encrypt, []string{"BOB@EXT.example", "bob@ext.example", "Bob@ext.EXAMPLE"}, []string{"BOB@EXT.example" + e}},
		{"case-different, lanes differ", func(a string) rules.Decision {
			if strings.HasPrefix(a, "BOB") {
				return rules.Decision{Action: rules.Encrypt, Rule: "r"}
			}
			return rules.Decision{}
		}, []string{"bob@ext.example", "BOB@ext.example"}, []string{"bob@ext.example" + e}},
		{"lanes by recipient", byDomain, []string{"a@deliver.example", "a@tls.example", "a@encrypt.example"},
			[]string{"a@deliver.example", "a@tls.example.tls.zixpolicy.invalid", "a@encrypt.example" + e}},
		{"source route, stored without", encrypt, []string{"@relay.example:bob@ext.example", "bob@ext.example"}, []string{"bob@ext.example" + e}},
		{"trailing dot", encrypt, []string{"bob@ext.example."}, []string{"bob@ext.example" + e}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := start(t, &scripted{decide: tt.decide}, nil)
			a := mustSend(t, r.connect(t), letter(tt.to...))
			if a.action.Type != milter.ActionAccept {
				t.Fatalf("answer %+v", a)
			}
			got := a.recipients(tt.to)
			slices.Sort(got)
			slices.Sort(tt.want)
			if !slices.Equal(got, tt.want) {
				t.Errorf("the MTA sends to %q, want %q", got, tt.want)
			}
		})
	}
}

func TestHundredRecipientsAreRewrittenOnceEach(t *testing.T) {
	r := start(t, always(rules.Encrypt), nil)
	var to []string
	for i := range 100 {
		to = append(to, fmt.Sprintf("user%d@ext.example", i))
	}
	got := mustSend(t, r.connect(t), letter(to...)).recipients(to)
	if len(got) != 100 {
		t.Fatalf("%d recipients", len(got))
	}
	for _, address := range got {
		if _, _, err := message.DecodeRoute(address); err != nil {
			t.Errorf("%q leaves in clear", address)
		}
	}
}

func TestOwnFieldsAreAddedAndForgedOnesRemoved(t *testing.T) {
	forged := [][2]string{
		{"X-Zixpolicy-Action", " deliver"},
		{"Subject", " hello"},
		{"x-zixpolicy-action", " deliver"},
		{"X-ZIXPOLICY-Rule", " exception"},
		{"X-Zixpolicy-Anything", ""},
		{"X-Zixpolicy-Action ", " space before the colon"},
		{"X-Zixpolicy", " not ours"},
		{"X-Zixpolicy-Rule", " exception"},
	}
	// In this order, whether or not the MTA renumbers after each.
	removed := []string{"X-Zixpolicy-Rule 2", "X-Zixpolicy-Action 3", "X-Zixpolicy-Anything 1",
		"X-ZIXPOLICY-Rule 1", "x-zixpolicy-action 2", "X-Zixpolicy-Action 1"}
	for _, leading := range []bool{true, false} {
		t.Run(fmt.Sprintf("leading space %v", leading), func(t *testing.T) {
			var opts []milter.Option
			space := " "
			if !leading {
				opts = append(opts, milter.WithoutProtocol(milter.OptHeaderLeadingSpace))
				space = ""
			}
			m := letter("bob@ext.example")
			m.header = forged
			a := mustSend(t, start(t, always(rules.Encrypt), nil).connect(t, opts...), m)
			var deleted, added []string
			for _, act := range a.acts {
				switch act.Type {
				case milter.ActionChangeHeader:
					if act.HeaderValue != "" || len(added) > 0 {
						t.Errorf("unexpected %+v", act)
					}
					deleted = append(deleted, fmt.Sprint(act.HeaderName, " ", act.HeaderIndex))
				case milter.ActionAddHeader:
					added = append(added, act.HeaderName+":"+act.HeaderValue)
				}
			}
			if !slices.Equal(deleted, removed) {
				t.Errorf("deleted %q, want %q", deleted, removed)
			}
			if want := []string{"X-Zixpolicy-Action:" + space + "encrypt", "X-Zixpolicy-Rule:" + space + "the-rule"}; !slices.Equal(added, want) {
				t.Errorf("added %q, want %q", added, want)
			}
		})
	}
}

func TestMailThatNoRuleTouchesIsDelivered(t *testing.T) {
	a := mustSend(t, start(t, always(rules.Deliver), nil).connect(t), letter("bob@ext.example"))
	if a.action.Type != milter.ActionAccept || a.atData {
		t.Fatalf("answer %+v", a)
	}
	if got := a.recipients([]string{"bob@ext.example"}); !slices.Equal(got, []string{"bob@ext.example"}) {
		t.Errorf("the MTA sends to %q", got)
	}
}

func TestOneRejectedRecipientRefusesTheMessage(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"no text", "", "550 5.7.1 Message refused by policy"},
		{"rule's text", "Ask compliance.", "550 5.7.1 Ask compliance."},
		{"rule's own enhanced code", "5.7.0 Ask compliance.", "550 5.7.0 Ask compliance."},
		{"what SMTP cannot carry", "Zurück\r\n250 OK 100%", "550 5.7.1 Zur?ck 250 OK 100%%"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := start(t, &scripted{decide: func(to string) rules.Decision {
				if to == "bad@ext.example" {
					return rules.Decision{Action: rules.Reject, Rule: "r", Text: tt.text}
				}
				return rules.Decision{Action: rules.Encrypt, Rule: "s"}
			}}, nil)
			a := mustSend(t, r.connect(t), letter("good@ext.example", "bad@ext.example", "in@maine.example"))
			if a.action.Type != milter.ActionRejectWithCode || a.action.SMTPReply != tt.want {
				t.Errorf("answer %+v, want %q", a.action, tt.want)
			}
			if len(a.acts) != 0 {
				t.Errorf("modified: %+v", a.acts)
			}
			if n := counted(r.Metrics.messages, "reject"); n != 1 {
				t.Errorf("messages_total{reject} = %v", n)
			}
		})
	}
}

func TestHeldMailIsQuarantinedWithItsRoutes(t *testing.T) {
	r := start(t, &scripted{decide: func(to string) rules.Decision {
		switch to {
		case "held@ext.example":
			return rules.Decision{Action: rules.Hold, Rule: "look-first"}
		case "secret@ext.example":
			return rules.Decision{Action: rules.Hold, Rule: "look-first", Released: rules.Encrypt}
		}
		return rules.Decision{Action: rules.Encrypt, Rule: "s"}
	}}, nil)
	to := []string{"held@ext.example", "secret@ext.example", "bob@ext.example"}
	a := mustSend(t, r.connect(t), letter(to...))
	if a.action.Type != milter.ActionAccept {
		t.Fatalf("answer %+v", a)
	}
	last := a.acts[len(a.acts)-1]
	if last.Type != milter.ActionQuarantine || !strings.Contains(last.Reason, "look-first") {
		t.Errorf("not held: %+v", last)
	}
	if got := a.recipients(to); !slices.Equal(got, []string{"held@ext.example",
		"secret@ext.example.encrypt.zixpolicy.invalid", "bob@ext.example.encrypt-1.zixpolicy.invalid"}) { // bob by another rule
		t.Errorf("would leave for %q", got)
	}
}

func TestRoutingAddressesFromClientsAreRefused(t *testing.T) {
	r := start(t, always(rules.Deliver), nil)
	for _, to := range []string{"bob@ext.example.encrypt.zixpolicy.invalid", "bob@ext.example.TLS.zixpolicy.INVALID."} {
		a := mustSend(t, r.connect(t), letter("carol@ext.example", to))
		if !a.atData || a.action.SMTPCode != 550 {
			t.Errorf("%s: answer %+v", to, a)
		}
	}
}

func TestRecipientThatCannotBeRoutedIsRefusedNotDelivered(t *testing.T) {
	to := "bob@" + strings.Repeat("a.", 115) + "example"
	a := mustSend(t, start(t, always(rules.Encrypt), nil).connect(t), letter(to))
	if a.action.SMTPCode != 550 || len(a.acts) != 0 {
		t.Errorf("answer %+v", a)
	}
}

func TestOlderMTAsAreServed(t *testing.T) {
	tests := []struct {
		name string
		opts []milter.Option
	}{
		{"version 2", []milter.Option{milter.WithMaximumVersion(2), milter.WithProtocols(0)}},
		{"version 3", []milter.Option{milter.WithMaximumVersion(3), milter.WithProtocols(0)}},
		{"version 4", []milter.Option{milter.WithMaximumVersion(4), milter.WithProtocols(0)}},
		{"version 6 that wants every answer", []milter.Option{milter.WithProtocols(milter.OptNoUnknown)}},
		{"large packets", []milter.Option{milter.WithOfferedMaxData(milter.DataSize1M), milter.WithUsedMaxData(milter.DataSize1M)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := start(t, always(rules.Encrypt), nil)
			s := r.connect(t, tt.opts...)
			for range 3 {
				m := letter("bob@ext.example")
				m.body = strings.Repeat("0123456789abcdef\r\n", 10000)
				a := mustSend(t, s, m)
				if got := a.recipients(m.to); a.action.Type != milter.ActionAccept || !slices.Equal(got, []string{"bob@ext.example.encrypt.zixpolicy.invalid"}) {
					t.Fatalf("sent to %q: %+v", got, a.action)
				}
			}
			if a := mustSend(t, s, letter("in@maine.example")); a.action.Type != milter.ActionAccept || len(a.acts) != 0 {
				t.Errorf("internal mail: %+v", a)
			}
		})
	}
}

func TestNegotiationAsksForNoAnswersButTheTwo(t *testing.T) {
	s := start(t, always(rules.Deliver), nil).connect(t)
	for _, opt := range []milter.OptProtocol{milter.OptNoMailReply, milter.OptNoRcptReply, milter.OptNoHeaderReply,
		milter.OptNoBodyReply, milter.OptNoEOH, milter.OptHeaderLeadingSpace} {
		if !s.ProtocolOption(opt) {
			t.Errorf("option %#x is not negotiated", uint32(opt))
		}
	}
	if s.ProtocolOption(milter.OptNoData) || s.ProtocolOption(milter.OptNoDataReply) {
		t.Error("DATA is not answered")
	}
}

func TestMTAWithoutTheNeededActionsIsNotServed(t *testing.T) {
	r := start(t, always(rules.Encrypt), nil)
	for _, missing := range []milter.OptAction{milter.OptRemoveRcpt, milter.OptAddRcpt, milter.OptQuarantine, milter.OptChangeHeader} {
		if s, err := r.session(milter.WithoutAction(missing)); err == nil {
			t.Errorf("served an MTA without action %#x", uint32(missing))
			_ = s.Close()
		}
	}
	if n := counted(r.Metrics.tempfails, causeProtocol); n != 4 {
		t.Errorf("tempfails_total{protocol} = %v", n)
	}
}
