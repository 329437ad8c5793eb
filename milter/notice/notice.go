// Package notice sends short mails to people inside about what became of a message:
// bounded, rate-limited, and beside the way of the message itself. Whatever goes
// wrong here costs a notice and nothing else.
package notice

import (
	"bytes"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"strings"
	"time"
)

// Notice is one mail to one person.
type Notice struct {
	To        string // a mailbox, quoted where it must be
	Subject   string
	Text      string // lines that end in LF
	InReplyTo string // Message-ID of the message it is about; may be empty
}

// compose returns the notice as a message (RFC 5322) from the given address. It says
// of itself that nobody wrote it (RFC 3834), so that nothing answers.
func (n *Notice) compose(from, id string, now time.Time) []byte {
	var b bytes.Buffer
	field := func(name, value string) { fmt.Fprintf(&b, "%s: %s\r\n", name, value) }
	field("From", fmt.Sprintf("\"Mail policy\" <%s>", from))
	field("To", "<"+n.To+">")
	field("Subject", mime.QEncoding.Encode("utf-8", n.Subject))
	field("Date", now.Format(time.RFC1123Z))
	field("Message-ID", id)
	if isMessageID(n.InReplyTo) {
		field("In-Reply-To", n.InReplyTo)
		field("References", n.InReplyTo)
	}
	field("Auto-Submitted", "auto-generated")
	field("MIME-Version", "1.0")
	field("Content-Type", "text/plain; charset=utf-8")
	field("Content-Transfer-Encoding", "quoted-printable")
	b.WriteString("\r\n")
	w := quotedprintable.NewWriter(&b)
	_, _ = w.Write([]byte(strings.ReplaceAll(n.Text, "\n", "\r\n"))) // a buffer takes everything
	_ = w.Close()
	return b.Bytes()
}

// isMessageID reports whether s can stand in a field that names a message. It comes
// from a message that anybody may have written.
func isMessageID(s string) bool {
	if len(s) < 3 || len(s) > 250 || s[0] != '<' || s[len(s)-1] != '>' {
		return false
	}
	return !strings.ContainsFunc(s[1:len(s)-1], func(r rune) bool { return r <= ' ' || r > '~' || r == '<' || r == '>' })
}

// isMailbox reports whether s can stand between angle brackets.
func isMailbox(s string) bool {
	return s != "" && len(s) <= 320 && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f || r == '<' || r == '>' })
}
