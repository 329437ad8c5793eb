package phrase

import (
	"encoding/binary"
	"math/bits"
	"unsafe"
)

// filter says of every word of a text whether a phrase may have its anchor there. It
// may say so where none has, and never fails to where one has.
//
// The first look is into buckets. The hash of a word chooses 64 bits of it, and among
// them one bit by other bits of the hash is set if the word may be an anchor whatever
// follows, and one by the hash of the next word if the two may be an anchor and what
// follows it. So most words cost a single load from memory. For the few that are left
// the second look is into sets of more bits.
type filter struct {
	buckets []uint64
	last    uint64 // index of a bucket: one less than a power of two
	alone   bitset // anchors, whatever follows
	pairs   bitset // anchors with what follows
	least   int    // length of the words that are looked at, at least

	beginnings []beginnings // for phrases without a plain word
	any        []term       // for phrases that any word may begin
}

// multiplier spreads the bits of a word over its hash. It is odd, so that different
// words of up to eight letters have different hashes.
const multiplier = 0x9E3779B97F4A7C15

// hashWord hashes a word of the given length by its first eight bytes, of which ASCII
// letters are without their case. What follows the word does not matter.
func hashWord(first uint64, length int) uint64 {
	return first & (all >> (64 - 8*uint(min(length, 8)))) * multiplier
}

// newFilter returns a filter for n anchors. With as many buckets most words find theirs
// empty.
func newFilter(n int) filter {
	size := tableSize(n)
	return filter{
		buckets: make([]uint64, size),
		last:    uint64(size - 1),
		alone:   newBitset(n),
		pairs:   newBitset(n),
	}
}

// addAlone lets through the word, whatever follows.
func (f *filter) addAlone(word uint64) {
	f.buckets[word>>40&f.last] |= 1 << (word >> 34 & 63)
	f.alone.add(word)
}

// addPair lets through the word if next comes next.
func (f *filter) addPair(word, next uint64) {
	f.buckets[word>>40&f.last] |= 1 << (next >> 58)
	f.pairs.add(hashPair(word, next))
}

// hashPair hashes two words.
func hashPair(word, next uint64) uint64 { return word>>1 ^ next }

// bitset holds hashes by some of their bits.
type bitset struct {
	words []uint64
	last  uint64 // index of a word: one less than a power of two
}

// newBitset returns a set with room for n hashes.
func newBitset(n int) bitset {
	size := tableSize(n) / 2 // 32 bits for each
	return bitset{make([]uint64, size), uint64(size - 1)}
}

func (s *bitset) add(hash uint64) { s.words[hash>>40&s.last] |= 1 << (hash >> 34 & 63) }

// has returns 1 if the set may have the hash, and 0 if not.
func (s *bitset) has(hash uint64) uint64 { return s.words[hash>>40&s.last] >> (hash >> 34 & 63) & 1 }

// keep holds, for what run ^ (run+2) is from the begin of a word on, which bits of its
// first eight bytes count: those that tell small letters from big ones do not.
var keep = func() (k [512]uint64) {
	for length := 1; length <= 8; length++ {
		k[1<<(length+1)-2] = all >> (64 - 8*length) &^ blanks
	}
	return k
}()

const all = ^uint64(0)

// maxPositions is how many words a window and the block after it can have: each takes
// two bytes at least.
const maxPositions = (windowBlocks + 2) * blockBytes / 2

// positions is of words in a window.
type positions [maxPositions]uint16

// longWords writes where words of the least length or more begin, and returns how many
// there are.
func (f *filter) longWords(m *masks, words *positions) int {
	second, third := all, all // not asked for
	if f.least > 1 {
		second = 0
	}
	if f.least > 2 {
		third = 0
	}
	n := 0
	run := m.getRun(0)
	for i := range windowBlocks {
		next := m.getRun(i + 1)
		s := m.begin[i] & (run>>1 | next<<63 | second) & (run>>2 | next<<62 | third)
		run = next
		base := uint16(i * blockBytes)
		p := (*[blockBytes / 2]uint16)(words[n:])
		n += bits.OnesCount64(s)
		// Most blocks have no more than twelve, and that many are written without asking.
		p[0], s = base+uint16(bits.TrailingZeros64(s)), s&(s-1)
		p[1], s = base+uint16(bits.TrailingZeros64(s)), s&(s-1)
		p[2], s = base+uint16(bits.TrailingZeros64(s)), s&(s-1)
		p[3], s = base+uint16(bits.TrailingZeros64(s)), s&(s-1)
		p[4], s = base+uint16(bits.TrailingZeros64(s)), s&(s-1)
		p[5], s = base+uint16(bits.TrailingZeros64(s)), s&(s-1)
		p[6], s = base+uint16(bits.TrailingZeros64(s)), s&(s-1)
		p[7], s = base+uint16(bits.TrailingZeros64(s)), s&(s-1)
		p[8], s = base+uint16(bits.TrailingZeros64(s)), s&(s-1)
		p[9], s = base+uint16(bits.TrailingZeros64(s)), s&(s-1)
		p[10], s = base+uint16(bits.TrailingZeros64(s)), s&(s-1)
		p[11], s = base+uint16(bits.TrailingZeros64(s)), s&(s-1)
		for j := 12; s != 0; j++ {
			p[j%len(p)], s = base+uint16(bits.TrailingZeros64(s)), s&(s-1)
		}
	}
	return n
}

// candidates hashes the n words of the window b, and returns a note for each whose
// predecessor may be an anchor: its index, with onNote set if the two may belong to one
// phrase.
func (w *window) candidates(m *Matcher, b []byte, n int) []uint16 {
	if len(m.filter.beginnings) > 0 || len(m.filter.any) > 0 {
		return w.found[:w.passAll(&m.filter, b, n)]
	}
	return w.found[:w.second(m, w.pass(&m.filter, b, n))]
}

// pass takes the first look at the n words of the window b, and leaves in w.found the
// indices of those that are let through. It returns how many they are.
func (w *window) pass(f *filter, b []byte, n int) int {
	text, buckets, last := unsafe.Pointer(unsafe.SliceData(b)), unsafe.Pointer(unsafe.SliceData(f.buckets)), f.last
	found := 0
	before := w.hashes[0]
	for i, p := range w.words[:n] {
		run := load8(unsafe.Pointer(&w.masks.run), uintptr(p)/8) >> (uint64(p) % 8)
		word := load8(text, uintptr(p)) & keep[(run^(run+2))%512] * multiplier
		w.hashes[i+1] = word
		bucket := *(*uint64)(unsafe.Add(buckets, (before>>40&last)*8))
		w.found[found] = uint16(i)
		found += int((bucket>>(before>>34&63) | bucket>>(word>>58)) & 1)
		before = word
	}
	return found
}

// onNote is set in a note of w.found where the two words may be of one phrase.
const onNote = 1 << 15

// second takes the second look at the first n words of w.found, and returns how many are
// left. It loads what confirm needs of each, so that the loads wait for one another less.
func (w *window) second(m *Matcher, n int) int {
	f := &m.filter
	left, loaded := 0, uint32(0)
	for _, i := range w.found[:n] {
		word, next := w.hashes[i], w.hashes[i+1]
		pair := f.pairs.has(hashPair(word, next))
		w.found[left] = i | uint16(pair*onNote)
		left += int(f.alone.has(word) | pair)
		loaded += m.trie.edges[m.trie.slot(word, root)].id
	}
	w.loaded = loaded
	return left
}

// load8 loads the eight bytes at the offset without a check. The window ends eight bytes
// after the last word can begin, and so do the masks; with checks, pass takes half as
// long again.
func load8(base unsafe.Pointer, offset uintptr) uint64 {
	return binary.LittleEndian.Uint64((*[8]byte)(unsafe.Add(base, offset))[:])
}

// beginnings is the first letters of words, as many of each.
type beginnings struct {
	mask uint64 // keeps as many bytes
	set  bitset
}

// hash hashes the beginning of a word by its first eight bytes.
func (s *beginnings) hash(first uint64) uint64 { return first & s.mask * multiplier }

// passAll is pass and second in one where there are phrases without a plain word.
func (w *window) passAll(f *filter, b []byte, n int) int {
	found := 0
	for i, p := range w.words[:n] {
		run := load8(unsafe.Pointer(&w.masks.run), uintptr(p)/8) >> (uint64(p) % 8)
		word := binary.LittleEndian.Uint64(b[p:]) & keep[(run^(run+2))%512] * multiplier
		w.hashes[i+1] = word
		before := w.hashes[i]
		w.found[found] = uint16(i) | onNote
		if f.alone.has(before)|f.pairs.has(hashPair(before, word)) != 0 || len(f.any) > 0 || f.begins(before) {
			found++
		}
	}
	return found
}

// begins reports whether the word with the given hash may begin as one of the phrases
// does.
func (f *filter) begins(word uint64) bool {
	first := word * inverse
	found := uint64(0)
	for i := range f.beginnings {
		s := &f.beginnings[i]
		found |= s.set.has(s.hash(first))
	}
	return found != 0
}

// inverse undoes the multiplication by multiplier.
const inverse = 0xF1DE83E19937733D
