package phrase

import (
	"encoding/binary"
	"math/bits"
	"sync"
	"unicode"
	"unicode/utf8"
	"unsafe"
)

const (
	ones   = 0x0101010101010101
	highs  = 0x80 * ones
	blanks = 0x20 * ones // what tells ASCII letters of either case apart

	blockBytes   = 64 // that are split at once: one bit of a mask for each
	windowBlocks = 16 // that are split before their words are looked at
	windowBytes  = windowBlocks * blockBytes

	// ahead is how many bytes after a window have a part in its words: the block after
	// it decides how long they are, and words are loaded eight bytes at a time.
	ahead = blockBytes + 8
)

// bytesOf returns the bytes of s without copying them. They must not be changed.
func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

// masks has two bits for each byte of a window and of what is ahead of it.
type masks struct {
	begin [windowBlocks + 6]uint64     // a word begins here
	run   [8 * (windowBlocks + 7)]byte // a word that has begun goes on here

	last  class // of the character before at
	at    int   // in the window: where the next character begins
	after int   // blocks that are known already
	ascii [blockBytes]byte
}

// setRun stores the bits of block i. They are kept as bytes so that any eight bits can
// be loaded from where a word begins.
func (m *masks) setRun(i int, mask uint64) { binary.LittleEndian.PutUint64(m.run[8*i:], mask) }

func (m *masks) getRun(i int) uint64 { return binary.LittleEndian.Uint64(m.run[8*i:]) }

// advance makes the masks of what was ahead of a window the first of the next one.
func (m *masks) advance() {
	m.begin[0], m.begin[1] = m.begin[windowBlocks], m.begin[windowBlocks+1]
	m.setRun(0, m.getRun(windowBlocks))
	m.setRun(1, m.getRun(windowBlocks+1))
	m.at -= windowBytes
	m.after = 1
}

// plain splits blocks of ASCII.
func (m *masks) plain(b []byte, blocks int) {
	open := uint64(0)
	if m.last == letter {
		open = 1
	}
	for i := m.after; i < blocks; i++ {
		word := wordMask((*[blockBytes]byte)(b[i*blockBytes:]))
		before := word<<1 | open
		open = word >> 63
		m.begin[i] = word &^ before
		m.setRun(i, word&before)
	}
	m.last = separator
	if open != 0 {
		m.last = letter
	}
}

// mixed splits blocks that may have characters beyond ASCII. b may end inside one.
func (m *masks) mixed(b []byte, blocks int) {
	for i := m.after; i < blocks; i++ {
		m.begin[i+1] = 0
		m.setRun(i+1, 0)
		at := i * blockBytes
		if m.at > at {
			m.runes(b, at+blockBytes)
			continue
		}
		word, ok := m.letters(b, at)
		if !ok {
			m.runes(b, at+blockBytes)
			continue
		}
		before := word << 1
		if m.last == letter {
			before |= 1
		}
		m.begin[i] = word &^ before
		m.setRun(i, word&before)
		m.last = separator
		if word>>63 != 0 {
			m.last = letter
		}
		m.at = at + blockBytes
	}
}

// letters returns a bit for each byte of the block at at: whether it is of a word. It is
// not ok if that does not say all: where there are words of one character, or marks that
// may belong to one, or a character that does not end in the block.
func (m *masks) letters(b []byte, at int) (word uint64, ok bool) {
	block := (*[blockBytes]byte)(b[at:])
	beyond := uint64(0) // ASCII
	for i := 0; i < blockBytes; i += 8 {
		x := binary.LittleEndian.Uint64(block[i:])
		beyond |= (x & highs) * gather >> 56 << i
		// Other bytes become separators for now.
		binary.LittleEndian.PutUint64(m.ascii[i:], x&^((x&highs)>>7*0xFF))
	}
	word = wordMask(&m.ascii)
	for beyond != 0 {
		i := bits.TrailingZeros64(beyond)
		r, size := utf8.DecodeRune(b[at+i:])
		c := classOf(r)
		if i+size > blockBytes || c == solo || c == mark {
			return 0, false
		}
		of := (uint64(1)<<size - 1) << i
		if c == letter {
			word |= of
		}
		beyond &^= of
	}
	return word, true
}

// gather multiplies the high bits of eight bytes into the highest byte of the product.
const gather = 0x0002040810204081

// runes splits from where the last split ended to limit, or to the end of the character
// there, one character at a time.
func (m *masks) runes(b []byte, limit int) {
	classes := runeClasses()
	for m.at < limit {
		r, size := rune(b[m.at]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(b[m.at:])
		}
		var c class
		if int(r) < len(classes) {
			c = classes[r]
		} else {
			c = classify(r)
		}
		begins := c == solo || c == letter && m.last != letter || c == mark && m.last == separator
		for i := m.at; i < m.at+size && c != separator; i++ {
			if begins && i == m.at {
				m.begin[i/64] |= 1 << (i % 64)
			} else {
				m.run[i/8] |= 1 << (i % 8)
			}
		}
		switch {
		case c == mark && m.last == separator:
			m.last = letter
		case c != mark:
			m.last = c
		}
		m.at += size
	}
}

// wordMaskPlain returns a bit for each of 64 bytes of ASCII: whether it is a letter or
// digit.
func wordMaskPlain(b *[blockBytes]byte) uint64 {
	// The bits of the first of every eight bytes come to lie side by side, then those of
	// the second, and so on.
	t := wordBits(binary.LittleEndian.Uint64(b[0:])) >> 7
	t |= wordBits(binary.LittleEndian.Uint64(b[8:])) >> 6
	t |= wordBits(binary.LittleEndian.Uint64(b[16:])) >> 5
	t |= wordBits(binary.LittleEndian.Uint64(b[24:])) >> 4
	t |= wordBits(binary.LittleEndian.Uint64(b[32:])) >> 3
	t |= wordBits(binary.LittleEndian.Uint64(b[40:])) >> 2
	t |= wordBits(binary.LittleEndian.Uint64(b[48:])) >> 1
	t |= wordBits(binary.LittleEndian.Uint64(b[56:]))
	// That is a matrix of eight by eight bits, which has to be transposed.
	x := (t ^ t>>7) & 0x00AA00AA00AA00AA
	t ^= x ^ x<<7
	x = (t ^ t>>14) & 0x0000CCCC0000CCCC
	t ^= x ^ x<<14
	x = (t ^ t>>28) & 0x00000000F0F0F0F0
	return t ^ x ^ x<<28
}

// wordBits returns the high bit of each of eight bytes of ASCII: whether it is a letter
// or digit. Each sum has the high bits of the bytes from one limit on, and none carries
// into the next byte; an odd number of them is inside.
func wordBits(x uint64) uint64 {
	y := x | blanks
	return ((y + (0x80-'a')*ones) ^ (y + (0x80-'z'-1)*ones) ^ (x + (0x80-'0')*ones) ^ (x + (0x80-'9'-1)*ones)) & highs
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
	for r := range rune(utf8.RuneSelf) {
		t[r] = classify(r)
	}
	set(letter, unicode.L, unicode.N)
	set(solo, soloScripts...)
	set(mark, unicode.M)
	t[prolongedSound] = solo
	return t
})
