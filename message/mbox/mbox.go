// Package mbox reads mailboxes in the mbox formats (RFC 4155 and its relatives):
// each message is read as an attached one.
package mbox

import (
	"bytes"
	"strconv"

	"github.com/zixpolicy/zixpolicy/message/collect"
	"github.com/zixpolicy/zixpolicy/message/format"
)

// Read reads the mailbox f. Where a message has a line in its text that could
// begin another one, what follows is read as that: nothing of it is lost.
func Read(f *collect.File) {
	rest := f.Content
	for n := 1; len(rest) > 0; n++ {
		if f.Err() != nil {
			return
		}
		end := len(rest)
		if next := format.NextFromLine(rest, 1); next >= 0 {
			end = next
		}
		f.Attach(&collect.File{
			Path: "message/" + strconv.Itoa(n), Type: "message/rfc822", Declared: "message/rfc822",
			Content: withoutFromLine(rest[:end]),
		})
		rest = rest[end:]
	}
}

// withoutFromLine returns a message without the line that begins it in a mailbox.
func withoutFromLine(message []byte) []byte {
	if !bytes.HasPrefix(message, []byte("From ")) {
		return message
	}
	_, rest, _ := bytes.Cut(message, []byte("\n"))
	return rest
}
