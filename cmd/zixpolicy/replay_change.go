package main

import (
	"reflect"

	"github.com/zixpolicy/zixpolicy/rules"
)

// The effects that a change of policy can have on a message. Where recipients fare
// differently, the first of these that is true for one of them.
const (
	effectMilder   = "milder"   // a recipient gets it under less protection
	effectStricter = "stricter" // none does, and one under more
	effectRule     = "rule"     // the same actions, by another rule
	effectOptions  = "options"  // the same actions by the same rules, with other options
)

// effects returns all effects, the one to look at first first.
func effects() []string {
	return []string{effectMilder, effectStricter, effectRule, effectOptions}
}

// change is one message on which two policies differ. Its lists are never null.
type change struct {
	Message   string            `json:"message"`
	Effect    string            `json:"effect"`
	Live      side              `json:"live"`
	Candidate side              `json:"candidate"`
	Gained    []rules.ReportHit `json:"gained"` // hits that only the candidate has
	Lost      []rules.ReportHit `json:"lost"`   // hits that only the live policy has
	Common    []rules.ReportHit `json:"common"` // hits of both
}

// side is what one of the policies says.
type side struct {
	Action     string                  `json:"action"` // "error" where it could not be judged
	Rule       string                  `json:"rule"`
	Matched    []string                `json:"matched"`
	Recipients []rules.ReportRecipient `json:"recipients"`
	Error      string                  `json:"error,omitempty"`
}

// actionError stands for the action on a message that could not be judged.
const actionError = "error"

// newChange tells how two verdicts on one message differ.
func newChange(effect string, live, candidate *rules.Report) *change {
	c := &change{Message: live.Message, Effect: effect, Live: newSide(live), Candidate: newSide(candidate)}
	c.Common, c.Gained = divide(candidate.Hits, live.Hits)
	_, c.Lost = divide(live.Hits, candidate.Hits)
	return c
}

func newSide(r *rules.Report) side {
	s := side{r.Action, r.Rule, r.Matched, r.Recipients, r.Error}
	if r.Error != "" {
		s.Action = actionError
	}
	return s
}

// divide divides hits into those that are among others too and the rest.
func divide(hits, others []rules.ReportHit) (common, beyond []rules.ReportHit) {
	type place struct {
		lexicon, entry, part string
		start, end           int
	}
	at := func(h rules.ReportHit) place { return place{h.Lexicon, h.Entry, h.Part, h.Start, h.End} }
	known := make(map[place]bool, len(others))
	for _, h := range others {
		known[at(h)] = true
	}
	common, beyond = []rules.ReportHit{}, []rules.ReportHit{}
	for _, h := range hits {
		if known[at(h)] {
			common = append(common, h)
		} else {
			beyond = append(beyond, h)
		}
	}
	return common, beyond
}

// effectOf says what becomes of a message by the candidate's verdict instead of the
// live one; empty if nothing differs for anybody. What could not be judged is not
// delivered, so that the order of actions puts it last.
func effectOf(live, candidate *rules.Verdict) string {
	effect := ""
	note := func(e string) {
		for _, first := range effects() {
			if first == effect || first == e {
				effect = first
				return
			}
		}
	}
	strictness := func(v *rules.Verdict, a rules.Action) int {
		if v.Err != nil {
			return int(rules.Reject) + 1
		}
		return int(a)
	}
	for i := range live.Recipients {
		l, c := live.Recipients[i], candidate.Recipients[i]
		switch was, is := strictness(live, l.Action), strictness(candidate, c.Action); {
		case is < was:
			note(effectMilder)
		case is > was:
			note(effectStricter)
		case l.Rule != c.Rule:
			note(effectRule)
		case !reflect.DeepEqual(l, c):
			note(effectOptions)
		}
	}
	return effect
}
