package number

// mrn is a medical record number. Each hospital has its own shape, so only a cue tells
// it: 5 to 12 digits, or letters with digits. A cue speaks for the next number only.
var mrn = kind{
	name: "mrn",
	cues: []string{
		"mrn", "mrns", "mrn no", "mr no", "mr number", "medical record", "medical record no", "medical record number", "med rec", "med rec no",
		"chart", "chart no", "chart number", "patient id", "patient identifier", "patient number", "patient no", "patient account",
		"pt id", "hospital number", "hospital no", "encounter number", "encounter no", "visit number", "emr number", "ehr number",
		"unit number", "health record number", "record number",
	},
	before: 40, after: 15, leads: true,
	numeral: lengths(1, 12),
	mixed:   lengths(5, 12),
	cued:    true,
	propose: func(r *reader, i int) (candidate, bool) {
		w := r.words[i]
		if !w.numeral() {
			if w.len() < 5 || w.len() > 12 || w.digits < 3 {
				return candidate{}, false
			}
			return r.candidate(i, 1, weak, ""), true
		}
		words, d, ok := r.plain(i)
		if !ok || d.n < 5 || d.n > 12 {
			return candidate{}, false
		}
		return r.candidate(i, words, weak, ""), true
	},
}
