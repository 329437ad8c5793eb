package phrase

// Compile makes a Matcher of the phrases. The error, if any, is an *Error about the
// first phrase that is not one.
func Compile(phrases []Phrase) (*Matcher, error) { return compile(phrases, longestLeast) }

// compile is Compile with a filter that looks at words of the given length, or of less
// if it has to.
func compile(phrases []Phrase, least int) (*Matcher, error) {
	parsed := make([]pattern, len(phrases))
	var ps parser
	for i, p := range phrases {
		var reason string
		if parsed[i], reason = ps.parse(p); reason != "" {
			return nil, &Error{i, reason}
		}
		least = min(least, parsed[i].longestWord())
	}
	c := compiler{
		m:       &Matcher{filter: newFilter(len(phrases))},
		at:      make([]uint32, len(phrases)),
		pattern: make([]int32, len(phrases)),
	}
	c.m.filter.least = max(1, least)
	c.m.windows.New = func() any { return new(window) }
	c.m.trie.grow(tableSize(2 * len(phrases)))
	for i := range parsed {
		c.add(i, &parsed[i])
	}
	c.addBeginnings()
	c.placeTerms()
	return c.m, nil
}

// longestLeast is how many bytes the words that the filter looks at have at least,
// unless there are phrases of only shorter words. The commonest words are shorter.
const longestLeast = 3

// compiler fills a Matcher.
type compiler struct {
	m       *Matcher
	at      []uint32 // the node that decides on each phrase
	pattern []int32  // what is left to be checked of it, or -1

	beginnings []beginning
	deep       []uint32 // edges of anchors that the filter knows alone, but the trie with more
}

// beginning is how a phrase without a plain word begins.
type beginning struct {
	phrase int
	text   string
}

// longestWord returns the length of the longest word that the filter can look for: a
// plain one, or if there is none what the first begins with.
func (p *pattern) longestWord() int {
	longest := 0
	for i := range p.words {
		if p.words[i].plain() {
			longest = max(longest, len(p.words[i].text))
		}
	}
	if longest == 0 {
		return len(p.words[0].beginning())
	}
	return longest
}

// chooseAnchor returns the index of the word that the phrase is to be found by, or -1
// if it has no plain word.
func (p *pattern) chooseAnchor(least int) int {
	for i := range p.words {
		if p.words[i].plain() && len(p.words[i].text) >= least {
			return i
		}
	}
	return -1
}

// add enters a phrase.
func (c *compiler) add(i int, p *pattern) {
	m := c.m
	c.pattern[i] = -1
	anchor := p.chooseAnchor(m.filter.least)
	if anchor < 0 {
		c.pattern[i] = int32(len(m.patterns))
		m.patterns = append(m.patterns, *p)
		c.beginnings = append(c.beginnings, beginning{i, p.words[0].beginning()})
		return
	}
	p.anchor = anchor
	at, first, j := uint32(root), uint32(root), anchor
	for ; j < len(p.words); j++ {
		w := &p.words[j]
		if !w.plain() || j > anchor && w.gap != plain {
			break
		}
		at = m.trie.insert(at, hashOf(w.text), w.text)
		if j == anchor {
			first = at
		}
	}
	c.at[i] = at
	if anchor > 0 || j < len(p.words) || p.exact || !p.ascii() {
		if anchor == 0 && !p.exact && p.ascii() {
			p.known = j
		}
		c.pattern[i] = int32(len(m.patterns))
		m.patterns = append(m.patterns, *p)
	}
	word := hashOf(p.words[anchor].text)
	if next := p.nextLong(anchor, m.filter.least); next != "" {
		m.filter.addPair(word, hashOf(next))
	} else {
		m.filter.addAlone(word)
		if at != first {
			c.deep = append(c.deep, first)
		}
	}
}

// nextLong returns the next word of at least the given length in any text that has the
// phrase, or the empty string if the phrase does not say which it is.
func (p *pattern) nextLong(anchor, least int) string {
	for i := anchor + 1; i < len(p.words); i++ {
		switch w := &p.words[i]; {
		case !w.plain():
			return ""
		case len(w.text) >= least:
			return w.text
		}
	}
	return ""
}

// beginningLength is how many bytes of beginnings of up to eight bytes are looked at.
// Each different one costs time for every word.
var beginningLength = [9]int{0, 1, 2, 3, 4, 5, 5, 5, 5}

// addBeginnings enters the phrases without a plain word.
func (c *compiler) addBeginnings() {
	f := &c.m.filter
	class := map[int]int{}
	for _, b := range c.beginnings {
		n := beginningLength[min(len(b.text), 8)]
		if n == 0 {
			f.any = append(f.any, term{phrase: uint32(b.phrase), pattern: c.pattern[b.phrase]})
			continue
		}
		k, ok := class[n]
		if !ok {
			k = len(f.beginnings)
			class[n] = k
			f.beginnings = append(f.beginnings, beginnings{all >> (64 - 8*n), newBitset(len(c.beginnings))})
		}
		s := &f.beginnings[k]
		hash := s.hash(prefix8(bytesOf(b.text), 0))
		s.set.add(hash)
		c.at[b.phrase] = c.m.trie.insert(^uint32(k), hash, "")
	}
}

// placeTerms lays the terms of each edge side by side, and tells the edges of them and
// of the edges that lead on.
func (c *compiler) placeTerms() {
	t := &c.m.trie
	first := make([]uint32, t.used+2) // by id: where its terms begin; then where they end
	onward := make([]uint16, t.used+1)
	length := make([]uint16, t.used+1) // flags of it
	for _, id := range c.deep {
		length[id] = deep
	}
	for _, id := range c.at {
		first[id+1]++
	}
	first[root+1] = 0 // phrases that any word may begin
	for id := 1; id < len(first); id++ {
		first[id] += first[id-1]
	}
	t.terms = make([]term, first[t.used+1])
	for i, id := range c.at {
		if id != root {
			t.terms[first[id]] = term{phrase: uint32(i), pattern: c.pattern[i]}
			first[id]++
		}
	}
	for i := range t.edges {
		if e := &t.edges[i]; e.id != 0 && e.parent <= uint32(t.used) {
			onward[e.parent] |= onwardBit(e.hash)
		}
	}
	for i := range t.edges {
		if e := &t.edges[i]; e.id != 0 {
			e.onward = onward[e.id]
			e.length |= length[e.id]
			e.settle(t.terms, first[e.id-1], first[e.id])
		}
	}
}

// settle tells e of its terms, which are those from first to end.
func (e *edge) settle(all []term, first, end uint32) {
	switch {
	case first == end:
	case first+1 == end && all[first].pattern < 0:
		e.length |= alone
		e.term = all[first].phrase
	default:
		e.length |= terms
		e.term = first
		all[end-1].final = true
	}
}

// tableSize returns the power of two from n on, and 64 at least.
func tableSize(n int) int {
	size := 64
	for size < n {
		size *= 2
	}
	return size
}

// hashOf hashes a word that stands alone.
func hashOf(word string) uint64 { return hashWord(prefix8(bytesOf(word), 0), len(word)) }
