package number

// card is a payment card number: 13 to 19 digits, bare or in the brand's grouping,
// with the brand's prefix and length and the Luhn check (ISO/IEC 7812-1; issuer
// ranges as the brands publish them). Luhn alone passes one number in ten. The
// brands' published test numbers count.
var card = kind{
	name: "card",
	cues: []string{
		"card", "cards", "credit card", "debit card", "card number", "card no", "visa", "mastercard", "master card", "amex",
		"american express", "diners club", "jcb", "unionpay", "maestro", "cc number", "ccn", "cvv", "cvc", "cvv2", "cardholder",
	},
	before: 100, after: 40,
	numeral: lengths(4, 4) | lengths(6, 6) | lengths(12, 19),
	propose: readCard,
}

func readCard(r *reader, i int) (candidate, bool) {
	w := r.words[i]
	if !w.numeral() || w.len() > 19 {
		return candidate{}, false
	}
	words, grouped := 1, false
	if w.len() < 12 {
		if words = cardGroups(r, i); words == 0 {
			return candidate{}, false
		}
		grouped = true
	}
	d := r.digits(i, words)
	b := brandOf(&d)
	if b == nil || d.same() || !d.luhn() {
		return candidate{}, false
	}
	c := candidate{start: int(w.start), end: int(r.words[i+words-1].end), proof: checked, why: b.why}
	switch {
	case b.cue || d.n == 19:
		c.proof = weak
	case grouped:
		c.proof = firm
	}
	return c, true
}

// cardGroups returns how many words from word i on stand in a brand's grouping, or 0.
func cardGroups(r *reader, i int) int {
	g := r.groups(i)
	if g.gap != space && g.gap != dash {
		return 0
	}
	n := 0
	switch {
	case g.is(4, 4, 4, 4, 3), g.is(4, 4, 4, 4, 2), g.is(4, 4, 4, 4, 1):
		n = 5
	case g.is(4, 4, 4, 4), g.is(4, 4, 4, 1):
		n = 4
	case g.is(4, 6, 5), g.is(4, 6, 4):
		n = 3
	case g.is(6, 13):
		n = 2
	default:
		return 0
	}
	if g.gap == space && n == 5 {
		// Three digits after a card of sixteen are rather its security code.
		if d := r.digits(i, 4); brandOf(&d) != nil && d.luhn() {
			n = 4
		}
	}
	if g.gap == space && n == 4 && g.n > 4 && g.size[4] == 4 {
		// A row of numbers of four digits, such as years, is no card.
		if g.n > 5 || !expiry(r, i+4) {
			return 0
		}
	}
	if g.gap == space && g.size[0] == 4 && n == 4 && r.rowBefore(i) && r.words[i-1].len() == 4 {
		return 0
	}
	return n
}

// expiry reports whether word i reads as month and year, "0527".
func expiry(r *reader, i int) bool {
	d := r.digits(i, 1)
	month := d.value(0, 2)
	return 1 <= month && month <= 12
}

// brand is one issuer's range: numbers whose first digits lie in [low, high].
type brand struct {
	low, high int
	min, max  int  // lengths
	cue       bool // too common among other numbers to count without a cue
	why       string
}

var brands = [...]brand{
	{4, 4, 13, 13, false, "Visa prefix and length, Luhn"},
	{4, 4, 16, 16, false, "Visa prefix and length, Luhn"},
	{4, 4, 19, 19, true, "Visa prefix and length, Luhn"},
	{51, 55, 16, 16, false, "Mastercard prefix and length, Luhn"},
	{2221, 2720, 16, 16, false, "Mastercard prefix and length, Luhn"},
	{34, 34, 15, 15, false, "American Express prefix and length, Luhn"},
	{37, 37, 15, 15, false, "American Express prefix and length, Luhn"},
	{6011, 6011, 16, 19, false, "Discover prefix and length, Luhn"},
	{644, 659, 16, 19, false, "Discover prefix and length, Luhn"},
	{300, 305, 14, 19, false, "Diners Club prefix and length, Luhn"},
	{3095, 3095, 14, 19, false, "Diners Club prefix and length, Luhn"},
	{36, 36, 14, 19, false, "Diners Club prefix and length, Luhn"},
	{38, 39, 14, 19, false, "Diners Club prefix and length, Luhn"},
	{3528, 3589, 16, 19, false, "JCB prefix and length, Luhn"},
	{2131, 2131, 15, 15, false, "JCB prefix and length, Luhn"},
	{1800, 1800, 15, 15, false, "JCB prefix and length, Luhn"},
	{62, 62, 16, 19, false, "UnionPay prefix and length, Luhn"},
	{50, 50, 12, 19, true, "Maestro prefix and length, Luhn"},
	{56, 69, 12, 19, true, "Maestro prefix and length, Luhn"},
}

// brandOf returns the brand whose prefix and length the digits have, or nil.
func brandOf(d *digits) *brand {
	prefix := [5]int{0, d.value(0, 1), d.value(0, 2), d.value(0, 3), d.value(0, 4)}
	for i := range brands {
		b := &brands[i]
		n := 1
		for low := b.low; low > 9; low /= 10 {
			n++
		}
		if b.low <= prefix[n] && prefix[n] <= b.high && b.min <= d.n && d.n <= b.max {
			return b
		}
	}
	return nil
}
