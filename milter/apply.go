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
	rewrites, err := rewritesFor(v.Recipients)
	if err != nil {
		// The address will not get better by waiting.
		return t.answer(m, outcome{action: rules.Reject, reason: err.Error(), judgement: j},
			reply(550, "5.1.3 Recipient address cannot be routed")), nil
	}
	o.routed = len(rewrites)
	if err := t.modify(m, v, rewrites); err != nil {
		return nil, err // the connection is broken; the MTA keeps nothing
	}
	return t.answer(m, o, milter.RespAccept), nil
}

func (t *transaction) modify(m *milter.Modifier, v *rules.Verdict, rewrites []rewrite) error {
	indices := ownIndices(t.message.own)
	// From the last to the first: Postfix renumbers the fields after a deleted one,
	// Sendmail does not, and neither touches those before it.
	for i := len(indices) - 1; i >= 0; i-- {
		if err := m.ChangeHeader(indices[i], t.message.own[i], ""); err != nil {
			return err
		}
	}
	if err := t.addField(m, "X-Zixpolicy-Action", v.Action.String()); err != nil {
		return err
	}
	if v.Rule != "" {
		if err := t.addField(m, "X-Zixpolicy-Rule", v.Rule); err != nil {
			return err
		}
	}
	if err := rewriteRecipients(m, rewrites); err != nil {
		return err
	}
	if v.Action == rules.Hold {
		return m.Quarantine("zixpolicy: " + v.Rule)
	}
	return nil
}

// addField adds a header field. An MTA that sends values with their leading space
// takes ours as they are, too.
func (t *transaction) addField(m *milter.Modifier, name, value string) error {
	if t.withSpace {
		value = " " + value
	}
	return m.AddHeader(name, value)
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
func rewritesFor(decisions []rules.Decision) ([]rewrite, error) {
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
		if lanes[key] != message.RouteEncrypt {
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
	action := d.Action
	if action == rules.Hold {
		action = d.Released
	}
	switch action {
	case rules.Encrypt:
		return message.RouteEncrypt, true
	case rules.TLS:
		return message.RouteTLS, true
	}
	return "", false
}
