package number

// itin is a US individual taxpayer identification number (IRS Publication 1915):
// written like a social security number, beginning with 9, its fourth and fifth digit
// in the ranges that the IRS gives out. Nine bare digits need a cue.
var itin = kind{
	name: "itin",
	cues: []string{
		"itin", "itins", "individual taxpayer", "individual taxpayer identification", "taxpayer identification", "taxpayer id", "tax id",
	},
	before: 100, after: 40,
	numeral: lengths(3, 3) | lengths(9, 9),
	propose: func(r *reader, i int) (candidate, bool) {
		if n := r.words[i].len(); n != 3 && n != 9 {
			return candidate{}, false
		}
		words, proof, ok := ssnShape(r, i)
		if !ok {
			return candidate{}, false
		}
		d := r.digits(i, words)
		if d.b[0] != 9 || !itinGroup(d.value(3, 5)) || d.value(0, 8) == 98765432 { // 987-65-432x is for advertisements
			return candidate{}, false
		}
		return r.candidate(i, words, proof, "begins with 9, and its group is one that the IRS gives out"), true
	},
}

func itinGroup(g int) bool {
	return 50 <= g && g <= 65 || 70 <= g && g <= 88 || 90 <= g && g <= 92 || 94 <= g && g <= 99
}
