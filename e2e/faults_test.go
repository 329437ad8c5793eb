//go:build e2e

package e2e

import (
	"errors"
	"strings"
	"testing"
)

// testFaults stops one part after the other. What must hold: nothing is lost,
// nothing arrives twice, nothing leaves in clear.
func testFaults(t *testing.T, s *Site) {
	bob, carol, amy := "bob@ext.example", "carol@other.example", "amy@maine.example"

	runCase(t, "milter stopped", func(t *testing.T) {
		s.Milter.Stop(t)
		refused := NewLetter(alice, "picnic", harmless)
		err := Submit(s.Postfix.Addr, alice, []string{bob, amy}, refused.Data)
		var refusal *Refusal
		if !errors.As(err, &refusal) || refusal.Code != 451 {
			t.Errorf("reply %v, want 451", err)
		}
		arrival{}.check(t, s, refused)

		waiting := NewLetter(alice, ask, harmless)
		s.Postfix.Sendmail(t, waiting.Data, "-i", "-f", alice, bob, amy)
		s.Postfix.Flush(t)
		Await(t, "cleanup to ask for the milter in vain", func() bool {
			return s.Postfix.LogContains("postfix/cleanup", "connect to Milter service")
		})
		arrival{}.check(t, s, waiting)

		s.Milter.Start(t)
		s.Postfix.Flush(t)
		s.Settle(t, waiting.MessageID())
		arrival{inside: []string{amy}, gateway: []string{bob}}.check(t, s, waiting)
		arrival{}.check(t, s, refused)
		t.Logf("checked: %v for the client; sendmail(1)'s message waited and went out once", refusal)
	})

	runCase(t, "encryptor stopped", func(t *testing.T) {
		s.Encryptor.Stop(t)
		l := waits(t, s, []string{bob, carol, amy}, arrival{inside: []string{amy}})
		open := NewLetter(alice, "picnic", harmless)
		if err := Submit(s.Postfix.Addr, alice, []string{bob}, open.Data); err != nil {
			t.Fatal(err)
		}
		s.Settle(t, open.MessageID())
		arrival{outside: []string{bob}}.check(t, s, open)

		s.Encryptor.Start(t)
		returns(t, s, l, arrival{inside: []string{amy}, gateway: []string{bob, carol}})
	})

	runCase(t, "gateway stopped", func(t *testing.T) {
		s.Gateway.Stop()
		l := waits(t, s, []string{bob, carol, amy}, arrival{inside: []string{amy}})
		s.Gateway.Start(t)
		returns(t, s, l, arrival{inside: []string{amy}, gateway: []string{bob, carol}})
	})

	runCase(t, "gateway restarted between two messages", func(t *testing.T) {
		for range 3 { // a connection that was kept is stale now
			l := NewLetter(alice, ask, harmless)
			if err := Submit(s.Postfix.Addr, alice, []string{bob}, l.Data); err != nil {
				t.Fatal(err)
			}
			s.Postfix.settleFlushing(t, l.MessageID())
			arrival{gateway: []string{bob}}.check(t, s, l)
			s.Gateway.Stop()
			s.Gateway.Start(t)
		}
	})

	runCase(t, "gateway puts one recipient off", func(t *testing.T) {
		s.Gateway.Refuse(Refusals{Recipient: only(carol, "452 4.2.2 mailbox full")})
		l := waits(t, s, []string{bob, carol, amy}, arrival{inside: []string{amy}, gateway: []string{bob}})
		s.Gateway.Refuse(Refusals{})
		returns(t, s, l, arrival{inside: []string{amy}, gateway: []string{bob, carol}})
	})

	runCase(t, "gateway puts the message off", func(t *testing.T) {
		s.Gateway.Refuse(Refusals{Message: func() string { return "451 4.3.0 try again" }})
		l := waits(t, s, []string{bob, carol}, arrival{})
		s.Gateway.Refuse(Refusals{})
		returns(t, s, l, arrival{gateway: []string{bob, carol}})
	})

	for _, c := range []struct {
		name   string
		refuse Refusals
		want   arrival
		failed []string
	}{
		{"gateway refuses one recipient", Refusals{Recipient: only(carol, "550 5.1.1 no such user")},
			arrival{inside: []string{amy}, gateway: []string{bob}}, []string{carol}},
		{"gateway refuses every recipient", Refusals{Recipient: func(string) string { return "550 5.1.1 no such user" }},
			arrival{inside: []string{amy}}, []string{bob, carol}},
		{"gateway refuses the message", Refusals{Message: func() string { return "554 5.6.0 not this" }},
			arrival{inside: []string{amy}}, []string{bob, carol}},
	} {
		runCase(t, c.name, func(t *testing.T) {
			s.Gateway.Refuse(c.refuse)
			defer s.Gateway.Refuse(Refusals{})
			l := NewLetter(alice, ask, harmless)
			if err := Submit(s.Postfix.Addr, alice, []string{bob, carol, amy}, l.Data); err != nil {
				t.Fatal(err)
			}
			s.Settle(t, l.MessageID())
			checkBounced(t, s, l, c.want, c.failed)
		})
	}

	runCase(t, "a bounce does not carry it outside", func(t *testing.T) {
		s.Gateway.Refuse(Refusals{Recipient: only(bob, "550 5.1.1 no such user")})
		defer s.Gateway.Refuse(Refusals{})
		l := NewLetter(carol, "order", card)
		if err := Submit(s.Postfix.Addr, carol, []string{bob}, l.Data); err != nil {
			t.Fatal(err)
		}
		s.Settle(t, l.MessageID())
		if got := s.Outside.Holding(l.Mark); len(got) > 0 {
			t.Errorf("the bounce to %q carries the message in clear:\n%s", recipients(got), got[0].Data)
		}
		if got := recipients(s.Gateway.Holding(l.Mark)); len(got) != 1 || got[0] != carol {
			t.Errorf("the gateway has it for %q, want the bounce to %s", got, carol)
		}
		t.Log("checked: the bounce to an external sender goes over the gateway")
	})
}

// waits submits a protected letter that cannot be delivered completely now, and
// checks what has arrived when Postfix has put the rest off.
func waits(t *testing.T, s *Site, to []string, now arrival) Letter {
	t.Helper()
	l := NewLetter(alice, ask, harmless)
	if err := Submit(s.Postfix.Addr, alice, to, l.Data); err != nil {
		t.Fatal(err)
	}
	Await(t, "the message to be put off", func() bool { return s.Postfix.Deferred(l.MessageID()) })
	Await(t, "the other recipients", func() bool {
		return len(recipients(s.Inside.Holding(l.Mark))) == len(now.inside) &&
			len(recipients(s.Gateway.Holding(l.Mark))) == len(now.gateway)
	})
	now.check(t, s, l)
	return l
}

// returns checks that after the fault the letter goes out, once.
func returns(t *testing.T, s *Site, l Letter, want arrival) {
	t.Helper()
	s.Postfix.settleFlushing(t, l.MessageID())
	want.check(t, s, l)
}

// settleFlushing waits for the message to leave the queue, and flushes as often as
// Postfix puts it off.
func (p *Postfix) settleFlushing(t *testing.T, messageID string) {
	t.Helper()
	attempts := -1
	Await(t, "the message "+messageID+" to leave the queue", func() bool {
		if n := strings.Count(p.Log(messageID), "status=deferred"); n != attempts && !p.Settled(messageID) {
			p.Flush(t)
			attempts = n
		}
		return p.Settled(messageID)
	})
}

// only refuses one address.
func only(address, reply string) func(string) string {
	return func(recipient string) string {
		if recipient == address {
			return reply
		}
		return ""
	}
}

// checkBounced holds that the letter arrived where it could, and that its sender,
// who is inside, was told about the recipients that failed.
func checkBounced(t *testing.T, s *Site, l Letter, want arrival, failed []string) {
	t.Helper()
	var bounces []Delivery
	for _, d := range s.Inside.Holding(l.Mark) {
		if d.Sender == "" {
			bounces = append(bounces, d)
		}
	}
	if len(bounces) != 1 || len(bounces[0].Recipients) != 1 || bounces[0].Recipients[0] != alice {
		t.Fatalf("%d bounces, want one to %s\n%s", len(bounces), alice, s.Postfix.Log(l.MessageID()))
	}
	for _, f := range failed {
		if !strings.Contains(string(bounces[0].Data), f) {
			t.Errorf("the bounce does not tell of %s:\n%s", f, bounces[0].Data)
		}
	}
	if got := recipients(s.Gateway.Holding(l.Mark)); strings.Join(got, " ") != strings.Join(want.gateway, " ") {
		t.Errorf("the gateway got it for %q, want %q", got, want.gateway)
	}
	if got := recipients(s.Inside.Holding(l.Mark)); len(got) != len(want.inside)+1 {
		t.Errorf("inside got it for %q, want %q and the bounce", got, want.inside)
	}
	if got := s.Outside.Holding(l.Mark); len(got) > 0 {
		t.Errorf("it left in clear for %q", recipients(got))
	}
	t.Logf("checked: one bounce, to the sender, about %q; nothing outside", failed)
}
