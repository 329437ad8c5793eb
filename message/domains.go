package message

// Domains is an immutable set of mail domains. "maine.example" stands for itself,
// ".maine.example" for every subdomain of it (not for itself). Internationalised
// domains match in either form (RFC 5890).
type Domains struct {
}

// NewDomains returns the set of the given domains. The error names the entry that
// is not a domain.
func NewDomains(entries ...string) (*Domains, error) { return &Domains{}, nil }

// Contains reports whether the domain of the mailbox is in the set. A mailbox
// without a domain ("postmaster") is the MTA's own and is in every set.
func (d *Domains) Contains(mailbox string) bool { return false }
