package number

import "strings"

// email is a mail address. Its reader looks for the "@".
var email = kind{
	name: "email",
}

const (
	maxLocal  = 64  // RFC 5321, section 4.5.3.1.1
	maxDomain = 255 // RFC 5321, section 4.5.3.1.2
)

// appendEmail appends the mail addresses of the text.
func appendEmail(dst []Found, k Kind, text string) []Found {
	done := 0
	for i := 0; ; {
		n := strings.IndexByte(text[i:], '@')
		if n < 0 {
			return dst
		}
		at := i + n
		i = at + 1
		start := at
		for start > done && at-start < maxLocal && localByte(text[start-1]) {
			start--
		}
		end := at + 1
		for end < len(text) && end-at <= maxDomain && (alnum(text[end]) || text[end] == '-' || text[end] == '.') {
			end++
		}
		domain := strings.TrimRight(text[at+1:end], ".-")
		dot := strings.LastIndexByte(domain, '.')
		if start == at || dot < 1 || len(domain)-dot < 3 || anyDigit(domain[dot:]) {
			continue
		}
		end = at + 1 + len(domain)
		dst = append(dst, Found{Kind: k, Start: start, End: end, cue: -1, at: -1, why: "local part and domain"})
		i, done = end, end
	}
}

func localByte(b byte) bool {
	return alnum(b) || b >= 0x80 || strings.IndexByte(".!#$%&'*+-/=?^_`{|}~", b) >= 0
}
