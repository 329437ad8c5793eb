// Package message turns the bytes of one mail message into what a policy can be
// asked about: envelope, decoded header, every piece of text that a person could
// read, and a defect for everything that could not be read.
//
// Reading is total: whatever the bytes are, [Read] returns a message within its
// [Limits]. What was not read is never left out in silence; it is a [Defect].
package message

import (
	"context"
	"time"
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

// Limits bound what reading one message may cost. What lies beyond a limit is a
// defect. A zero field means its default.
type Limits struct {
	Message int64         // bytes of the message as received
	Text    int64         // bytes of text produced, over all parts
	Depth   int           // nesting: multiparts, attached messages, archives
	Parts   int           // leaves, over all nesting levels
	Time    time.Duration // wall time of Read
}

// DefaultLimits are the limits that apply where the configuration names none.
func DefaultLimits() Limits {
	return Limits{Message: 50 << 20, Text: 64 << 20, Depth: 20, Parts: 2000, Time: 20 * time.Second}
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

// Kind says where in a message a part's text stands.
type Kind uint8

// The kinds of part.
const (
	KindSubject    Kind = iota // the decoded Subject field
	KindBody                   // a body the recipient sees on opening the message
	KindAttachment             // text inside an attached file, at any depth
	KindName                   // the name of an attached file
)

// String returns "subject", "body", "attachments" or "names": the words rules use.
func (k Kind) String() string {
	return [...]string{"subject", "body", "attachments", "names"}[k]
}

// Part is one piece of text and where it comes from.
type Part struct {
	// Path is unique in its message and stable: "subject", "body/1",
	// "report.zip/notes.docx", "report.zip/notes.docx#header". A second attachment
	// of the same name gets a suffix: "a.txt~2".
	Path string
	Type string // media type by content, lower case, without parameters
	Name string // decoded file name; empty for bodies without one
	Kind Kind
	Text string // UTF-8, LF line ends; offsets of hits are byte offsets in it
}

// Attachment is one attached file, read or not.
type Attachment struct {
	Path   string
	Type   string
	Name   string
	Size   int64 // decoded bytes
	Opaque bool  // an image, sound or other medium that carries no text to read
}

// Defect is a piece of a message that could not be read, or not in one sure way.
type Defect struct {
	Part   string // the path the piece would have had
	Kind   DefectKind
	Detail string // for people; never quotes the message
}

// DefectKind says why a piece could not be read.
type DefectKind string

// The kinds of defect. Their names are part of the rules language and of a metric.
const (
	DefectEncrypted   DefectKind = "encrypted"
	DefectCorrupt     DefectKind = "corrupt"
	DefectTooDeep     DefectKind = "too-deep"
	DefectTooLarge    DefectKind = "too-large"
	DefectTooMany     DefectKind = "too-many"
	DefectTimeout     DefectKind = "timeout"
	DefectUnsupported DefectKind = "unsupported"
	DefectTruncated   DefectKind = "truncated"
	DefectBomb        DefectKind = "bomb"
)

// Read reads one message. raw is the message as an MTA holds it (header, empty
// line, body; line ends CRLF or LF). Bytes beyond limits.Message are not looked
// at and make a too-large defect, so a caller that collects a message may stop
// one byte past the limit. Read never fails; ctx ends it early with a timeout
// defect.
func Read(ctx context.Context, env Envelope, raw []byte, limits Limits) *Message {
	return &Message{Envelope: env, Size: int64(len(raw))}
}
