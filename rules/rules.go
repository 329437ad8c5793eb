// Package rules decides what happens to one message, per recipient. It is pure and
// total: the same policy and message always give the same verdict, and no message
// makes it fail.
package rules

import (
	"github.com/zixpolicy/zixpolicy/lexicon"
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

// String returns the action's name in policies, logs and metrics.
func (a Action) String() string {
	return [...]string{"deliver", "tls", "encrypt", "hold", "reject"}[a]
}

// Source is one policy or lexicon file.
type Source struct {
	Name string // what errors call it
	Data []byte
}

// Options are what the configuration says outside the policy files.
type Options struct {
	Internal *message.Domains // recipients the policy does not apply to
	Limits   message.Limits   // for the messages that rule tests make
}

// Policy is an ordered list of rules with the lexicons they ask about, compiled and
// tested. It is immutable and safe for concurrent use.
type Policy struct{}

// Load compiles what is shipped and then the given files, which stand beside and
// over it: a lexicon of a shipped name replaces it, a rule of a shipped name adapts
// it. All tests in all files are run: a policy whose tests fail is not returned.
// The error is joined of every mistake found (*tomlfile.Error).
func Load(opts Options, files ...Source) (*Policy, error) { return &Policy{}, nil }

// ReadDir returns the *.toml files of a policy directory, in the order of their names.
func ReadDir(dir string) ([]Source, error) { return nil, nil }

// External reports whether the policy applies to the recipient.
func (p *Policy) External(recipient string) bool { return true }

// Lexicons returns the compiled lexicons, for labels and tests.
func (p *Policy) Lexicons() *lexicon.Set { return nil }

// Evaluate judges a message. It scans the message at most once.
func (p *Policy) Evaluate(m *message.Message) *Verdict { return &Verdict{} }

// Verdict is the policy's answer for one message.
type Verdict struct {
	Action     Action          // the strictest over the recipients
	Rule       string          // the rule that decided it; empty where none did
	Matched    []string        // all rules whose condition held, in policy order
	Recipients []Decision      // one for each recipient, in envelope order
	Hits       []lexicon.Hit   // Hit.Text is an index in the message's Parts
	Tallies    []lexicon.Tally // in the order of Policy.Lexicons().Lexicons()
}

// Decision is the verdict for one recipient.
type Decision struct {
	Recipient string
	Internal  bool // the policy does not apply: always Deliver
	Action    Action
	Rule      string // the first rule that matched; empty where none did
	Text      string // for Reject: the rule's own SMTP reply text; may be empty
}
