package number

// mbi is a Medicare Beneficiary Identifier (CMS, "Understanding the MBI format"): 11
// characters, each of a fixed kind, without the letters S L O I B Z. It is written bare
// or with dashes as 4-3-4, and has no check digit.
var mbi = kind{
	name: "mbi",
	cues: []string{
		"mbi", "medicare", "medicare number", "medicare id", "medicare beneficiary", "beneficiary", "beneficiary id", "medicare card",
	},
	before: 100, after: 40,
	mixed:   lengths(4, 4) | lengths(11, 11),
	propose: readMBI,
}

// mbiShape says what each position takes: c 1 to 9, n a digit, a a letter, x either.
const mbiShape = "caxnaxnaann"

func readMBI(r *reader, i int) (candidate, bool) {
	w := r.words[i]
	if !digit(r.text[w.start]) || w.len() != 4 && w.len() != 11 {
		return candidate{}, false
	}
	start, end := int(w.start), int(w.end)
	var id [11]byte
	if w.len() == 11 {
		copy(id[:], r.text[start:end])
	} else {
		end = start + 13
		if end > len(r.text) || r.text[start+4] != '-' || r.text[start+8] != '-' || alnum(r.at(end)) {
			return candidate{}, false
		}
		copy(id[:4], r.text[start:])
		copy(id[4:7], r.text[start+5:])
		copy(id[7:], r.text[start+9:])
	}
	upper, lower := 0, 0
	for k, b := range id {
		if !mbiTakes(mbiShape[k], b) {
			return candidate{}, false
		}
		switch {
		case 'A' <= b && b <= 'Z':
			upper++
		case 'a' <= b && b <= 'z':
			lower++
		}
	}
	c := candidate{start: start, end: end, proof: checked, why: "the shape of a Medicare Beneficiary Identifier"}
	switch {
	case upper > 0 && lower > 0:
		c.proof = weak // as in random tokens
	case w.len() == 4:
		c.proof = firm
	case lower > 0:
		c.proof = shaped
	}
	return c, true
}

func mbiTakes(shape, b byte) bool {
	switch shape {
	case 'c':
		return '1' <= b && b <= '9'
	case 'n':
		return digit(b)
	case 'x':
		return digit(b) || mbiLetter(b)
	}
	return mbiLetter(b)
}

func mbiLetter(b byte) bool {
	switch b &^ 0x20 {
	case 'S', 'L', 'O', 'I', 'B', 'Z':
		return false
	}
	return class[b] == 1
}
