package phrase

import (
	"encoding/binary"

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

// confirm appends the phrases whose anchor is the word at i, which has the given hash.
func (s *scan) confirm(i int, hash uint64) {
	end := wordEnd(s.text, i)
	if len(s.m.filter.beginnings) > 0 || len(s.m.filter.any) > 0 {
		s.confirmBeginnings(i, hash*inverse)
	}
	at := uint32(root)
	for start := i; ; {
		e := s.m.trie.child(at, hash, s.text, start, end)
		if e == nil {
			return
		}
		if e.flags&alone != 0 {
			s.dst = append(s.dst, Match{int(e.term), i, end})
		} else if e.flags&terms != 0 {
			s.terms(e, i, end)
		}
		if e.flags&more == 0 {
			return
		}
		start = wordStart(s.text, end)
		if start < 0 || start-end > 1 && gapWidth(s.folded.Content[end:start]) != plain {
			return
		}
		at = e.id
		end = wordEnd(s.text, start)
		hash = hashWord(prefix8(s.text, start), end-start)
	}
}

// terms appends the phrases that the edge decides on, which stand, as far as it knows,
// from i to end.
func (s *scan) terms(e *edge, i, end int) {
	for n := e.term; ; n++ {
		term := s.m.trie.terms[n]
		if term.pattern < 0 {
			s.dst = append(s.dst, Match{int(term.phrase), i, end})
		} else {
			s.verify(i, term)
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
		s.verify(i, term)
	}
	for k := range f.beginnings {
		if e := s.m.trie.find(^uint32(k), f.beginnings[k].hash(first)); e != nil {
			s.terms(e, i, i)
		}
	}
}

// verify appends the phrase of the term if all of it is there, its anchor at i.
func (s *scan) verify(i int, term term) {
	p := &s.m.patterns[term.pattern]
	for range p.anchor {
		if i = wordBefore(s.text, i); i < 0 {
			return
		}
	}
	content := s.folded.Content
	end := 0
	for j, start := 0, i; ; j++ {
		word := &p.words[j]
		end = wordEnd(s.text, start)
		if !word.matches(content[start:end]) || p.exact && !word.matchesCase(s.folded.Cased(start, end)) {
			return
		}
		if j+1 == len(p.words) {
			break
		}
		start = wordStart(s.text, end)
		if start < 0 || gapWidth(content[end:start]) > p.words[j+1].gap {
			return
		}
	}
	s.dst = append(s.dst, Match{int(term.phrase), i, end})
	// Its anchor may come after those of phrases that begin later.
	for k := len(s.dst) - 1; k > s.floor && s.dst[k-1].Start > s.dst[k].Start; k-- {
		s.dst[k-1], s.dst[k] = s.dst[k], s.dst[k-1]
	}
}

// prefix8 returns the eight bytes from i on, | 0x20; behind the end there are zeros.
func prefix8(text []byte, i int) uint64 {
	if i+8 <= len(text) {
		return binary.LittleEndian.Uint64(text[i:]) | blanks
	}
	var b [8]byte
	copy(b[:], text[i:])
	return binary.LittleEndian.Uint64(b[:]) | blanks
}
