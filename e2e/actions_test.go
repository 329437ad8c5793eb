//go:build e2e

package e2e

import (
	"bytes"
	"errors"
	"io"
	"mime/quotedprintable"
	"slices"
	"strings"
	"testing"
)

// actionPolicy has a rule for each action and modifier.
const actionPolicy = `[[rule]]
name = "held"
when = 'tag("[hold]")'
action = "hold"

[[rule]]
name = "own-words"
when = 'tag("[no]")'
action = "reject"
text = "Ask compliance first."
notify = "sender"

[[rule]]
name = "watching"
when = 'tag("[watch]")'
action = "hold"
notify = "sender"
bcc = "journal@maine.example"
add_header = "X-Class: watched"
strip_tag = true
mode = "observe"

[[rule]]
name = "stripping"
when = 'tag("[secure]")'
to = ["strip.example"]
action = "encrypt"
strip_tag = true

[[rule]]
name = "classing"
when = 'tag("[secure]")'
to = ["class.example"]
action = "encrypt"
add_header = ["X-Class: secret", "X-Handling: careful"]
delivery = "pull"
expire = "3d"
receipt = true

[[rule]]
name = "masking"
when = 'tag("[secure]")'
to = ["mask.example"]
action = "encrypt"
mask_subject = true

[[rule]]
name = "plain"
when = 'tag("[secure]")'
action = "encrypt"

[[rule]]
name = "public"
when = 'tag("[public]")'
action = "deliver"
strip_tag = true
add_header = "X-Public: yes"

[[rule]]
name = "journalled"
when = 'tag("[journal]")'
action = "encrypt"
bcc = "journal@maine.example"

[[rule]]
name = "telling"
when = 'lexicon("ssn")'
action = "encrypt"
notify = "sender"

[[rule]]
name = "signed-in"
when = 'tag("[login]") and authenticated and login == "alice" and direction == "outbound"'
action = "encrypt"

[[rule]]
name = "passed-on"
when = 'tag("[login]") and direction == "relayed"'
action = "hold"

[[rule]]
name = "telling-others"
when = 'tag("[tell]")'
action = "deliver"
notify = "compliance@maine.example"
`

// TestActions has every action and modifier done by a real Postfix.
func TestActions(t *testing.T) {
	s := NewSite(t, binary, actionPolicy)
	t.Run("hold", func(t *testing.T) { testHeld(t, s) })
	t.Run("reject", func(t *testing.T) { testOwnWords(t, s) })
	t.Run("notify", func(t *testing.T) { testNotices(t, s) })
	t.Run("modify", func(t *testing.T) { testModifiers(t, s) })
	runCase(t, "observe", func(t *testing.T) { testObserve(t, s) })
	t.Run("login", func(t *testing.T) { testLogin(t, s) })
	runCase(t, "journal", func(t *testing.T) {
		l := NewLetter(alice, "[journal] plans", harmless)
		submit(t, s, l, "bob@ext.example", "amy@maine.example")
		arrival{inside: []string{"amy@maine.example", "journal@maine.example"}, gateway: []string{"bob@ext.example"}}.check(t, s, l)
		checkPolicyFields(t, s, l)
	})
}

// submit sends a letter that must be taken, and waits until Postfix is through with it.
func submit(t *testing.T, s *Site, l Letter, to ...string) {
	t.Helper()
	if err := Submit(s.Postfix.Addr, alice, to, l.Data); err != nil {
		t.Fatalf("%v\nzixpolicy:\n%s", err, s.Logs())
	}
	s.Settle(t, l.MessageID())
}

func testOwnWords(t *testing.T, s *Site) {
	runCase(t, "the rule's own text, and a notice", func(t *testing.T) {
		l := NewLetter(alice, "[no] plans", harmless)
		err := Submit(s.Postfix.Addr, alice, []string{"bob@ext.example", "amy@maine.example"}, l.Data)
		var refusal *Refusal
		if !errors.As(err, &refusal) || refusal.Code != 550 || !strings.HasSuffix(refusal.Text, "5.7.1 Ask compliance first.") {
			t.Fatalf("reply %v, want the rule's text", err)
		}
		n := awaitNotice(t, s, l, alice)
		for _, want := range []string{"was refused and not sent", `"own-words"`, "bob@ext.example"} {
			if !strings.Contains(n, want) {
				t.Errorf("no %q in\n%s", want, n)
			}
		}
		if len(s.Outside.Holding(l.Mark)) > 0 || len(s.Gateway.Holding(l.Mark)) > 0 {
			t.Error("the refused message was delivered")
		}
	})
}

func testNotices(t *testing.T, s *Site) {
	bob := "bob@ext.example"
	runCase(t, "the sender is told what was found, masked", func(t *testing.T) {
		l := NewLetter(alice, "form", "Her SSN is 536-90-4399.")
		submit(t, s, l, bob)
		n := awaitNotice(t, s, l, alice)
		for _, want := range []string{"Your message", "was sent encrypted", `"telling"`, bob, "Social security numbers: 1 in body", "•••-••-••••"} {
			if !strings.Contains(n, want) {
				t.Errorf("no %q in\n%s", want, n)
			}
		}
		if strings.Contains(n, "4399") || strings.Contains(n, "form") {
			t.Errorf("the notice quotes the message:\n%s", n)
		}
	})
	runCase(t, "somebody else is told", func(t *testing.T) {
		l := NewLetter(alice, "[tell] picnic", harmless)
		submit(t, s, l, bob)
		n := awaitNotice(t, s, l, "compliance@maine.example")
		if !strings.Contains(n, "The message from "+alice) {
			t.Errorf("it does not say whose message:\n%s", n)
		}
	})
	runCase(t, "nobody outside is told", func(t *testing.T) {
		l := NewLetter("eve@ext.example", "[no] plans", harmless)
		if err := Submit(s.Postfix.Addr, "eve@ext.example", []string{bob}, l.Data); err == nil {
			t.Fatal("the message was taken")
		}
		// A notice to somebody inside that was caused later and has arrived: an
		// earlier one would have, too.
		later := NewLetter(alice, "[no] plans", harmless)
		if err := Submit(s.Postfix.Addr, alice, []string{bob}, later.Data); err == nil {
			t.Fatal("the message was taken")
		}
		awaitNotice(t, s, later, alice)
		for _, sink := range s.Sinks() {
			if got := sink.Holding(l.Mark); len(got) > 0 {
				t.Errorf("%s has something about it for %q:\n%s", sink.Name, recipients(got), got[0].Data)
			}
		}
	})
}

// awaitNotice waits for the notice about the letter, checks how it is made, and
// returns its text.
func awaitNotice(t *testing.T, s *Site, l Letter, to string) string {
	t.Helper()
	var notice Delivery
	Await(t, "the notice to "+to, func() bool {
		for _, d := range s.Inside.Holding(l.Mark) {
			if d.Header().Get("Auto-Submitted") != "" {
				notice = d
				return true
			}
		}
		return false
	})
	h := notice.Header()
	if notice.Sender != "" || !slices.Equal(notice.Recipients, []string{to}) || h.Get("Auto-Submitted") != "auto-generated" || h.Get("In-Reply-To") != l.MessageID() {
		t.Errorf("the notice comes from <%s> to %q, with %v", notice.Sender, notice.Recipients, h)
	}
	text, err := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(notice.Body())))
	if err != nil {
		t.Error(err)
	}
	return h.Get("Subject") + "\n" + string(text)
}

// changedCopy is what one recipient must get: a subject, and fields beside those sent.
type changedCopy struct {
	sink, to, subject string
	fields            []string
}

func testModifiers(t *testing.T, s *Site) {
	const strip, class, mask, bob, amy = "a@strip.example", "b@class.example", "c@mask.example", "d@ext.example", "amy@maine.example"
	for _, c := range []struct {
		name, subject string
		to            []string
		want          []changedCopy
	}{
		{"each recipient's own", "[secure] plans", []string{strip, class, mask, bob, amy}, []changedCopy{
			{"gateway", strip, "plans", nil},
			{"gateway", class, "[secure] plans", []string{"X-Class: secret", "X-Handling: careful"}},
			{"gateway", mask, "[secure] plans", nil}, // the gateway encrypts, so it gets the real one
			{"gateway", bob, "[secure] plans", nil},
			{"inside", amy, "[secure] plans", nil},
		}},
		{"tag in encoded words", "=?utf-8?B?R3LDvMOfZSBbc2VjdXJlXQ==?=", []string{strip, bob}, []changedCopy{
			{"gateway", strip, "=?utf-8?q?Gr=C3=BC=C3=9Fe?=", nil},
			{"gateway", bob, "=?utf-8?B?R3LDvMOfZSBbc2VjdXJlXQ==?=", nil},
		}},
		{"tag and nothing else", "[secure]", []string{strip}, []changedCopy{{"gateway", strip, "", nil}}},
		{"in clear, for all", "picnic [public] on Saturday", []string{bob, amy}, []changedCopy{
			{"outside", bob, "picnic on Saturday", []string{"X-Public: yes"}},
			{"inside", amy, "picnic on Saturday", []string{"X-Public: yes"}},
		}},
	} {
		runCase(t, c.name, func(t *testing.T) {
			l := NewLetter(alice, c.subject, harmless)
			submit(t, s, l, c.to...)
			for _, want := range c.want {
				want.check(t, s, l, c.to)
			}
			total := 0
			for _, sink := range s.Sinks() {
				total += len(recipients(sink.Holding(l.Mark)))
			}
			if total != len(c.to) {
				t.Errorf("%d recipients got it, want %d", total, len(c.to))
			}
			checkPolicyFields(t, s, l)
		})
	}
}

// check holds the one copy for the recipient against what it must be.
func (want changedCopy) check(t *testing.T, s *Site, l Letter, all []string) {
	t.Helper()
	var found []Delivery
	for _, sink := range s.Sinks() {
		for _, d := range sink.Holding(l.Mark) {
			if sink.Name == want.sink && slices.Contains(d.Recipients, want.to) {
				found = append(found, d)
			}
		}
	}
	if len(found) != 1 {
		t.Fatalf("%s: the %s got it %d times\n%s", want.to, want.sink, len(found), s.Logs())
	}
	d := found[0]
	if got := d.Header().Values("Subject"); !slices.Equal(got, []string{want.subject}) {
		t.Errorf("%s: the subject is %q, want %q", want.to, got, want.subject)
	}
	var added []string
	for _, name := range []string{"X-Class", "X-Handling", "X-Public"} {
		for _, value := range d.Header().Values(name) {
			added = append(added, name+": "+value)
		}
	}
	if !slices.Equal(added, want.fields) {
		t.Errorf("%s: the fields are %q, want %q", want.to, added, want.fields)
	}
	if !bytes.Equal(d.Body(), l.Body()) {
		t.Errorf("%s: the body has changed", want.to)
	}
	for _, other := range all {
		if bytes.Contains(d.Data, []byte(other)) && !slices.Contains(d.Recipients, other) {
			t.Errorf("%s can see %s:\n%s", want.to, other, head(d))
		}
	}
}

func testObserve(t *testing.T, s *Site) {
	l := NewLetter(alice, "[watch] picnic", harmless)
	submit(t, s, l, "bob@ext.example")
	arrival{outside: []string{"bob@ext.example"}}.check(t, s, l)
	if !strings.Contains(s.Milter.Scrape(t), `zixpolicy_rule_matches_total{rule="watching"} 1`) {
		t.Error("the match is not counted")
	}
	if !strings.Contains(s.Milter.Log(), "watching") {
		t.Error("the match is not in the log")
	}
}

// testLogin signs in as an authenticated proxy may say of its client (XCLIENT), which
// Postfix tells the milter in {auth_authen}.
func testLogin(t *testing.T, s *Site) {
	bob := "bob@ext.example"
	for _, c := range []struct {
		name, login, from string
		want              arrival
		held              bool
	}{
		{"nobody signed in", "", alice, arrival{outside: []string{bob}}, false},
		{"signed in", "alice", alice, arrival{gateway: []string{bob}}, false},
		{"signed in, with an address outside", "alice", "alice@ext.example", arrival{gateway: []string{bob}}, false},
		{"somebody else signed in", "eve", alice, arrival{outside: []string{bob}}, false},
		{"passed on for somebody outside", "", "eve@ext.example", arrival{}, true},
	} {
		runCase(t, c.name, func(t *testing.T) {
			client, err := Dial(s.Postfix.Addr)
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			if c.login != "" {
				if err := client.Command("XCLIENT LOGIN="+c.login, 220); err != nil {
					t.Fatal(err)
				}
				if err := client.Command("EHLO client.maine.example", 250); err != nil {
					t.Fatal(err)
				}
			}
			l := NewLetter(alice, "[login] plans", harmless)
			if err := client.Send(c.from, []string{bob}, l.Data); err != nil {
				t.Fatal(err)
			}
			if !c.held {
				s.Settle(t, l.MessageID())
			} else if list, ok := s.held(t, "list"); !ok || !strings.Contains(list, "passed-on") {
				t.Errorf("not held:\n%s", list)
			}
			c.want.check(t, s, l)
		})
	}
}
