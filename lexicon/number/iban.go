package number

// iban is an international bank account number (ISO 13616): country, two check digits,
// the country's length, and 1 modulo 97. It is written bare or in groups of four.
var iban = kind{
	name:   "iban",
	cues:   []string{"iban", "ibans", "iban no"},
	before: 60, after: 30,
	mixed:   lengths(4, longWord),
	propose: readIBAN,
}

func readIBAN(r *reader, i int) (candidate, bool) {
	w := r.words[i]
	start := int(w.start)
	if !digit(r.text[start+2]) || !digit(r.text[start+3]) {
		return candidate{}, false
	}
	n := ibanLength(r.text[start : start+2])
	if n == 0 {
		return candidate{}, false
	}
	// What follows the country's length is other text, even without a gap.
	at, grouped := start, false
	var bank [4]byte
	remainder := 0
	for k := 0; k < n; k++ {
		if k > 0 && k%4 == 0 && at < len(r.text) && (k == 4 || grouped) {
			if gap := r.text[at]; gap == ' ' || gap == '-' || gap == '\n' {
				grouped = true
				at++
			} else if grouped {
				return candidate{}, false
			}
		}
		if at >= len(r.text) || !alnum(r.text[at]) {
			return candidate{}, false
		}
		if k >= 4 {
			if k < 8 {
				bank[k-4] = r.text[at]
			}
			remainder = mod97(remainder, r.text[at])
		}
		at++
	}
	for k := range 4 { // the first four go to the end
		remainder = mod97(remainder, r.text[start+k])
	}
	if remainder != 1 || !bankCode(r.text[start:start+2], string(bank[:])) {
		return candidate{}, false
	}
	c := candidate{start: start, end: at, proof: firm, why: "country, length and check digits"}
	c.glued = class[r.at(at)] == 1
	return c, true
}

// mod97 carries the remainder on over one more character; letters are two digits.
func mod97(remainder int, b byte) int {
	if digit(b) {
		return (remainder*10 + int(b-'0')) % 97
	}
	return (remainder*100 + int(b|0x20-'a') + 10) % 97
}

// ibanLengths is the SWIFT registry of IBANs, and the countries that use them without
// being in it: countries by length.
var ibanLengths = [...]struct {
	n         int
	countries string
}{
	{15, "NO"}, {16, "BE"}, {18, "DK FI FO GL NL SD FK"}, {19, "MK SI"},
	{20, "AT BA EE KZ LT LU XK MN"}, {21, "CH HR LI LV"}, {22, "BG BH CR DE GB GE IE ME RS VA"},
	{23, "AE GI IL IQ OM SO TL"}, {24, "AD CZ ES MD PK RO SA SE SK TN VG"}, {25, "LY PT ST AO CV GW MZ"},
	{26, "IS TR DZ IR"}, {27, "BI DJ FR GR IT MC MR SM CF CG CM GA GQ KM MG TD"},
	{28, "AL AZ BY CY DO GT HN HU LB NI PL SV BF BJ CI MA ML NE SN TG"},
	{29, "BR EG PS QA UA"}, {30, "JO KW MU YE"}, {31, "MT SC"}, {32, "LC"}, {33, "RU"},
}

// lettersFirst are the countries whose bank codes are four letters.
const lettersFirst = "AZ BG BH GB GI GT IE IQ JO KW LC LV MT MU NI NL PK PS QA RO SC SV VG"

// bankCode reports whether the four characters after the check digits suit the country.
func bankCode(country, code string) bool {
	for i := 0; i < len(lettersFirst); i += 3 {
		if lettersFirst[i] == country[0]&^0x20 && lettersFirst[i+1] == country[1]&^0x20 {
			return !anyDigit(code)
		}
	}
	return true
}

// ibanLength returns how long the IBANs of a country are, or 0 if it has none.
func ibanLength(country string) int {
	a, b := country[0]&^0x20, country[1]&^0x20
	for _, l := range ibanLengths {
		for i := 0; i < len(l.countries); i += 3 {
			if l.countries[i] == a && l.countries[i+1] == b {
				return l.n
			}
		}
	}
	return 0
}
