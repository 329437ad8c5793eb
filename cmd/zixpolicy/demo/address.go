package demo

import "strings"

// quoteMailbox gives back the quotes that go-smtp takes from a local part: a
// mailbox goes on (to the milter, to the encryptor) in the form it was written in
// (RFC 5321 section 4.1.2).
func quoteMailbox(mailbox string) string {
	at := strings.LastIndexByte(mailbox, '@')
	if at < 0 {
		return mailbox
	}
	local := mailbox[:at]
	if isDotString(local) {
		return mailbox
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(local) + `"` + mailbox[at:]
}

// isDotString reports whether a local part can stand without quotes: atoms (with
// the characters of RFC 6531) between dots.
func isDotString(local string) bool {
	for atom := range strings.SplitSeq(local, ".") {
		if atom == "" {
			return false
		}
		for _, r := range atom {
			if r <= ' ' || r == 0x7f || strings.ContainsRune(`()<>[]:;@\,"`, r) {
				return false
			}
		}
	}
	return true
}

// domainOf returns the domain of a mailbox, in lower case.
func domainOf(mailbox string) string {
	return strings.ToLower(mailbox[strings.LastIndexByte(mailbox, '@')+1:])
}

// isASCII reports whether s can be an address without SMTPUTF8.
func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= 0x80 }) < 0
}
