package main

import (
	"context"
	"flag"
	"net/mail"
	"strings"

	"github.com/zixpolicy/zixpolicy/message"
)

// someone is the recipient of a message that names none, outside every domain
// (RFC 2606).
const someone = "someone@external.invalid"

// envelopeFlags are the envelope that the command line gives to messages which come
// without one.
type envelopeFlags struct {
	sender     *string  // nil: the From field's address
	recipients []string // none: those in To, Cc and Bcc
}

// add adds the flags to a subcommand.
func (e *envelopeFlags) add(fs *flag.FlagSet) {
	fs.Func("sender", "envelope sender `ADDRESS` (default: the address in From)", func(a string) error {
		e.sender = &a
		return nil
	})
	fs.Func("recipient", "envelope recipient `ADDRESS`, repeatable (default: those in To, Cc and Bcc)", func(a string) error {
		e.recipients = append(e.recipients, a)
		return nil
	})
}

// read reads a message as the milter does and gives it its envelope.
func (e *envelopeFlags) read(ctx context.Context, reader *message.Reader, raw []byte, limits message.Limits) *message.Message {
	m := reader.Read(ctx, message.Envelope{Recipients: e.recipients}, raw, limits)
	if e.sender != nil {
		m.Envelope.Sender = *e.sender
	} else {
		m.Envelope.Sender = senderOf(m.Header)
	}
	if len(e.recipients) == 0 {
		m.Envelope.Recipients = recipientsOf(m.Header)
	}
	return m
}

// senderOf returns the address in the From field, or "".
func senderOf(h message.Header) string {
	for _, a := range addresses(h.Get("From")) {
		return a
	}
	return ""
}

// recipientsOf returns the addresses in To, Cc and Bcc, each once.
func recipientsOf(h message.Header) []string {
	var list []string
	seen := map[string]bool{}
	for _, field := range []string{"To", "Cc", "Bcc"} {
		for _, value := range h.Values(field) {
			for _, a := range addresses(value) {
				if key := strings.ToLower(a); !seen[key] {
					seen[key] = true
					list = append(list, a)
				}
			}
		}
	}
	if len(list) == 0 {
		return []string{someone}
	}
	return list
}

// addresses returns the mailboxes in a decoded address field. Where the field is
// not well formed it returns every word that looks like an address.
func addresses(value string) (list []string) {
	if parsed, err := mail.ParseAddressList(value); err == nil {
		for _, a := range parsed {
			bare := mail.Address{Address: a.Address} // its String quotes the local part where needed
			list = append(list, strings.Trim(bare.String(), "<>"))
		}
		return list
	}
	for _, word := range strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(" \t,;:<>()\"[]", r) }) {
		if local, domain, ok := strings.Cut(word, "@"); ok && local != "" && domain != "" {
			list = append(list, word)
		}
	}
	return list
}
