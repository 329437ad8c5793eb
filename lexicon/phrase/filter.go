package phrase

// filters say of every word of a text whether a phrase may begin with it. They may say
// so where none does, and never fail to where one does.
type filters struct {
	single bitset // hashes of words that alone decide that a phrase may begin
	pair   bitset // hashes of the first two words of the other phrases

	prefixes []prefixClass // for phrases whose first word is not plain
	any      []term        // phrases that may begin with any word
}

// prefixClass is the beginnings of one length.
type prefixClass struct {
	mask uint64 // keeps as many letters
	set  bitset
}

// hash hashes the beginning of a word.
func (p *prefixClass) hash(first uint64) uint64 { return first & p.mask * multiplier }

// note is the index of a word in the window, and why a phrase may begin there.
type note uint32

const (
	pairNote note = 1 << iota
	singleNote
	beginningNote
	noteBits = iota
)

// bitset holds hashes by their highest bits.
type bitset struct {
	words []uint64
	shift uint8
}

// newBitset returns a set for n hashes.
func newBitset(n int) bitset {
	const sparse = 32 // bits per hash: one in so many others is let through
	size := uint8(10)
	for 1<<size < n*sparse {
		size++
	}
	return bitset{make([]uint64, 1<<size/64), 64 - size}
}

func (s *bitset) add(hash uint64) {
	hash >>= s.shift
	s.words[hash/64] |= 1 << (hash % 64)
}

// has returns 1 if the set may have the hash, and 0 if not.
func (s *bitset) has(hash uint64) uint64 {
	hash >>= s.shift
	return s.words[hash/64] >> (hash % 64) & 1
}

// hashPair hashes two words that follow each other.
func hashPair(first, second uint64) uint64 { return first>>1 ^ second }

// filter notes in w.found which of the words from done to limit may begin a phrase, and
// returns how many.
func (m *Matcher) filter(w *window, done, limit int) int {
	if done >= limit {
		return 0
	}
	if len(m.filters.prefixes) > 0 || len(m.filters.any) > 0 {
		return m.filterAll(w, done, limit)
	}
	single, pair := &m.filters.single, &m.filters.pair
	n := 0
	hashes := w.hash[done : limit+1]
	hash := hashes[0]
	for i, next := range hashes[1:] {
		p := pair.has(hashPair(hash, next))
		s := single.has(hash)
		w.found[n] = note(done+i)<<noteBits | note(p|s<<1)
		n += int(p | s)
		hash = next
	}
	return n
}

// filterAll is filter where phrases begin with words with * or ? too.
func (m *Matcher) filterAll(w *window, done, limit int) int {
	any := uint64(min(1, len(m.filters.any)))
	n := 0
	for i := done; i < limit; i++ {
		hash := w.hash[i]
		p := m.filters.pair.has(hashPair(hash, w.hash[i+1]))
		s := m.filters.single.has(hash)
		b := any
		first := w.first(i)
		for k := range m.filters.prefixes {
			b |= m.filters.prefixes[k].set.has(m.filters.prefixes[k].hash(first))
		}
		w.found[n] = note(i)<<noteBits | note(p|s<<1|b<<2)
		n += int(p | s | b)
	}
	return n
}
