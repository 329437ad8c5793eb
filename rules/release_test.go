package rules

import (
	"testing"

	"github.com/zixpolicy/zixpolicy/message"
)

// TestLanes holds by which lane a recipient is served, now or on release, and what is
// asked for it there.
func TestLanes(t *testing.T) {
	set := func(domains ...string) *message.Domains {
		d, err := message.NewDomains(domains...)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	p, err := Load(Options{Internal: set("maine.example"), TLS: set("enough.example", "[192.0.2.9]"), NeverTLS: set("consumer.example")},
		Source{Name: "lanes.toml", Data: []byte(`
[[rule]]
name = "look"
when = 'tag("[hold]")'
action = "hold"
add_header = "X-Looked: yes"
[[rule]]
name = "by-tls"
when = 'tag("[tls]")'
action = "tls"
[[rule]]
name = "sealed"
when = 'tag("[sealed]")'
action = "encrypt"
expire = "3d"
`)})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, subject, to string
		action, released  Action
		expire            bool // is asked for, now or on release
	}{
		{"tls", "[tls]", "a@ext.example", TLS, Deliver, false},
		{"tls is never enough", "[tls]", "a@consumer.example", Encrypt, Deliver, false},
		{"no certificate names an address literal", "[tls]", "a@[192.0.2.1]", Encrypt, Deliver, false},
		{"not even one that is listed", "[sealed]", "a@[192.0.2.9]", Encrypt, Deliver, true},
		{"tls is enough", "[sealed]", "a@enough.example", TLS, Deliver, true},
		{"held, then in clear", "[hold]", "a@ext.example", Hold, Deliver, false},
		{"held, then encrypted", "[hold] [sealed]", "a@ext.example", Hold, Encrypt, true},
		{"held, then over tls", "[hold] [sealed]", "a@enough.example", Hold, TLS, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := p.Evaluate(&message.Message{
				Envelope: message.Envelope{Sender: "alice@maine.example", Recipients: []string{tt.to}},
				Header:   message.Header{{Name: "Subject", Value: tt.subject}},
			})
			d := v.Recipients[0]
			if d.Action != tt.action || d.Released != tt.released {
				t.Errorf("%s, released %s; want %s, %s", d.Action, d.Released, tt.action, tt.released)
			}
			asked := d.Modifiers
			if d.Action == Hold {
				asked = d.OnRelease
				if len(d.AddHeader) != 1 {
					t.Error("what the holding rule asks for is lost")
				}
			}
			if (asked.Expire > 0) != tt.expire {
				t.Errorf("expire %v", asked.Expire)
			}
		})
	}
}
