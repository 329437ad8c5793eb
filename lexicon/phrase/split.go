package phrase

import (
	"encoding/binary"
	"math/bits"
	"sync"
	"unicode"
	"unicode/utf8"
	"unsafe"
)

// bytesOf returns the bytes of s without copying them. They must not be changed.
func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

// split finds words from at on until the window is full or the text is over, and
// returns where it stopped.
func (w *window) split(text string, at int) int {
	b := bytesOf(text)
	for w.starts < windowWords && at < len(b) {
		if len(b)-at < 64 {
			var last [64]byte
			copy(last[:], b[at:])
			if mask, ok := wordMask(last[:]); ok {
				w.add(mask, at)
				return len(b)
			}
			return w.splitRunes(text, at, len(b))
		}
		mask, ok := wordMask(b[at : at+64])
		if !ok {
			at = w.splitRunes(text, at, at+64)
			continue
		}
		w.add(mask, at)
		at += 64
	}
	return at
}

// wordMask returns a bit for each of 64 bytes: whether it is a letter or digit. It is
// not ok if there is anything but ASCII.
func wordMask(b []byte) (mask uint64, ok bool) {
	const (
		ones  = 0x0101010101010101
		highs = 0x80 * ones
	)
	_ = b[63]
	var any uint64
	for i := 0; i < 64; i += 8 {
		x := binary.LittleEndian.Uint64(b[i:])
		any |= x
		y := x | 0x20*ones
		// The high bit of each byte: a <= y <= z, or 0 <= x <= 9. No sum carries.
		word := ((y + (0x80-'a')*ones) ^ (y + (0x80-'z'-1)*ones)) | ((x + (0x80-'0')*ones) ^ (x + (0x80-'9'-1)*ones))
		// The product gathers the eight bits in its highest byte.
		mask = mask>>8 | (word&highs)>>7*0x0102040810204080>>56<<56
	}
	return mask, any&highs == 0
}

// add notes the words of the 64 bytes at at.
func (w *window) add(mask uint64, at int) {
	open := uint64(w.starts - w.ends)
	before := mask<<1 | open
	begin, end := mask&^before, before&^mask
	s, e := w.start[w.starts:w.starts+32], w.end[w.ends:w.ends+32]
	w.starts += bits.OnesCount64(begin)
	w.ends += bits.OnesCount64(end)
	for i := 0; begin != 0; i++ {
		s[i] = uint32(at + bits.TrailingZeros64(begin))
		begin &= begin - 1
	}
	for i := 0; end != 0; i++ {
		e[i] = uint32(at + bits.TrailingZeros64(end))
		end &= end - 1
	}
}

// splitRunes notes the words from at to limit, or to the end of the character there,
// one character at a time.
func (w *window) splitRunes(text string, at, limit int) int {
	classes := runeClasses()
	for at < limit {
		r, size := rune(text[at]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[at:])
		}
		c := letter
		if int(r) < len(classes) {
			c = classes[r]
		} else {
			c = classify(r)
		}
		open := w.starts > w.ends
		switch {
		case c == separator:
			if open {
				w.finish(at)
			}
		case c == solo:
			if open {
				w.finish(at)
			}
			w.start[w.starts] = uint32(at)
			w.starts++
			w.finish(at + size)
		case open:
		case c == mark && w.ends > 0 && int(w.end[w.ends-1]) == at:
			w.end[w.ends-1] = uint32(at + size)
		default:
			w.start[w.starts] = uint32(at)
			w.starts++
		}
		at += size
	}
	return at
}

// finish notes the end of the word that is open.
func (w *window) finish(at int) {
	w.end[w.ends] = uint32(at)
	w.ends++
}

// runeClasses holds the class of the runes of the basic plane. It is made when the
// first text needs it, and never changes.
var runeClasses = sync.OnceValue(func() *[1 << 16]class {
	t := new([1 << 16]class)
	set := func(c class, tables ...*unicode.RangeTable) {
		for _, table := range tables {
			for _, span := range table.R16 {
				for r := int(span.Lo); r <= int(span.Hi); r += int(span.Stride) {
					if c != solo || t[r] == letter {
						t[r] = c
					}
				}
			}
		}
	}
	set(letter, unicode.L, unicode.N)
	set(solo, soloScripts...)
	set(mark, unicode.M)
	t[prolongedSound] = solo
	return t
})
