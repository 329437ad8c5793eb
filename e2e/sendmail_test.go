//go:build e2e

package e2e

import (
	"bytes"
	"testing"
)

// testSendmail submits on the host itself: no SMTP session, and the milter is asked
// by cleanup(8).
func testSendmail(t *testing.T, s *Site) {
	bob, amy, carol := "bob@ext.example", "amy@maine.example", "carol@other.example"
	for _, c := range []deliveryCase{
		{name: "clear", to: []string{bob, amy}, subject: "picnic", want: arrival{inside: []string{amy}, outside: []string{bob}}},
		{name: "protected", to: []string{bob, amy}, subject: ask, want: arrival{inside: []string{amy}, gateway: []string{bob}}},
		{name: "protected by content", to: []string{bob}, subject: "order", text: card, want: arrival{gateway: []string{bob}}},
		{name: "quoted local part", to: []string{`"odd user"@ext.example`}, subject: ask, want: arrival{gateway: []string{`"odd user"@ext.example`}}},
	} {
		runCase(t, c.name, func(t *testing.T) {
			l := c.letter()
			s.Postfix.Sendmail(t, l.Data, append([]string{"-i", "-f", alice, "--"}, c.to...)...)
			s.Settle(t, l.MessageID())
			c.want.check(t, s, l)
		})
	}
	runCase(t, "recipients from the header, Bcc among them", func(t *testing.T) {
		l := NewLetter(alice, ask, harmless, "Cc: <"+bob+">, <"+amy+">", "Bcc: <"+carol+">")
		s.Postfix.Sendmail(t, l.Data, "-i", "-t", "-f", alice)
		s.Settle(t, l.MessageID())
		arrival{inside: []string{amy}, gateway: []string{bob, carol}}.check(t, s, l)
		for _, sink := range s.Sinks() {
			for _, d := range sink.Holding(l.Mark) {
				if bytes.Contains(d.Data, []byte("carol")) {
					t.Errorf("%s: the blind recipient can be seen:\n%s", sink.Name, head(d))
				}
			}
		}
	})
}
