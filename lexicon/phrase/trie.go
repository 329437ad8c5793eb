package phrase

import (
	"encoding/binary"
)

// trie holds the phrases word by word, as far as their words are plain: an edge leads
// from the node of some first words to the node of those and one more. All edges are in
// one hash table.
type trie struct {
	edges []edge
	shift uint8
	used  int

	nodes []node // the root is the first
	tails []byte // what words have beyond their first eight bytes, | 0x20
	terms []term // in the order of their nodes
}

// edge is one slot of the table; it is free if child is 0.
type edge struct {
	hash          uint64
	parent, child uint32
}

// node is where an edge leads.
type node struct {
	last   uint64 // the last eight bytes of a longer word, | 0x20
	tail   uint32 // in tails, if the word has more than 16 bytes
	first  uint32 // in terms
	count  uint32 // of the terms
	length uint16 // of the word
	more   bool   // whether edges lead on
}

// term is a phrase that a node decides on.
type term struct {
	phrase  uint32
	pattern int32 // what is left to be checked, in Matcher.patterns; or -1
}

const root = 0

// slot returns where in the table to begin to look for an edge.
func (t *trie) slot(hash uint64, parent uint32) int {
	return int((hash ^ uint64(parent)*multiplier) >> t.shift)
}

// child follows the edge of the word from start to end of the text, whose hash is
// given, and returns the root if there is none.
func (t *trie) child(parent uint32, hash uint64, text []byte, start, end int) uint32 {
	for i := t.slot(hash, parent); ; i = (i + 1) & (len(t.edges) - 1) {
		e := &t.edges[i]
		if e.child == root {
			return root
		}
		if e.hash == hash && e.parent == parent && t.nodes[e.child].isWord(t, text, start, end) {
			return e.child
		}
	}
}

// isWord reports whether the word of the text, whose hash is right, is that of n.
func (n *node) isWord(t *trie, text []byte, start, end int) bool {
	length := end - start
	if length != int(n.length) {
		return false
	}
	if length <= 8 {
		return true // different words of up to eight bytes have different hashes
	}
	if binary.LittleEndian.Uint64(text[end-8:])|blanks != n.last {
		return false
	}
	if length <= 16 {
		return true
	}
	tail := t.tails[n.tail:][:length-16]
	for i, c := range tail {
		if text[start+8+i]|0x20 != c {
			return false
		}
	}
	return true
}

// find follows an edge that has no word of its own.
func (t *trie) find(parent uint32, hash uint64) uint32 {
	for i := t.slot(hash, parent); ; i = (i + 1) & (len(t.edges) - 1) {
		e := &t.edges[i]
		if e.child == root || e.hash == hash && e.parent == parent {
			return e.child
		}
	}
}

// insert returns the child of parent by the word, or by the bare hash if there is no
// word, after adding it if need be.
func (t *trie) insert(parent uint32, hash uint64, word string) uint32 {
	if t.used*3 >= len(t.edges)*2 {
		t.grow()
	}
	var child uint32
	if word == "" {
		child = t.find(parent, hash)
	} else {
		child = t.child(parent, hash, bytesOf(word), 0, len(word))
	}
	if child != root {
		return child
	}
	n := node{length: uint16(len(word)), tail: uint32(len(t.tails))}
	if len(word) > 8 {
		n.last = prefix8(bytesOf(word), len(word)-8)
	}
	for i := 8; i < len(word)-8; i++ {
		t.tails = append(t.tails, word[i]|0x20)
	}
	child = uint32(len(t.nodes))
	t.nodes = append(t.nodes, n)
	if word != "" {
		t.nodes[parent].more = true
	}
	t.put(edge{hash, parent, child})
	t.used++
	return child
}

// init makes an empty trie for n phrases.
func (t *trie) init(n int) {
	t.nodes = make([]node, 1, n+1)
	t.grow()
}

// put stores an edge that is not in the table.
func (t *trie) put(e edge) {
	i := t.slot(e.hash, e.parent)
	for t.edges[i].child != root {
		i = (i + 1) & (len(t.edges) - 1)
	}
	t.edges[i] = e
}

// grow doubles the table.
func (t *trie) grow() {
	old := t.edges
	t.edges = make([]edge, max(64, 2*len(old)))
	t.shift = 64
	for 1<<(64-t.shift) < len(t.edges) {
		t.shift--
	}
	for _, e := range old {
		if e.child != root {
			t.put(e)
		}
	}
}
