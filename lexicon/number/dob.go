package number

import (
	"strings"
	"time"
)

// dob is a date of birth: a date in any usual form, from 1900 to this year, with a cue
// that speaks for the next number.
var dob = kind{
	name: "dob",
	cues: []string{
		"dob", "d.o.b.", "date of birth", "birth date", "birthdate", "birthday", "born", "born on", "bday",
	},
	before: 30, after: 15, leads: true,
	numeral: lengths(1, 4),
	cued:    true,
	propose: readDOB,
}

func readDOB(r *reader, i int) (candidate, bool) {
	w := r.words[i]
	if !w.numeral() {
		return candidate{}, false
	}
	if g := r.groups(i); g.n >= 3 && (g.gap == dash || g.gap == slash || g.gap == dot || g.gap == space) {
		if c, ok := numericDate(r, i, &g); ok {
			return c, true
		}
	}
	return spelledDate(r, i)
}

// numericDate reads "01/05/1980", "5.1.80", "1980-01-05".
func numericDate(r *reader, i int, g *groups) (candidate, bool) {
	a, b, c := r.value(i), r.value(i+1), r.value(i+2)
	year, month, day := c, a, b
	n := g.size[2]
	if g.size[0] == 4 {
		year, month, day = a, b, c
		n = 4
		if g.size[2] > 2 {
			return candidate{}, false
		}
	} else if g.size[0] > 2 || n != 2 && n != 4 {
		return candidate{}, false
	}
	if g.size[1] > 2 || !validDay(month, day) && !validDay(day, month) || !validYear(year, n) {
		return candidate{}, false
	}
	return r.candidate(i, 3, weak, ""), true
}

// spelledDate reads "January 5, 1980" from its 5, and "5 Jan 1980".
func spelledDate(r *reader, i int) (candidate, bool) {
	w := r.words[i]
	if w.len() > 2 || i+1 >= len(r.words) {
		return candidate{}, false
	}
	y := r.words[i+1]
	between := r.text[w.end:y.start]
	if !y.numeral() || y.len() != 4 || len(between) > 16 || !validYear(r.value(i+1), 4) || !validDay(1, r.value(i)) {
		return candidate{}, false
	}
	if month(between) {
		return r.candidate(i, 2, weak, ""), true
	}
	if strings.Trim(between, " ,.\n") != "" {
		return candidate{}, false
	}
	end := int(w.start)
	for end > 0 && (r.text[end-1] == ' ' || r.text[end-1] == '.') && int(w.start)-end < 3 {
		end--
	}
	start := end
	for start > 0 && end-start < 10 && class[r.text[start-1]] == 1 {
		start--
	}
	if !month(r.text[start:end]) {
		return candidate{}, false
	}
	c := r.candidate(i, 2, weak, "")
	c.start = start
	return c, true
}

// month reports whether s is the name of a month, or its first three letters, with any
// punctuation around it.
func month(s string) bool {
	s = strings.Trim(s, " ,.-\n")
	if len(s) < 3 {
		return false
	}
	for _, name := range [...]string{
		"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
	} {
		if strings.EqualFold(s, name) || strings.EqualFold(s, name[:3]) || strings.EqualFold(s, "sept") {
			return true
		}
	}
	return false
}

func validDay(month, day int) bool { return 1 <= month && month <= 12 && 1 <= day && day <= 31 }

// validYear reports whether someone now alive can be born in the year, of n digits.
func validYear(year, n int) bool {
	return n == 2 || 1900 <= year && year <= time.Now().Year()
}
