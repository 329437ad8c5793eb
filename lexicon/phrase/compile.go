package phrase

import "math"

// Compile makes a Matcher of the phrases. The error, if any, is an *Error about the
// first phrase that is not one.
func Compile(phrases []Phrase) (*Matcher, error) {
	m := &Matcher{trie: trie{nodes: make([]node, 1, len(phrases)+1)}}
	c := compiler{m: m, at: make([]uint32, len(phrases)), pattern: make([]int32, len(phrases))}
	m.trie.grow()
	for i, p := range phrases {
		parsed, reason := parse(p)
		if reason == "" && i > math.MaxInt32 {
			reason = "too many phrases"
		}
		if reason != "" {
			return nil, &Error{i, reason}
		}
		c.add(i, parsed)
	}
	c.placeTerms()
	c.fillFilters()
	return m, nil
}

// compiler fills a Matcher.
type compiler struct {
	m       *Matcher
	at      []uint32 // the node that decides on each phrase
	pattern []int32  // what is left to be checked of it, or -1

	singles, pairs []uint64 // hashes for the filters
	beginnings     []beginning
}

// beginning is how the first word of a phrase begins, if it is not plain.
type beginning struct {
	phrase int
	text   string
}

// add enters a phrase.
func (c *compiler) add(i int, p pattern) {
	m := c.m
	m.longest = max(m.longest, len(p.words))
	parent := uint32(root)
	plainWords := 0
	var first, second uint64
	for j := range p.words {
		w := &p.words[j]
		if !w.plain() || j > 0 && w.gap != plain {
			break
		}
		hash := hashOf(w.text)
		parent = m.trie.insert(parent, hash, w.text)
		plainWords++
		switch j {
		case 0:
			first = hash
		case 1:
			second = hash
		}
	}
	c.at[i], c.pattern[i] = parent, -1
	if plainWords < len(p.words) || p.exact || !p.ascii() {
		c.pattern[i] = int32(len(m.patterns))
		m.patterns = append(m.patterns, p)
	}
	switch plainWords {
	case 0:
		c.beginnings = append(c.beginnings, beginning{i, p.words[0].beginning()})
	case 1:
		c.singles = append(c.singles, first)
	default:
		c.pairs = append(c.pairs, hashPair(first, second))
	}
}

// placeTerms lays the terms of each node side by side.
func (c *compiler) placeTerms() {
	t := &c.m.trie
	c.addBeginnings()
	for _, n := range c.at {
		t.nodes[n].count++
	}
	t.nodes[root].count = 0
	next := uint32(0)
	for i := range t.nodes {
		t.nodes[i].first = next
		next += t.nodes[i].count
		t.nodes[i].count = 0
	}
	t.terms = make([]term, next)
	for i, at := range c.at {
		if at == root {
			continue
		}
		n := &t.nodes[at]
		t.terms[n.first+n.count] = term{uint32(i), c.pattern[i]}
		n.count++
	}
}

// beginningLength is how many bytes of a beginning of that many are looked at.
var beginningLength = [9]int{0, 1, 2, 3, 4, 4, 6, 6, 6}

// addBeginnings enters the phrases whose first word is not plain.
func (c *compiler) addBeginnings() {
	m := c.m
	class := map[int]int{}
	for _, b := range c.beginnings {
		n := beginningLength[min(len(b.text), 8)]
		if n == 0 {
			m.filters.any = append(m.filters.any, term{uint32(b.phrase), c.pattern[b.phrase]})
			continue
		}
		k, ok := class[n]
		if !ok {
			k = len(m.filters.prefixes)
			class[n] = k
			m.filters.prefixes = append(m.filters.prefixes, prefixClass{
				mask: ^uint64(0) >> (64 - 8*n),
				set:  newBitset(len(c.beginnings)),
			})
		}
		p := &m.filters.prefixes[k]
		hash := p.hash(prefix8(b.text, 0))
		p.set.add(hash)
		c.at[b.phrase] = m.trie.insert(^uint32(k), hash, "")
	}
}

// fillFilters makes the sets of hashes.
func (c *compiler) fillFilters() {
	f := &c.m.filters
	f.single, f.pair = newBitset(len(c.singles)), newBitset(len(c.pairs))
	for _, h := range c.singles {
		f.single.add(h)
	}
	for _, h := range c.pairs {
		f.pair.add(h)
	}
}

// hashOf hashes a word that stands alone.
func hashOf(word string) uint64 { return hashWord(prefix8(word, 0), len(word)) }
