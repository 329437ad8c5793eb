package rules

import (
	"time"
)

// rule is one compiled rule.
type rule struct {
	place
	name    string
	shipped bool
	when    *condition // nil: always
	from    *scope     // nil: everybody
	to      *scope     // nil: every external recipient
	action  Action
	text    string // SMTP reply of a reject; empty: the edge's own
	observe bool
	until   time.Time // the first moment at which it is ignored; zero: never
	because string
	noTLS   bool // encrypt even where TLS would be enough

	modifiers Modifiers
}

// expired reports whether the rule has ended. An ended exception is ignored; the
// rules after it decide again.
func (r *rule) expired(now time.Time) bool { return !r.until.IsZero() && !now.Before(r.until) }

// exact reports whether the rule's scopes have to be read narrowly: what it does is
// an exception.
func (r *rule) exact() bool { return r.action == Deliver }
