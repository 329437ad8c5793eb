// Package encryptor is the edge on which mail leaves the MTA to be encrypted: an
// LMTP server (RFC 2033) that takes routed recipients, gives them their own
// addresses back, and hands each message to a [Backend].
//
// It keeps nothing: the MTA has the message in its queue until the backend has taken
// it over, and is told so for each recipient.
package encryptor

import (
	"context"
	"fmt"
	"io"

	"github.com/zixpolicy/zixpolicy/message"
)

// Backend takes over messages that must be encrypted.
type Backend interface {
	// Deliver takes one message over for every recipient of its envelope. It
	// returns nil only once the message is durably someone else's: the MTA
	// forgets it then. A *smtp.SMTPError keeps its code (4xx: the MTA tries
	// again; 5xx: it bounces to the sender); any other error is temporary.
	// Where recipients fare differently the error is a [RecipientErrors].
	// A message that was not read to its end counts as not taken over.
	// Deliver may be called concurrently.
	Deliver(ctx context.Context, env message.Envelope, msg *Message) error
}

// Message is a message on its way to a backend.
type Message struct {
	// Policy is what the milter wrote in its X-Zixpolicy-* fields for the recipients
	// of this envelope, by lower-case name without that prefix: "action" and "rule"
	// always; where a rule asks for it "delivery" (pull, push, both), "expire" (as
	// time.ParseDuration reads it), "receipt" and "mask-subject" (both "yes").
	// Recipients of one message for whom it differs come in separate calls.
	Policy map[string]string
	// Size is what the MTA announced (RFC 1870); 0 if it did not. It is a hint.
	Size int64
	// EightBit says that the MTA announced a body of 8-bit text (RFC 6152).
	EightBit bool
	// UTF8 says that the MTA announced UTF-8 in addresses or header (RFC 6531).
	UTF8 bool
	// Reader gives the message's bytes (RFC 5322, CRLF) without those fields.
	// It can be read once.
	io.Reader
}

// RecipientErrors is an error for each recipient of an envelope, in its order; nil
// where the recipient was taken over.
type RecipientErrors []error

// Error says for how many recipients delivery failed.
func (e RecipientErrors) Error() string {
	failed := 0
	for _, err := range e {
		if err != nil {
			failed++
		}
	}
	return fmt.Sprintf("encryptor: delivery failed for %d of %d recipients", failed, len(e))
}
