package rules

import "github.com/zixpolicy/zixpolicy/internal/tomlfile"

// Warnings returns what is allowed in a policy but hardly meant: rules that have
// ended, rules that can never decide because an earlier one covers everything, and
// rules that ask for what the encryption gateway will not do for them.
func (p *Policy) Warnings() []*tomlfile.Error {
	var list []*tomlfile.Error
	var all *rule // decides for everybody, whatever the message
	now := p.now()
	for _, r := range p.rules {
		if key := r.sealingKey(); p.opts.Gateway && key != "" {
			list = append(list, r.errorf(key, "rule %q asks for %s, which the encryption gateway decides by itself", r.name, key).
				WithRemedy("set it up there"))
		}
		switch {
		case r.expired(now):
			list = append(list, r.errorf("until", "rule %q has ended and is ignored", r.name).
				WithRemedy("remove the rule, or set a later date"))
		case all != nil && !r.observe && !r.shipped:
			list = append(list, r.errorf("name", "rule %q never decides: %q before it covers every message", r.name, all.name).
				WithRemedy("move it up"))
		case all == nil && r.coversAll():
			all = r
		}
	}
	return list
}

// coversAll reports whether the rule decides for every recipient of every message.
func (r *rule) coversAll() bool {
	return !r.observe && r.until.IsZero() && r.from == nil && r.to == nil && r.when != nil && r.when.source == "true"
}

// sealingKey returns the first key of the rule that only the sealed backend can heed;
// "" where there is none.
func (r *rule) sealingKey() string {
	switch m := r.modifiers; {
	case m.MaskSubject:
		return "mask_subject"
	case m.Delivery != "":
		return "delivery"
	case m.Expire > 0:
		return "expire"
	case m.Receipt:
		return "receipt"
	}
	return ""
}
