// Package number says which numbers of persons and accounts stand in a text: social
// security numbers, payment cards, record numbers and their like.
//
// One walk over the text collects the words that hold digits. At each of them every
// kind of number may propose a candidate by its shape; range, checksum, what touches
// the candidate and the words around it dispose. A word that says what a number is
// ("SSN", "routing number") is a cue; one that says it is none of ours ("invoice",
// "tracking") is a contrary cue. One number has one meaning: where several kinds
// claim it, the best founded one gets it.
//
// The package knows nothing of lexicons. Its caller finds the cues (see [Cues]) and
// hands them in with the text, which must be folded by package fold.
package number

import (
	"cmp"
	"slices"
	"strconv"
)

// Kind is one kind of number, an index in the fixed list of kinds.
type Kind uint8

// kind is what the list holds for each: the rule's data and its reader.
type kind struct {
	name string
	// cues are phrases that say that a number is of this kind.
	cues []string
	// before and after are how far off, in characters, a cue may stand on that side
	// of the number.
	before, after int
	// leads says that a cue speaks for the next number only, so that no other number
	// may stand between the two. Otherwise a cue may be the heading of a table.
	leads bool
	// cued says that all its candidates are weak, so that there is no need to propose
	// where no cue is in reach.
	cued bool
	// numeral and mixed are the lengths of the words that its numbers can begin with:
	// words of digits only, and words of letters and digits.
	numeral, mixed wordLengths
	// propose reads a candidate that begins with word i. It is nil for kinds whose
	// numbers need not have a digit; those are found by themselves.
	propose func(r *reader, i int) (candidate, bool)
}

// wordLengths is a set of lengths of words, one bit each. The last bit is for that
// length and all above.
type wordLengths uint32

const longWord = 31

// lengths is the set of the lengths from low to high.
func lengths(low, high int) wordLengths { return 1<<(high+1) - 1<<low }

// kinds is every kind there is. Where two claim a number on equal grounds, the
// earlier gets it. A new kind is one file with its rule, and one line here.
var kinds = [...]kind{
	card, iban, ssn, hicn, mbi, itin, aba, npi, dea, ein, isin, cusip, ndc,
	passport, license, insuranceID, mrn, bankAccount, dob, icd10, swift, phone, ip, email,
}

// Names returns the names of all kinds, as lexicons write them.
func Names() []string {
	names := make([]string, len(kinds))
	for i := range kinds {
		names[i] = kinds[i].name
	}
	return names
}

// Lookup returns the kind of that name.
func Lookup(name string) (Kind, bool) {
	for i := range kinds {
		if kinds[i].name == name {
			return Kind(i), true
		}
	}
	return 0, false
}

// String returns the kind's name.
func (k Kind) String() string { return kinds[k].name }

// proof is how much a candidate's shape proves by itself.
type proof uint8

const (
	// weak: any number can look like this, so a cue is needed.
	weak proof = iota
	// shaped: separators and ranges are those of this kind.
	shaped
	// checked: range and checksum hold; one number in hundreds passes by chance.
	checked
	// firm: range, checksum and separators hold; not even a contrary cue speaks
	// against it.
	firm
)

// candidate is what a kind proposes.
type candidate struct {
	start, end int // bytes in the text
	proof      proof
	why        string // what the shape proves, in words; static text
	glued      bool   // letters may follow without a gap
	cue        int    // 1 + index in Cues of the cue that it hangs on without a gap, or 0
}

// Found is one number with its meaning. Start and End are byte offsets in the text
// given to Find.
type Found struct {
	Kind       Kind
	Start, End int

	cue    int // index in Cues, or -1
	at     int // index of that cue in what Find was given, or -1
	gap    int // characters between cue and number
	after  bool
	column bool // the cue is the header of its column
	why    string
}

// Why says what confirmed the number, in words that hold nothing of the text.
func (f Found) Why() string {
	if f.cue < 0 {
		return f.why
	}
	if f.column {
		return "column " + strconv.Quote(cues[f.cue].Phrase)
	}
	side := " before"
	if f.gap == 0 {
		return "cue " + strconv.Quote(cues[f.cue].Phrase) + " directly before"
	}
	if f.after {
		side = " after"
	}
	unit := " characters"
	if f.gap == 1 {
		unit = " character"
	}
	return "cue " + strconv.Quote(cues[f.cue].Phrase) + " " + strconv.Itoa(f.gap) + unit + side
}

// Scratch is the memory that Find works in. Its zero value is ready; reuse it to
// spare allocations. It must not be used by two calls at a time.
type Scratch struct {
	words  []word
	reader reader
	ground ground
}

// Find appends the numbers in a folded text, in order and without overlap. found are
// the cues in the text, in the order of their starts; want are the kinds to report. All
// kinds are weighed against each other, whether wanted or not.
func Find(dst []Found, text string, found []CueAt, want Kinds, s *Scratch) []Found {
	s.words = split(s.words[:0], text)
	unglue(s.words, text)
	r := &s.reader
	*r = reader{text: text, words: s.words}
	g := &s.ground
	g.reset(r, found)
	first := len(dst)
	for i := 0; i < len(r.words); {
		best, ok := g.best(i)
		if !ok {
			i++
			continue
		}
		if want&best.Kind.bit() != 0 {
			dst = append(dst, best)
		}
		for i < len(r.words) && int(r.words[i].start) < best.End {
			i++
		}
		g.settle(best, i)
		r.done = i
	}
	return others(dst, first, text, found, want)
}

// others adds the kinds that the walk over the words with digits cannot find.
func others(dst []Found, first int, text string, found []CueAt, want Kinds) []Found {
	n := len(dst)
	for k := range kinds {
		if want&Kind(k).bit() == 0 || kinds[k].propose != nil {
			continue
		}
		switch kinds[k].name {
		case email.name:
			dst = appendEmail(dst, Kind(k), text)
		case swift.name:
			dst = appendSwift(dst, Kind(k), text, found)
		}
	}
	if len(dst) > n {
		slices.SortFunc(dst[first:], func(a, b Found) int { return cmp.Compare(a.Start, b.Start) })
	}
	return dst
}
