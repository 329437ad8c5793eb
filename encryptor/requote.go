package encryptor

import "strings"

// requote gives an address its quotes back. go-smtp takes them off: "odd user"@x and
// "a@b"@x arrive as odd user@x and a@b@x, so that the last "@" separates the domain.
func requote(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at < 0 || isDotString(address[:at]) {
		return address
	}
	var b strings.Builder
	b.WriteByte('"')
	for i := range at {
		if c := address[i]; c == '"' || c == '\\' {
			b.WriteByte('\\')
		}
		b.WriteByte(address[i])
	}
	b.WriteByte('"')
	b.WriteString(address[at:])
	return b.String()
}

// isDotString reports whether a local part needs no quotes (RFC 5321 section 4.1.2;
// RFC 6531 adds what is not ASCII).
func isDotString(local string) bool {
	for _, atom := range strings.Split(local, ".") {
		if atom == "" {
			return false
		}
		for _, c := range []byte(atom) {
			if c <= ' ' || c == 0x7f || strings.IndexByte(`()<>[]:;@\,"`, c) >= 0 {
				return false
			}
		}
	}
	return true
}
