package number

// aba is a US bank routing number (ABA; ranges of the Federal Reserve): nine digits
// with weights 3 7 1 and sum 0 modulo 10, bare or as on checks, 4-4-1. One number in
// ten passes and there is nothing else to tell it by, so it needs a cue.
var aba = kind{
	name: "aba",
	cues: []string{
		"routing", "routing number", "routing no", "aba", "aba number", "rtn", "transit", "transit number", "routing transit", "bank routing",
	},
	before: 100, after: 40,
	numeral: lengths(4, 4) | lengths(9, 9),
	cued:    true,
	propose: func(r *reader, i int) (candidate, bool) {
		words := 1
		switch r.words[i].len() {
		case 4:
			if g := r.groups(i); g.gap != dash || g.n != 3 || !g.is(4, 4, 1) {
				return candidate{}, false
			}
			words = 3
		case 9:
		default:
			return candidate{}, false
		}
		d := r.digits(i, words)
		if !validABA(&d) {
			return candidate{}, false
		}
		return r.candidate(i, words, weak, ""), true
	},
}

func validABA(d *digits) bool {
	p := d.value(0, 2)
	if !(p <= 12 || 21 <= p && p <= 32 || 61 <= p && p <= 72 || p == 80) || d.same() {
		return false
	}
	sum := 0
	for i, weight := range [9]int{3, 7, 1, 3, 7, 1, 3, 7, 1} {
		sum += weight * int(d.b[i])
	}
	return sum%10 == 0
}
