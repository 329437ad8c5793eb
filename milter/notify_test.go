package milter

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/zixpolicy/zixpolicy/message"
	"github.com/zixpolicy/zixpolicy/milter/notice"
	"github.com/zixpolicy/zixpolicy/rules"
)

// told keeps notices instead of sending them.
type told struct {
	mu      sync.Mutex
	notices []notice.Notice
	panics  bool
}

func (n *told) Queue(one *notice.Notice) {
	if n.panics {
		panic("no notices today")
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.notices = append(n.notices, *one)
}

// noticePolicy is the shipped policy and rules that tell.
const noticePolicy = `
[[rule]]
name = "told-ssn"
when = 'lexicon("ssn")'
action = "encrypt"
notify = "sender"

[[rule]]
name = "held-plans"
when = 'tag("[plans]")'
action = "hold"
notify = "compliance@maine.example"

[[rule]]
name = "refused"
when = 'tag("[refuse]")'
action = "reject"
notify = "sender"

[[rule]]
name = "watched"
when = 'tag("[watch]")'
action = "hold"
notify = "sender"
mode = "observe"
`

func TestPeopleAreToldInPlainWords(t *testing.T) {
	internal, err := message.NewDomains("maine.example")
	if err != nil {
		t.Fatal(err)
	}
	p, err := rules.Load(rules.Options{Internal: internal}, rules.Source{Name: "site.toml", Data: []byte(noticePolicy)})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, from, subject, body string
		field                     [2]string
		to                        []string
		want                      []string // addressees
		says                      []string
	}{
		{name: "nothing to tell", subject: "picnic", body: "on Saturday", to: []string{"bob@ext.example"}},
		{name: "the sender", subject: "form", body: "Her SSN is 536-90-4399.", to: []string{"bob@ext.example", "carol@ext.example", "in@maine.example"},
			want: []string{"alice@maine.example"}, says: []string{"A message was sent encrypted", `Your message was sent encrypted, by the rule "told-ssn", for`,
				"    bob@ext.example\n    carol@ext.example\n\n", "Social security numbers: 1 in body/1 (•••-••-••••)", "4QUEUEID"}},
		{name: "another address", subject: "[plans] x", body: "x", to: []string{"bob@ext.example"}, want: []string{"compliance@maine.example"},
			says: []string{"A message was held back", `The message from alice@maine.example was held back until somebody has looked at it, by the rule "held-plans", for`}},
		{name: "refused", subject: "[refuse] x", body: "x", to: []string{"bob@ext.example"}, want: []string{"alice@maine.example"}, says: []string{"was refused and not sent"}},
		{name: "observed", subject: "[watch] x", body: "x", to: []string{"bob@ext.example"}},
		{name: "a sender outside", from: "eve@ext.example", subject: "[refuse] x", body: "x", to: []string{"bob@ext.example"}},
		{name: "no sender", from: "-", subject: "[refuse] x", body: "x", to: []string{"bob@ext.example"}},
		{name: "a program", subject: "[refuse] x", body: "x", field: [2]string{"Auto-Submitted", " auto-generated"}, to: []string{"bob@ext.example"}},
		{name: "a person who says so", subject: "[refuse] x", body: "x", field: [2]string{"Auto-Submitted", " no"}, to: []string{"bob@ext.example"}, want: []string{"alice@maine.example"}},
		{name: "the rule's address, whoever sent it", from: "eve@ext.example", subject: "[plans] x", body: "x", to: []string{"bob@ext.example"}, want: []string{"compliance@maine.example"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n := &told{}
			r := start(t, nil, func(o *Options, _ *Server) {
				o.Policy, o.Notifier = func() *rules.Policy { return p }, n
			})
			m := letter(tt.to...)
			if tt.from != "" {
				m.from = strings.TrimPrefix(tt.from, "-")
			}
			m.header = [][2]string{{"Subject", " " + tt.subject}, {"Message-ID", " <1@maine.example>"}}
			if tt.field[0] != "" {
				m.header = append(m.header, tt.field)
			}
			m.body = tt.body + "\r\n"
			mustSend(t, r.connect(t), m)
			var to []string
			var text string
			for _, one := range n.notices {
				to = append(to, one.To)
				text += one.Subject + "\n" + one.Text
				if one.InReplyTo != "<1@maine.example>" {
					t.Errorf("in reply to %q", one.InReplyTo)
				}
			}
			if !slices.Equal(to, tt.want) {
				t.Fatalf("told %q, want %q\n%s", to, tt.want, text)
			}
			for _, want := range tt.says {
				if !strings.Contains(text, want) {
					t.Errorf("no %q in\n%s", want, text)
				}
			}
			for _, secret := range []string{"4399", "[plans]", "[refuse]"} {
				if strings.Contains(text, secret) {
					t.Errorf("%q is told:\n%s", secret, text)
				}
			}
		})
	}
}

func TestANoticeThatFailsChangesNothing(t *testing.T) {
	r := start(t, &scripted{decide: func(string) rules.Decision {
		return rules.Decision{Action: rules.Encrypt, Rule: "r", Modifiers: rules.Modifiers{Notify: senderWord}}
	}}, func(o *Options, _ *Server) { o.Notifier = &told{panics: true} })
	a := mustSend(t, r.connect(t), letter("bob@ext.example"))
	if got := a.recipients([]string{"bob@ext.example"}); !slices.Equal(got, []string{"bob@ext.example.encrypt.zixpolicy.invalid"}) {
		t.Errorf("sent to %q: %+v", got, a.action)
	}
	if !strings.Contains(r.log.String(), "milter: notice") {
		t.Errorf("the log is silent: %s", r.log)
	}
}
