package message

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

var routePairs = []struct{ name, recipient, routed string }{
	{"plain", "bob@ext.example", "bob@ext.example.encrypt.zixpolicy.invalid"},
	{"plus", "bob+tag@ext.example", "bob+tag@ext.example.encrypt.zixpolicy.invalid"},
	{"case kept", "BOB@EXT.example", "BOB@EXT.example.encrypt.zixpolicy.invalid"},
	{"quoted space", `"odd user"@ext.example`, `"odd user"@ext.example.encrypt.zixpolicy.invalid`},
	{"quoted @", `"a@b"@ext.example`, `"a@b"@ext.example.encrypt.zixpolicy.invalid`},
	{"quoted quote", `"a\"b"@ext.example`, `"a\"b"@ext.example.encrypt.zixpolicy.invalid`},
	{"quoted backslash before the end", `"a\\"@ext.example`, `"a\\"@ext.example.encrypt.zixpolicy.invalid`},
	{"dots that should be quoted", "a..b.@ext.example", "a..b.@ext.example.encrypt.zixpolicy.invalid"},
	{"UTF-8 local part", "müller@ext.example", "müller@ext.example.encrypt.zixpolicy.invalid"},
	{"UTF-8 domain", "bob@bücher.example", "bob@bücher.example.encrypt.zixpolicy.invalid"},
	{"A-label", "bob@xn--bcher-kva.example", "bob@xn--bcher-kva.example.encrypt.zixpolicy.invalid"},
	{"underscore", "bob@_x.ext.example", "bob@_x.ext.example.encrypt.zixpolicy.invalid"},
	{"one label", "bob@localhost", "bob@localhost.encrypt.zixpolicy.invalid"},
	{"IPv4 literal", "bob@[192.0.2.1]", "bob@192.0.2.1.encrypt.zixpolicy.invalid"},
	{"IPv6 literal", "bob@[IPv6:2001:db8::1]", "bob@20010db8000000000000000000000001.6.encrypt.zixpolicy.invalid"},
	{"IPv4 in IPv6 literal", "bob@[IPv6:::ffff:192.0.2.1]", "bob@00000000000000000000ffffc0000201.6.encrypt.zixpolicy.invalid"},
	{"null sender of a list", `""@ext.example`, `""@ext.example.encrypt.zixpolicy.invalid`},
}

func TestRouteEncodeAndDecode(t *testing.T) {
	for _, tt := range routePairs {
		t.Run(tt.name, func(t *testing.T) {
			got, err := RouteEncrypt.Encode(tt.recipient)
			if err != nil || got != tt.routed {
				t.Fatalf("Encode(%q) = %q, %v; want %q", tt.recipient, got, err, tt.routed)
			}
			back, r, err := DecodeRoute(got)
			if err != nil || back != tt.recipient || r != RouteEncrypt {
				t.Errorf("DecodeRoute(%q) = %q, %q, %v", got, back, r, err)
			}
		})
	}
}

func TestRouteWithASetOfInstructions(t *testing.T) {
	for _, set := range []int{1, 2, 17, 999} {
		r := RouteEncrypt.WithSet(set)
		routed, err := r.Encode("bob@ext.example")
		if err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprintf("bob@ext.example.encrypt-%d.zixpolicy.invalid", set); routed != want {
			t.Errorf("Encode = %q, want %q", routed, want)
		}
		back, got, err := DecodeRoute(strings.Replace(routed, "encrypt", "ENCRYPT", 1))
		base, n := got.Set()
		if err != nil || back != "bob@ext.example" || base != RouteEncrypt || n != set {
			t.Errorf("DecodeRoute(%q) = %q, %q, %v; set %d", routed, back, got, err, n)
		}
	}
	if r := RouteEncrypt.WithSet(0); r != RouteEncrypt {
		t.Errorf("set 0 is %q", r)
	}
	for _, label := range []string{"encrypt-0", "encrypt-", "encrypt-01", "encrypt--1", "encrypt-x", "encrypt-70000", "tls-1", "none-1"} {
		if _, r, err := DecodeRoute("bob@ext.example." + label + ".zixpolicy.invalid"); err == nil {
			t.Errorf("%s is taken for the route %q", label, r)
		}
	}
}

func TestRouteEncodeDropsWhatHasNoMeaning(t *testing.T) {
	tests := []struct{ name, recipient, routed string }{
		{"source route", "@a.example,@b.example:bob@ext.example", "bob@ext.example.tls.zixpolicy.invalid"},
		{"trailing dot", "bob@ext.example.", "bob@ext.example.tls.zixpolicy.invalid"},
		{"literal's spelling", "bob@[ipv6:2001:DB8:0:0::1]", "bob@20010db8000000000000000000000001.6.tls.zixpolicy.invalid"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := RouteTLS.Encode(tt.recipient)
			if err != nil || got != tt.routed {
				t.Errorf("Encode(%q) = %q, %v; want %q", tt.recipient, got, err, tt.routed)
			}
		})
	}
}

func TestRouteEncodeRefuses(t *testing.T) {
	tests := []struct{ name, recipient string }{
		{"empty", ""},
		{"no domain", "bob"},
		{"no local part", "@ext.example"},
		{"empty domain", "bob@"},
		{"unbalanced quotes", `"bob@ext.example`},
		{"text after a quoted string", `"bob"x@ext.example`},
		{"two @", "bob@a@ext.example"},
		{"unquoted space", "odd user@ext.example"},
		{"unquoted angle", "a>b@ext.example"},
		{"CR LF", "bob\r\nRCPT TO:<eve@ext.example>@ext.example"},
		{"CR LF in quotes", "\"a\r\nb\"@ext.example"},
		{"NUL", "bob\x00@ext.example"},
		{"not UTF-8", "b\xffb@ext.example"},
		{"domain not UTF-8", "bob@e\xfft.example"},
		{"general literal", "bob@[x400:c=us]"},
		{"literal with zone", "bob@[IPv6:fe80::1%eth0]"},
		{"IPv4 literal tagged IPv6", "bob@[IPv6:192.0.2.1]"},
		{"bare IPv4", "bob@192.0.2.1"},
		{"numeric top level", "bob@ext.6"},
		{"space in the domain", "bob@ext .example"},
		{"angle in the domain", "bob@ext>.example"},
		{"comment", "bob@ext.example (Bob)"},
		{"empty label", "bob@ext..example"},
		{"routed already", "bob@ext.example.encrypt.zixpolicy.invalid"},
		{"another lane", "bob@ext.example.TLS.Zixpolicy.Invalid."},
		{"the routing domain itself", "bob@zixpolicy.invalid"},
		{"label too long", "bob@" + strings.Repeat("a", 64) + ".example"},
		{"domain too long for the suffix", "bob@" + strings.Repeat("a.", 111) + "example"},
		{"local part too long", strings.Repeat("a", 900) + "@ext.example"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := RouteEncrypt.Encode(tt.recipient); err == nil {
				t.Errorf("Encode(%q) = %q", tt.recipient, got)
			} else if tt.recipient != "" && strings.Contains(err.Error(), tt.recipient) {
				t.Errorf("the error %q quotes the address", err)
			}
		})
	}
}

func TestDecodeRouteReadsWhatMTAsMakeOfIt(t *testing.T) {
	for _, address := range []string{
		"bob@ext.example.ENCRYPT.Zixpolicy.INVALID",
		"bob@ext.example.encrypt.zixpolicy.invalid.",
	} {
		got, r, err := DecodeRoute(address)
		if err != nil || got != "bob@ext.example" || r != RouteEncrypt {
			t.Errorf("DecodeRoute(%q) = %q, %q, %v", address, got, r, err)
		}
	}
}

func TestDecodeRouteRefuses(t *testing.T) {
	for _, address := range []string{
		"", "bob", "bob@ext.example", "bob@encrypt.zixpolicy.invalid", "bob@.encrypt.zixpolicy.invalid",
		"bob@zixpolicy.invalid", "bob@ext.example.other.zixpolicy.invalid",
		"bob@ext.example.encrypt.zixpolicy.invalid.com",
		"bob@ext.example.tls.zixpolicy.invalid.encrypt.zixpolicy.invalid",
		"@x.example:bob@ext.example.encrypt.zixpolicy.invalid",
		"odd user@ext.example.encrypt.zixpolicy.invalid",
		"bob@192.0.2.300.encrypt.zixpolicy.invalid",
		"bob@192.0.2.01.encrypt.zixpolicy.invalid",
		"bob@20010db8.6.encrypt.zixpolicy.invalid",
		"bob@[192.0.2.1].encrypt.zixpolicy.invalid",
		"bob@ext.example..encrypt.zixpolicy.invalid",
	} {
		if got, r, err := DecodeRoute(address); err == nil {
			t.Errorf("DecodeRoute(%q) = %q, %q", address, got, r)
		}
	}
}

func TestRouted(t *testing.T) {
	for address, want := range map[string]bool{
		"bob@ext.example": false,
		"bob":             false,
		"bob@ext.example.encrypt.zixpolicy.invalid":  true,
		"bob@ext.example.any.ZIXPOLICY.invalid.":     true,
		"bob@zixpolicy.invalid":                      true,
		"bob@notzixpolicy.invalid":                   false,
		`"bob@x.zixpolicy.invalid"@ext.example`:      false,
		"@r.example:bob@x.encrypt.zixpolicy.invalid": true,
		"bob@zixpolicy.invalid.ext.example":          false,
		"bob@ext.example.encrypt.zixpolicy。invalid":  true, // an IDNA dot
		"bob@ext.example.encrypt.ｚｉｘｐｏｌｉｃｙ.invalid":  true, // IDNA maps full width
	} {
		if got := Routed(address); got != want {
			t.Errorf("Routed(%q) = %v", address, got)
		}
	}
}

// FuzzRoute: whatever Encode accepts comes back, and is one line of an SMTP command;
// whatever DecodeRoute accepts encodes to the same address.
func FuzzRoute(f *testing.F) {
	for _, pair := range routePairs {
		f.Add(pair.recipient)
		f.Add(pair.routed)
	}
	f.Add("@a.example:bob@ext.example.")
	f.Add("bob%ext.example@maine.example")
	f.Fuzz(func(t *testing.T, s string) {
		if routed, err := RouteEncrypt.Encode(s); err == nil {
			checkRoundTrip(t, s, routed)
		}
		recipient, r, err := DecodeRoute(s)
		if err != nil {
			return
		}
		if routed, err := r.Encode(recipient); err != nil || !strings.EqualFold(routed, strings.TrimSuffix(s, ".")) {
			t.Errorf("%q decodes to %q, which encodes to %q, %v", s, recipient, routed, err)
		}
	})
}

func checkRoundTrip(t *testing.T, s, routed string) {
	t.Helper()
	recipient, r, err := DecodeRoute(routed)
	if err != nil || r != RouteEncrypt {
		t.Fatalf("Encode(%q) = %q, which does not decode: %v", s, routed, err)
	}
	if again, err := r.Encode(recipient); err != nil || again != routed {
		t.Errorf("%q → %q → %q → %q, %v", s, routed, recipient, again, err)
	}
	if strings.ContainsAny(routed, "\r\n\x00") || !utf8.ValidString(routed) || len(routed) > maxAddress {
		t.Errorf("Encode(%q) = %q cannot stand in an SMTP command", s, routed)
	}
	plain := stripSourceRoute(s)
	if !strings.Contains(s, "[") && !strings.EqualFold(recipient, strings.TrimSuffix(plain, ".")) {
		t.Errorf("%q came back as %q", s, recipient)
	}
}
