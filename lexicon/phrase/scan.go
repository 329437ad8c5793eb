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
		n := m.filter.longWords(&w.masks, &w.words)
		found := w.pass(&m.filter, b, n)
		if len(m.filter.beginnings) == 0 && len(m.filter.any) == 0 {
			found = w.second(m, found)
		}
		for _, note := range w.found[:found] {
			i, on := note&^onNote, note&onNote != 0
			if i > 0 {
				start, end := w.word(i - 1)
				if end == 0 {
					end = wordEnd(text, base+start) - base
				}
				s.confirm(base+start, base+end, w.hashes[i], on)
			} else if last >= 0 {
				s.confirm(last, wordEnd(text, last), w.hashes[0], on)
			}
		}
		if n > 0 {
			last = base + int(w.words[n-1])
			w.hashes[0] = w.hashes[n]
		}
		w.masks.advance()
	}
	if last >= 0 {
		s.confirm(last, wordEnd(text, last), w.hashes[0], true)
	}
	return s.dst
}

// word returns where word i of the window begins and ends in it. The end is 0 if the
// word is so long that the masks do not tell.
func (w *window) word(i uint16) (start, end int) {
	start = int(w.words[i])
	run := binary.LittleEndian.Uint64(w.masks.run[start/8:]) >> (start%8 + 1)
	length := bits.TrailingZeros64(^run) + 1
	if length > 56 {
		return start, 0
	}
	return start, start + length
}
