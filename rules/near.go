package rules

import (
	"unicode/utf8"

	"github.com/zixpolicy/zixpolicy/lexicon"
	"github.com/zixpolicy/zixpolicy/message"
)

// near reports whether a hit of lexicon a and a hit of lexicon b stand in the same
// part with at most within characters between them; hits that touch or overlap have
// none. hits are ordered by text and start, so one pass over them is enough: seen
// from any hit, the nearest of the other lexicon before it is the one that ends
// last.
func near(hits []lexicon.Hit, parts []message.Part, a, b, within int) bool {
	const none = -1
	part, endA, endB := none, none, none
	for _, h := range hits {
		if h.Lexicon != a && h.Lexicon != b {
			continue
		}
		if h.Text != part {
			part, endA, endB = h.Text, none, none
		}
		text := parts[part].Text
		if h.Lexicon == a && endB != none && charactersBetween(text, endB, h.Start, within) {
			return true
		}
		if h.Lexicon == b && endA != none && charactersBetween(text, endA, h.Start, within) {
			return true
		}
		if h.Lexicon == a {
			endA = max(endA, h.End)
		}
		if h.Lexicon == b {
			endB = max(endB, h.End)
		}
	}
	return false
}

// charactersBetween reports whether at most within characters stand in text between
// the byte offsets end and start.
func charactersBetween(text string, end, start, within int) bool {
	gap := start - end
	if gap <= within { // a character has at least one byte
		return true
	}
	if gap/utf8.UTFMax > within { // and at most four
		return false
	}
	return utf8.RuneCountInString(text[end:start]) <= within
}
