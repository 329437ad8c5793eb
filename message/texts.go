package message

import (
	"strings"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// headerTexts adds the subject and the other fields that a person may read.
func (w *walk) headerTexts(fields Header) {
	if len(fields) >= maxFields {
		w.file.DefectIn("headers", collect.DefectTooMany, "more header fields than are read")
	}
	for i := range fields {
		if strings.EqualFold(fields[i].Name, "Subject") {
			w.file.Add("subject", "text/plain", w.kind(collect.KindSubject), fields[i].Value)
		}
	}
	if text := readableText(fields); text != "" {
		w.file.Add("headers", "text/plain", w.kind(collect.KindHeaders), text)
	}
}

// kind returns the kind of a text of this message: its own if it is the message
// in hand, that of an attachment if it is an attached one.
func (w *walk) kind(own collect.Kind) collect.Kind {
	if w.file.Path != "" {
		return collect.KindAttachment
	}
	return own
}

// partTexts adds the fields of a MIME part's header that a person may read.
func (w *walk) partTexts(fields Header) {
	if len(fields) >= maxFields {
		w.file.DefectIn(w.bodyPath()+"#headers", collect.DefectTooMany, "more header fields than are read")
	}
	text := readableText(fields)
	if subject := fields.Get("Subject"); subject != "" {
		text += "\n" + subject
	}
	if text != "" {
		w.file.Add(w.bodyPath()+"#headers", "text/plain", w.kind(collect.KindHeaders), text)
	}
}

// readableText returns what a person may read of the fields, one a line.
func readableText(fields Header) string {
	var text strings.Builder
	for i := range fields {
		if value := readable(&fields[i]); value != "" {
			text.WriteString(value)
			text.WriteByte('\n')
		}
	}
	return strings.TrimSuffix(text.String(), "\n")
}

// readable returns what of a header field goes into the text of the header: of
// address fields the display names and comments, of unknown fields all, of fields
// that programs write for programs nothing.
func readable(f *Field) string {
	var lower [40]byte
	if f.Name == "" || len(f.Name) > len(lower) {
		return f.Value
	}
	name := string(asciiLower(lower[:0], f.Name))
	switch name {
	case "from", "sender", "reply-to", "to", "cc", "bcc", "resent-from", "resent-to", "resent-cc", "disposition-notification-to":
		return displayNames(f.Value)
	case "subject", "received", "return-path", "date", "message-id", "in-reply-to", "references", "mime-version",
		"delivered-to", "envelope-to", "x-original-to", "errors-to", "precedence", "priority", "importance",
		"sensitivity", "status", "x-status", "lines", "autocrypt", "user-agent", "x-mailer", "x-mimeole",
		"x-priority", "x-msmail-priority", "thread-index", "authentication-results", "feedback-id",
		"received-spf", "return-receipt-to", "x-sender", "x-face", "face", "x-uidl", "x-beenthere", "x-loop",
		"accept-language", "content-language", "dkim-signature", "domainkey-signature", "resent-date", "resent-message-id":
		return ""
	}
	for _, prefix := range [...]string{
		"content-type", "content-transfer-", "content-disposition", "content-id", "content-length",
		"list-", "arc-", "x-ms-", "x-microsoft-", "x-exchange-", "x-forefront-", "x-google-", "x-gm-",
		"x-originating-", "x-spam-", "x-virus-", "x-mailman-", "x-zixpolicy-", "x-received", "x-proofpoint-", "x-mimecast-",
		"x-antiabuse", "x-amavis", "x-ses-",
	} {
		if strings.HasPrefix(name, prefix) {
			return ""
		}
	}
	for _, suffix := range [...]string{"-id", "-ip", "-signature", "-version", "-uid", "-hash"} {
		if strings.HasSuffix(name, suffix) {
			return ""
		}
	}
	return f.Value
}

// asciiLower appends s in lower case.
func asciiLower(out []byte, s string) []byte {
	for i := range len(s) {
		c := s[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		out = append(out, c)
	}
	return out
}

// displayNames returns the display names and comments of an address list, the
// addresses left out.
func displayNames(value string) string {
	var names []string
	for item := range strings.SplitSeq(value, ",") {
		if before, rest, ok := strings.Cut(item, "<"); ok {
			_, after, _ := strings.Cut(rest, ">")
			item = before + after
		} else if _, comment, ok := strings.Cut(item, "("); ok {
			item = strings.TrimSuffix(strings.TrimSpace(comment), ")")
		} else if strings.Contains(item, "@") {
			continue
		}
		if item = strings.Trim(item, " \t\"'"); item != "" {
			names = append(names, item)
		}
	}
	return strings.Join(names, ", ")
}
