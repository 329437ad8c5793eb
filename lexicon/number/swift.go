package number

import "strings"

// swift is a business identifier code (ISO 9362): four letters, a country, two or five
// more characters. Many words look like it, so it needs a cue, and is looked for after
// one: most have no digit that the walk could find.
var swift = kind{
	name: "swift",
	cues: []string{
		"swift", "swift code", "swift/bic", "bic", "bic code", "swift no", "swift address",
	},
	before: 30, after: 0, leads: true,
}

// appendSwift appends the code that comes next after each cue.
func appendSwift(dst []Found, k Kind, text string, found []CueAt) []Found {
	last := 0
	for _, at := range found {
		if cues[at.Cue].kinds&k.bit() == 0 {
			continue
		}
		start, end := nextCode(text, at.End)
		if at.Until > 0 && start >= at.Until {
			continue
		}
		if start < last || end == start {
			continue
		}
		last = end
		dst = append(dst, Found{Kind: k, Start: start, End: end, cue: at.Cue, at: -1, gap: start - at.End})
	}
	return dst
}

// nextCode returns the span of the first word of eight or eleven characters after from
// that is a code, with nothing but small words before it.
func nextCode(text string, from int) (start, end int) {
	limit := min(len(text), from+swift.before)
	for i := from; i < limit; {
		if !alnum(text[i]) {
			i++
			continue
		}
		start = i
		for i < len(text) && i-start <= 11 && alnum(text[i]) {
			i++
		}
		if isSwift(text[start:i]) {
			return start, i
		}
	}
	return 0, 0
}

func isSwift(s string) bool {
	if len(s) != 8 && len(s) != 11 {
		return false
	}
	for i := range 6 {
		if s[i] < 'A' || 'Z' < s[i] {
			return false
		}
	}
	if s != strings.ToUpper(s) {
		return false
	}
	return ibanLength(s[4:6]) != 0 || isinCountry(s[4:6])
}
