package lexicon

import (
	"sort"
	"unicode/utf8"
)

// holds reports whether the conditions of an entry hold for what was found at a span.
func (sc *scratch) holds(e *entry, at span) bool {
	if e.near >= 0 && !sc.near(sc.lists[e.near], at, e.within) && !sc.inColumn(e.near, at) {
		return false
	}
	if e.unlessNear >= 0 && (sc.near(sc.lists[e.unlessNear], at, e.within) || sc.inColumn(e.unlessNear, at)) {
		return false
	}
	return e.followedBy < 0 || sc.next(sc.lists[e.followedBy], at)
}

// after returns the index of the first of the spans that begins at or after start.
func after(spans []span, start int) int {
	return sort.Search(len(spans), func(i int) bool { return spans[i].start >= start })
}

// near reports whether one of the cues stands within so many characters of the span,
// on either side. A cue that overlaps the span is not near it: it is part of it.
func (sc *scratch) near(cues []span, at span, within int) bool {
	i := after(cues, at.end)
	if i < len(cues) && sc.characters(at.end, cues[i].start, within) {
		return true
	}
	for i--; i >= 0 && at.start-cues[i].start <= 4*within+maxCueBytes; i-- {
		if cues[i].end <= at.start && sc.characters(cues[i].end, at.start, within) {
			return true
		}
	}
	return false
}

// maxCueBytes is how long a cue can be in a text, for all that matters: the words of
// the longest cue with the gaps that may stand between them.
const maxCueBytes = 2 * maxTermBytes

// characters reports whether the text from from to to is at most n characters.
func (sc *scratch) characters(from, to, n int) bool {
	switch bytes := to - from; {
	case bytes <= n:
		return true
	case bytes > 4*n:
		return false
	}
	return utf8.RuneCountInString(sc.text.Content[from:to]) <= n
}

// maxSeparator is how many bytes of white space and punctuation may stand between a
// hit and what must follow it.
const maxSeparator = 16

// next reports whether one of the cues comes next after the span, with no word between.
func (sc *scratch) next(cues []span, at span) bool {
	i := after(cues, at.end)
	if i == len(cues) || cues[i].start-at.end > maxSeparator {
		return false
	}
	for _, r := range sc.text.Content[at.end:cues[i].start] {
		if wordRune(r) {
			return false
		}
	}
	return true
}
