package rules

import (
	"github.com/zixpolicy/zixpolicy/lexicon"
	"github.com/zixpolicy/zixpolicy/message"
)

// Coverage says which entries of one lexicon have been hit.
type Coverage struct {
	Lexicon  string
	Entries  int      // that can have hits: each term, detector and pattern is one
	Untested []string // labels of those that have not been hit, in the lexicon's order
}

// Hits collects which entries of a policy's lexicons have ever been hit. It is not safe
// for concurrent use.
type Hits struct {
	policy *Policy
	seen   map[termPlace]bool
	texts  []lexicon.Text
	hits   []lexicon.Hit
}

// termPlace is a term, or the entry of a detector or pattern.
type termPlace struct{ lexicon, entry, term int }

// TestHits returns what the policy's own tests hit, those of lexicons and those of rules.
func (p *Policy) TestHits() *Hits {
	h := &Hits{policy: p, seen: map[termPlace]bool{}}
	for _, r := range p.lexicons.Test() {
		h.texts = append(h.texts[:0], lexicon.Text{Content: r.Text})
		h.scan()
	}
	for _, t := range p.tests {
		h.Add(t.message)
	}
	return h
}

// Add adds what a message hits.
func (h *Hits) Add(m *message.Message) {
	h.texts = h.texts[:0]
	for i := range m.Parts {
		h.texts = append(h.texts, textOf(&m.Parts[i]))
	}
	h.scan()
	clear(h.texts)
}

func (h *Hits) scan() {
	h.hits = h.policy.lexicons.Scan(h.hits[:0], h.texts)
	for _, hit := range h.hits {
		h.seen[termPlace{hit.Lexicon, hit.Entry, hit.Term}] = true
	}
}

// Coverage says what has not been hit. A term that no test hits may be spelt so that
// nothing ever will.
func (h *Hits) Coverage() []Coverage {
	set := h.policy.lexicons
	list := make([]Coverage, 0, len(set.Lexicons()))
	for i, l := range set.Lexicons() {
		c := Coverage{Lexicon: l.Name}
		for j := range l.Entries {
			for _, term := range termsOf(&l.Entries[j]) {
				c.Entries++
				if !h.seen[termPlace{i, j, term}] {
					c.Untested = append(c.Untested, set.Label(lexicon.Hit{Lexicon: i, Entry: j, Term: term}))
				}
			}
		}
		list = append(list, c)
	}
	return list
}

// Coverage says which entries the policy's own tests have not hit.
func (p *Policy) Coverage() []Coverage { return p.TestHits().Coverage() }

// termsOf returns what Hit.Term can be in hits of an entry.
func termsOf(e *lexicon.Entry) []int {
	switch {
	case e.Exclude:
		return nil
	case len(e.Terms) == 0:
		return []int{-1}
	}
	terms := make([]int, len(e.Terms))
	for i := range terms {
		terms[i] = i
	}
	return terms
}
