package number

// license is a driver's license number. Every US state has its own shape (AAMVA), and
// many are common, so it needs a cue, which speaks for the next number only.
var license = kind{
	name: "drivers-license",
	cues: []string{
		"driver's license", "drivers license", "driver license", "driver's licence", "drivers licence", "driving licence", "driving license",
		"driver's lic", "drivers lic", "driver lic", "dl no", "dl number", "dln", "dl", "license no", "license number", "operator license", "state id",
	},
	before: 40, after: 15, leads: true,
	numeral: lengths(7, 12),
	mixed:   lengths(2, 15),
	cued:    true,
	propose: func(r *reader, i int) (candidate, bool) {
		w := r.words[i]
		words, n := 1, w.len()
		letters := 0
		for letters < w.len() && class[r.text[int(w.start)+letters]] == 1 {
			letters++
		}
		// "D123-456-78-901-0": the word with the letters, then groups of digits.
		if w.digits >= 2 {
			for j := i + 1; j < len(r.words) && j-i < 5 && r.gap(j-1) == dash && r.words[j].numeral(); j++ {
				words++
				n += r.words[j].len()
			}
		}
		if int(w.digits)+letters != w.len() || !licenseShape(letters, n-letters) || w.numeral() && words > 1 {
			return candidate{}, false
		}
		return r.candidate(i, words, weak, ""), true
	},
}

// licenseShape reports whether any state's licenses have so many letters, then digits.
func licenseShape(letters, digits int) bool {
	switch letters {
	case 0:
		return 7 <= digits && digits <= 10 || digits == 12 // most states
	case 1: // CA, MA, VA, CO, MO, KY, AZ, HI, IN, KS, NE, OK, IL, MD, MI, MN, FL, NJ, WI
		return 3 <= digits && digits <= 14
	case 2: // OH, IA, PA on paper, WV, MT
		return 2 <= digits && digits <= 7
	case 3: // NH, ND
		return digits == 6 || digits == 8
	}
	return false
}
