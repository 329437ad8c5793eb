package lexicon

import (
	"cmp"
	"slices"

	"github.com/zixpolicy/zixpolicy/lexicon/fold"
	"github.com/zixpolicy/zixpolicy/lexicon/number"
	"github.com/zixpolicy/zixpolicy/lexicon/phrase"
)

// span is a piece of the folded text, in bytes.
type span struct{ start, end int }

// scratch is the memory of one scan at a time.
type scratch struct {
	set     *Set
	fold    fold.Buffer
	numbers number.Scratch

	text     fold.Text // the text being scanned
	n        int       // its index
	matches  []phrase.Match
	leads    []number.CueAt
	found    []number.Found
	lists    [][]span // by list: where its cues stand, in order
	excluded [][]span // by lexicon: where hits do not count
	headers  headers  // of the tables in the text
}

func newScratch(s *Set) *scratch {
	return &scratch{set: s, lists: make([][]span, s.lists), excluded: make([][]span, len(s.lexicons))}
}

// Scan appends to hits every hit in the texts, ordered by text, start and lexicon,
// and returns the extended slice. Hits inside an excluded span are left out. Its time
// is linear in the texts; beyond the hits it allocates nothing once it is warm.
func (s *Set) Scan(hits []Hit, texts []Text) []Hit {
	sc := s.scratch.Get().(*scratch)
	defer s.scratch.Put(sc)
	for i := range texts {
		hits = sc.scan(hits, i, &texts[i])
	}
	sc.text = fold.Text{} // let go of the text
	return hits
}

// scan appends the hits in one text.
func (sc *scratch) scan(hits []Hit, n int, text *Text) []Hit {
	sc.n, sc.text = n, sc.fold.Fold(text.Content)
	for i := range sc.lists {
		sc.lists[i] = sc.lists[i][:0]
	}
	for i := range sc.excluded {
		sc.excluded[i] = sc.excluded[i][:0]
	}
	sc.leads = sc.leads[:0]
	sc.matches = sc.set.phrases.Append(sc.matches[:0], sc.text)
	sc.cues()
	sc.tables(text.Tables)
	first := len(hits)
	hits = sc.terms(hits)
	if sc.set.want != 0 {
		hits = sc.detect(hits)
	}
	if sc.set.disguised {
		hits = sc.disguises(hits)
	}
	for i := range sc.set.patterns {
		hits = sc.pattern(hits, &sc.set.patterns[i])
	}
	hits = hits[:first+len(sc.counted(hits[first:]))]
	for i := first; i < len(hits); i++ {
		hits[i].Start, hits[i].End = sc.text.Original(hits[i].Start, hits[i].End)
	}
	slices.SortFunc(hits[first:], order)
	return hits
}

func order(a, b Hit) int {
	return cmp.Or(
		cmp.Compare(a.Start, b.Start), cmp.Compare(a.Lexicon, b.Lexicon), cmp.Compare(a.Entry, b.Entry),
		cmp.Compare(a.Term, b.Term), cmp.Compare(a.End, b.End),
	)
}

// cues sorts the phrases that are cues into their lists.
func (sc *scratch) cues() {
	for _, m := range sc.matches {
		for _, u := range sc.set.uses[m.Phrase] {
			switch u.role {
			case asCue:
				sc.lists[u.n] = append(sc.lists[u.n], span{m.Start, m.End})
			case asLead:
				sc.leads = append(sc.leads, number.CueAt{Start: m.Start, End: m.End, Cue: int(u.n)})
			}
		}
	}
}

// terms appends the hits of terms. Forms of one term that overlap are one hit.
func (sc *scratch) terms(hits []Hit) []Hit {
	for _, m := range sc.matches {
		for _, u := range sc.set.uses[m.Phrase] {
			if u.role == asTerm {
				hits = sc.hit(hits, u.entryRef, int(u.n), span{m.Start, m.End})
			}
		}
	}
	return hits
}

// detect appends the hits of detectors.
func (sc *scratch) detect(hits []Hit) []Hit {
	sc.found = number.Find(sc.found[:0], sc.text.Content, sc.leads, sc.set.want, &sc.numbers)
	for _, f := range sc.found {
		n := len(hits)
		for _, ref := range sc.set.numbers[f.Kind] {
			hits = sc.hit(hits, ref, -1, span{f.Start, f.End})
		}
		if len(hits) > n {
			why := f.Why()
			for i := n; i < len(hits); i++ {
				hits[i].Why = why
			}
		}
	}
	return hits
}

// hit appends a hit if the conditions of its entry hold. An excluding entry makes an
// excluded span instead. Offsets are those of the folded text.
func (sc *scratch) hit(hits []Hit, ref entryRef, term int, at span) []Hit {
	e := &sc.set.entries[ref.lexicon][ref.entry]
	if !sc.holds(e, at) {
		return hits
	}
	if e.exclude {
		sc.excluded[ref.lexicon] = append(sc.excluded[ref.lexicon], at)
		return hits
	}
	return append(hits, Hit{
		Lexicon: int(ref.lexicon), Entry: int(ref.entry), Term: term, Text: sc.n,
		Start: at.start, End: at.end,
	})
}

// counted removes the hits that lie inside an excluded span of their lexicon, in place.
func (sc *scratch) counted(hits []Hit) []Hit {
	for _, spans := range sc.excluded {
		slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.start, b.start) })
		for i := 1; i < len(spans); i++ {
			spans[i].end = max(spans[i].end, spans[i-1].end)
		}
	}
	return slices.DeleteFunc(hits, func(h Hit) bool {
		// Ends are the farthest that any span so far has, so the last span that begins
		// at or before the hit tells whether one of them holds it.
		spans := sc.excluded[h.Lexicon]
		i := after(spans, h.Start+1)
		return i > 0 && spans[i-1].end >= h.End
	})
}
