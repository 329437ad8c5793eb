package number

import "strings"

// dea is the registration number of a prescriber (21 CFR 1301): a registrant letter,
// the first letter of the name or 9, and seven digits with a check.
var dea = kind{
	name: "dea",
	cues: []string{
		"dea", "dea no", "dea number", "dea registration", "drug enforcement", "prescriber",
	},
	before: 60, after: 30,
	mixed: lengths(9, 9),
	propose: func(r *reader, i int) (candidate, bool) {
		w := r.words[i]
		if w.len() != 9 || w.digits != 7 && w.digits != 8 {
			return candidate{}, false
		}
		text := r.text[w.start:w.end]
		if !strings.Contains("ABCDEFGHJKLMPRSTUX", strings.ToUpper(text[:1])) ||
			class[text[1]] != 1 && text[1] != '9' || leadingDigits(text[2:]) != 7 {
			return candidate{}, false
		}
		d := r.digits(i, 1)
		b := d.b[d.n-7 : d.n]
		if (b[0]+b[2]+b[4]+2*(b[1]+b[3]+b[5]))%10 != b[6] {
			return candidate{}, false
		}
		c := r.candidate(i, 1, checked, "registrant letter and check digit")
		if text[0] >= 'a' || text[1] >= 'a' {
			c.proof = weak // registrations are written in capitals
		}
		return c, true
	},
}
