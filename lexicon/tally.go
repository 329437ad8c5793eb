package lexicon

import (
	"strings"
	"unicode"

	"github.com/zixpolicy/zixpolicy/lexicon/fold"
)

// value is what makes two hits the same: the term, or what a detector or pattern took.
type value struct {
	lexicon, entry, term int
	taken                string
}

// Tally sums hits up per lexicon, in the order of Lexicons. hits and texts are what
// Scan returned and was given.
//
// Hits of one term are one value, however inflected. Numbers are one value if their
// letters and digits are the same, in whatever grouping and by whichever entry.
func (s *Set) Tally(hits []Hit, texts []Text) []Tally {
	tallies := make([]Tally, len(s.lexicons))
	sums := make([][]int, len(s.lexicons))
	for i, l := range s.lexicons {
		sums[i] = make([]int, len(l.Entries))
	}
	scored := map[value]bool{} // by entry
	seen := map[value]bool{}   // by lexicon
	for _, h := range hits {
		e := &s.lexicons[h.Lexicon].Entries[h.Entry]
		t := &tallies[h.Lexicon]
		t.Count++
		v := value{h.Lexicon, h.Entry, h.Term, ""}
		if h.Term < 0 {
			v.taken = bare(texts[h.Text].Content[h.Start:h.End])
		}
		if e.All || !scored[v] {
			sums[h.Lexicon][h.Entry] += e.Weight
		}
		scored[v] = true
		if h.Term < 0 {
			v.entry = -1
		}
		if !seen[v] {
			seen[v] = true
			t.Distinct++
		}
	}
	for i, l := range s.lexicons {
		for j := range l.Entries {
			tallies[i].Score += capped(sums[i][j], l.Entries[j].Max)
		}
		tallies[i].Matched = tallies[i].Score >= l.Threshold
	}
	return tallies
}

// capped returns sum, or limit with its sign if that is nearer to zero. A limit of 0
// is none.
func capped(sum, limit int) int {
	if limit == 0 || abs(sum) <= limit {
		return sum
	}
	if sum < 0 {
		return -limit
	}
	return limit
}

// bare returns the letters and digits of a number, in lower case.
func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, fold.String(s))
}
