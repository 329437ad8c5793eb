package number

// ein is a US employer identification number, NN-NNNNNNN (IRS, "How EINs are assigned
// and valid EIN prefixes"). It has no check digit, so it needs a cue.
var ein = kind{
	name: "ein",
	cues: []string{
		"ein", "fein", "employer identification", "employer id", "employer tax id", "federal tax id", "federal id", "tax id",
		"taxpayer identification", "federal identification",
	},
	before: 60, after: 20,
	numeral: lengths(2, 2) | lengths(9, 9),
	cued:    true,
	propose: func(r *reader, i int) (candidate, bool) {
		words := 1
		switch r.words[i].len() {
		case 2:
			if g := r.groups(i); g.gap != dash || g.n != 2 || g.size[1] != 7 {
				return candidate{}, false
			}
			words = 2
		case 9:
		default:
			return candidate{}, false
		}
		d := r.digits(i, words)
		if !einPrefix(d.value(0, 2)) {
			return candidate{}, false
		}
		return r.candidate(i, words, weak, ""), true
	},
}

func einPrefix(p int) bool {
	switch {
	case 1 <= p && p <= 6, 10 <= p && p <= 16, 20 <= p && p <= 27, 30 <= p && p <= 48,
		50 <= p && p <= 68, 71 <= p && p <= 77, 80 <= p && p <= 88, 90 <= p && p <= 95, p == 98, p == 99:
		return true
	}
	return false
}
