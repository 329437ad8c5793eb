package message

import (
	"fmt"
	"net/netip"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// splitMailbox splits an RFC 5321 mailbox at the "@" that separates local part and
// domain: the last one outside quotes. A source route ("@a,@b:bob@c", RFC 5321
// appendix C) is taken off first, as every MTA does. found is false where there is
// no domain; ok is false where quotes do not balance.
func splitMailbox(mailbox string) (local, domain string, found, ok bool) {
	mailbox = stripSourceRoute(mailbox)
	at, quoted := -1, false
	for i := 0; i < len(mailbox); i++ {
		switch c := mailbox[i]; {
		case c == '\\' && quoted:
			i++ // a quoted pair: the next byte stands for itself
		case c == '"':
			quoted = !quoted
		case c == '@' && !quoted:
			at = i
		}
	}
	if quoted {
		return "", "", false, false
	}
	if at < 0 {
		return mailbox, "", false, true
	}
	return mailbox[:at], mailbox[at+1:], true, true
}

func stripSourceRoute(mailbox string) string {
	if !strings.HasPrefix(mailbox, "@") {
		return mailbox
	}
	if _, rest, found := strings.Cut(mailbox, ":"); found {
		return rest
	}
	return mailbox
}

// checkLocal reports whether s is a local part that can stand in an SMTP command:
// a quoted string, or a dot string. The latter is read leniently, since "a..b" and
// "a." exist in the wild although RFC 5321 would have them quoted.
func checkLocal(s string) error {
	if s == "" {
		return fmt.Errorf("the local part is empty")
	}
	if !utf8.ValidString(s) {
		return fmt.Errorf("the local part is not UTF-8")
	}
	if s[0] == '"' {
		return checkQuoted(s)
	}
	for _, c := range s {
		if c <= ' ' || c == 0x7f || strings.ContainsRune(`()<>[]:;\,"@`, c) {
			return fmt.Errorf("the local part needs quotes")
		}
	}
	return nil
}

func checkQuoted(s string) error {
	if len(s) < 2 || s[len(s)-1] != '"' {
		return fmt.Errorf("the local part's quotes do not balance")
	}
	inner := s[1 : len(s)-1]
	for i := 0; i < len(inner); i++ {
		switch c := inner[i]; {
		case c < ' ' || c == 0x7f:
			return fmt.Errorf("the local part has a control character")
		case c == '"':
			return fmt.Errorf("the local part's quotes do not balance")
		case c == '\\':
			if i++; i == len(inner) || inner[i] < ' ' || inner[i] == 0x7f {
				return fmt.Errorf("the local part has a bad quoted pair")
			}
		}
	}
	return nil
}

// checkDomain reports whether s is a domain name that mail can be sent to, in
// either form. An all-numeric last label is none (RFC 3696 section 2).
func checkDomain(s string) error {
	ascii, err := asciiDomain(s)
	if err != nil {
		return err
	}
	if len(ascii) > 253 {
		return fmt.Errorf("the domain is longer than 253 octets")
	}
	labels := strings.Split(ascii, ".")
	for _, label := range labels {
		if err := checkLabel(label); err != nil {
			return err
		}
	}
	if isNumeric(labels[len(labels)-1]) {
		return fmt.Errorf("the domain's last label is a number")
	}
	return nil
}

func checkLabel(label string) error {
	if label == "" || len(label) > 63 {
		return fmt.Errorf("the domain has a label of %d octets", len(label))
	}
	for _, c := range []byte(label) {
		if !isAlphanumeric(c) && c != '-' && c != '_' {
			return fmt.Errorf("the domain has a character that no domain has")
		}
	}
	return nil
}

func isAlphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func isNumeric(s string) bool {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return s != ""
}

// asciiDomain returns a domain in lower case and in ASCII (RFC 5891 A-labels), as
// the DNS and therefore the MTA compares it. Length is left to the caller.
func asciiDomain(s string) (string, error) {
	if isASCII(s) {
		return strings.ToLower(s), nil
	}
	if !utf8.ValidString(s) {
		return "", fmt.Errorf("the domain is not UTF-8")
	}
	// UTS 46, non-transitional, as in Postfix and browsers.
	profile := idna.New(idna.MapForLookup(), idna.BidiRule(), idna.Transitional(false))
	ascii, err := profile.ToASCII(s)
	if err != nil {
		return "", fmt.Errorf("the domain is not internationalised correctly")
	}
	return ascii, nil
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// parseLiteral reads an address literal, "[192.0.2.1]" or "[IPv6:2001:db8::1]"
// (RFC 5321 section 4.1.3). General literals ("[x:y]") are not read.
func parseLiteral(domain string) (netip.Addr, error) {
	inner, ok := strings.CutPrefix(domain, "[")
	if ok {
		inner, ok = strings.CutSuffix(inner, "]")
	}
	if !ok {
		return netip.Addr{}, fmt.Errorf("not an address literal")
	}
	const tag = "IPv6:"
	six := len(inner) > len(tag) && strings.EqualFold(inner[:len(tag)], tag)
	if six {
		inner = inner[len(tag):]
	}
	addr, err := netip.ParseAddr(inner)
	if err != nil || addr.Zone() != "" || addr.Is6() != six {
		return netip.Addr{}, fmt.Errorf("the address literal is not one of IPv4 or IPv6")
	}
	return addr, nil
}

// formatLiteral is the inverse of parseLiteral.
func formatLiteral(addr netip.Addr) string {
	if addr.Is4() {
		return "[" + addr.String() + "]"
	}
	return "[IPv6:" + addr.String() + "]"
}
