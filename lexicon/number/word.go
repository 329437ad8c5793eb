package number

// word is a run of ASCII letters and digits with at least one digit.
type word struct {
	start, end int32
	digits     int32 // how many of its bytes are digits
	cue        int32 // 1 + index in Cues of the cue that stands before it without a gap, or 0
}

// reader gives kinds access to a folded text by its words.
type reader struct {
	text  string
	words []word
	done  int // words before it belong to numbers that were found
}

// class sorts bytes: 1 letter, 2 digit, 0 anything else.
var class = func() (c [256]uint8) {
	for b := 'a'; b <= 'z'; b++ {
		c[b], c[b-'a'+'A'] = 1, 1
	}
	for b := '0'; b <= '9'; b++ {
		c[b] = 2
	}
	return c
}()

func digit(b byte) bool { return class[b] == 2 }
func alnum(b byte) bool { return class[b] != 0 }

// split appends the words of the text that hold a digit. It is the only walk over
// the whole text: all else looks at words and what stands around them.
func split(dst []word, text string) []word {
	done := 0 // end of the last word
	for i := 0; i < len(text); i++ {
		if class[text[i]] != 2 {
			continue
		}
		start := i
		for start > done && class[text[start-1]] != 0 {
			start--
		}
		w := word{start: int32(start)}
		for i < len(text) && class[text[i]] != 0 {
			if class[text[i]] == 2 {
				w.digits++
			}
			i++
		}
		w.end, done = int32(i), i
		dst = append(dst, w)
	}
	return dst
}

func (w word) len() int { return int(w.end - w.start) }

// numeral reports whether the word is digits only.
func (w word) numeral() bool { return w.len() == int(w.digits) }

// gap is what may join two words into one number.
type gap uint8

const (
	apart gap = iota
	dash      // "-", also with white space beside it
	space     // " "
	wrap      // a line break
	dot       // "."
	slash     // "/"
)

// rowBefore reports whether a space joins word i to a numeral before it that belongs
// to no other number.
func (r *reader) rowBefore(i int) bool {
	return i > r.done && r.gap(i-1) == space && r.words[i-1].numeral()
}

// gap returns what stands between word i and the one after it.
func (r *reader) gap(i int) gap {
	if i < 0 || i+1 >= len(r.words) {
		return apart
	}
	between := r.text[r.words[i].end:r.words[i+1].start]
	switch between {
	case "-", "- ", " -", " - ", "-\n", "-\r\n", "\n-", "-\n> ", "-\r\n> ":
		return dash
	case " ":
		return space
	case "\n", "\r\n", " \n", " \r\n", "\n ", "\n> ", "\r\n> ", "\n>", " \n> ":
		return wrap
	case ".":
		return dot
	case "/":
		return slash
	}
	return apart
}

// groups are numerals joined by one and the same gap. Lines may break once where
// others of the gaps are spaces.
type groups struct {
	n    int    // how many
	size [9]int // their lengths
	gap  gap    // apart where there is one only
}

// groups reads up to nine groups of digits from word i on.
func (r *reader) groups(i int) groups {
	var g groups
	wraps := 0
	for j := i; j < len(r.words) && g.n < len(g.size) && r.words[j].numeral(); j++ {
		if g.n > 0 {
			between := r.gap(j - 1)
			if between == wrap {
				wraps++
				between = space
			}
			if g.n == 1 {
				g.gap = between
			}
			if between == apart || between != g.gap || wraps > 1 || wraps == 1 && g.n == 1 && r.gap(j) != space {
				break
			}
		}
		g.size[g.n] = r.words[j].len()
		g.n++
	}
	if g.n <= 1 {
		g.gap = apart
	}
	return g
}

// is reports whether the first groups have these sizes.
func (g *groups) is(sizes ...int) bool {
	if g.n < len(sizes) {
		return false
	}
	for i, n := range sizes {
		if g.size[i] != n {
			return false
		}
	}
	return true
}

// digits are the digits of a candidate.
type digits struct {
	n int
	b [32]byte // values 0 to 9
}

// digits collects the digits of n words from word i on.
func (r *reader) digits(i, n int) digits {
	var d digits
	for _, w := range r.words[i : i+n] {
		for at := w.start; at < w.end; at++ {
			if b := r.text[at]; digit(b) && d.n < len(d.b) {
				d.b[d.n] = b - '0'
				d.n++
			}
		}
	}
	return d
}

// candidate is n words from word i on.
func (r *reader) candidate(i, n int, p proof, why string) candidate {
	return candidate{start: int(r.words[i].start), end: int(r.words[i+n-1].end), proof: p, why: why}
}

// unglue takes the cue off words such as "MRN00412287" and "ssn536228764".
func unglue(words []word, text string) {
	for i := range words {
		w := &words[i]
		letters := w.len() - int(w.digits)
		if letters < 2 || letters > maxGlued || w.digits < 2 || !digit(text[int(w.start)+letters]) {
			continue
		}
		var lower [maxGlued]byte
		for k := range letters {
			lower[k] = text[int(w.start)+k] | 0x20
		}
		// A digit among the letters is in no cue, so the rest of the word is digits.
		if cue, ok := cueWords[string(lower[:letters])]; ok {
			w.start += int32(letters)
			w.cue = int32(cue) + 1
		}
	}
}

// maxGlued is how many letters a cue may have that stands before a number without a gap.
const maxGlued = 12

// value is the number that word i spells. It has nine digits at most.
func (r *reader) value(i int) int {
	d := r.digits(i, 1)
	return d.value(0, min(d.n, 9))
}

// plain reads a number of no shape of its own, from word i on: one numeral, or groups
// joined by dashes that are not those of a date, a telephone or a social security
// number.
func (r *reader) plain(i int) (words int, d digits, ok bool) {
	if !r.words[i].numeral() || r.words[i].len() > 17 {
		return 0, d, false
	}
	g := r.groups(i)
	words = 1
	if g.gap == dash {
		words = g.n
	}
	if words == 3 && (g.is(3, 2, 4) || g.is(3, 3, 4) || g.is(4, 2, 2) || g.is(2, 2, 4) || g.is(2, 2, 2)) {
		return 0, d, false
	}
	d = r.digits(i, words)
	return words, d, d.n <= 17
}

// value is the number that the digits [from, to) spell.
func (d *digits) value(from, to int) int {
	v := 0
	for _, b := range d.b[from:to] {
		v = v*10 + int(b)
	}
	return v
}

// same reports whether all digits are one and the same.
func (d *digits) same() bool {
	for _, b := range d.b[:d.n] {
		if b != d.b[0] {
			return false
		}
	}
	return true
}

// luhn reports whether the digits pass the check of ISO/IEC 7812-1, annex B.
func (d *digits) luhn() bool {
	sum := 0
	for i := range d.n {
		v := int(d.b[d.n-1-i])
		if i%2 == 1 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return sum%10 == 0
}
