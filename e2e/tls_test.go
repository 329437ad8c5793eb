//go:build e2e

package e2e

import (
	"crypto/tls"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// tlsPolicy asks for enforced TLS by a tag.
const tlsPolicy = `[[rule]]
name = "partners"
when = 'tag("[tls]")'
action = "tls"

[[rule]]
name = "strict"
when = 'tag("[strict]")'
action = "encrypt"
tls = false
`

// tlsConfig is what the configuration says about TLS.
const tlsConfig = `domains = ["enough.example"]
never = ["consumer.example"]
`

// tlsWorld are the servers that the TLS lane meets, each with an address of its own.
type tlsWorld struct {
	good     *Sink // its certificate is in the name of good.example, enough.example …
	plain    *Sink // plain.example offers no TLS
	wrong    *Sink // wrong.example has a good certificate, in another name
	stranger *Sink // stranger.example has a certificate that nobody vouches for
	ca       *authority
}

func (w *tlsWorld) sinks() []*Sink { return []*Sink{w.good, w.plain, w.wrong, w.stranger} }

// newTLSWorld starts them on one port, which is what Postfix will connect to.
func newTLSWorld(t *testing.T) *tlsWorld {
	t.Helper()
	w := &tlsWorld{ca: newAuthority(t)}
	_, port, err := net.SplitHostPort(freeAddr(t))
	if err != nil {
		t.Fatal(err)
	}
	w.good = NewSinkOn(t, "good", "127.0.0.11:"+port, w.ca.server(t, "good.example", "enough.example", "xn--bcher-kva.example"))
	w.plain = NewSinkOn(t, "plain", "127.0.0.12:"+port, nil)
	w.wrong = NewSinkOn(t, "wrong", "127.0.0.13:"+port, w.ca.server(t, "good.example"))
	w.stranger = NewSinkOn(t, "stranger", "127.0.0.14:"+port, newAuthority(t).server(t, "stranger.example"))
	return w
}

// join lets the site's Postfix find the servers. Its client for the TLS lane runs in
// a chroot for that, where it sees names of the test's own; everything else about the
// client is as "zixpolicy setup" has written it.
func (w *tlsWorld) join(t *testing.T, s *Site) {
	t.Helper()
	etc := filepath.Join(s.Postfix.Dir, "queue", "etc")
	if err := os.MkdirAll(etc, 0o755); err != nil {
		t.Fatal(err)
	}
	hosts := ""
	for sink, names := range map[*Sink]string{w.good: "good.example enough.example xn--bcher-kva.example", w.plain: "plain.example",
		w.wrong: "wrong.example", w.stranger: "stranger.example"} {
		host, _, _ := net.SplitHostPort(sink.Addr)
		hosts += fmt.Sprintln(host, names)
	}
	write(t, filepath.Join(etc, "hosts"), hosts)
	write(t, filepath.Join(etc, "nsswitch.conf"), "hosts: files\n")
	write(t, filepath.Join(etc, "resolv.conf"), "")
	write(t, filepath.Join(s.Dir, "ca.pem"), w.ca.pem())
	postconf(t, s, "-e", "smtp_tls_CAfile="+filepath.Join(s.Dir, "ca.pem"))
	// What weakens TLS elsewhere must not weaken this lane.
	postconf(t, s, "-e", "smtp_tls_security_level=none", "smtp_tls_policy_maps=static:none", "smtp_fallback_relay=[127.0.0.1]:"+port(s.Outside.Addr))
	s.Setup(t, "--apply")
	postconf(t, s, "-F", "-e", "zixpolicy-tls/unix/chroot=y")
	postconf(t, s, "-P", "-e", "zixpolicy-tls/unix/smtp_tcp_port="+port(w.good.Addr))
}

// TestTLSLane sends mail over enforced TLS through a real Postfix.
func TestTLSLane(t *testing.T) {
	w := newTLSWorld(t)
	s := NewSiteWith(t, binary, tlsPolicy, tlsConfig, func(s *Site) { w.join(t, s) })
	const bob, amy, carol = "bob@good.example", "amy@maine.example", "carol@ext.example"
	for _, c := range []struct {
		name, subject, text string
		to                  []string
		good                []string // what must arrive over TLS
		want                arrival
	}{
		{name: "asked for by a rule", subject: "[tls] plans", to: []string{bob}, good: []string{bob}},
		{name: "quoted local parts", subject: "[tls] plans", to: []string{`"odd user"@good.example`, `"a@b"@good.example`, "bob+tag=1@good.example"},
			good: []string{`"odd user"@good.example`, `"a@b"@good.example`, "bob+tag=1@good.example"}},
		{name: "UTF-8 address", subject: "[tls] plans", to: []string{"jörg@bücher.example"}, good: []string{"jörg@bücher.example"}},
		{name: "TLS is enough instead of encryption", subject: ask, to: []string{"x@enough.example"}, good: []string{"x@enough.example"}},
		{name: "content that would be encrypted", subject: "order", text: card, to: []string{"x@enough.example", carol},
			good: []string{"x@enough.example"}, want: arrival{gateway: []string{carol}}},
		{name: "the rule wants more than TLS", subject: "[strict] plans", to: []string{"x@enough.example"}, want: arrival{gateway: []string{"x@enough.example"}}},
		{name: "TLS is never enough", subject: "[tls] plans", to: []string{"x@consumer.example", bob}, good: []string{bob}, want: arrival{gateway: []string{"x@consumer.example"}}},
		{name: "address literal", subject: "[tls] plans", to: []string{"bob@[192.0.2.1]"}, want: arrival{gateway: []string{"bob@[192.0.2.1]"}}},
		{name: "internal recipient beside", subject: "[tls] plans", to: []string{amy, bob}, good: []string{bob}, want: arrival{inside: []string{amy}}},
		{name: "nothing asked for", subject: "picnic", to: []string{bob}, want: arrival{outside: []string{bob}}},
	} {
		runCase(t, c.name, func(t *testing.T) {
			l := deliveryCase{subject: c.subject, text: c.text}.letter()
			if err := Submit(s.Postfix.Addr, alice, c.to, l.Data); err != nil {
				t.Fatal(err)
			}
			s.Settle(t, l.MessageID())
			c.want.check(t, s, l)
			checkPolicyFields(t, s, l)
			w.check(t, s, l, c.good)
		})
	}
	for _, c := range []struct {
		name, to string
		sink     *Sink
		mend     *tls.Config // what makes the server acceptable
	}{
		{"TLS not offered", "bob@plain.example", w.plain, w.ca.server(t, "plain.example")},
		{"certificate in another name", "bob@wrong.example", w.wrong, w.ca.server(t, "wrong.example")},
		{"certificate that nobody vouches for", "bob@stranger.example", w.stranger, w.ca.server(t, "stranger.example")},
	} {
		runCase(t, c.name, func(t *testing.T) {
			l := NewLetter(alice, "[tls] plans", harmless)
			if err := Submit(s.Postfix.Addr, alice, []string{c.to, amy}, l.Data); err != nil {
				t.Fatal(err)
			}
			Await(t, "the message to be put off", func() bool { return s.Postfix.Deferred(l.MessageID()) })
			arrival{inside: []string{amy}}.check(t, s, l)
			w.check(t, s, l, nil)

			c.sink.OfferTLS(c.mend)
			s.Postfix.settleFlushing(t, l.MessageID())
			arrival{inside: []string{amy}}.check(t, s, l)
			if got := c.sink.Holding(l.Mark); len(got) != 1 || !got[0].TLS || !slices.Equal(got[0].Recipients, []string{c.to}) {
				t.Errorf("once the server is in order, it has %+v", got)
			}
			t.Logf("checked: put off, nothing in clear anywhere; delivered once over TLS when the server was in order")
		})
	}
}

// check holds that the letter arrived at the good server for these recipients, over
// TLS and unchanged, and at no other.
func (w *tlsWorld) check(t *testing.T, s *Site, l Letter, good []string) {
	t.Helper()
	for _, sink := range w.sinks() {
		want := []string{}
		if sink == w.good {
			want = sorted(good)
		}
		copies := sink.Holding(l.Mark)
		if got := recipients(copies); len(got) != len(want) || !slices.Equal(got, want) {
			t.Errorf("%s got it for %q, want %q\n%s", sink.Name, got, want, s.Postfix.Log(l.MessageID()))
		}
		for _, d := range copies {
			checkCopy(t, sink, d, l)
			if ours := policyFields(d.Header()); !d.TLS || len(ours) > 0 {
				t.Errorf("%s: over TLS %v, fields %q", sink.Name, d.TLS, ours)
			}
		}
	}
}
