package main

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/zixpolicy/zixpolicy/rules"
)

// outcome is a verdict, as far as it is counted.
type outcome struct {
	action  string
	rule    string
	matched []string
}

func outcomeOf(v *rules.Verdict) outcome {
	if v.Err != nil {
		return outcome{action: actionError}
	}
	return outcome{v.Action.String(), v.Rule, v.Matched}
}

// replayed is one message judged by both policies, or why it was not.
type replayed struct {
	bytes           int64
	live, candidate outcome
	change          *change // nil: none
	err             error
}

// comparison is what replay has found, as JSON shows it. Its lists are never null.
type comparison struct {
	Live      string        `json:"live"`      // policy directory; empty: only what is built in
	Candidate string        `json:"candidate"` // policy directory
	Messages  int           `json:"messages"`  // judged by both
	Unread    int           `json:"unread"`    // could not be read or judged at all
	Actions   []*beforeNow  `json:"actions"`
	Rules     []*ruleCounts `json:"rules"`
	Changes   []*change     `json:"changes"`
}

// beforeNow counts messages by what both policies say.
type beforeNow struct {
	Name      string `json:"name"`
	Live      int    `json:"live"`
	Candidate int    `json:"candidate"`
}

// Difference is what the candidate adds.
func (b *beforeNow) Difference() int { return b.Candidate - b.Live }

// ruleCounts counts messages by rule, in the order in which rules appear.
type ruleCounts struct {
	Name             string `json:"name"`
	LiveHolds        int    `json:"live_holds"` // its condition holds
	CandidateHolds   int    `json:"candidate_holds"`
	LiveDecides      int    `json:"live_decides"` // it decides the message's action
	CandidateDecides int    `json:"candidate_decides"`
}

func newComparison() *comparison {
	c := &comparison{Rules: []*ruleCounts{}, Changes: []*change{}}
	for a := rules.Deliver; a <= rules.Reject; a++ {
		c.Actions = append(c.Actions, &beforeNow{Name: a.String()})
	}
	c.Actions = append(c.Actions, &beforeNow{Name: actionError})
	return c
}

// describe notes what was compared.
func (c *comparison) describe(live *config, candidate string) {
	c.Live, c.Candidate = live.PolicyDir, candidate
}

// add counts a message.
func (c *comparison) add(m replayed) {
	if m.err != nil {
		c.Unread++
		return
	}
	c.Messages++
	c.action(m.live.action).Live++
	c.action(m.candidate.action).Candidate++
	for _, name := range m.live.matched {
		c.rule(name).LiveHolds++
	}
	for _, name := range m.candidate.matched {
		c.rule(name).CandidateHolds++
	}
	if m.live.rule != "" {
		c.rule(m.live.rule).LiveDecides++
	}
	if m.candidate.rule != "" {
		c.rule(m.candidate.rule).CandidateDecides++
	}
	if m.change != nil {
		c.Changes = append(c.Changes, m.change)
	}
}

func (c *comparison) action(name string) *beforeNow {
	i := slices.IndexFunc(c.Actions, func(b *beforeNow) bool { return b.Name == name })
	return c.Actions[i]
}

func (c *comparison) rule(name string) *ruleCounts {
	for _, r := range c.Rules {
		if r.Name == name {
			return r
		}
	}
	r := &ruleCounts{Name: name}
	c.Rules = append(c.Rules, r)
	return r
}

// progress says how far it has come.
func (c *comparison) progress() string {
	return fmt.Sprintf("%s, %d changed", plural(c.Messages, "message"), len(c.Changes))
}

// move is the same change on a number of messages.
type move struct {
	Effect          string
	Live, Candidate string // action and rule
	Changes         []*change
}

// moves returns the changes grouped by what they are: the milder ones first, and of
// one effect the frequent ones.
func (c *comparison) moves() []*move {
	var list []*move
	for _, ch := range c.Changes {
		live, candidate := ch.Live.String(), ch.Candidate.String()
		i := slices.IndexFunc(list, func(m *move) bool {
			return m.Effect == ch.Effect && m.Live == live && m.Candidate == candidate
		})
		if i < 0 {
			i, list = len(list), append(list, &move{Effect: ch.Effect, Live: live, Candidate: candidate})
		}
		list[i].Changes = append(list[i].Changes, ch)
	}
	slices.SortStableFunc(list, func(a, b *move) int {
		return cmp.Or(cmp.Compare(slices.Index(effects(), a.Effect), slices.Index(effects(), b.Effect)),
			cmp.Compare(len(b.Changes), len(a.Changes)))
	})
	return list
}

// String returns the action and the rule that decided it.
func (s side) String() string {
	if s.Rule == "" {
		return s.Action + " (no rule)"
	}
	return s.Action + " (" + s.Rule + ")"
}
