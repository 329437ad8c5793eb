package number

// insuranceID is the number of a member of a health plan, or of a policy: 8 to 14
// letters and digits of no common shape, so only a cue tells it. A cue speaks for the
// next number only.
var insuranceID = kind{
	name: "insurance-id",
	cues: []string{
		"member id", "member no", "member number", "memberid", "policy no", "policy number", "policy id", "policyholder id", "group no", "group number",
		"group id", "subscriber", "subscriber id", "subscriber no", "subscriber number", "insurance id", "insurance no", "insurance number",
		"plan id", "plan number", "beneficiary id", "medicaid id", "medicaid no", "medicaid number", "insured id", "health plan id", "rx id", "enrollee id",
	},
	before: 40, after: 15, leads: true,
	numeral: lengths(1, 14),
	mixed:   lengths(6, 14),
	cued:    true,
	propose: func(r *reader, i int) (candidate, bool) {
		w := r.words[i]
		if !w.numeral() {
			if w.len() < 6 || w.len() > 14 || w.digits < 3 {
				return candidate{}, false
			}
			return r.candidate(i, 1, weak, ""), true
		}
		words, d, ok := r.plain(i)
		if !ok || d.n < 6 || d.n > 14 {
			return candidate{}, false
		}
		return r.candidate(i, words, weak, ""), true
	},
}
