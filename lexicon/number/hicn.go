package number

import (
	"slices"
	"strings"
)

// hicn is the Medicare claim number that MBIs replaced in 2020: the social security
// number of the earner and a beneficiary code (CMS, "Medicare claim number
// suffixes"), or a railroad board prefix and six or nine digits.
var hicn = kind{
	name: "hicn",
	cues: []string{
		"hicn", "hic", "hic number", "hic no", "medicare", "medicare number", "medicare no", "medicare claim", "medicare claim number",
		"health insurance claim", "medicare id", "railroad retirement", "railroad medicare",
	},
	before: 60, after: 30,
	numeral: lengths(3, 3) | lengths(6, 6) | lengths(9, 9),
	mixed:   lengths(7, 12),
	propose: readHICN,
}

func readHICN(r *reader, i int) (candidate, bool) {
	if c, ok := hicnWithSuffix(r, i); ok {
		return c, true
	}
	return hicnRailroad(r, i)
}

// hicnWithSuffix reads a social security number with a beneficiary code.
func hicnWithSuffix(r *reader, i int) (candidate, bool) {
	w := r.words[i]
	last, separated := i, false
	switch {
	case w.digits >= 3 && w.numeral() && w.len() == 3:
		between := r.gap(i)
		if between != dash && between != space || r.gap(i+1) != between || i+2 >= len(r.words) {
			return candidate{}, false
		}
		if m := r.words[i+1]; !m.numeral() || m.len() != 2 {
			return candidate{}, false
		}
		last, separated = i+2, true
	case w.digits < 9 || w.len() > 11:
		return candidate{}, false
	}
	end := r.words[last]
	n := 9
	if separated {
		n = 4
	}
	tail := r.text[end.start:end.end]
	if leadingDigits(tail) < n {
		return candidate{}, false
	}
	suffix, stop := tail[n:], int(end.end)
	if suffix == "" {
		suffix, stop = r.suffix(int(end.end))
	}
	if !beneficiaryCode(suffix) {
		return candidate{}, false
	}
	d := r.digits(i, last-i+1)
	d.n = 9
	if !validSSN(&d) {
		return candidate{}, false
	}
	p := weak
	if separated {
		p = shaped
	}
	return candidate{start: int(w.start), end: stop, proof: p, why: "social security number with a beneficiary code"}, true
}

// suffix returns the short word that a dash joins to the number ending at end.
func (r *reader) suffix(end int) (string, int) {
	if r.at(end) != '-' {
		return "", end
	}
	stop := end + 1
	for stop < len(r.text) && stop < end+4 && alnum(r.text[stop]) {
		stop++
	}
	return r.text[end+1 : stop], stop
}

func leadingDigits(s string) int {
	n := 0
	for n < len(s) && digit(s[n]) {
		n++
	}
	return n
}

// beneficiaryCode reports whether s says how the beneficiary is related to the earner.
func beneficiaryCode(s string) bool {
	if len(s) < 1 || len(s) > 2 {
		return false
	}
	first, second := s[0]&^0x20, byte(0)
	if len(s) == 2 {
		second = s[1]
	}
	numeric := '1' <= second && second <= '9'
	letter := class[second] == 1
	switch first {
	case 'A':
		return second == 0
	case 'B', 'D', 'E', 'W':
		return second == 0 || numeric || letter
	case 'C':
		return numeric || letter
	case 'F':
		return '1' <= second && second <= '8'
	case 'M':
		return second == 0 || second == '1'
	case 'T':
		return second == 0 || letter || numeric
	}
	return false
}

// railroad are the prefixes of the Railroad Retirement Board.
var railroad = []string{"WCA", "WCD", "WCH", "MA", "MH", "PA", "PD", "PH", "WA", "WD", "WH", "CA", "JA", "A", "H"}

// hicnRailroad reads a railroad prefix with six digits, or nine that are a social
// security number. Part numbers look alike, so it needs a cue.
func hicnRailroad(r *reader, i int) (candidate, bool) {
	w := r.words[i]
	start, end := int(w.start), int(w.end)
	if w.digits != 6 && w.digits != 9 {
		return candidate{}, false
	}
	stop := start // where the prefix ends
	for stop < end && !digit(r.text[stop]) {
		stop++
	}
	if end-stop != int(w.digits) {
		return candidate{}, false // letters after digits
	}
	if stop == start { // the prefix is a word of its own: "WD-123456", "MA 123456"
		if joint := r.at(start - 1); start == 0 || joint != '-' && joint != ' ' {
			return candidate{}, false
		}
		stop = start - 1
		for start = stop; start > 0 && stop-start <= 3 && class[r.text[start-1]] == 1; {
			start--
		}
	}
	if !slices.ContainsFunc(railroad, func(p string) bool { return strings.EqualFold(p, r.text[start:stop]) }) {
		return candidate{}, false
	}
	if d := r.digits(i, 1); d.n == 9 && !validSSN(&d) {
		return candidate{}, false
	}
	return candidate{start: start, end: end, proof: weak, why: "railroad board prefix"}, true
}
