package rules

import "github.com/zixpolicy/zixpolicy/lexicon"

// Coverage says which entries of one lexicon the policy's tests have hit.
type Coverage struct {
	Lexicon  string
	Entries  int      // that can have hits: each term, detector and pattern is one
	Untested []string // labels of those that no test hits, in the lexicon's order
}

// Coverage scans what all tests consist of, those of lexicons and those of rules. A
// term that no test hits may be spelt so that it never will be.
func (p *Policy) Coverage() []Coverage {
	var texts []lexicon.Text
	for _, r := range p.lexicons.Test() {
		texts = append(texts, lexicon.Text{Content: r.Text})
	}
	for _, t := range p.tests {
		for i := range t.message.Parts {
			texts = append(texts, lexicon.Text{Content: t.message.Parts[i].Text})
		}
	}
	type place struct{ lexicon, entry, term int }
	hit := map[place]bool{}
	for _, h := range p.lexicons.Scan(nil, texts) {
		hit[place{h.Lexicon, h.Entry, h.Term}] = true
	}
	list := make([]Coverage, 0, len(p.lexicons.Lexicons()))
	for i, l := range p.lexicons.Lexicons() {
		c := Coverage{Lexicon: l.Name}
		for j := range l.Entries {
			for _, term := range termsOf(&l.Entries[j]) {
				c.Entries++
				if !hit[place{i, j, term}] {
					c.Untested = append(c.Untested, p.lexicons.Label(lexicon.Hit{Lexicon: i, Entry: j, Term: term}))
				}
			}
		}
		list = append(list, c)
	}
	return list
}

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
