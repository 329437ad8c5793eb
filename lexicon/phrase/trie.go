package phrase

import (
	"encoding/binary"
	"strings"
)

// trie holds the phrases word by word from their anchors on, as far as their words are
// plain: an edge leads from some first words to those and one more. All edges are in one
// hash table, and have all that is needed to follow them in one place.
type trie struct {
	edges []edge
	used  int
	tails map[uint32]string // by id: what words of more than 16 bytes have beyond those
	terms []term
}

// edge is one slot of the table; it is free if its id is 0.
type edge struct {
	hash   uint64 // of the word
	second uint64 // its second eight bytes, of which ASCII letters are without their case
	parent uint32 // the id of the edge before, or root
	id     uint32
	term   uint32 // what ends here: the phrase itself if alone, or an index in terms
	length uint16 // of the word in bytes; the highest bits are flags
	onward uint16 // a bit for the hash of each word that edges lead on by
}

const (
	alone = 1 << 15 >> iota // term is the only phrase that ends here, and needs no other check
	terms                   // term is where the phrases begin that end here
	deep                    // the edges that lead on are to be followed whatever comes next
	flags = alone | terms | deep
)

// onwardBit is the bit of a word in what its parent knows.
func onwardBit(hash uint64) uint16 { return 1 << (hash >> 60) }

// term is a phrase that an edge decides on.
type term struct {
	phrase  uint32
	pattern int32 // what is left to be checked, in Matcher.patterns; or -1
	final   bool  // the last of its edge
}

const root = 0

// slot returns where in the table to begin to look for an edge.
func (t *trie) slot(hash uint64, parent uint32) int {
	return int((hash^uint64(parent)*multiplier)>>40) & (len(t.edges) - 1)
}

// child follows the edge of the word from start to end of the text, whose hash is
// given, and returns nil if there is none.
func (t *trie) child(parent uint32, hash uint64, text []byte, start, end int) *edge {
	for i := t.slot(hash, parent); ; i = (i + 1) & (len(t.edges) - 1) {
		e := &t.edges[i]
		if e.id == 0 {
			return nil
		}
		if e.hash == hash && e.parent == parent && e.isWord(t, text, start, end) {
			return e
		}
	}
}

// isWord reports whether the word of the text, whose hash is right, is that of e.
// Different words of up to eight bytes have different hashes.
func (e *edge) isWord(t *trie, text []byte, start, end int) bool {
	length := end - start
	if length != int(e.length&^flags) || second8(text, start, length) != e.second {
		return false
	}
	return length <= 16 || sameLetters(text[start+16:end], t.tails[e.id])
}

// second8 returns the second eight bytes of a word, like prefix8, with zeros for those
// beyond its length.
func second8(text []byte, start, length int) uint64 {
	if start+16 > len(text) {
		if length <= 8 {
			return 0
		}
		return prefix8(text[:start+length], start+8)
	}
	// A shift by 64 or more leaves nothing.
	return binary.LittleEndian.Uint64(text[start+8:]) & ^(all << (8 * uint(max(length-8, 0)))) &^ blanks
}

// sameLetters reports whether two words of the same length are the same but for the case
// of ASCII letters.
func sameLetters(a []byte, b string) bool {
	for i, c := range a {
		if (c^b[i])&^0x20 != 0 {
			return false
		}
	}
	return true
}

// find follows an edge that has no word of its own.
func (t *trie) find(parent uint32, hash uint64) *edge {
	for i := t.slot(hash, parent); ; i = (i + 1) & (len(t.edges) - 1) {
		e := &t.edges[i]
		if e.id == 0 {
			return nil
		}
		if e.hash == hash && e.parent == parent {
			return e
		}
	}
}

// insert returns the id of the edge from parent by the word, or by the bare hash if
// there is no word, after adding it if need be.
func (t *trie) insert(parent uint32, hash uint64, word string) uint32 {
	if t.used*3 >= len(t.edges)*2 {
		t.grow(2 * len(t.edges))
	}
	e := t.find(parent, hash)
	if word != "" {
		e = t.child(parent, hash, bytesOf(word), 0, len(word))
	}
	if e != nil {
		return e.id
	}
	t.used++
	n := edge{hash: hash, parent: parent, id: uint32(t.used), length: uint16(len(word))}
	if word != "" {
		n.second = second8(bytesOf(word), 0, len(word))
	}
	if len(word) > 16 {
		if t.tails == nil {
			t.tails = make(map[uint32]string)
		}
		t.tails[n.id] = strings.Clone(word[16:])
	}
	t.put(n)
	return n.id
}

// put stores an edge that is not in the table.
func (t *trie) put(e edge) {
	i := t.slot(e.hash, e.parent)
	for t.edges[i].id != 0 {
		i = (i + 1) & (len(t.edges) - 1)
	}
	t.edges[i] = e
}

// grow makes the table have the given size, a power of two.
func (t *trie) grow(size int) {
	old := t.edges
	t.edges = make([]edge, size)
	for i := range old {
		if old[i].id != 0 {
			t.put(old[i])
		}
	}
}
