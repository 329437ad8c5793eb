package rules

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	"github.com/expr-lang/expr/vm"

	"github.com/zixpolicy/zixpolicy/lexicon"
	"github.com/zixpolicy/zixpolicy/message"
)

// evaluation is the judging of one message: what has been asked of it so far. It is
// reused for the next message, so that 200 rules cost no 200 maps.
type evaluation struct {
	policy   *Policy
	message  *message.Message
	now      time.Time
	external []string      // recipients the policy applies to, in envelope order
	subjects [][]character // what tags are looked for in; nil until asked for

	scanned bool
	find    func([]lexicon.Text) []lexicon.Hit // finds all hits; nil: the policy's lexicons do
	texts   []lexicon.Text
	hits    []lexicon.Hit
	tallies []lexicon.Tally
	within  map[view][]lexicon.Tally // of a part of the hits

	answers []answer // by the index of the question
	env     map[string]any
	machine vm.VM
}

// answer is the remembered answer to one question.
type answer struct {
	known bool
	value int
}

// Evaluate judges a message. It scans the message at most once, and only if a rule
// asks about a lexicon.
func (p *Policy) Evaluate(m *message.Message) *Verdict {
	return p.evaluateAt(m, time.Time{})
}

// evaluateAt judges a message as if it were the given time; zero is now.
func (p *Policy) evaluateAt(m *message.Message, now time.Time) *Verdict {
	return p.evaluateBy(m, now, nil)
}

// evaluateBy does so with the hits that find returns; nil finds them itself.
func (p *Policy) evaluateBy(m *message.Message, now time.Time, find func([]lexicon.Text) []lexicon.Hit) (v *Verdict) {
	e, ok := p.idle.Get().(*evaluation)
	if !ok {
		e = newEvaluation(p)
	}
	defer func() {
		if r := recover(); r != nil {
			// The evaluation is not used again: nobody knows what state it is in.
			v = unjudged(m, fmt.Errorf("rules: panic in judging: %s", describe(r)))
		}
	}()
	if now.IsZero() {
		now = p.now()
	}
	e.begin(m, now)
	e.find = find
	v = e.judge()
	e.end()
	p.idle.Put(e)
	return v
}

// judge evaluates all rules and lets the first that covers a recipient decide.
func (e *evaluation) judge() *Verdict {
	v := &Verdict{Recipients: make([]Decision, 0, len(e.message.Envelope.Recipients))}
	var deciding []*rule
	for _, r := range e.policy.rules {
		held, err := e.ruleHolds(r)
		if err != nil {
			return unjudged(e.message, fmt.Errorf("rules: rule %q cannot be evaluated: %w", r.name, err))
		}
		if !held {
			continue
		}
		v.Matched = append(v.Matched, r.name)
		if !r.observe {
			deciding = append(deciding, r)
		}
	}
	for _, recipient := range e.message.Envelope.Recipients {
		v.decide(e.policy, recipient, deciding)
	}
	v.Hits, v.Tallies = e.hits, e.tallies
	return v
}

// ruleHolds reports whether the rule is in force, covers the sender and at least one
// external recipient, and its condition is true.
func (e *evaluation) ruleHolds(r *rule) (bool, error) {
	if r.expired(e.now) || !r.from.covers(e.message.Envelope.Sender, r.exact()) || !e.reaches(r) {
		return false, nil
	}
	if r.when == nil {
		return true, nil
	}
	return e.holds(r.when.clause)
}

// reaches reports whether the rule covers an external recipient. Without a scope
// the recipients do not matter, so that a message without any can be judged too.
func (e *evaluation) reaches(r *rule) bool {
	if r.to == nil {
		return true
	}
	for _, recipient := range e.external {
		if r.to.covers(recipient, r.exact()) {
			return true
		}
	}
	return false
}

// run runs a compiled statement. The language lets nothing be written that fails
// at run time; if something does nevertheless, the error says so without quoting
// the message.
func (e *evaluation) run(program *vm.Program) (bool, error) {
	result, err := e.machine.Run(program, e.env)
	if err != nil {
		return false, errors.New(describe(errors.Unwrap(err))) // the rest quotes values
	}
	held, ok := result.(bool)
	if !ok {
		return false, fmt.Errorf("condition gave %T, not a boolean", result)
	}
	return held, nil
}

// decide appends the decision for one recipient.
func (v *Verdict) decide(p *Policy, recipient string, deciding []*rule) {
	d := Decision{Recipient: recipient, Internal: !p.External(recipient)}
	if !d.Internal {
		for i, r := range deciding {
			if r.to.covers(recipient, r.exact()) {
				d.Action, d.Rule, d.Text, d.Modifiers = p.lane(r, recipient), r.name, r.text, r.modifiers
				if d.Action == Hold {
					d.Released, d.OnRelease = p.released(recipient, deciding[i+1:])
				}
				break
			}
		}
	}
	v.Recipients = append(v.Recipients, d)
	if d.Action > v.Action || v.Rule == "" && d.Action == v.Action {
		v.Action, v.Rule = d.Action, d.Rule
	}
}

// released returns the lane of a recipient whose message was held and is released:
// who releases it approves of what made it be held, not of sending it in clear.
func (p *Policy) released(recipient string, rules []*rule) (Action, Modifiers) {
	for _, r := range rules {
		if r.action <= Encrypt && r.to.covers(recipient, r.exact()) {
			return p.lane(r, recipient), r.modifiers
		}
	}
	return Deliver, Modifiers{}
}

// lane returns the rule's action for the recipient, after the configuration has
// said where TLS is enough and where it never is. An address literal names no server
// whose certificate could be verified: for it TLS is not enough either.
func (p *Policy) lane(r *rule, recipient string) Action {
	switch {
	case r.action == Encrypt && !r.noTLS && in(p.opts.TLS, recipient) && !in(p.opts.NeverTLS, recipient) && !strings.HasSuffix(recipient, "]"):
		return TLS
	case r.action == TLS && (in(p.opts.NeverTLS, recipient) || strings.HasSuffix(recipient, "]")):
		return Encrypt
	}
	return r.action
}

// in reports whether the mailbox is in the set; a nil set is empty.
func in(d *message.Domains, mailbox string) bool { return d != nil && d.Contains(mailbox) }

// describe says what kind of thing went wrong. Values of the message may stand in
// a panic's text, so only the runtime's own errors are quoted.
func describe(r any) string {
	if err, ok := r.(runtime.Error); ok {
		return err.Error()
	}
	return fmt.Sprintf("%T", r)
}

// newEvaluation returns an evaluation of the policy whose functions are bound to it.
func newEvaluation(p *Policy) *evaluation {
	e := &evaluation{policy: p, answers: make([]answer, len(p.questions)), env: make(map[string]any, 32), within: map[view][]lexicon.Tally{}}
	e.env["KiB"], e.env["MiB"] = kibibyte, mebibyte
	e.env[askBool] = func(i int) bool { return e.ask(i) != 0 }
	e.env[askInt] = e.ask
	e.env["header"] = func(name string) string { return e.message.Header.Get(name) }
	e.env["headers"] = func(name string) []string { return e.message.Header.Values(name) }
	return e
}

// begin points the evaluation at a message.
func (e *evaluation) begin(m *message.Message, now time.Time) {
	e.message, e.now = m, now
	e.external = e.external[:0]
	for _, r := range m.Envelope.Recipients {
		if e.policy.External(r) {
			e.external = append(e.external, r)
		}
	}
	e.setVariables()
}

// end forgets the message, so that an idle evaluation keeps nobody's mail alive.
func (e *evaluation) end() {
	e.message, e.scanned, e.find, e.hits, e.tallies = nil, false, nil, nil, nil
	clear(e.external)
	clear(e.texts)
	clear(e.answers)
	clear(e.machine.Stack[:cap(e.machine.Stack)])
	e.machine = vm.VM{Stack: e.machine.Stack[:0]}
	e.subjects = nil
	clear(e.within)
	e.clearVariables()
}

// ask returns the answer to question i, finding it at most once for a message.
func (e *evaluation) ask(i int) int {
	if a := e.answers[i]; a.known {
		return a.value
	}
	value := e.policy.questions[i].ask(e)
	e.answers[i] = answer{known: true, value: value}
	return value
}

// scan finds all hits in all parts, once.
func (e *evaluation) scan() {
	if e.scanned {
		return
	}
	e.fillTexts()
	if e.find != nil {
		e.hits = e.find(e.texts)
	} else {
		e.hits = e.policy.lexicons.Scan(nil, e.texts)
	}
	e.tallies = e.policy.lexicons.Tally(e.hits, e.texts)
	e.scanned = true
}

// fillTexts sets texts to the message's parts, index by index.
func (e *evaluation) fillTexts() {
	e.texts = e.texts[:0]
	for i := range e.message.Parts {
		text := textOf(&e.message.Parts[i])
		text.Content = e.policy.withoutOwn(text.Content)
		e.texts = append(e.texts, text)
	}
}
