package number

// npi is a US National Provider Identifier (45 CFR 162.406): ten digits beginning with
// 1 or 2, with the Luhn check over 80840 and the number. One number in ten passes, so
// it needs a cue.
var npi = kind{
	name: "npi",
	cues: []string{
		"npi", "npis", "npi number", "npi no", "national provider", "national provider identifier", "provider id", "provider identifier",
		"provider number", "rendering provider", "billing provider", "referring provider",
	},
	before: 100, after: 30,
	numeral: lengths(3, 4) | lengths(10, 10),
	cued:    true,
	propose: func(r *reader, i int) (candidate, bool) {
		words := 1
		if r.words[i].len() != 10 {
			g := r.groups(i)
			if g.n != 3 || !g.is(4, 3, 3) && !g.is(3, 3, 4) || g.gap != dash && g.gap != space {
				return candidate{}, false
			}
			words = 3
		}
		d := r.digits(i, words)
		if d.n != 10 || d.b[0] != 1 && d.b[0] != 2 || !luhn80840(&d) {
			return candidate{}, false
		}
		return r.candidate(i, words, weak, ""), true
	},
}

// luhn80840 is the Luhn check with the prefix that makes an NPI a card number.
func luhn80840(d *digits) bool {
	full := digits{n: 15}
	copy(full.b[:], []byte{8, 0, 8, 4, 0})
	copy(full.b[5:], d.b[:10])
	return full.luhn()
}
