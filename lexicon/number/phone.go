package number

// phone is a telephone number of the North American plan: area and exchange begin with
// 2 to 9, and neither is a service code (N11). Ten bare digits need a cue.
var phone = kind{
	name: "phone-us",
	cues: []string{
		"phone", "telephone", "tel", "mobile", "cell", "call", "fax", "phone number", "home phone", "work phone", "contact number",
	},
	before: 40, after: 20,
	numeral: lengths(1, 1) | lengths(3, 3) | lengths(10, 10),
	propose: readPhone,
}

func readPhone(r *reader, i int) (candidate, bool) {
	w := r.words[i]
	start, first := int(w.start), i
	if w.len() == 1 && r.text[w.start] == '1' { // country code
		if i+1 >= len(r.words) || r.words[i+1].start-w.end > 3 {
			return candidate{}, false
		}
		first++
		if r.at(start-1) == '+' {
			start--
		}
	}
	words, proof := 1, weak
	if r.words[first].len() == 3 {
		if words = phoneGroups(r, first); words == 0 {
			return candidate{}, false
		}
		proof = shaped
	}
	if !r.words[first].numeral() {
		return candidate{}, false
	}
	d := r.digits(first, words)
	if d.n != 10 || !exchange(d.value(0, 3)) || !exchange(d.value(3, 6)) {
		return candidate{}, false
	}
	if first == i && r.at(start-1) == '(' {
		start--
	}
	return candidate{start: start, end: int(r.words[first+words-1].end), proof: proof, why: "the grouping of a telephone number"}, true
}

// phoneGroups returns how many words "(207) 555-1234" or its like takes from word i on.
func phoneGroups(r *reader, i int) int {
	if i+2 >= len(r.words) {
		return 0
	}
	a, b, c := r.words[i], r.words[i+1], r.words[i+2]
	if !b.numeral() || !c.numeral() || b.len() != 3 || c.len() != 4 {
		return 0
	}
	g1, g2 := r.gap(i), r.gap(i+1)
	switch between := r.text[a.end:b.start]; {
	case between == ") " || between == ")" || between == ")-":
	case g1 != apart && g1 != slash && g1 != wrap:
	default:
		return 0
	}
	if g2 != dash && g2 != dot && g2 != space {
		return 0
	}
	return 3
}

func exchange(n int) bool { return 200 <= n && n <= 999 && n%100 != 11 }
