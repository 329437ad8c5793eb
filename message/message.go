// Package message turns the bytes of one mail message into what a policy can be
// asked about: envelope, decoded header, every piece of text that a person could
// read, and a defect for everything that could not be read.
//
// Reading is total: whatever the bytes are, [Read] returns a message within its
// [Limits]. What was not read is never left out in silence; it is a [Defect].
//
// Where two mail programs could read a message differently (contradictory header
// fields, boundaries inside one another, text before the first part of a
// multipart, broken encodings) it is read in each of these ways, or is a defect.
//
// The packages below message read one format each; message/collect is what they
// report to, and open.go the list of them.
package message

import (
	"context"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// Envelope is the SMTP envelope of a message (RFC 5321), as opposed to its header.
type Envelope struct {
	// QueueID is the MTA's name for the message; empty outside an MTA.
	QueueID string
	// Sender is the reverse-path without angle brackets; empty is the null sender.
	Sender string
	// Recipients are the forward-paths without angle brackets, as the client
	// wrote them (local parts still quoted), in the order of the RCPT commands.
	Recipients []string
	// Authenticated is the SASL login of the submitting client; empty if none.
	Authenticated string
}

// Message is one message as a policy sees it. It is immutable once read.
type Message struct {
	Envelope    Envelope
	Header      Header
	Size        int64        // bytes as received
	Parts       []Part       // all text, in reading order: subject, bodies, attachments
	Attachments []Attachment // every attached file, whether its text could be read or not
	Defects     []Defect
}

// What a message consists of is declared in message/collect, which the format
// readers share.
type (
	Limits     = collect.Limits
	Part       = collect.Part
	Kind       = collect.Kind
	Mark       = collect.Mark
	MarkKind   = collect.MarkKind
	Attachment = collect.Attachment
	Defect     = collect.Defect
	DefectKind = collect.DefectKind
)

// The kinds of part.
const (
	KindSubject    = collect.KindSubject    // the decoded Subject field
	KindBody       = collect.KindBody       // a body the recipient sees on opening the message
	KindAttachment = collect.KindAttachment // text inside an attached file, at any depth
	KindName       = collect.KindName       // the name of an attached file
	KindHeaders    = collect.KindHeaders    // human-readable header fields other than Subject
)

// The kinds of mark.
const (
	MarkHidden    = collect.MarkHidden
	MarkQuoted    = collect.MarkQuoted
	MarkSignature = collect.MarkSignature
)

// The kinds of defect. Their names are part of the rules language and of a metric.
const (
	DefectEncrypted   = collect.DefectEncrypted
	DefectCorrupt     = collect.DefectCorrupt
	DefectTooDeep     = collect.DefectTooDeep
	DefectTooLarge    = collect.DefectTooLarge
	DefectTooMany     = collect.DefectTooMany
	DefectTimeout     = collect.DefectTimeout
	DefectUnsupported = collect.DefectUnsupported
	DefectTruncated   = collect.DefectTruncated
	DefectBomb        = collect.DefectBomb
)

// DefaultLimits are the limits that apply where the configuration names none.
func DefaultLimits() Limits { return collect.DefaultLimits() }

// Read reads one message. raw is the message as an MTA holds it (header, empty
// line, body; line ends CRLF or LF). Bytes beyond limits.Message are not looked
// at and make a too-large defect, so a caller that collects a message may stop
// one byte past the limit. Read never fails; ctx ends it early with a timeout
// defect.
//
// It is a pure function and so does without what needs a sandbox or a program:
// PDF files are unsupported, and pictures are not looked into. [Reader.Read] is
// the same with them.
func Read(ctx context.Context, env Envelope, raw []byte, limits Limits) *Message {
	return (*Reader)(nil).Read(ctx, env, raw, limits)
}
