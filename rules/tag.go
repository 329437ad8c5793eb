package rules

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// A tag is what a sender writes into the subject to ask for something: "[encrypt]".
// It is found anywhere, in any case, in any Unicode form of its letters, and with
// spaces inside it: "[ Encrypt ]". A tag that begins or ends with a letter or digit
// does not match inside a longer word: tag("secure") is not in "insecure".

// character is one character of a subject as tags are compared with it.
type character struct {
	folded     rune
	start, end int // bytes in the subject
	space      bool
}

// foldCharacters takes a text apart; invisible characters are left out. A character
// that folds into several yields all of them at its place.
func foldCharacters(s string) []character {
	chars := make([]character, 0, len(s))
	for i, r := range s {
		end := i + len(string(r))
		if r < unicode.MaxASCII {
			chars = append(chars, character{unicode.ToLower(r), i, end, unicode.IsSpace(r)})
			continue
		}
		if unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Mn, r) {
			continue
		}
		for _, f := range norm.NFKC.String(string(r)) {
			chars = append(chars, character{unicode.ToLower(f), i, end, unicode.IsSpace(f)})
		}
	}
	return chars
}

// foldTag returns the characters of a tag that have to match.
func foldTag(tag string) []rune {
	var want []rune
	for _, c := range foldCharacters(tag) {
		if !c.space {
			want = append(want, c.folded)
		}
	}
	return want
}

// findTag returns the range of chars in which the first occurrence of the tag at or
// after from stands, or ok = false.
func findTag(chars []character, tag []rune, from int) (start, end int, ok bool) {
	if len(tag) == 0 {
		return 0, 0, false
	}
	for start = from; start < len(chars); start++ {
		if chars[start].folded != tag[0] || isWord(tag[0]) && start > 0 && isWord(chars[start-1].folded) {
			continue
		}
		if end, ok = matchTag(chars, tag, start); ok {
			return start, end, true
		}
	}
	return 0, 0, false
}

// matchTag reports whether the tag stands at chars[start], and where it ends.
func matchTag(chars []character, tag []rune, start int) (end int, ok bool) {
	end = start
	for _, want := range tag {
		for end < len(chars) && chars[end].space {
			end++
		}
		if end == len(chars) || chars[end].folded != want {
			return 0, false
		}
		end++
	}
	if last := tag[len(tag)-1]; isWord(last) && end < len(chars) && isWord(chars[end].folded) {
		return 0, false
	}
	return end, true
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// hasTag reports whether the tag stands anywhere in one of the subjects. A message
// can have several Subject fields; which one a reader shows is not known, so all are
// looked at.
func (e *evaluation) hasTag(tag []rune) bool {
	if e.subjects == nil {
		e.subjects = [][]character{}
		for _, s := range e.message.Header.Values("Subject") {
			e.subjects = append(e.subjects, foldCharacters(s))
		}
	}
	for _, s := range e.subjects {
		if _, _, ok := findTag(s, tag, 0); ok {
			return true
		}
	}
	return false
}

// StripTags returns the subject without any of the tags (as [Modifiers] has them),
// and with the white space that stood around each reduced to one space.
func StripTags(subject string, tags []string) string {
	for _, tag := range tags {
		subject = stripTag(subject, foldTag(tag))
	}
	return subject
}

func stripTag(subject string, tag []rune) string {
	chars := foldCharacters(subject)
	var kept []string
	keep := func(s string) {
		if s = strings.TrimSpace(s); s != "" {
			kept = append(kept, s)
		}
	}
	rest := 0 // where what follows the last tag begins
	for from := 0; ; {
		start, end, ok := findTag(chars, tag, from)
		if !ok {
			break
		}
		keep(subject[rest:chars[start].start])
		rest, from = chars[end-1].end, end
	}
	if rest == 0 {
		return subject
	}
	keep(subject[rest:])
	return strings.Join(kept, " ")
}
