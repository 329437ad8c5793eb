package rules

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/zixpolicy/zixpolicy/lexicon"
	"github.com/zixpolicy/zixpolicy/message"
)

// Pair is two policies that judge the same messages, for comparison. Their lexicons are
// compiled into one set, those that are the same in both once, so that a message is
// scanned once for both. It is immutable and safe for concurrent use.
type Pair struct {
	live, candidate *Policy
	set             *lexicon.Set
	shared          []int // by lexicon of the live policy: the candidate's index, or -1
	own             []int // by lexicon of set beyond the live policy's: the candidate's index
}

// NewPair returns the pair of two policies. The verdicts of a pair are those that each
// policy would give by itself.
func NewPair(live, candidate *Policy) (*Pair, error) {
	p := &Pair{live: live, candidate: candidate}
	lexicons := live.lexicons.Lexicons()
	var all []*lexicon.Lexicon
	contents := map[string]int{}
	for i, l := range lexicons {
		c, err := contentOf(l)
		if err != nil {
			return nil, err
		}
		contents[c] = i
		p.shared = append(p.shared, -1)
		all = append(all, renamed(l, "live "))
	}
	for i, l := range candidate.lexicons.Lexicons() {
		c, err := contentOf(l)
		if err != nil {
			return nil, err
		}
		if same, ok := contents[c]; ok {
			p.shared[same] = i
			continue
		}
		p.own = append(p.own, i)
		all = append(all, renamed(l, "candidate "))
	}
	var err error
	p.set, err = lexicon.Compile(all...)
	return p, err
}

// contentOf returns all of a lexicon that its hits and tallies depend on: what its file
// may say, with the entries it inherits.
func contentOf(l *lexicon.Lexicon) (string, error) {
	content, err := json.Marshal(l) // the exported fields
	if err != nil {
		return "", fmt.Errorf("rules: %w", err)
	}
	return string(content), nil
}

// renamed returns a lexicon that has all its entries itself, under a name that only one
// policy has.
func renamed(l *lexicon.Lexicon, prefix string) *lexicon.Lexicon {
	r := *l
	r.Name, r.Extends, r.Remove = prefix+l.Name, "", nil
	return &r
}

// Evaluate judges a message by both policies.
func (p *Pair) Evaluate(m *message.Message) (live, candidate *Verdict) {
	var scanned []lexicon.Text // nil: not yet
	var hits []lexicon.Hit
	all := func(texts []lexicon.Text) []lexicon.Hit {
		hits, scanned = p.set.Scan(nil, texts), slices.Clone(texts)
		return hits
	}
	live = p.live.evaluateBy(m, time.Time{}, func(texts []lexicon.Text) []lexicon.Hit { return p.liveHits(all(texts)) })
	candidate = p.candidate.evaluateBy(m, time.Time{}, func(texts []lexicon.Text) []lexicon.Hit {
		if scanned == nil || !sameTexts(texts, scanned) {
			return p.candidate.lexicons.Scan(nil, texts)
		}
		return p.candidateHits(hits)
	})
	return live, candidate
}

// sameTexts reports whether two policies look at a message's texts alike.
func sameTexts(a, b []lexicon.Text) bool {
	return slices.EqualFunc(a, b, func(a, b lexicon.Text) bool { return a.Content == b.Content })
}

// liveHits returns the hits of the live policy's lexicons.
func (p *Pair) liveHits(hits []lexicon.Hit) []lexicon.Hit {
	var list []lexicon.Hit
	for _, h := range hits {
		if h.Lexicon < len(p.shared) {
			list = append(list, h)
		}
	}
	return list
}

// candidateHits returns the hits of the candidate's lexicons, by its own indices and in
// the order in which it would have found them.
func (p *Pair) candidateHits(hits []lexicon.Hit) []lexicon.Hit {
	var list []lexicon.Hit
	for _, h := range hits {
		if h.Lexicon < len(p.shared) {
			h.Lexicon = p.shared[h.Lexicon]
		} else {
			h.Lexicon = p.own[h.Lexicon-len(p.shared)]
		}
		if h.Lexicon >= 0 {
			list = append(list, h)
		}
	}
	slices.SortFunc(list, func(a, b lexicon.Hit) int {
		return cmp.Or(cmp.Compare(a.Text, b.Text), cmp.Compare(a.Start, b.Start), cmp.Compare(a.Lexicon, b.Lexicon),
			cmp.Compare(a.Entry, b.Entry), cmp.Compare(a.Term, b.Term), cmp.Compare(a.End, b.End))
	})
	return list
}
