package number

// passport is a US passport number: nine digits, or a letter and eight digits (since
// 2021). Only a cue tells it.
var passport = kind{
	name: "passport-us",
	cues: []string{
		"passport", "passport no", "passport number", "passport card", "passport id", "travel document",
	},
	before: 60, after: 20, leads: true,
	numeral: lengths(9, 9),
	mixed:   lengths(9, 9),
	cued:    true,
	propose: func(r *reader, i int) (candidate, bool) {
		w := r.words[i]
		if w.len() != 9 || !w.numeral() && (w.digits != 8 || class[r.text[w.start]] != 1) {
			return candidate{}, false
		}
		return r.candidate(i, 1, weak, ""), true
	},
}
