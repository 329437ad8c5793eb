package e2e

import (
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
)

// Letter is a message to send, with what is needed to recognise it again.
type Letter struct {
	Mark string // stands in the body and in Message-ID, and nowhere else
	Data []byte // RFC 5322, CRLF
}

// NewLetter writes a message. fields are header fields ("Name: value") that are added,
// or stand instead of the one of that name; text is the body, to which a line with
// the mark is added.
func NewLetter(from, subject, text string, fields ...string) Letter {
	mark := "canary-" + strings.ToLower(rand.Text())
	lines := slices.DeleteFunc([]string{
		"From: <" + from + ">",
		"To: undisclosed-recipients:;",
		"Subject: " + subject,
		"Date: Sun, 22 Nov 2026 12:00:00 +0000",
		"Message-ID: " + messageID(mark),
		"MIME-Version: 1.0",
		"Content-Type: text/plain; charset=utf-8",
		"Content-Transfer-Encoding: 8bit",
	}, func(standard string) bool {
		return slices.ContainsFunc(fields, func(given string) bool { return fieldName(given) == fieldName(standard) })
	})
	body := strings.ReplaceAll(text, "\n", "\r\n") + "\r\n" + mark + "\r\n"
	return Letter{Mark: mark, Data: fmt.Appendf(nil, "%s\r\n\r\n%s", strings.Join(append(lines, fields...), "\r\n"), body)}
}

func fieldName(line string) string {
	name, _, _ := strings.Cut(line, ":")
	return strings.ToLower(name)
}

// MessageID is the letter's own.
func (l Letter) MessageID() string { return messageID(l.Mark) }

// Body is the part after the header.
func (l Letter) Body() []byte { return Delivery{Data: l.Data}.Body() }

func messageID(mark string) string { return "<" + mark + "@maine.example>" }
