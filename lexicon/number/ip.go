package number

import (
	"net/netip"
	"strings"
)

// ip is an address of the internet, version 4 or 6 (RFC 791, RFC 4291).
var ip = kind{
	name:   "ip",
	cues:   []string{"ip", "ip address", "ipv4", "ipv6", "host", "hostname", "server"},
	before: 40, after: 20,
	numeral: lengths(1, 4),
	mixed:   lengths(1, 4),
	propose: func(r *reader, i int) (candidate, bool) {
		w := r.words[i]
		if b := r.at(int(w.end)); b != '.' && b != ':' || w.len() > 4 {
			return candidate{}, false
		}
		start, end := int(w.start), int(w.end)
		for end < len(r.text) && end-start < 45 && (alnum(r.text[end]) || r.text[end] == '.' || r.text[end] == ':') {
			end++
		}
		text := strings.TrimRight(r.text[start:end], ".:")
		if !addressLike(text) {
			return candidate{}, false
		}
		if _, err := netip.ParseAddr(text); err != nil {
			return candidate{}, false
		}
		return candidate{start: start, end: start + len(text), proof: shaped, why: "four bytes, or groups of hexadecimal digits"}, true
	},
}

// addressLike tells addresses from times of day and version numbers, before the parser
// makes an error of each.
func addressLike(s string) bool {
	colons := strings.Count(s, ":")
	if colons == 0 {
		return strings.Count(s, ".") == 3 && strings.Trim(s, "0123456789.") == ""
	}
	return colons == 7 || colons < 7 && strings.Contains(s, "::")
}
