// Package passage finds registered passages, such as an organisation's disclaimers, in
// texts that have gone through mail programs: wrapped at other columns, quoted with >,
// in other letter case, with other spaces and punctuation. Only the words count, and
// their order.
package passage

import (
	"fmt"
	"sync"
	"unicode"

	"github.com/zixpolicy/zixpolicy/lexicon/fold"
)

// MinWords is how many words a passage has at least: a shorter one would be found where
// nobody meant it.
const MinWords = 3

// Span is where a passage stands, in bytes of the text: from its first word to its last.
type Span struct{ Start, End int }

// Set is passages compiled for finding them all in one pass. It is immutable and safe
// for concurrent use.
type Set struct {
	words   map[string]int32 // by their folded form
	nodes   []node           // of an automaton over words (Aho and Corasick); 0 is the root
	longest int              // words of the longest passage
	idle    sync.Pool        // of *search
}

// node is what has been read of some passages.
type node struct {
	next map[int32]int32
	fail int32 // the longest other beginning that ends like this one
	ends int   // words of the longest passage that ends here; 0 for none
}

// Compile compiles passages. It returns an error if one has too few words.
func Compile(passages []string) (*Set, error) {
	s := &Set{words: map[string]int32{}, nodes: []node{{}}}
	for i, p := range passages {
		n := s.insert(p)
		if n < MinWords {
			return nil, fmt.Errorf("passage %d has %d words, and needs %d", i+1, n, MinWords)
		}
		s.longest = max(s.longest, n)
	}
	s.link()
	s.idle.New = func() any { return &search{} }
	return s, nil
}

// Words counts the words of a passage.
func Words(passage string) int {
	n := 0
	eachWord(fold.String(passage), func(int, int) { n++ })
	return n
}

// insert adds a passage and returns how many words it has.
func (s *Set) insert(passage string) int {
	text := fold.String(passage)
	at, n := int32(0), 0
	var lower []byte
	eachWord(text, func(start, end int) {
		lower = appendLower(lower[:0], text[start:end])
		id, ok := s.words[string(lower)]
		if !ok {
			id = int32(len(s.words))
			s.words[string(lower)] = id
		}
		next, ok := s.nodes[at].next[id]
		if !ok {
			next = int32(len(s.nodes))
			s.nodes = append(s.nodes, node{})
			if s.nodes[at].next == nil {
				s.nodes[at].next = map[int32]int32{}
			}
			s.nodes[at].next[id] = next
		}
		at = next
		n++
	})
	s.nodes[at].ends = n
	return n
}

// link sets fail and ends of all nodes, breadth first.
func (s *Set) link() {
	queue := []int32{0}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for word, next := range s.nodes[at].next {
			if at != 0 {
				s.nodes[next].fail = s.step(s.nodes[at].fail, word)
			}
			fail := s.nodes[next].fail
			s.nodes[next].ends = max(s.nodes[next].ends, s.nodes[fail].ends)
			queue = append(queue, next)
		}
	}
}

// step returns the node after a word.
func (s *Set) step(at, word int32) int32 {
	for {
		if next, ok := s.nodes[at].next[word]; ok {
			return next
		}
		if at == 0 {
			return 0
		}
		at = s.nodes[at].fail
	}
}

// search is the memory of one search at a time.
type search struct {
	fold   fold.Buffer
	lower  []byte
	starts []int // of the last words, in a ring
}

// Find returns where passages stand in a text, in order and without overlap. Its time is
// linear in the text, whatever the passages.
func (s *Set) Find(text string) []Span {
	w := s.idle.Get().(*search)
	defer s.idle.Put(w)
	if len(w.starts) < s.longest {
		w.starts = make([]int, s.longest)
	}
	folded := w.fold.Fold(text)
	var spans []Span
	at, n := int32(0), 0
	eachWord(folded.Content, func(start, end int) {
		w.lower = appendLower(w.lower[:0], folded.Content[start:end])
		w.starts[n%s.longest] = start
		n++
		word, known := s.words[string(w.lower)]
		if !known {
			at = 0
			return
		}
		at = s.step(at, word)
		if words := s.nodes[at].ends; words > 0 {
			from, to := folded.Original(w.starts[(n-words)%s.longest], end)
			spans = join(spans, Span{from, to})
		}
	})
	return spans
}

// join appends a span that ends after all others, taking in those that it overlaps.
func join(spans []Span, last Span) []Span {
	for len(spans) > 0 && spans[len(spans)-1].End >= last.Start {
		last.Start = min(last.Start, spans[len(spans)-1].Start)
		spans = spans[:len(spans)-1]
	}
	return append(spans, last)
}

// eachWord calls do for each word of a folded text: a run of letters, digits and marks.
// In scripts written without spaces every letter is a word, since lines break anywhere.
func eachWord(text string, do func(start, end int)) {
	start := -1
	for i, r := range text {
		switch {
		case r >= 0x2E80 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
			if start >= 0 {
				do(start, i)
			}
			start = i
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			if start < 0 {
				start = i
			}
			continue
		default:
			if start >= 0 {
				do(start, i)
			}
			start = -1
		}
	}
	if start >= 0 {
		do(start, len(text))
	}
}

// appendLower appends a word with its ASCII letters in lower case; fold has seen to the
// others.
func appendLower(dst []byte, word string) []byte {
	for i := range len(word) {
		b := word[i]
		if 'A' <= b && b <= 'Z' {
			b += 'a' - 'A'
		}
		dst = append(dst, b)
	}
	return dst
}
