// Package matcher measures the phrase matcher against the engines that a user could
// pick instead, all in one process, and checks what each of them finds.
//
// It is a module of its own so that the peers stay out of the product's go.mod. The
// engines that need cgo are in ../hyperscan, which hands them to [Main].
package matcher

import (
	"fmt"

	"github.com/zixpolicy/zixpolicy/lexicon/fold"
	"github.com/zixpolicy/zixpolicy/lexicon/phrase"
)

// Question is what an engine is asked, and so how many hits it must report.
type Question int

const (
	// Words asks for every occurrence of every phrase as whole words, with positions,
	// with what may stand between two words as package phrase has it.
	Words Question = iota
	// SpacedWords is the same with nothing but white space between two words, and with
	// the word boundaries of regular expressions.
	SpacedWords
	// Occurrences asks for every occurrence of every phrase as a string of bytes, also
	// inside words.
	Occurrences
	// Presence asks which phrases occur at all as strings of bytes.
	Presence
)

// Engine is one way to find many phrases.
type Engine struct {
	Name     string
	Question Question
	Lowered  bool // is given lower-cased text, the lowering of which is not measured
	Limit    int  // the longest list it is built for; 0 for any
	Build    func(phrases []string) (Scanner, error)
}

// Scanner is an engine built for a list of phrases.
type Scanner interface {
	Scan(text string) int // hits
	Close()
}

// ours is the matcher that is measured.
var ours = Engine{
	Name: "zixpolicy", Question: Words,
	Build: func(phrases []string) (Scanner, error) {
		list := make([]phrase.Phrase, len(phrases))
		for i, p := range phrases {
			list[i].Text = p
		}
		m, err := phrase.Compile(list)
		if err != nil {
			return nil, fmt.Errorf("zixpolicy: %w", err)
		}
		return &oursScanner{matcher: m}, nil
	},
}

type oursScanner struct {
	matcher *phrase.Matcher
	buffer  fold.Buffer
	hits    []phrase.Match
}

// Scan folds the text, which is part of what is measured, and matches.
func (s *oursScanner) Scan(text string) int {
	s.hits = s.matcher.Append(s.hits[:0], s.buffer.Fold(text))
	return len(s.hits)
}

func (s *oursScanner) Close() {}
