package demo

import (
	"slices"
	"strings"

	"github.com/zixpolicy/zixpolicy/rules"
)

// ruleViews sorts a policy's rules by how much they have to do with a message.
type ruleViews struct {
	Holding []rules.RuleExplanation
	Partly  []rules.RuleExplanation // do not hold, though a part of their condition does
	Others  []rules.RuleExplanation
}

func newRuleViews(e *rules.Explanation) ruleViews {
	var v ruleViews
	for _, r := range e.Rules {
		switch {
		case r.Holds:
			v.Holding = append(v.Holding, r)
		case r.When != nil && partHolds(*r.When):
			v.Partly = append(v.Partly, r)
		default:
			v.Others = append(v.Others, r)
		}
	}
	return v
}

func partHolds(c rules.ClauseExplanation) bool {
	return c.Holds || slices.ContainsFunc(c.Parts, partHolds)
}

// evidence is what one lexicon found in the message.
type evidence struct {
	Lexicon string
	rules.ReportLexicon
	Values []hitView // found by a detector or confirmed by something: one row each
	Terms  []hitView // words of the lexicon: they speak for themselves
	More   int       // different hits beyond those shown
}

// hitView is a hit with the number of its likes.
type hitView struct {
	rules.ReportHit
	Times int
}

// shownHits bounds the different hits that the page shows of one lexicon.
const shownHits = 40

// newEvidence groups the hits by lexicon: those that match first, then by name.
func newEvidence(r *rules.Report) []evidence {
	var all []evidence
	for name, tally := range r.Lexicons {
		ev := evidence{Lexicon: name, ReportLexicon: tally}
		for _, h := range r.Hits {
			if h.Lexicon == name {
				ev.add(h)
			}
		}
		all = append(all, ev)
	}
	slices.SortFunc(all, func(a, b evidence) int {
		if a.Matched != b.Matched {
			if a.Matched {
				return -1
			}
			return 1
		}
		return strings.Compare(a.Lexicon, b.Lexicon)
	})
	return all
}

// add counts a hit to its likes, or shows it as one more.
func (ev *evidence) add(h rules.ReportHit) {
	h.Start, h.End = 0, 0
	list := &ev.Values
	if h.Detector == "" && h.Why == "" {
		list = &ev.Terms
	}
	for i := range *list {
		if (*list)[i].ReportHit == h {
			(*list)[i].Times++
			return
		}
	}
	if len(ev.Values)+len(ev.Terms) == shownHits {
		ev.More++
		return
	}
	*list = append(*list, hitView{ReportHit: h, Times: 1})
}
