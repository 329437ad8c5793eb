// Package rules decides what happens to one message, per recipient. It is pure and
// total: the same policy, message and time always give the same verdict, and no
// message makes it fail.
//
// [Load] compiles the shipped policy and a site's files into one immutable [Policy]
// and runs the tests that stand in them; [Policy.Evaluate] judges a message;
// [Policy.Report] and [Policy.Explain] tell the verdict.
//
// # Order
//
// For each external recipient the first rule that holds and covers the recipient
// decides; all rules that hold are recorded. A site's own rules come first, in the
// order of its files' names and of the rules in them, then the shipped rules in
// theirs. So an exception is simply an earlier rule that delivers. A site rule of a
// shipped rule's name adapts that rule where it stands: only the keys it sets change.
package rules

import (
	"fmt"
	"sync"
	"time"

	"github.com/zixpolicy/zixpolicy/lexicon"
	"github.com/zixpolicy/zixpolicy/lexicon/passage"
	"github.com/zixpolicy/zixpolicy/message"
)

// Action is what happens to a message for one recipient, from mildest to strictest.
type Action uint8

// The actions.
const (
	Deliver Action = iota
	TLS
	Encrypt
	Hold
	Reject
)

// actionNames returns the names of the actions in policies, by their values.
func actionNames() []string {
	return []string{"deliver", "tls", "encrypt", "hold", "reject"}
}

// String returns the action's name in policies, logs and metrics.
func (a Action) String() string {
	switch a {
	case Deliver:
		return "deliver"
	case TLS:
		return "tls"
	case Encrypt:
		return "encrypt"
	case Hold:
		return "hold"
	case Reject:
		return "reject"
	}
	return fmt.Sprintf("action(%d)", uint8(a))
}

// ParseAction returns the action of that name.
func ParseAction(name string) (Action, error) {
	for i, n := range actionNames() {
		if n == name {
			return Action(i), nil
		}
	}
	return Reject, fmt.Errorf("rules: unknown action %q", name)
}

// Options are what the configuration says outside the policy files.
type Options struct {
	Internal *message.Domains // recipients the policy does not apply to; nil: none
	Limits   message.Limits   // for the messages that rule tests make

	// TLS are domains for which enforced TLS is enough: what a rule would encrypt
	// goes to them over TLS instead, unless the rule says tls = false. Nil: none.
	TLS *message.Domains
	// NeverTLS are domains for which TLS is never enough, such as consumer mail
	// providers: what a rule would send over TLS is encrypted. Nil: none.
	NeverTLS *message.Domains
	// Journals are domains outside to which bcc may send copies. Nil: none.
	Journals *message.Domains
	// Gateway says that an external gateway encrypts. What rules ask of the sealed
	// backend is its own affair then, of which [Policy.Warnings] tells.
	Gateway bool

	// Now is the clock for time windows and for exceptions that end; its location
	// is the one authors think in. Nil: time.Now.
	Now func() time.Time
}

// Policy is an ordered list of rules with the lexicons they ask about, compiled and
// tested. It is immutable and safe for concurrent use.
type Policy struct {
	opts      Options
	version   string
	lexicons  *lexicon.Set
	own       *passage.Set // the organisation's own text, which is not looked at; nil: none
	rules     []*rule
	questions []question // what conditions ask of a message beyond its variables
	tests     []*ruleTest
	idle      sync.Pool // of *evaluation
}

// External reports whether the policy applies to the recipient.
func (p *Policy) External(recipient string) bool {
	return p.opts.Internal == nil || !p.opts.Internal.Contains(recipient)
}

// Lexicons returns the compiled lexicons, for labels and tests.
func (p *Policy) Lexicons() *lexicon.Set { return p.lexicons }

// RuleInfo describes one rule of a policy, for lists and labels.
type RuleInfo struct {
	Name    string
	Action  Action
	Observe bool      // recorded and counted, decides nothing
	Until   time.Time // from here on the rule is ignored; zero: never
	Because string    // why the rule exists, in its author's words
	Shipped bool      // not the site's own (though the site may have adapted it)
}

// Rules describes the policy's rules in their order.
func (p *Policy) Rules() []RuleInfo {
	infos := make([]RuleInfo, 0, len(p.rules))
	for _, r := range p.rules {
		infos = append(infos, RuleInfo{
			Name: r.name, Action: r.action, Observe: r.observe,
			Until: r.until, Because: r.because, Shipped: r.shipped,
		})
	}
	return infos
}

// now returns the time by the policy's clock.
func (p *Policy) now() time.Time {
	if p.opts.Now != nil {
		return p.opts.Now()
	}
	return time.Now()
}
