package numberformat

import (
	"math"
	"strconv"
	"strings"
)

// section is one of the up to four parts of a format code: for positive numbers,
// negative ones, zero and text.
type section struct {
	condition string  // "<=" and so on; "" if there is none
	bound     float64 // what the condition compares with

	places    []place // in order
	integer   int     // digit places before the point
	decimals  int     // digit places after it
	zeros     int     // of the integer places, those that show zeros: from the first 0 on
	grouped   bool    // thousands are set apart
	scale     int     // powers of a thousand that the number is divided by
	percent   bool
	fraction  bool // a fraction or an exponent, which are shown as General
	date      bool
	time      bool
	text      bool
	separated bool // literals stand between digit places before the point
}

// place is one element of a section: a digit, the point or a literal.
type place struct {
	kind    byte // '0' and '#' for digits, '.' for the point, 'x' for a literal
	literal string
}

func (s *section) numeric() bool { return s.integer+s.decimals > 0 && !s.fraction }

// literals returns the literals of the section, joined.
func (s *section) literals() string {
	var out strings.Builder
	for _, p := range s.places {
		out.WriteString(p.literal)
	}
	return out.String()
}

// sections splits a code at the semicolons that are not quoted.
func sections(code string) []string {
	var parts []string
	start := 0
	quoted := false
	for i := 0; i < len(code); i++ {
		switch c := code[i]; {
		case c == '"':
			quoted = !quoted
		case c == '\\' && !quoted:
			i++
		case c == ';' && !quoted:
			parts = append(parts, code[start:i])
			start = i + 1
		}
	}
	return append(parts, code[start:])
}

// parseSection reads one section.
func parseSection(code string) section {
	var s section
	point, literal := false, false
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case '"':
			end := strings.IndexByte(code[i+1:], '"')
			if end < 0 {
				end = len(code) - i - 1
			}
			s.literal(code[i+1 : i+1+end])
			literal = true
			i += end + 1
		case '\\':
			if i++; i < len(code) {
				s.literal(code[i : i+1])
				literal = true
			}
		case '_', '*':
			i++ // space as wide as the next character, or filled with it
		case '[':
			end := strings.IndexByte(code[i:], ']')
			if end < 0 {
				return section{}
			}
			s.bracket(code[i+1 : i+end])
			i += end
		case '0', '#', '?':
			s.digit(c, point, literal)
			literal = false
		case '.':
			point = true
			s.places = append(s.places, place{kind: '.'})
		case ',':
			s.comma(code[i+1:])
		case '%':
			s.percent = true
			s.literal("%")
		case '@':
			s.text = true
		default:
			n := s.letter(code[i:])
			literal = literal || n == 0
			i += max(0, n-1)
		}
	}
	return s
}

func (s *section) literal(text string) {
	s.places = append(s.places, place{kind: 'x', literal: text})
}

// digit adds a place for a digit.
func (s *section) digit(c byte, point, literal bool) {
	if point {
		s.decimals++
	} else {
		s.separated = s.separated || literal && s.integer > 0
		s.integer++
		if c == '0' || s.zeros > 0 {
			s.zeros++
		}
	}
	s.places = append(s.places, place{kind: c})
}

// comma reads a comma: between digits it groups, after the last it scales.
func (s *section) comma(rest string) {
	if next := strings.TrimLeft(rest, ","); next != "" && strings.IndexByte("0#?", next[0]) >= 0 {
		s.grouped = true
		return
	}
	s.scale++
}

// letter reads what is neither quoted nor a digit, and returns how many bytes that
// took beyond a literal; 0 for one.
func (s *section) letter(code string) int {
	switch c := code[0] | 0x20; c {
	case 'y', 'd':
		s.date = true
		return 1
	case 'm':
		// Minutes if there are hours or seconds, months otherwise.
		if !s.time {
			n := len(code) - len(strings.TrimLeft(code, "mM"))
			rest := strings.TrimLeft(code[n:], ":")
			if rest == "" || rest[0]|0x20 != 's' {
				s.date = true
			}
		}
		return len(code) - len(strings.TrimLeft(code, "mM"))
	case 'h', 's':
		s.time = true
		return 1
	case 'e':
		if len(code) > 1 && (code[1] == '+' || code[1] == '-') {
			s.fraction = true
			return 2
		}
		s.date = true // a year of an era
		return 1
	case 'a':
		if strings.HasPrefix(code, "AM/PM") || strings.HasPrefix(code, "am/pm") {
			return 5
		}
	case 'g':
		if len(code) >= 7 && strings.EqualFold(code[:7], "general") {
			s.fraction = true
			return 7
		}
		return 1
	}
	if code[0] == '/' && s.integer > 0 && !s.date {
		s.fraction = true
	}
	s.literal(code[:1])
	return 0
}

// bracket reads [Red], [<=100], [$€-407] or [h].
func (s *section) bracket(inside string) {
	switch {
	case strings.HasPrefix(inside, "$"):
		currency, _, _ := strings.Cut(inside[1:], "-")
		if currency != "" {
			s.literal(currency)
		}
	case strings.Trim(strings.ToLower(inside), "hms") == "":
		s.time = true
	case inside != "" && strings.IndexByte("<>=", inside[0]) >= 0:
		n := len(inside) - len(strings.TrimLeft(inside, "<>="))
		if bound, err := strconv.ParseFloat(inside[n:], 64); err == nil {
			s.condition, s.bound = inside[:n], bound
		}
	}
}

// holds reports whether the section's condition holds for v.
func (s *section) holds(v float64) bool {
	switch s.condition {
	case "<":
		return v < s.bound
	case "<=":
		return v <= s.bound
	case ">":
		return v > s.bound
	case ">=":
		return v >= s.bound
	case "=":
		return v == s.bound
	case "<>":
		return v != s.bound
	}
	return false
}

// show writes v by the section's places. signed says that there is a section of its
// own for negative numbers, which says how they look.
func (s *section) show(v float64, signed bool) string {
	negative := v < 0 && !signed
	v = math.Abs(v)
	if s.percent {
		v *= 100
	}
	for range s.scale {
		v /= 1000
	}
	if v >= 1e18 {
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	whole, decimals, _ := strings.Cut(strconv.FormatFloat(v, 'f', min(s.decimals, 30), 64), ".")
	var out strings.Builder
	if negative {
		out.WriteByte('-')
	}
	s.write(&out, s.padded(whole), decimals)
	return strings.TrimSpace(out.String())
}

// padded returns the integer digits with the zeros that the places ask for.
func (s *section) padded(whole string) string {
	if whole == "0" && s.zeros == 0 {
		whole = ""
	}
	if n := s.zeros - len(whole); n > 0 {
		whole = strings.Repeat("0", n) + whole
	}
	return whole
}

// write writes digits and literals. Digits for which there is no place stand at the
// first one.
func (s *section) write(out *strings.Builder, whole, decimals string) {
	left := s.integer // integer places still to come
	point := false
	for _, p := range s.places {
		switch {
		case p.kind == 'x':
			if left > 0 && left < s.integer && len(whole) < left && p.literal == "-" {
				continue // between places that show nothing
			}
			out.WriteString(p.literal)
		case p.kind == '.':
			if left == s.integer && s.integer == 0 {
				out.WriteString(whole)
			}
			point = true
			if s.decimals > 0 {
				out.WriteByte('.')
			}
		case point:
			if decimals != "" {
				out.WriteByte(decimals[0])
				decimals = decimals[1:]
			}
		default:
			n := len(whole) - left + 1 // digits due at this place
			for ; n > 0; n-- {
				out.WriteByte(whole[0])
				whole = whole[1:]
				if s.grouped && !s.separated && len(whole) > 0 && len(whole)%3 == 0 {
					out.WriteByte(',')
				}
			}
			left--
		}
	}
}
