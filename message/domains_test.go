package message

import (
	"strings"
	"testing"
)

func TestDomainsContains(t *testing.T) {
	d, err := NewDomains("maine.example", ".sub.example", "Bücher.example", "xn--mnchen-3ya.example", "[192.0.2.1]", "[IPv6:2001:DB8::1]", "dot.example.")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, mailbox string
		want          bool
	}{
		{"exact", "a@maine.example", true},
		{"case", "A@MAINE.Example", true},
		{"trailing dot", "a@maine.example.", true},
		{"entry with trailing dot", "a@dot.example", true},
		{"two trailing dots", "a@maine.example..", false},
		{"subdomain of an exact entry", "a@x.maine.example", false},
		{"suffix without a label boundary", "a@notmaine.example", false},
		{"subdomain", "a@x.sub.example", true},
		{"deeper subdomain", "a@x.y.sub.example", true},
		{"the parent itself", "a@sub.example", false},
		{"U-label", "a@bücher.example", true},
		{"U-label in capitals", "a@BÜCHER.example", true},
		{"A-label of a U-label entry", "a@xn--bcher-kva.example", true},
		{"U-label of an A-label entry", "a@münchen.example", true},
		{"UTF-8 local part", "müller@maine.example", true},
		{"quoted local part", `"odd user"@maine.example`, true},
		{"quoted quote", `"odd\"user"@maine.example`, true},
		{"quoted @ before an external domain", `"a@maine.example"@ext.example`, false},
		{"quoted @ before an internal domain is routing", `"bob@ext.example"@maine.example`, false},
		{"percent hack", "bob%ext.example@maine.example", false},
		{"percent hack without a domain", "bob%ext.example", false},
		{"bang path", "ext.example!bob@maine.example", false},
		{"unquoted @ twice", "bob@ext.example@maine.example", false},
		{"source route over us", "@maine.example:bob@ext.example", false},
		{"source route to us", "@relay.example:bob@maine.example", true},
		{"unbalanced quotes", `"bob@maine.example`, false},
		{"bare local part", "postmaster", true},
		{"bare quoted local part", `"odd user"`, true},
		{"empty local part", "@maine.example", false},
		{"empty", "", false},
		{"empty domain", "a@", false},
		{"IPv4 literal", "a@[192.0.2.1]", true},
		{"another IPv4 literal", "a@[192.0.2.2]", false},
		{"IPv6 literal in another spelling", "a@[ipv6:2001:db8:0::1]", true},
		{"broken literal", "a@[192.0.2.1", false},
		{"space after the domain", "a@maine.example ", false},
		{"NUL in the domain", "a@maine.example\x00", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := d.Contains(tt.mailbox); got != tt.want {
				t.Errorf("Contains(%q) = %v, want %v", tt.mailbox, got, tt.want)
			}
		})
	}
}

func TestDomainsWithoutEntriesHoldOnlyBareLocalParts(t *testing.T) {
	var d Domains
	if d.Contains("a@maine.example") || !d.Contains("root") {
		t.Error("the zero Domains is not the empty set")
	}
}

func TestNewDomainsNamesTheBadEntry(t *testing.T) {
	tests := []struct{ entry, remedy string }{
		{"*.maine.example", `".maine.example"`},
		{"bob@maine.example", "address"},
		{"", "octets"},
		{".", "octets"},
		{"maine..example", "octets"},
		{"maine example", "character"},
		{"http://maine.example", "character"},
		{"192.0.2.1", "number"},
		{"[192.0.2.300]", "literal"},
		{strings.Repeat("a", 64) + ".example", "64 octets"},
		{strings.Repeat("a.", 130) + "example", "253"},
	}
	for _, tt := range tests {
		t.Run(tt.entry, func(t *testing.T) {
			_, err := NewDomains("maine.example", tt.entry)
			if err == nil {
				t.Fatal("accepted")
			}
			if !strings.Contains(err.Error(), `"`+tt.entry+`"`) || !strings.Contains(err.Error(), tt.remedy) {
				t.Errorf("error %q names neither the entry nor %q", err, tt.remedy)
			}
		})
	}
}
