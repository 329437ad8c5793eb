package phrase

import "github.com/zixpolicy/zixpolicy/lexicon/fold"

// confirm appends the phrases that begin with the word i of the window. The note of the
// filter says how to look for them.
func (m *Matcher) confirm(dst []Match, t fold.Text, w *window, i int, n note) []Match {
	if n&beginningNote != 0 {
		dst = m.confirmBeginnings(dst, t, w, i)
	}
	if n&(singleNote|pairNote) == 0 {
		return dst
	}
	start := int(w.start[i])
	at := uint32(root)
	for j := i; ; j++ {
		end := int(w.end[j])
		at = m.trie.child(at, w.hash[j], t.Content, int(w.start[j]), end)
		if at == root {
			return dst
		}
		node := &m.trie.nodes[at]
		for _, term := range m.trie.terms[node.first:][:node.count] {
			if term.pattern < 0 {
				dst = append(dst, Match{int(term.phrase), start, end})
			} else {
				dst = m.verify(dst, t, w, i, term)
			}
		}
		if !node.more || j == i && n&pairNote == 0 || j+1 == w.hashed {
			return dst
		}
		if next := int(w.start[j+1]); next-end > 1 && gapWidth(t.Content[end:next]) != plain {
			return dst
		}
	}
}

// confirmBeginnings appends the phrases whose first word is not plain.
func (m *Matcher) confirmBeginnings(dst []Match, t fold.Text, w *window, i int) []Match {
	for _, term := range m.filters.any {
		dst = m.verify(dst, t, w, i, term)
	}
	first := w.first(i)
	for k := range m.filters.prefixes {
		at := m.trie.find(^uint32(k), m.filters.prefixes[k].hash(first))
		if at == root {
			continue
		}
		node := &m.trie.nodes[at]
		for _, term := range m.trie.terms[node.first:][:node.count] {
			dst = m.verify(dst, t, w, i, term)
		}
	}
	return dst
}

// verify appends the phrase if all of it stands at the word i.
func (m *Matcher) verify(dst []Match, t fold.Text, w *window, i int, term term) []Match {
	p := &m.patterns[term.pattern]
	n := len(p.words)
	if n > w.hashed-i {
		return dst
	}
	for j := range p.words {
		word := &p.words[j]
		start, end := int(w.start[i+j]), int(w.end[i+j])
		if !word.matches(t.Content[start:end]) || p.exact && !word.matchesCase(t.Cased(start, end)) {
			return dst
		}
		if j > 0 && gapWidth(t.Content[w.end[i+j-1]:start]) > word.gap {
			return dst
		}
	}
	return append(dst, Match{int(term.phrase), int(w.start[i]), int(w.end[i+n-1])})
}
