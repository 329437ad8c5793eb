package phrase

// trie holds the phrases word by word from their anchors on, as far as their words are
// plain: an edge leads from some first words to those and one more. All edges are in one
// hash table, and have all that is needed to follow them in one place.
type trie struct {
	edges []edge
	used  int
	tails [][]byte // what words of more than 16 bytes have beyond their first eight, | 0x20
	terms []term
}

// edge is one slot of the table; it is free if its id is 0.
type edge struct {
	hash   uint64 // of the word
	last   uint64 // the last eight bytes of a word of up to 16, | 0x20; or an index in tails
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
func (e *edge) isWord(t *trie, text []byte, start, end int) bool {
	length := end - start
	switch {
	case length != int(e.length&^flags):
		return false
	case length <= 8:
		return true // different words of up to eight bytes have different hashes
	case length <= 16:
		return prefix8(text, end-8) == e.last
	}
	for i, c := range t.tails[e.last] {
		if text[start+8+i]|0x20 != c {
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
	switch {
	case len(word) > 16:
		n.last = uint64(len(t.tails))
		tail := []byte(word[8:])
		for i := range tail {
			tail[i] |= 0x20
		}
		t.tails = append(t.tails, tail)
	case len(word) > 8:
		n.last = prefix8(bytesOf(word), len(word)-8)
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
