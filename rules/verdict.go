package rules

import (
	"time"

	"github.com/zixpolicy/zixpolicy/lexicon"
	"github.com/zixpolicy/zixpolicy/message"
)

// Verdict is the policy's answer for one message.
type Verdict struct {
	Action     Action          // the strictest over the recipients
	Rule       string          // the rule that decided it; empty where none did
	Matched    []string        // all rules that held, in policy order
	Recipients []Decision      // one for each recipient, in envelope order
	Hits       []lexicon.Hit   // Hit.Text is an index in the message's Parts
	Tallies    []lexicon.Tally // in the order of Policy.Lexicons().Lexicons()

	// Err says why the message could not be judged; nil where it was. The edge
	// answers 451 then. Should it not look, Action and every recipient's action
	// are Reject: what was not judged is never delivered.
	Err error
}

// Decision is the verdict for one recipient.
type Decision struct {
	Recipient string
	Internal  bool // the policy does not apply: always Deliver
	Action    Action
	Rule      string // the first rule that matched; empty where none did
	Text      string // for Reject: the rule's own SMTP reply text; may be empty
	Released  Action // for Hold: what becomes of it on release, by the rules after this one
	Modifiers        // of the rule that decided; zero where none did

	OnRelease Modifiers // for Hold: of the rule that Released comes from
}

// Modifiers are what a rule asks for beside its action.
type Modifiers struct {
	Notify      string        // whom to tell: "sender" or an address; empty: nobody
	BCC         string        // journal address that gets a copy; empty: none
	AddHeader   []HeaderField // to be added to the message
	StripTags   []string      // to be removed from the subject, see [StripTags]
	MaskSubject bool          // the outer subject becomes neutral
	Delivery    string        // for the sealed backend: "pull", "push", "both"; empty: its default
	Expire      time.Duration // for the sealed backend; 0: its default
	Receipt     bool          // tell the sender when it was read
}

// HeaderField is one header field to add.
type HeaderField struct{ Name, Value string }

// unjudged is the verdict on a message that could not be judged.
func unjudged(m *message.Message, err error) *Verdict {
	v := &Verdict{Action: Reject, Err: err}
	for _, r := range m.Envelope.Recipients {
		v.Recipients = append(v.Recipients, Decision{Recipient: r, Action: Reject})
	}
	return v
}
