package lexicon

import (
	_ "embed"
	"strings"
	"sync"

	"github.com/zixpolicy/zixpolicy/internal/tomlfile"
	"github.com/zixpolicy/zixpolicy/lexicon/fold"
)

//go:embed everyday.txt
var everydayFile string

// everyday are the words that stand in every other message.
var everyday = sync.OnceValue(func() map[string]bool {
	words := map[string]bool{}
	for _, w := range strings.Fields(everydayFile) {
		words[w] = true
	}
	return words
})

// Lint returns what is allowed in the set's lexicons but most likely not meant, in the
// order of the lexicons: terms that stand twice or are covered by another one, everyday
// words that match by themselves, exclusions that exclude nothing, thresholds out of
// reach, and tests of what only another lexicon has.
func (s *Set) Lint() []*tomlfile.Error {
	var found []*tomlfile.Error
	for i, l := range s.lexicons {
		found = append(found, doubles(l)...)
		found = append(found, common(l)...)
		found = append(found, idleExclusions(l)...)
		found = append(found, outOfReach(l)...)
		found = append(found, s.strayTests(i)...)
	}
	return found
}

// normal is how terms are compared: folded, in lower case, single spaces.
func normal(term string) string {
	return strings.Join(strings.Fields(strings.ToLower(fold.String(term))), " ")
}

// place is where a term stands.
type place struct {
	entry *Entry
	term  int
}

func (p place) text() string { return p.entry.Terms[p.term] }

// doubles finds terms that stand twice, or that another one covers.
func doubles(l *Lexicon) []*tomlfile.Error {
	var found []*tomlfile.Error
	seen, open := map[string]place{}, map[string]place{} // terms; and those ending in *, without it
	for pass := range 2 {
		for i := range l.Entries {
			e := &l.Entries[i]
			for j, term := range e.Terms {
				key := normal(term)
				here := place{e, j}
				if pass == 0 {
					if first, ok := seen[key]; ok && same(first.entry, e) {
						found = append(found, e.file.Errorf(e.termPath(j), "%q stands here twice", term).
							WithRemedy("remove one: each would count"))
						continue
					}
					seen[key] = here
					if stem, ok := strings.CutSuffix(key, "*"); ok {
						open[stem] = here
					}
					continue
				}
				if by, ok := covered(key, here, seen, open); ok {
					found = append(found, e.file.Errorf(e.termPath(j), "%q is covered by %q", term, by.text()).
						WithRemedy("both hit the same words and both count: remove one"))
				}
			}
		}
	}
	return found
}

// covered reports which other term finds all that the term of that key finds.
func covered(key string, here place, seen, open map[string]place) (place, bool) {
	word := strings.TrimSuffix(key, "*")
	for n := minStem; n <= len(word); n++ {
		if by, ok := open[word[:n]]; ok && by != here && same(by.entry, here.entry) && !strings.ContainsAny(word[n:], " -") {
			return by, true
		}
	}
	if !here.entry.Variants {
		return place{}, false
	}
	for _, form := range plural(word[strings.LastIndexByte(word, ' ')+1:]) {
		form = word[:strings.LastIndexByte(word, ' ')+1] + form
		if by, ok := seen[form]; ok && by != here && same(by.entry, here.entry) {
			return by, true
		}
	}
	return place{}, false
}

// same reports whether two entries take their terms under the same conditions.
func same(a, b *Entry) bool {
	return a.Exact == b.Exact && a.Exclude == b.Exclude && a.Disguised == b.Disguised && len(a.Near)+len(a.UnlessNear)+len(a.FollowedBy) == 0 &&
		len(b.Near)+len(b.UnlessNear)+len(b.FollowedBy) == 0
}

// common finds everyday words that are enough to make the lexicon match.
func common(l *Lexicon) []*tomlfile.Error {
	var found []*tomlfile.Error
	for i := range l.Entries {
		e := &l.Entries[i]
		if e.Exclude || e.Exact || e.Weight < l.Threshold || len(e.Near)+len(e.FollowedBy) > 0 {
			continue
		}
		for j, term := range e.Terms {
			if everyday()[normal(term)] {
				found = append(found, e.file.Errorf(e.termPath(j), "%q is an everyday word, and enough to match", term).
					WithRemedy("give it a weight below the threshold (%d), or say what must be near it", l.Threshold))
			}
		}
	}
	return found
}

// idleExclusions finds exclusions in which no term of the lexicon can hit.
func idleExclusions(l *Lexicon) []*tomlfile.Error {
	bare := *l
	bare.Extends, bare.Entries = "", nil
	for _, e := range l.Entries {
		if e.Detector != "" || e.Pattern != "" {
			return nil // what they take cannot be told from the exclusion
		}
		if !e.Exclude {
			e.Near, e.UnlessNear, e.FollowedBy = nil, nil, nil
			bare.Entries = append(bare.Entries, e)
		}
	}
	s, err := Compile(&bare)
	if err != nil {
		return nil // then the lexicon itself does not compile, either
	}
	var found []*tomlfile.Error
	for i := range l.Entries {
		e := &l.Entries[i]
		for j, term := range e.Terms {
			if !e.Exclude || strings.ContainsAny(term, "*?") {
				continue
			}
			if len(s.Scan(nil, []Text{{Content: term}})) == 0 {
				found = append(found, e.file.Errorf(e.termPath(j), "no term hits in %q, so there is nothing to exclude", term).
					WithRemedy("terms are whole words: %q needs no exclusion", term))
			}
		}
	}
	return found
}

// outOfReach finds a threshold that no text can reach.
func outOfReach(l *Lexicon) []*tomlfile.Error {
	most := 0
	for i := range l.Entries {
		switch e := &l.Entries[i]; {
		case e.Exclude || e.Weight <= 0:
		case e.Max > 0:
			most += e.Max
		case e.All || len(e.Terms) == 0:
			return nil // there is no end to its hits
		default:
			most += e.Weight * len(e.Terms)
		}
	}
	if most >= l.Threshold {
		return nil
	}
	return []*tomlfile.Error{l.file.Errorf("threshold", "the lexicon can never match: its entries add up to %d, and the threshold is %d", most, l.Threshold).
		WithRemedy("lower the threshold, or raise weights")}
}

// strayTests finds tests that expect what their own lexicon does not have.
func (s *Set) strayTests(i int) []*tomlfile.Error {
	var found []*tomlfile.Error
	own := labelsOf(s.lexicons[i])
	for _, t := range s.lexicons[i].tests {
		for _, label := range t.hits {
			if own[label] {
				continue
			}
			err := t.file.Errorf(t.path+".hits", "no entry of %q is called %q", s.lexicons[i].Name, label)
			for _, other := range s.lexicons {
				if other != s.lexicons[i] && labelsOf(other)[label] {
					err.WithRemedy("lexicon %q has one: a test sees the hits of its own lexicon only, so move it there", other.Name)
					break
				}
			}
			found = append(found, err)
		}
	}
	return found
}

func labelsOf(l *Lexicon) map[string]bool {
	set := map[string]bool{}
	for i := range l.Entries {
		for _, label := range l.Entries[i].labels(nil) {
			set[label] = true
		}
	}
	return set
}
