package rules

import (
	"math"
	"unicode/utf8"

	"github.com/zixpolicy/zixpolicy/lexicon"
	"github.com/zixpolicy/zixpolicy/message"
)

// nowhereNear is the distance of lexicons that have no hits in the same part.
const nowhereNear = math.MaxInt

// distance returns how many characters stand between those hits of lexicons a and b
// that are nearest to each other in one part; hits that touch or overlap have none
// between them. hits are ordered by text and start, so one pass over them is enough:
// of the other lexicon's hits before a hit the nearest is the one that ends last, and
// of those after it the first. No text is counted more than twice.
func distance(hits []lexicon.Hit, parts []message.Part, a, b int) int {
	const none = -1
	part, endA, endB, least := none, none, none, nowhereNear
	for _, h := range hits {
		if h.Lexicon != a && h.Lexicon != b {
			continue
		}
		if h.Text != part {
			part, endA, endB = h.Text, none, none
		}
		text := parts[part].Text
		isA, isB := h.Lexicon == a, h.Lexicon == b
		if isA && endB != none {
			least = min(least, charactersBetween(text, endB, h.Start, least))
			endB = none // later hits of a are farther away
		}
		if isB && endA != none {
			least = min(least, charactersBetween(text, endA, h.Start, least))
			endA = none
		}
		if least == 0 {
			return 0
		}
		if isA {
			endA = max(endA, h.End)
		}
		if isB {
			endB = max(endB, h.End)
		}
	}
	return least
}

// charactersBetween returns how many characters stand in text between the byte
// offsets end and start, or nowhereNear if they are certainly more than most.
func charactersBetween(text string, end, start, most int) int {
	gap := start - end
	switch {
	case gap <= 0:
		return 0
	case gap/utf8.UTFMax > most: // a character has at most four bytes
		return nowhereNear
	}
	return utf8.RuneCountInString(text[end:start])
}
