package number

// ssn is a US social security number, AAA-GG-SSSS. Since June 2011 areas are given
// out at random (76 FR 35012 and SSA's "SSN Randomization"): only 000, 666 and 900 to
// 999 are impossible. Both separators are the same; nine bare digits need a cue.
var ssn = kind{
	name: "ssn",
	cues: []string{
		"ssn", "ssns", "ss", "ss no", "ss number", "social security", "social security number", "social security no",
		"soc sec", "socsec", "ssan", "tax id", "taxpayer id", "taxpayer identification",
	},
	before: 300, after: 40,
	numeral: lengths(3, 3) | lengths(9, 9),
	propose: readSSN,
}

func readSSN(r *reader, i int) (candidate, bool) {
	w := r.words[i]
	if !w.numeral() || w.len() != 3 && w.len() != 9 {
		return candidate{}, false
	}
	words, proof, ok := ssnShape(r, i)
	if !ok {
		return candidate{}, false
	}
	d := r.digits(i, words)
	if !validSSN(&d) {
		return candidate{}, false
	}
	return r.candidate(i, words, proof, "area, group and serial are possible"), true
}

// ssnShape returns how many words the number at word i takes and what that proves.
func ssnShape(r *reader, i int) (words int, p proof, ok bool) {
	if r.words[i].len() == 9 {
		return 1, weak, true
	}
	g := r.groups(i)
	if !g.is(3, 2, 4) || g.gap == slash {
		return 0, weak, false
	}
	if g.gap == space && (g.n > 3 || r.rowBefore(i)) {
		return 3, weak, true // in a row of other numbers
	}
	return 3, shaped, true
}

// validSSN reports whether nine digits can be a social security number of a person.
func validSSN(d *digits) bool {
	area, group, serial := d.value(0, 3), d.value(3, 5), d.value(5, 9)
	if area == 0 || area == 666 || area >= 900 || group == 0 || serial == 0 {
		return false
	}
	switch d.value(0, 9) {
	case 78051120, // the specimen in a wallet of 1938
		219099999, // the specimen in a pamphlet of 1940
		123456789:
		return false
	}
	return true
}
