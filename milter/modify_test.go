package milter

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/d--j/go-milter"

	"github.com/zixpolicy/zixpolicy/rules"
)

// changed lists what an answer does to the message beside its recipients:
// "+Name: value" for a field added, "Name/2: value" for one replaced.
func (a answer) changed() []string {
	list := []string{}
	for _, act := range a.acts {
		switch act.Type {
		case milter.ActionAddHeader:
			list = append(list, "+"+act.HeaderName+":"+act.HeaderValue)
		case milter.ActionChangeHeader:
			list = append(list, act.HeaderName+":"+act.HeaderValue)
		}
	}
	return list
}

func TestModifiers(t *testing.T) {
	tag := rules.Modifiers{StripTags: []string{"[encrypt]"}}
	header := rules.Modifiers{AddHeader: []rules.HeaderField{{Name: "X-Class", Value: "secret"}}}
	sealed := rules.Modifiers{Delivery: "pull", Expire: 72 * time.Hour, Receipt: true, MaskSubject: true}
	action := func(a rules.Action, m rules.Modifiers) rules.Decision {
		return rules.Decision{Action: a, Rule: "r", Modifiers: m}
	}
	const e, e1, e2 = ".encrypt.zixpolicy.invalid", ".encrypt-1.zixpolicy.invalid", ".encrypt-2.zixpolicy.invalid"
	encrypted := []string{"+X-Zixpolicy-Action: encrypt", "+X-Zixpolicy-Rule: r", "+X-Zixpolicy-1-Rule: r"}
	tests := []struct {
		name    string
		subject string
		decide  map[string]rules.Decision // by local part
		to      []string
		want    []string // recipients
		changed []string
	}{
		{"nothing asked for", "hello", nil, []string{"a@ext.example"}, []string{"a@ext.example"}, []string{}},
		{"tag off for one in clear", "[encrypt] hello", map[string]rules.Decision{"a": action(rules.Deliver, tag)}, []string{"a@ext.example"},
			[]string{"a@ext.example"}, []string{"Subject: hello"}},
		{"tag off by the encryptor", "[encrypt] hello", map[string]rules.Decision{"a": action(rules.Encrypt, tag)}, []string{"a@ext.example", "in@maine.example"},
			[]string{"a@ext.example" + e1, "in@maine.example"}, append(slices.Clone(encrypted), "+X-Zixpolicy-1-Subject: hello")},
		{"tag that is not there", "hello", map[string]rules.Decision{"a": action(rules.Encrypt, tag)}, []string{"a@ext.example"},
			[]string{"a@ext.example" + e}, encrypted[:2]},
		{"field for one in clear", "hello", map[string]rules.Decision{"a": action(rules.TLS, header)}, []string{"a@ext.example"},
			[]string{"a@ext.example.tls.zixpolicy.invalid"}, []string{"+X-Class: secret", "+X-Zixpolicy-Action: tls", "+X-Zixpolicy-Rule: r"}},
		{"field by the encryptor", "hello", map[string]rules.Decision{"a": action(rules.Encrypt, header)}, []string{"a@ext.example"},
			[]string{"a@ext.example" + e1}, append(slices.Clone(encrypted), "+X-Zixpolicy-1-Add: X-Class: secret")},
		{"options of sealed messages", "hello", map[string]rules.Decision{"a": action(rules.Encrypt, sealed)}, []string{"a@ext.example"},
			[]string{"a@ext.example" + e1}, append(slices.Clone(encrypted), "+X-Zixpolicy-1-Delivery: pull", "+X-Zixpolicy-1-Expire: 72h0m0s",
				"+X-Zixpolicy-1-Receipt: yes", "+X-Zixpolicy-1-Mask-Subject: yes")},
		{"to each its own", "[encrypt] hello", map[string]rules.Decision{"a": action(rules.Encrypt, tag), "b": action(rules.Encrypt, header),
			"c": action(rules.Encrypt, tag), "d": action(rules.Encrypt, rules.Modifiers{})},
			[]string{"a@ext.example", "b@ext.example", "c@ext.example", "d@ext.example"},
			[]string{"a@ext.example" + e1, "b@ext.example" + e2, "c@ext.example" + e1, "d@ext.example" + e},
			append(slices.Clone(encrypted), "+X-Zixpolicy-1-Subject: hello", "+X-Zixpolicy-2-Rule: r", "+X-Zixpolicy-2-Add: X-Class: secret")},
		{"internal recipients ask for nothing", "[encrypt] hello", map[string]rules.Decision{"in": action(rules.Deliver, tag)}, []string{"in@maine.example", "x@ext.example"},
			[]string{"in@maine.example", "x@ext.example"}, []string{}},
		{"held: as it is released", "[encrypt] hello", map[string]rules.Decision{"a": {Action: rules.Hold, Rule: "r", Released: rules.Encrypt, Modifiers: header, OnRelease: sealed}},
			[]string{"a@ext.example"}, []string{"a@ext.example" + e1}, []string{"+X-Zixpolicy-Action: hold", "+X-Zixpolicy-Rule: r", "+X-Zixpolicy-1-Rule: r",
				"+X-Zixpolicy-1-Delivery: pull", "+X-Zixpolicy-1-Expire: 72h0m0s", "+X-Zixpolicy-1-Receipt: yes", "+X-Zixpolicy-1-Mask-Subject: yes", "+X-Zixpolicy-1-Add: X-Class: secret"}},
		{"journal inside", "hello", map[string]rules.Decision{"a": action(rules.Encrypt, rules.Modifiers{BCC: "log@maine.example"})}, []string{"a@ext.example"},
			[]string{"a@ext.example" + e, "log@maine.example"}, encrypted[:2]},
		{"journal outside goes over TLS", "hello", map[string]rules.Decision{"a": action(rules.Encrypt, rules.Modifiers{BCC: "log@archive.example"})}, []string{"a@ext.example"},
			[]string{"a@ext.example" + e, "log@archive.example.tls.zixpolicy.invalid"}, encrypted[:2]},
		{"journal for many, once", "hello", map[string]rules.Decision{"a": action(rules.Deliver, rules.Modifiers{BCC: "log@maine.example"}), "b": action(rules.Deliver, rules.Modifiers{BCC: "LOG@maine.example"})},
			[]string{"a@ext.example", "b@ext.example"}, []string{"a@ext.example", "b@ext.example", "log@maine.example"}, []string{}},
		{"journal that gets it anyway", "hello", map[string]rules.Decision{"a": action(rules.Deliver, rules.Modifiers{BCC: "log@maine.example"})},
			[]string{"a@ext.example", "log@maine.example"}, []string{"a@ext.example", "log@maine.example"}, []string{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := start(t, &scripted{decide: func(to string) rules.Decision {
				local, _, _ := strings.Cut(to, "@")
				return tt.decide[local]
			}}, nil)
			m := letter(tt.to...)
			m.header = [][2]string{{"From", " alice@maine.example"}, {"Subject", " " + tt.subject}}
			a := mustSend(t, r.connect(t), m)
			got := a.recipients(tt.to)
			slices.Sort(got)
			slices.Sort(tt.want)
			if !slices.Equal(got, tt.want) {
				t.Errorf("sent to %q, want %q", got, tt.want)
			}
			if changed := a.changed(); !slices.Equal(changed, tt.changed) {
				t.Errorf("changed\n%q, want\n%q", changed, tt.changed)
			}
			for _, c := range a.changed() {
				if strings.Contains(c, "@") {
					t.Errorf("a field names an address: %s", c)
				}
			}
		})
	}
}

func TestTagsLeaveEverySubjectAsItWasWritten(t *testing.T) {
	for _, tt := range []struct{ name, raw, want string }{
		{"plain", "[encrypt] minutes", "minutes"},
		{"none there", "minutes  of  May", "minutes  of  May"},
		{"folded", "quarterly\n [Encrypt]\n minutes", "quarterly minutes"},
		{"nothing else", "[encrypt]", ""},
		{"raw UTF-8", "Grüße [encrypt] 日本語", "Grüße 日本語"},
		{"one encoded word", "=?utf-8?B?R3LDvMOfZSBbZW5jcnlwdF0=?=", "=?utf-8?q?Gr=C3=BC=C3=9Fe?="},
		{"across two encoded words", "=?iso-8859-1?Q?Gr=FC=DFe_[enc?= =?iso-8859-1?Q?rypt]_an_alle?=", "=?utf-8?q?Gr=C3=BC=C3=9Fe_an_alle?="},
		{"encoded, none there", "=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "=?utf-8?q?Gr=C3=BC=C3=9Fe?="},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := stripSubject(tt.raw, []string{"[encrypt]"}); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	long := "=?utf-8?q?" + strings.Repeat("=C3=BC", 60) + "?= [encrypt]"
	for line := range strings.SplitSeq(stripSubject(long, []string{"[encrypt]"}), "\n") {
		if len(line) > 78 {
			t.Errorf("a line of %d characters", len(line))
		}
	}
}

func TestSeveralSubjectsAreStrippedEach(t *testing.T) {
	r := start(t, &scripted{decide: func(string) rules.Decision {
		return rules.Decision{Action: rules.Deliver, Rule: "r", Modifiers: rules.Modifiers{StripTags: []string{"[x]"}}}
	}}, nil)
	m := letter("a@ext.example")
	m.header = [][2]string{{"Subject", " one"}, {"subject", " [x] two"}, {"Subject", " three [x]"}}
	if got := mustSend(t, r.connect(t), m).changed(); !slices.Equal(got, []string{"Subject: two", "Subject: three"}) {
		t.Errorf("changed %q", got)
	}
	m.header = slices.Repeat([][2]string{{"Subject", " [x] one"}}, maxSubjects+1)
	if got := mustSend(t, r.connect(t), m).changed(); len(got) != 0 {
		t.Errorf("of too many subjects some are changed: %q", got)
	}
}
