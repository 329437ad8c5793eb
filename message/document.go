package message

import (
	"bytes"
	"cmp"
	"mime"
	"strings"

	"github.com/zixpolicy/zixpolicy/message/format"
)

// IsDocument reports whether content is a file that is no mail message: a
// document or archive that somebody wants to see read. Where it could be either
// it is a message.
func IsDocument(content []byte) bool {
	first, _ := cutLine(content)
	switch first = bytes.TrimRight(first, "\r\n"); {
	case len(first) == 0, bytes.HasPrefix(first, []byte("From ")), bytes.HasPrefix(first, []byte(">From ")):
		return false
	case beginsField(first):
		kind := format.Detect(content, "")
		return kind == "text/calendar" || kind == "text/vcard" // whose lines look like fields
	}
	return !hasFields(content)
}

// beginsField reports whether a line begins with the name of a header field.
func beginsField(line []byte) bool {
	name, _, ok := bytes.Cut(line, []byte(":"))
	name = bytes.TrimRight(bytes.TrimPrefix(name, []byte("\xef\xbb\xbf")), " \t")
	return ok && len(name) > 0 && strings.Trim(strings.ToLower(string(name)), "abcdefghijklmnopqrstuvwxyz0123456789-_") == ""
}

// hasFields reports whether fields that only mail has stand near the start of
// content, behind a line that some program has put there.
func hasFields(content []byte) bool {
	known := 0
	for line := range bytes.SplitSeq(content[:min(len(content), 2048)], []byte("\n")) {
		name, _, ok := bytes.Cut(line, []byte(":"))
		if !ok {
			continue
		}
		switch strings.ToLower(string(name)) {
		case "from", "to", "subject", "date", "message-id", "received", "return-path", "mime-version", "content-type":
			known++
		}
	}
	return known >= 2 && format.IsText(content[:min(len(content), 2048)])
}

// OfDocument returns a message without text whose one attachment is a file.
func OfDocument(name string, content []byte) []byte {
	name = strings.ToValidUTF8(name, "\uFFFD")
	disposition := cmp.Or(mime.FormatMediaType("attachment", map[string]string{"filename": name}), "attachment")
	head := "MIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n" +
		"Content-Disposition: " + disposition + "\r\n\r\n"
	return append([]byte(head), content...)
}
