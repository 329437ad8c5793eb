package rules

import (
	"fmt"
	"strings"

	"golang.org/x/net/idna"

	"github.com/zixpolicy/zixpolicy/message"
)

// scope is a set of mailboxes: addresses, domains (".maine.example" for all
// subdomains), groups, and "<>" for the null sender. It is what from and to say. A
// nil scope is everybody.
type scope struct {
	null      bool
	addresses map[string]bool // as mailboxKey has them
	domains   *message.Domains
	groups    []*scope
}

// groupPrefix marks a group's name among addresses and domains.
const groupPrefix = "group:"

// groups are the site's lists of mailboxes by name.
type groups map[string]*scope

// names returns the groups' names.
func (g groups) names() []string {
	names := make([]string, 0, len(g))
	for name := range g {
		names = append(names, name)
	}
	return names
}

// newScope compiles entries. wrong is called for each that is none, with its index.
func newScope(entries []string, known groups, wrong func(i int, m *mistake)) *scope {
	s := &scope{addresses: map[string]bool{}}
	var domains []string
	for i, entry := range entries {
		switch {
		case entry == "<>":
			s.null = true
		case strings.HasPrefix(entry, groupPrefix):
			name := strings.TrimPrefix(entry, groupPrefix)
			group := known[name]
			if group == nil {
				wrong(i, unknownName("group", name, known.names()))
				continue
			}
			s.groups = append(s.groups, group)
		case strings.Contains(entry, "@"):
			key, err := mailboxKey(entry)
			if err != nil {
				wrong(i, &mistake{message: err.Error()})
				continue
			}
			s.addresses[key] = true
		default:
			if _, err := message.NewDomains(entry); err != nil {
				wrong(i, &mistake{message: fmt.Sprintf("%q is neither an address nor a domain", entry),
					remedy: "write bob@ext.example, ext.example, .ext.example (all subdomains) or group:NAME"})
				continue
			}
			domains = append(domains, entry)
		}
	}
	if len(domains) > 0 {
		s.domains, _ = message.NewDomains(domains...) // each has been checked
	}
	return s
}

// covers reports whether the mailbox is in the scope. A mailbox that an MTA may
// read as one of another domain ("bob@b.example"@a.example) is in no domain if the
// scope is exact, as that of an exception has to be; else in the one that its last
// "@" names, so that an odd local part gets nobody around a rule.
func (s *scope) covers(mailbox string, exact bool) bool {
	if s == nil {
		return true
	}
	at := strings.LastIndexByte(mailbox, '@')
	switch {
	case mailbox == "":
		if s.null {
			return true
		}
	case at >= 0: // a mailbox without a domain is in every Domains, but in no scope
		if in(s.domains, mailbox) || !exact && in(s.domains, "x"+mailbox[at:]) {
			return true
		}
		if key, err := mailboxKey(mailbox); err == nil && s.addresses[key] {
			return true
		}
	}
	for _, group := range s.groups {
		if group.covers(mailbox, exact) {
			return true
		}
	}
	return false
}

// mailboxKey brings an address into the form in which two that mean one mailbox are
// equal: local part unquoted, everything lower case (MTAs deliver without regard to
// case, whatever RFC 5321 §2.4 allows), the domain in its ASCII form.
func mailboxKey(address string) (string, error) {
	at := strings.LastIndexByte(address, '@')
	local, domain := address[:max(at, 0)], address[at+1:]
	if local == "" || domain == "" || strings.ContainsAny(address, "\r\n<>") {
		return "", fmt.Errorf("%q is not an address", address)
	}
	if n := len(local); n >= 2 && local[0] == '"' && local[n-1] == '"' {
		local = strings.NewReplacer(`\\`, `\`, `\`, ``).Replace(local[1 : n-1])
	}
	if ascii, err := idna.Lookup.ToASCII(domain); err == nil {
		domain = ascii
	}
	return strings.ToLower(local) + "@" + strings.ToLower(strings.TrimSuffix(domain, ".")), nil
}

// parseGroup reads a group's file: an address or domain a line, # begins a comment.
// wrong is called for each line that is neither, with its number from 1.
func parseGroup(data []byte, wrong func(line int, m *mistake)) *scope {
	var entries []string
	var lines []int
	for i, line := range strings.Split(string(data), "\n") {
		line, _, _ = strings.Cut(line, "#")
		line = strings.TrimSpace(line)
		switch {
		case line == "":
		case strings.HasPrefix(line, groupPrefix):
			wrong(i+1, &mistake{message: "a group cannot contain a group"})
		default:
			entries, lines = append(entries, line), append(lines, i+1)
		}
	}
	return newScope(entries, nil, func(i int, m *mistake) { wrong(lines[i], m) })
}
