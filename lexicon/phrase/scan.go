package phrase

import (
	"encoding/binary"

	"github.com/zixpolicy/zixpolicy/lexicon/fold"
)

// A scan goes through the text in three steps that each do one thing to many words, so
// that the processor can work on several words at once and hardly ever guesses wrong:
//
//  1. split: 64 bytes at a time become a mask of which are in words, and the mask the
//     places where words begin and end (split.go);
//  2. filter: each word is hashed by its first eight letters; its bit, and the bit of
//     its pair with the next word, say whether a phrase may begin here (filter.go). The
//     words for which they do are noted without a branch;
//  3. confirm: for the words noted, the trie of words says which phrases there are
//     (trie.go).
//
// The window holds the words between step 1 and step 3.

const (
	windowWords = 256
	blockWords  = 64 // more than can begin or end in what is split at once
)

// window is the words of a stretch of text.
type window struct {
	start [windowWords + blockWords]uint32
	end   [windowWords + blockWords]uint32
	hash  [windowWords + blockWords]uint64
	found [windowWords + blockWords]note

	starts int // words that have begun
	ends   int // words that have ended
	hashed int // words that have their hash
}

// appendFast finds the same as appendNaive.
func (m *Matcher) appendFast(dst []Match, t fold.Text) []Match {
	var w window
	text := t.Content
	for at := 0; ; {
		at = w.split(text, at)
		final := at == len(text)
		if final && w.ends < w.starts {
			w.end[w.ends] = uint32(len(text))
			w.ends++
		}
		w.hashWords(text, final)
		limit := w.hashed
		if !final {
			limit = max(0, w.hashed-m.longest)
		}
		for _, f := range w.found[:m.filter(&w, 0, limit)] {
			dst = m.confirm(dst, t, &w, int(f>>noteBits), f)
		}
		if final {
			return dst
		}
		w.shift(limit)
	}
}

// hashWords hashes the words that have ended. The last may still get a mark, unless the
// text is over.
func (w *window) hashWords(text string, final bool) {
	limit := w.ends
	if !final {
		limit--
	}
	for i := w.hashed; i < limit; i++ {
		w.hash[i] = hashWord(prefix8(text, int(w.start[i])), int(w.end[i]-w.start[i]))
	}
	w.hashed = max(w.hashed, limit)
	if final {
		w.hash[w.hashed] = 0
	}
}

// shift makes room by dropping the words before limit.
func (w *window) shift(limit int) {
	copy(w.start[:], w.start[limit:w.starts])
	copy(w.end[:], w.end[limit:w.ends])
	copy(w.hash[:], w.hash[limit:w.hashed])
	w.starts -= limit
	w.ends -= limit
	w.hashed -= limit
}

// prefix8 returns the eight bytes from i on, with ASCII letters in lower case; behind
// the end there are zeros.
func prefix8(text string, i int) uint64 {
	const blanks = 0x2020202020202020
	if i+8 <= len(text) {
		return binary.LittleEndian.Uint64(bytesOf(text)[i:]) | blanks
	}
	var b [8]byte
	copy(b[:], text[i:])
	return binary.LittleEndian.Uint64(b[:]) | blanks
}

// multiplier spreads the bits of a word over its hash. It is odd, so that different
// words of the same length up to eight letters have different hashes.
const multiplier = 0x9E3779B97F4A7C15

// hashWord hashes a word of the given length from its first eight bytes and what
// follows in the text.
func hashWord(first uint64, length int) uint64 {
	first &= ^uint64(0) >> (64 - 8*uint(min(length, 8)))
	return (first ^ uint64(length)<<56) * multiplier
}

// inverse undoes the multiplication by multiplier.
const inverse = 0xF1DE83E19937733D

// first returns the first eight bytes of the word i, | 0x20.
func (w *window) first(i int) uint64 {
	return w.hash[i]*inverse ^ uint64(w.end[i]-w.start[i])<<56
}
