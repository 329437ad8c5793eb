package phrase

import (
	"encoding/binary"
	"unicode/utf8"

	"github.com/zixpolicy/zixpolicy/lexicon/fold"
)

// scan confirms what the filter lets through.
type scan struct {
	m      *Matcher
	text   []byte
	folded fold.Text
	dst    []Match
	floor  int // matches that were in dst before
}

// anchor appends the phrases that are found by the word from start to end.
func (s *scan) anchor(start, end int, hash uint64, on bool) {
	if len(s.m.filter.beginnings) > 0 || len(s.m.filter.any) > 0 {
		s.confirmBeginnings(start, hash*inverse)
	}
	s.confirm(start, end, hash, on)
}

// confirm appends the phrases whose anchor is the word from start to end, which has the
// given hash. If it cannot be followed by what the phrases of several words have there,
// on is false.
func (s *scan) confirm(start, end int, hash uint64, on bool) {
	t := &s.m.trie
	e := &t.edges[t.slot(hash, root)]
	if e.hash != hash || e.parent != root || !e.isWord(t, s.text, start, end) {
		if e = t.child(root, hash, s.text, start, end); e == nil {
			return
		}
	}
	// Most anchors are whole phrases or are not, at random: write the match in any case.
	n := len(s.dst)
	s.dst = append(s.dst, Match{int(e.term), start, end})
	if e.length&alone == 0 {
		s.dst = s.dst[:n]
	}
	if e.length&(terms|deep) != 0 || on && e.onward != 0 {
		s.follow(e, start, end, on || e.length&deep != 0)
	}
}

// follow appends the phrases of more than the anchor e, which stands from start to end,
// and those of it that have to be verified.
func (s *scan) follow(e *edge, start, end int, on bool) {
	if e.length&terms != 0 {
		s.terms(e, start, end)
	}
	for word := start; on && e.onward != 0; {
		if word = s.nextWord(end); word < 0 {
			return
		}
		end = wordEnd(s.text, word)
		hash := hashWord(prefix8(s.text, word), end-word)
		if e.onward&onwardBit(hash) == 0 {
			return
		}
		if e = s.m.trie.child(e.id, hash, s.text, word, end); e == nil {
			return
		}
		if e.length&alone != 0 {
			s.dst = append(s.dst, Match{int(e.term), start, end})
		} else if e.length&terms != 0 {
			s.terms(e, start, end)
		}
	}
}

// nextWord returns where the word after the one that ends at end begins, or -1 if the
// gap between them is not plain.
func (s *scan) nextWord(end int) int {
	if end+1 < len(s.text) {
		if a, b := s.text[end], s.text[end+1]; a|b < utf8.RuneSelf && asciiClasses[a] == separator && asciiClasses[b] == letter {
			return end + 1 // a gap of one byte is plain
		}
	}
	next := wordStart(s.text, end)
	if next > end+1 && gapWidth(s.folded.Content[end:next]) != plain {
		return -1
	}
	return next
}

// terms appends the phrases that the edge decides on, which stand, as far as it knows,
// from i to end.
func (s *scan) terms(e *edge, i, end int) {
	for n := e.term; ; n++ {
		term := s.m.trie.terms[n]
		if term.pattern < 0 {
			s.dst = append(s.dst, Match{int(term.phrase), i, end})
		} else {
			s.verify(i, end, term)
		}
		if term.final {
			return
		}
	}
}

// confirmBeginnings appends the phrases without a plain word that begin at i.
func (s *scan) confirmBeginnings(i int, first uint64) {
	f := &s.m.filter
	for _, term := range f.any {
		s.verify(i, i, term)
	}
	for k := range f.beginnings {
		if e := s.m.trie.find(^uint32(k), f.beginnings[k].hash(first)); e != nil {
			s.terms(e, i, i)
		}
	}
}

// verify appends the phrase of the term if all of it is there, its anchor at i, and the
// words that the trie knows of up to end.
func (s *scan) verify(i, end int, term term) {
	p := &s.m.patterns[term.pattern]
	for range p.anchor {
		if i = wordBefore(s.text, i); i < 0 {
			return
		}
	}
	content := s.folded.Content
	for j := p.known; j < len(p.words); j++ {
		start, word := i, &p.words[j]
		if j > 0 {
			start = wordStart(s.text, end)
			if start < 0 || gapWidth(content[end:start]) > word.gap {
				return
			}
		}
		end = wordEnd(s.text, start)
		if !word.matches(content[start:end]) || p.exact && !word.matchesCase(s.folded.Cased(start, end)) {
			return
		}
	}
	s.dst = append(s.dst, Match{int(term.phrase), i, end})
	// Its anchor may come after those of phrases that begin later.
	for k := len(s.dst) - 1; k > s.floor && s.dst[k-1].Start > s.dst[k].Start; k-- {
		s.dst[k-1], s.dst[k] = s.dst[k], s.dst[k-1]
	}
}

// prefix8 returns the eight bytes from i on, of which ASCII letters are without their
// case; behind the end there are zeros.
func prefix8(text []byte, i int) uint64 {
	if i+8 <= len(text) {
		return binary.LittleEndian.Uint64(text[i:]) &^ blanks
	}
	var b [8]byte
	copy(b[:], text[i:])
	return binary.LittleEndian.Uint64(b[:]) &^ blanks
}
