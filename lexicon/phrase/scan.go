package phrase

import (
	"encoding/binary"
	"math/bits"

	"github.com/zixpolicy/zixpolicy/lexicon/fold"
)

// A scan takes the text window by window, in steps that each do one thing to many
// words, so that the processor works on several at once and hardly ever guesses wrong:
//
//  1. split: 64 bytes at a time become a mask of where words begin and how far they run
//     (split.go);
//  2. filter: each word of some length is hashed by its first eight letters. One look
//     into a table tells whether it, followed by the next such word, may be the anchor
//     of a phrase. Those that may are noted, without a branch (filter.go);
//  3. confirm: for those, the trie of words says which phrases there are (confirm.go).

// window is the state of a scan.
type window struct {
	masks  masks
	words  positions                // where words begin
	hashes [maxPositions + 1]uint64 // of the word before the window, and of those
	found  positions                // indices in words, of those after an anchor
	tail   [windowBytes + ahead]byte
	loaded uint32
}

// Append appends all occurrences of all phrases in t to dst, also those that overlap,
// in the order of their Start, and returns the extended slice.
func (m *Matcher) Append(dst []Match, t fold.Text) []Match {
	w := m.windows.Get().(*window)
	defer m.windows.Put(w)
	w.masks = masks{}
	w.hashes[0] = 0
	text := bytesOf(t.Content)
	s := scan{m: m, text: text, folded: t, dst: dst, floor: len(dst)}
	last := -1 // the last word, of those that the filter looks at, before the window
	for base := 0; base < len(text); base += windowBytes {
		b := text[base:]
		if len(b) < windowBytes+ahead {
			clear(w.tail[copy(w.tail[:], b):])
			b = w.tail[:]
		}
		if t.Plain() {
			w.masks.plain(b, windowBlocks+1)
		} else {
			w.masks.mixed(b, windowBlocks+1)
		}
		if n := m.filter.longWords(&w.masks, &w.words); n > 0 {
			for _, note := range w.candidates(m, b, n) {
				i, on := note&^onNote, note&onNote != 0
				if i > 0 {
					start, end := w.word(text, base, i-1)
					s.anchor(start, end, w.hashes[i], on)
				} else if last >= 0 {
					s.anchor(last, wordEnd(text, last), w.hashes[0], on)
				}
			}
			last = base + int(w.words[n-1])
			w.hashes[0] = w.hashes[n]
		}
		w.masks.advance()
	}
	if last >= 0 {
		s.anchor(last, wordEnd(text, last), w.hashes[0], true)
	}
	return s.dst
}

// word returns where word i of the window at base begins and ends in the text.
func (w *window) word(text []byte, base int, i uint16) (start, end int) {
	at := int(w.words[i])
	run := binary.LittleEndian.Uint64(w.masks.run[at/8:]) >> (at%8 + 1)
	length := bits.TrailingZeros64(^run) + 1
	if length > 56 { // more than the run tells
		return base + at, wordEnd(text, base+at)
	}
	return base + at, base + at + length
}
