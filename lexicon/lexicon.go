// Package lexicon finds terms and numbers in text. It knows nothing of mail.
//
// A lexicon is a named list of entries on one subject, written in TOML with its
// tests beside it. [Parse] reads one, [Compile] makes one immutable [Set] of many,
// [Set.Scan] finds all their hits in one pass, and [Set.Tally] says which lexicons
// match.
package lexicon

// Text is one piece of text to scan.
type Text struct {
	Content string // UTF-8
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

// Lexicon is one parsed lexicon file.
type Lexicon struct {
	Name, Title, Version string
	Threshold            int
}

// Parse reads one lexicon in TOML. name is what errors call the file. The error is
// joined of every mistake found (*tomlfile.Error).
func Parse(name string, data []byte) (*Lexicon, error) { return &Lexicon{}, nil }

// Set is many lexicons compiled into one matcher. It is immutable and safe for
// concurrent use.
type Set struct{}

// Compile builds the set of the given lexicons, resolving extends among them. A
// later lexicon replaces an earlier one of the same name.
func Compile(lexicons ...*Lexicon) (*Set, error) { return &Set{}, nil }

// Lexicons returns the set's lexicons in the order of their indices. Callers must
// not change it.
func (s *Set) Lexicons() []*Lexicon { return nil }

// Index returns the index of the lexicon of that name, or -1.
func (s *Set) Index(name string) int { return -1 }

// Scan appends to hits every hit in the texts, ordered by text, start and lexicon,
// and returns the extended slice. Hits inside an excluded span are left out.
func (s *Set) Scan(hits []Hit, texts []Text) []Hit { return hits }

// Tally sums hits up per lexicon, in the order of Lexicons. hits and texts are what
// Scan returned and was given.
func (s *Set) Tally(hits []Hit, texts []Text) []Tally { return nil }

// Label returns the name of what was hit: the term as its author wrote it, or the
// entry's name, or its detector's.
func (s *Set) Label(h Hit) string { return "" }

// Detector returns the name of the detector that made the hit, or "".
func (s *Set) Detector(h Hit) string { return "" }

// TestResult is the outcome of one of a lexicon's own tests.
type TestResult struct {
	Lexicon string
	Line    int    // of the [[test]] in its file
	Text    string // the test's text
	Err     error  // nil if the test passed; else what differs, with file and line
}

// Test runs the tests that stand in the lexicons' files.
func (s *Set) Test() []TestResult { return nil }

// Builtin returns the shipped lexicons, parsed. It panics if one is broken, which
// the package's own tests rule out.
func Builtin() []*Lexicon { return nil }

// Mask returns s with every letter and digit replaced by a bullet, so that a hit can
// be shown by its shape: "•••-••-••••".
func Mask(s string) string { return s }
