package number

// ndc is a US national drug code (21 CFR 207.33): labeler, product and package, as
// 4-4-2, 5-3-2, 5-4-1, or 5-4-2 in billing. Bare digits need a cue.
var ndc = kind{
	name:   "ndc",
	cues:   []string{"ndc", "ndcs", "ndc no", "ndc number", "national drug code", "drug code"},
	before: 60, after: 30,
	numeral: lengths(4, 5) | lengths(10, 11),
	propose: func(r *reader, i int) (candidate, bool) {
		if n := r.words[i].len(); n == 10 || n == 11 {
			return r.candidate(i, 1, weak, ""), true
		}
		g := r.groups(i)
		if g.gap != dash || g.n != 3 || !(g.is(4, 4, 2) || g.is(5, 3, 2) || g.is(5, 4, 1) || g.is(5, 4, 2)) {
			return candidate{}, false
		}
		return r.candidate(i, 3, shaped, "the grouping of a national drug code"), true
	},
}
