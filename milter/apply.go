package milter

import (
	"strings"

	"github.com/d--j/go-milter"

	"github.com/zixpolicy/zixpolicy/message"
	"github.com/zixpolicy/zixpolicy/rules"
)

// apply tells the MTA what the verdict is. A message is refused or held as a whole,
// since at the end of a message a milter can no longer treat single recipients so:
// one recipient who must not get it, and nobody does.
//
// A held message has its recipients rewritten too; what the administrator releases
// leaves by the lane it was judged for.
func (t *transaction) apply(m *milter.Modifier, j *judgement) (*milter.Response, error) {
	v := j.verdict
	o := outcome{action: v.Action, judgement: j}
	if v.Action == rules.Reject {
		return t.answer(m, o, refusal(v)), nil
	}
	change, err := t.changesFor(v)
	if err != nil {
		// The address will not get better by waiting.
		return t.answer(m, outcome{action: rules.Reject, reason: err.Error(), judgement: j},
			reply(550, "5.1.3 Recipient address cannot be routed")), nil
	}
	o.routed, o.copied = len(change.rewrites), len(change.journals)
	if err := t.modify(m, v, change); err != nil {
		return nil, err // the connection is broken; the MTA keeps nothing
	}
	return t.answer(m, o, milter.RespAccept), nil
}

// changes are what a verdict makes of the message in the MTA.
type changes struct {
	rewrites []rewrite
	journals []string // recipients that get a copy
	subjects []string // raw, instead of the message's own; nil: they stay
	fields   []instruction
}

// changesFor collects what the verdict asks for. It fails where an address cannot be
// routed.
func (t *transaction) changesFor(v *rules.Verdict) (c changes, err error) {
	w := wideOf(v)
	sets := &instructionSets{verdict: v, subjects: t.subjects, wide: w.tags}
	if c.rewrites, err = rewritesFor(v.Recipients, sets); err != nil {
		return c, err
	}
	if c.journals, err = journals(t.policy, v); err != nil {
		return c, err
	}
	if stripped, changed := stripSubjects(t.subjects, w.tags); changed {
		c.subjects = stripped
	}
	for _, h := range w.fields {
		c.fields = append(c.fields, instruction{h.Name, h.Value})
	}
	if len(c.rewrites) > 0 || v.Action == rules.Hold {
		c.fields = append(c.fields, instruction{"X-Zixpolicy-Action", v.Action.String()})
		if v.Rule != "" {
			c.fields = append(c.fields, instruction{"X-Zixpolicy-Rule", v.Rule})
		}
		c.fields = append(c.fields, sets.fields...)
	}
	return c, nil
}

func (t *transaction) modify(m *milter.Modifier, v *rules.Verdict, c changes) error {
	indices := ownIndices(t.message.own)
	// From the last to the first: Postfix renumbers the fields after a deleted one,
	// Sendmail does not, and neither touches those before it.
	for i := len(indices) - 1; i >= 0; i-- {
		if err := m.ChangeHeader(indices[i], t.message.own[i], ""); err != nil {
			return err
		}
	}
	for i, subject := range c.subjects {
		if subject == t.subjects[i] {
			continue
		}
		if err := m.ChangeHeader(i+1, "Subject", t.spaced(subject)); err != nil {
			return err
		}
	}
	for _, f := range c.fields {
		if err := m.AddHeader(f.name, t.spaced(f.value)); err != nil {
			return err
		}
	}
	if err := rewriteRecipients(m, c.rewrites); err != nil {
		return err
	}
	for _, address := range c.journals {
		if err := m.AddRecipient(address, ""); err != nil {
			return err
		}
	}
	if v.Action == rules.Hold {
		return m.Quarantine("zixpolicy: " + v.Rule)
	}
	return nil
}

// spaced is a field's value as the MTA wants it. One that sends values with their
// leading space takes ours as they are, too.
func (t *transaction) spaced(value string) string {
	if t.withSpace {
		return " " + value
	}
	return value
}

// rewrite sends one mailbox along a route.
type rewrite struct {
	remove []string // all spellings under which the MTA may know it
	add    string   // its routing address
}

// rewriteRecipients removes all before it adds any, so that no removal can meet an
// address that was just added.
func rewriteRecipients(m *milter.Modifier, rewrites []rewrite) error {
	for _, r := range rewrites {
		for _, address := range r.remove {
			if err := m.DeleteRecipient(address); err != nil {
				return err
			}
		}
	}
	for _, r := range rewrites {
		if err := m.AddRecipient(r.add, ""); err != nil {
			return err
		}
	}
	return nil
}

// rewritesFor returns the rewrites a verdict asks for, in envelope order. Recipients
// that differ in case only are one mailbox: Postfix keeps one of them, and removing
// it leaves none. They go by the strictest lane among them, once.
func rewritesFor(decisions []rules.Decision, sets *instructionSets) ([]rewrite, error) {
	lanes := map[string]message.Route{} // by mailbox
	for _, d := range decisions {
		route, ok := routeOf(d)
		if !ok {
			continue
		}
		key, err := mailboxKey(d.Recipient)
		if err != nil {
			return nil, err
		}
		if base, _ := lanes[key].Set(); base != message.RouteEncrypt {
			if route == message.RouteEncrypt {
				route = route.WithSet(sets.number(d))
			}
			lanes[key] = route
		}
	}
	var rewrites []rewrite
	places := map[string]int{} // in rewrites, by mailbox
	for _, d := range decisions {
		key, err := mailboxKey(d.Recipient)
		if err != nil || lanes[key] == "" {
			continue // not routed, or it would have failed above
		}
		place, seen := places[key]
		if !seen {
			routed, err := lanes[key].Encode(d.Recipient)
			if err != nil {
				return nil, err
			}
			place = len(rewrites)
			places[key] = place
			rewrites = append(rewrites, rewrite{add: routed})
		}
		rewrites[place].removeSpellings(d.Recipient)
	}
	return rewrites, nil
}

// removeSpellings notes a recipient as the client wrote it and, where that differs,
// as an MTA may have stored it: without source route and trailing dot.
func (r *rewrite) removeSpellings(recipient string) {
	r.remove = appendNew(r.remove, recipient)
	if routed, err := message.RouteEncrypt.Encode(recipient); err == nil {
		if canonical, _, err := message.DecodeRoute(routed); err == nil {
			r.remove = appendNew(r.remove, canonical)
		}
	}
}

func appendNew(list []string, s string) []string {
	for _, have := range list {
		if have == s {
			return list
		}
	}
	return append(list, s)
}

// mailboxKey is the same for all spellings of one mailbox.
func mailboxKey(recipient string) (string, error) {
	routed, err := message.RouteEncrypt.Encode(recipient)
	return strings.ToLower(routed), err
}

// routeOf returns the route of a decision, if it has one: for a held message the one
// it takes when it is released.
func routeOf(d rules.Decision) (message.Route, bool) {
	switch laneOf(d) {
	case rules.Encrypt:
		return message.RouteEncrypt, true
	case rules.TLS:
		return message.RouteTLS, true
	}
	return "", false
}

// laneOf returns the action by which a recipient gets the message, now or when it is
// released.
func laneOf(d rules.Decision) rules.Action {
	if d.Action == rules.Hold {
		return d.Released
	}
	return d.Action
}

// journalRoute is how a copy reaches a journal outside.
const journalRoute = message.RouteTLS
