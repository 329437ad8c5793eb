// Package lexicon finds terms and numbers in text. It knows nothing of mail.
//
// A lexicon is a named list of entries on one subject, written in TOML with its
// tests beside it. [Parse] reads one, [Compile] makes one immutable [Set] of many,
// [Set.Scan] finds all their hits in one pass, and [Set.Tally] says which lexicons
// match.
//
// # The language
//
// A file has a name and any of title, version, locale (of the terms; "en"), threshold
// (the score at which it matches; 1), count, extends with remove, and entries. An
// [[entry]] looks for one thing:
//
//	terms     words and phrases, in any letter case, as package phrase finds them;
//	          a trailing * takes the rest of the word, ? stands for one letter
//	detector  a kind of number, as package number finds it
//	pattern   an RE2 expression, for whole words, tried only near its anchors: the
//	          phrases of near, or a word of three letters or more that every match has
//
// and says when it counts, and what:
//
//	case         "exact" where letter case matters
//	variants     true for the inflected forms of English terms, see inflect
//	near         one of these phrases must be within so many characters (within; 100),
//	unless_near  none of these may be,
//	followed_by  one of these must come next, with no word between
//	weight       what it adds to the score (1); may be negative
//	disguised    true for terms of one word that people hide from filters, with letters
//	             spaced out, behind marks, or exchanged: d a m n, d*mn, d4mn
//	max          cap on what the entry adds
//	count        "distinct" (the same value counts once; the default) or "all"
//	exclude      true: hits inside its spans do not count for this lexicon
//	name         what pattern and detector hits are called
//
// A [[test]] has a text and what this lexicon alone does with it: hits (the labels, in
// any order), score, matches.
package lexicon

import "github.com/zixpolicy/zixpolicy/internal/tomlfile"

// Lexicon is one parsed lexicon file. It is not changed after Parse.
type Lexicon struct {
	Name, Title, Version string
	Locale               string // BCP 47 tag of the terms' language; "en" by default
	Threshold            int    // the score at which the lexicon matches; at least 1
	Extends              string // name of the lexicon whose entries come first; may be empty
	Remove               []string
	Entries              []Entry

	file      *tomlfile.File
	tests     []selfTest
	threshold bool // whether the file states one
}

// Entry is one [[entry]]: terms, a detector or a pattern, and what their hits count.
// Exactly one of Terms, Detector and Pattern is set.
type Entry struct {
	Name     string   // label of pattern and detector hits; may be empty
	Terms    []string // as the author wrote them
	Detector string
	Pattern  string

	Exact     bool // letter case matters
	Variants  bool // inflected forms of the terms count too
	Disguised bool // the terms count in disguise, too
	Weight    int  // what one counted hit adds to the score; may be negative
	Max       int  // cap on what the entry adds, as a magnitude; 0 is no cap
	All       bool // every hit counts, not only different values
	Exclude   bool // hits inside its spans do not count, and it has none itself

	Near       []string // one of these must be within Within characters
	UnlessNear []string // none of these may be
	FollowedBy []string // one of these must come next
	Within     int      // characters

	file   *tomlfile.File // where it was written
	path   string         // its place there: "entry[3]"
	origin []int          // where its terms stood there, if some have been removed
}

// termPath is the place of the i-th term in its file.
func (e *Entry) termPath(i int) string {
	if e.origin != nil {
		i = e.origin[i]
	}
	return at(e.path+".terms", i)
}

// label names a hit of the entry.
func (e *Entry) label(term int) string {
	switch {
	case term >= 0:
		return e.Terms[term]
	case e.Name != "":
		return e.Name
	case e.Detector != "":
		return e.Detector
	}
	return e.Pattern
}

// labels appends every name that a hit of the entry can have.
func (e *Entry) labels(dst []string) []string {
	if len(e.Terms) > 0 {
		return append(dst, e.Terms...)
	}
	return append(dst, e.label(-1))
}

// Text is one piece of text to scan.
type Text struct {
	Content string  // UTF-8
	Tables  []Table // stretches of Content, in order and without overlap
}

// Hit is one confirmed occurrence of an entry in a text.
type Hit struct {
	Lexicon int    // index in Set.Lexicons
	Entry   int    // index in that lexicon's Entries
	Term    int    // index in that entry's Terms; -1 for detectors and patterns
	Text    int    // index in the texts given to Scan
	Start   int    // byte offset of the first byte in Text.Content
	End     int    // byte offset after the last byte
	Why     string // what confirmed it (`cue "MRN" 7 characters before`); may be empty
}

// Tally sums up the hits of one lexicon.
type Tally struct {
	Score    int  // Σ weight over the hits that count
	Count    int  // hits
	Distinct int  // different values among them
	Matched  bool // Score has reached the lexicon's threshold
}
