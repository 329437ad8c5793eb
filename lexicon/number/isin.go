package number

// isin is an international security (ISO 6166): a country, nine characters and a check
// digit by Luhn, with letters as two digits.
var isin = kind{
	name:   "isin",
	cues:   []string{"isin", "isins", "isin code", "isin no"},
	before: 60, after: 30,
	mixed: lengths(12, 12),
	propose: func(r *reader, i int) (candidate, bool) {
		w := r.words[i]
		if w.len() != 12 || !isinCheck(r.text[w.start:w.end]) {
			return candidate{}, false
		}
		text := r.text[w.start:w.end]
		c := r.candidate(i, 1, checked, "country and check digit")
		if text[0] >= 'a' || text[1] >= 'a' {
			c.proof = weak
		}
		return c, true
	},
}

func isinCheck(s string) bool {
	if ibanLength(s[:2]) == 0 && !isinCountry(s[:2]) || !digit(s[11]) {
		return false
	}
	var d digits
	for i := range len(s) {
		if digit(s[i]) {
			d.b[d.n] = s[i] - '0'
			d.n++
			continue
		}
		v := s[i] | 0x20 - 'a' + 10
		d.b[d.n], d.b[d.n+1] = v/10, v%10
		d.n += 2
	}
	return d.luhn()
}

// isinCountry adds countries without IBAN that issue securities, and XS for Euroclear
// and Clearstream.
func isinCountry(s string) bool {
	switch s {
	case "US", "CA", "XS", "AU", "JP", "HK", "SG", "CN", "IN", "KR", "TW", "NZ", "ZA", "MX", "BM", "KY", "CL", "CO", "PE", "TH", "MY", "ID", "PH", "AR", "PA", "MH", "LR":
		return true
	}
	return false
}
