package rules

import (
	"github.com/zixpolicy/zixpolicy/lexicon"
	"github.com/zixpolicy/zixpolicy/message"
)

// view is the part of a message's hits that a condition looks at.
type view struct {
	kind  int  // of the parts; anyKind for all
	fresh bool // without quoted history
}

// all reports whether the view leaves nothing out.
func (v view) all() bool { return v == view{kind: anyKind} }

// tally returns the tally of a lexicon over the hits in view.
func (e *evaluation) tally(index int, v view) lexicon.Tally {
	e.scan()
	if v.all() {
		return e.tallies[index]
	}
	tallies, ok := e.within[v]
	if !ok {
		tallies = e.policy.lexicons.Tally(e.inView(v), e.texts)
		e.within[v] = tallies
	}
	return tallies[index]
}

// inView returns the hits in view. The message has been scanned.
func (e *evaluation) inView(v view) []lexicon.Hit {
	if v.all() {
		return e.hits
	}
	var hits []lexicon.Hit
	for _, h := range e.hits {
		part := &e.message.Parts[h.Text]
		if (v.kind == anyKind || int(part.Kind) == v.kind) && !(v.fresh && quotedHistory(part, h)) {
			hits = append(hits, h)
		}
	}
	return hits
}

// quotedHistory reports whether the hit is inside earlier correspondence.
func quotedHistory(part *message.Part, h lexicon.Hit) bool {
	for _, m := range part.Marks {
		if m.Kind == message.MarkQuoted && m.Start <= h.Start && h.End <= m.End {
			return true
		}
	}
	return false
}
