//go:build e2e

package e2e

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// TestThroughPostfix sends mail through one real Postfix, first while everything
// works, then while things break.
func TestThroughPostfix(t *testing.T) {
	s := NewSite(t, binary, sitePolicy)
	t.Run("deliver", func(t *testing.T) {
		for _, c := range deliveryCases() {
			runCase(t, c.name, func(t *testing.T) { deliver(t, s, c) })
		}
	})
	t.Run("once", func(t *testing.T) { testOnce(t, s) })
	t.Run("refuse", func(t *testing.T) { testRefusals(t, s) })
	t.Run("routing domain", func(t *testing.T) { testRoutingDomain(t, s) })
	t.Run("sendmail", func(t *testing.T) { testSendmail(t, s) })
	t.Run("fault", func(t *testing.T) { testFaults(t, s) })
	t.Run("reload", func(t *testing.T) { testReload(t, s) })
	runCase(t, "logs and metrics tell no secret", func(t *testing.T) { testSecrets(t, s) })
}

// testSecrets looks, after everything, for what only the message may say.
func testSecrets(t *testing.T, s *Site) {
	l := NewLetter(alice, ask, card)
	if err := Submit(s.Postfix.Addr, alice, []string{"bob@ext.example"}, l.Data); err != nil {
		t.Fatal(err)
	}
	s.Settle(t, l.MessageID())
	told := s.Logs() + s.Milter.Scrape(t) + s.Encryptor.Scrape(t)
	for _, expected := range []string{"action=encrypt", `zixpolicy_messages_total{action="encrypt"}`, "zixpolicy_deliveries_total{"} {
		if !strings.Contains(told, expected) {
			t.Errorf("%q is not in logs and metrics: this test reads the wrong ones", expected)
		}
	}
	for _, secret := range []string{l.Mark, "4111 1111", "4111111111111111", "minutes", "picnic", "alice@", "bob@", "carol@", "ext.example"} {
		if at := strings.Index(told, secret); at >= 0 {
			t.Errorf("%q is told: …%s…", secret, told[max(0, at-200):min(len(told), at+100)])
		}
	}
	t.Logf("checked: %d bytes of logs and metrics hold no address, subject or matched value", len(told))
}

// deliver sends one case's message by SMTP and checks where it arrives.
func deliver(t *testing.T, s *Site, c deliveryCase) {
	l := c.letter()
	if err := Submit(s.Postfix.Addr, c.sender(), c.to, l.Data); err != nil {
		t.Fatalf("%v\nzixpolicy:\n%s", err, s.Logs())
	}
	s.Settle(t, l.MessageID())
	c.want.check(t, s, l)
	checkSenders(t, s, l, c.sender())
	checkPolicyFields(t, s, l)
}

// checkSenders holds the envelope sender of every copy.
func checkSenders(t *testing.T, s *Site, l Letter, sender string) {
	t.Helper()
	for _, sink := range s.Sinks() {
		for _, d := range sink.Holding(l.Mark) {
			if d.Sender != sender {
				t.Errorf("%s: envelope sender %q, want %q", sink.Name, d.Sender, sender)
			}
		}
	}
}

// checkPolicyFields holds that no copy, wherever it arrived, shows a field of ours.
func checkPolicyFields(t *testing.T, s *Site, l Letter) {
	t.Helper()
	for _, sink := range s.Sinks() {
		for _, d := range sink.Holding(l.Mark) {
			if ours := policyFields(d.Header()); len(ours) > 0 {
				t.Errorf("%s sees %q", sink.Name, ours)
			}
		}
	}
}

// testOnce: what is one mailbox, and what is one transaction.
func testOnce(t *testing.T, s *Site) {
	for _, c := range []struct{ name, subject, sink string }{
		{"duplicates differing in case, clear", "picnic", "outside"},
		{"duplicates differing in case, protected", ask, "gateway"},
	} {
		runCase(t, c.name, func(t *testing.T) {
			l := NewLetter(alice, c.subject, harmless)
			to := []string{"bob@ext.example", "BOB@EXT.example", "bob@Ext.Example", "bob@ext.example"}
			if err := Submit(s.Postfix.Addr, alice, to, l.Data); err != nil {
				t.Fatal(err)
			}
			s.Settle(t, l.MessageID())
			for _, sink := range s.Sinks() {
				got := recipients(sink.Holding(l.Mark))
				folded := []string{}
				for _, r := range got {
					folded = append(folded, strings.ToLower(r))
				}
				want := []string{}
				if sink.Name == c.sink {
					want = []string{"bob@ext.example"}
				}
				if !slices.Equal(folded, want) {
					t.Errorf("%s got it for %q, want one copy there and none elsewhere", sink.Name, got)
				}
			}
			t.Logf("checked: one copy at the %s", c.sink)
		})
	}
	runCase(t, "messages of one session do not mix", func(t *testing.T) {
		client, err := Dial(s.Postfix.Addr)
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		abandoned := NewLetter(alice, ask, harmless)
		if err := client.Envelope(alice, []string{"dan@ext.example"}, abandoned.Data); err != nil {
			t.Fatal(err)
		}
		if err := client.Command("RSET", 250); err != nil {
			t.Fatal(err)
		}
		bob, amy := "bob@ext.example", "amy@maine.example"
		for _, c := range []deliveryCase{
			{to: []string{bob}, subject: ask, want: arrival{gateway: []string{bob}}},
			{to: []string{bob}, subject: "picnic", want: arrival{outside: []string{bob}}},
			{to: []string{amy}, subject: ask, want: arrival{inside: []string{amy}}},
			{to: []string{bob, amy}, subject: "order", text: card, want: arrival{inside: []string{amy}, gateway: []string{bob}}},
			{to: []string{bob}, subject: "picnic", want: arrival{outside: []string{bob}}},
		} {
			l := c.letter()
			if err := client.Send(alice, c.to, l.Data); err != nil {
				t.Fatal(err)
			}
			s.Settle(t, l.MessageID())
			c.want.check(t, s, l)
		}
		arrival{}.check(t, s, abandoned)
	})
}

// testRefusals: what policy rejects is refused in the session, for everyone.
func testRefusals(t *testing.T, s *Site) {
	for _, c := range []struct {
		name string
		to   []string
	}{
		{"rejected by policy", []string{"bob@ext.example"}},
		{"rejected by policy, internal recipient beside", []string{"amy@maine.example", "bob@ext.example"}},
	} {
		runCase(t, c.name, func(t *testing.T) {
			l := NewLetter(alice, "[refuse] plans", harmless)
			err := Submit(s.Postfix.Addr, alice, c.to, l.Data)
			var refusal *Refusal
			if !errors.As(err, &refusal) || refusal.Code != 550 || !strings.Contains(refusal.Text, "5.7.1") {
				t.Fatalf("reply %v, want 550 5.7.1", err)
			}
			if strings.Contains(refusal.Text, "refused\"") || strings.Contains(refusal.Text, "tag") {
				t.Errorf("the reply tells the rule: %q", refusal.Text)
			}
			arrival{}.check(t, s, l)
			t.Logf("checked: %v; no copy anywhere", refusal)
		})
	}
}

// testRoutingDomain: a sender who writes routing addresses gains nothing.
func testRoutingDomain(t *testing.T, s *Site) {
	for _, to := range []string{
		"bob@ext.example.encrypt.zixpolicy.invalid",
		"bob@ext.example.nonsense.zixpolicy.invalid",
		"bob@zixpolicy.invalid",
	} {
		for _, subject := range []string{"picnic", ask} {
			runCase(t, subject+" to "+to, func(t *testing.T) {
				l := NewLetter(alice, subject, harmless)
				err := Submit(s.Postfix.Addr, alice, []string{to}, l.Data)
				if err == nil {
					Await(t, "the message to be delivered, bounced or deferred", func() bool {
						return s.Postfix.Settled(l.MessageID()) || s.Postfix.Deferred(l.MessageID())
					})
				}
				if got := s.Outside.Holding(l.Mark); len(got) > 0 {
					t.Errorf("it left in clear for %q", recipients(got))
				}
				if subject == ask && err == nil && len(s.Gateway.Holding(l.Mark)) > 0 && !strings.Contains(to, "encrypt") {
					t.Errorf("it was encrypted for an address that cannot exist: %q", to)
				}
				t.Logf("checked: reply %v; nothing outside", err)
			})
		}
	}
}
