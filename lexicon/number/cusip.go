package number

// cusip is a security of North America (ANSI X9.6): nine characters with a check digit.
// Words and part numbers look alike, so it needs a cue.
var cusip = kind{
	name:   "cusip",
	cues:   []string{"cusip", "cusips", "cusip no", "cusip number"},
	before: 60, after: 30,
	numeral: lengths(9, 9),
	mixed:   lengths(9, 9),
	cued:    true,
	propose: func(r *reader, i int) (candidate, bool) {
		w := r.words[i]
		if w.len() != 9 || !cusipCheck(r.text[w.start:w.end]) {
			return candidate{}, false
		}
		return r.candidate(i, 1, weak, ""), true
	},
}

func cusipCheck(s string) bool {
	sum := 0
	for i := range 8 {
		v := int(s[i] - '0')
		if !digit(s[i]) {
			v = int(s[i]|0x20-'a') + 10
		}
		if i%2 == 1 {
			v *= 2
		}
		sum += v/10 + v%10
	}
	return int(s[8]-'0') == (10-sum%10)%10
}
