package message

import (
	"fmt"
	"strings"
)

// Domains is an immutable set of mail domains. "maine.example" stands for itself,
// ".maine.example" for every subdomain of it (not for itself), "[192.0.2.1]" for
// that address literal. Internationalised domains match in either form (RFC 5890);
// case and one trailing dot do not matter. The zero value is the empty set.
type Domains struct {
	exact   map[string]bool // lower-case A-labels, or a canonical address literal
	parents map[string]bool // domains all of whose subdomains are in the set
}

// NewDomains returns the set of the given domains. The error names the entry that
// is not a domain.
func NewDomains(entries ...string) (*Domains, error) {
	d := &Domains{exact: map[string]bool{}, parents: map[string]bool{}}
	for _, entry := range entries {
		name, set := entry, d.exact
		if rest, ok := strings.CutPrefix(entry, "."); ok {
			name, set = rest, d.parents
		}
		key, err := domainKey(name)
		if err != nil {
			return nil, entryError(entry, err)
		}
		set[key] = true
	}
	return d, nil
}

func entryError(entry string, err error) error {
	switch {
	case strings.HasPrefix(entry, "*."):
		return fmt.Errorf("message: %q is not a domain; all subdomains are written %q", entry, entry[1:])
	case strings.Contains(entry, "@"):
		return fmt.Errorf("message: %q is an address, not a domain", entry)
	}
	return fmt.Errorf("message: %q is not a domain: %w", entry, err)
}

// Contains reports whether the domain of the mailbox is in the set. A mailbox
// without a domain ("postmaster") is the MTA's own and is in every set.
//
// A mailbox that carries sender-specified routing is in no set: MTAs can resolve
// bob%ext.example@maine.example, ext.example!bob and "bob@ext.example"@maine.example
// to bob@ext.example (Postfix: allow_percent_hack, swap_bangpath,
// resolve_dequoted_address), so the domain after the last "@" does not say where
// such mail goes. The same holds for anything that is not a mailbox at all.
func (d *Domains) Contains(mailbox string) bool {
	local, domain, found, ok := splitMailbox(mailbox)
	if !ok || local == "" || strings.ContainsAny(local, "@%!") {
		return false
	}
	if !found {
		return true
	}
	key, err := domainKey(domain)
	if err != nil {
		return false
	}
	return d.exact[key] || d.containsParent(key)
}

func (d *Domains) containsParent(domain string) bool {
	for {
		_, parent, found := strings.Cut(domain, ".")
		if !found {
			return false
		}
		if d.parents[parent] {
			return true
		}
		domain = parent
	}
}

// domainKey returns the one spelling under which a domain is kept and looked up.
func domainKey(domain string) (string, error) {
	if strings.HasPrefix(domain, "[") {
		addr, err := parseLiteral(domain)
		if err != nil {
			return "", err
		}
		return formatLiteral(addr), nil
	}
	domain = strings.TrimSuffix(domain, ".")
	if err := checkDomain(domain); err != nil {
		return "", err
	}
	return asciiDomain(domain)
}
