package demo

import (
	"fmt"
	"slices"
	"strings"

	"github.com/d--j/go-milter"
)

// transaction is one message between DATA and delivery: what a milter may change.
type transaction struct {
	sender     string
	recipients []string // mailboxes without angle brackets, quoted where they must be
	fields     []field
	body       []byte
	hold       string // the reason a milter gave for quarantine; empty: none

	leadingSpace bool     // values come with their leading space (SMFIP_HDR_LEADSPC)
	removed      []string // recipients a milter has removed
	bodyReplaced bool
}

// apply does one modification as Postfix would: indices of fields are per name and
// from 1, and a removed field no longer counts. What Postfix would ignore but could
// end in a wrong delivery is an error, so that the message is refused.
func (t *transaction) apply(m milter.ModifyAction) error {
	switch m.Type {
	case milter.ActionAddRcpt:
		t.recipients = append(t.recipients, milter.RemoveAngle(m.Rcpt))
	case milter.ActionDelRcpt:
		return t.removeRecipient(milter.RemoveAngle(m.Rcpt))
	case milter.ActionChangeFrom:
		t.sender = milter.RemoveAngle(m.From)
	case milter.ActionAddHeader:
		t.fields = append(t.fields, t.field(m))
	case milter.ActionInsertHeader:
		at := min(int(m.HeaderIndex), len(t.fields))
		t.fields = slices.Insert(t.fields, at, t.field(m))
	case milter.ActionChangeHeader:
		t.changeField(m)
	case milter.ActionReplaceBody:
		if !t.bodyReplaced { // the replacement comes in chunks
			t.body, t.bodyReplaced = nil, true
		}
		t.body = append(t.body, m.Body...)
	case milter.ActionQuarantine:
		t.hold = m.Reason
		if t.hold == "" {
			t.hold = "held by the milter"
		}
	default:
		return fmt.Errorf("demo: unknown modification %d", m.Type)
	}
	return nil
}

// removeRecipient removes every copy of the recipient. One that is not there (and
// was not removed before) is an error: the milter believes that it has stopped mail
// to an address which the MTA would still deliver to.
func (t *transaction) removeRecipient(mailbox string) error {
	before := len(t.recipients)
	t.recipients = slices.DeleteFunc(t.recipients, func(r string) bool { return sameMailbox(r, mailbox) })
	if len(t.recipients) == before && !slices.ContainsFunc(t.removed, func(r string) bool { return sameMailbox(r, mailbox) }) {
		return fmt.Errorf("demo: the milter removed a recipient that the message does not have")
	}
	t.removed = append(t.removed, mailbox)
	return nil
}

// changeField replaces or (with an empty value) removes the HeaderIndex-th field of
// a name; one beyond the last is added.
func (t *transaction) changeField(m milter.ModifyAction) {
	i := fieldIndex(t.fields, m.HeaderName, int(m.HeaderIndex))
	switch {
	case m.HeaderValue == "" && i >= 0:
		t.fields = slices.Delete(t.fields, i, i+1)
	case m.HeaderValue == "":
	case i >= 0:
		t.fields[i] = t.field(m)
	default:
		t.fields = append(t.fields, t.field(m))
	}
}

func (t *transaction) field(m milter.ModifyAction) field {
	value := foldValue(m.HeaderValue)
	if !t.leadingSpace {
		value = " " + value
	}
	return field{name: m.HeaderName, value: value}
}

// sameMailbox reports whether two mailboxes are one: domains in any case, local
// parts to the letter (RFC 5321 section 2.4).
func sameMailbox(a, b string) bool {
	i, j := strings.LastIndexByte(a, '@'), strings.LastIndexByte(b, '@')
	if i < 0 || j < 0 {
		return strings.EqualFold(a, b)
	}
	return a[:i] == b[:j] && strings.EqualFold(a[i:], b[j:])
}

// describe says in words what a modification does, for the page.
func describe(m milter.ModifyAction) string {
	switch m.Type {
	case milter.ActionAddRcpt:
		return "add recipient " + m.Rcpt
	case milter.ActionDelRcpt:
		return "remove recipient " + m.Rcpt
	case milter.ActionChangeFrom:
		return "change sender to " + m.From
	case milter.ActionAddHeader:
		return fmt.Sprintf("add field %s: %s", m.HeaderName, strings.TrimSpace(m.HeaderValue))
	case milter.ActionInsertHeader:
		return fmt.Sprintf("insert field %s: %s", m.HeaderName, strings.TrimSpace(m.HeaderValue))
	case milter.ActionChangeHeader:
		if m.HeaderValue == "" {
			return fmt.Sprintf("remove field %s (no. %d)", m.HeaderName, m.HeaderIndex)
		}
		return fmt.Sprintf("change field %s (no. %d)", m.HeaderName, m.HeaderIndex)
	case milter.ActionReplaceBody:
		return fmt.Sprintf("replace body (%d bytes)", len(m.Body))
	case milter.ActionQuarantine:
		return "hold: " + m.Reason
	}
	return "unknown modification"
}
