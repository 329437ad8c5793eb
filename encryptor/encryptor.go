// Package encryptor is the edge on which mail leaves the MTA to be encrypted: an
// LMTP server (RFC 2033) that takes routed recipients, gives them their own
// addresses back, and hands each message to a [Backend].
package encryptor

import (
	"context"
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
	// Deliver may be called concurrently.
	Deliver(ctx context.Context, env message.Envelope, msg *Message) error
}

// Message is a message on its way to a backend.
type Message struct {
	// Policy is what the milter wrote about the message in its X-Zixpolicy-*
	// fields, by lower-case name without that prefix ("rule" → "hipaa").
	Policy map[string]string
	// Reader gives the message's bytes (RFC 5322, CRLF) without those fields.
	// It can be read once.
	io.Reader
}

// RecipientErrors is an error for each recipient of an envelope, in its order; nil
// where the recipient was taken over.
type RecipientErrors []error

// Error says for how many recipients delivery failed.
func (e RecipientErrors) Error() string { return "encryptor: delivery failed for some recipients" }
