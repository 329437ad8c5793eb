package demo

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// draft is what a person has filled into the form.
type draft struct {
	From, To, Subject, Body string
	Sensitivity             string
	Attachment              *attachment
}

type attachment struct {
	name, mediaType string
	data            []byte
}

// sensitivities are the values that the form offers (RFC 2156).
func sensitivities() []string {
	return []string{"Normal", "Personal", "Private", "Company-Confidential"}
}

// mistakes says per form field what is wrong, for the person at the form.
type mistakes map[string]string

// check returns the envelope of the draft, or what is wrong with it.
func (d *draft) check() (sender string, recipients []string, wrong mistakes) {
	wrong = mistakes{}
	from, err := mail.ParseAddress(d.From)
	if err != nil {
		wrong["from"] = "Enter one address, such as alice@maine.example."
	} else {
		sender = quoteMailbox(from.Address)
	}
	to, err := mail.ParseAddressList(commas(d.To))
	switch {
	case err != nil:
		wrong["to"] = "Enter at least one address; separate several by commas."
	case len(to) > maxRecipients:
		wrong["to"] = fmt.Sprintf("At most %d recipients, please.", maxRecipients)
	default:
		for _, a := range to {
			recipients = append(recipients, quoteMailbox(a.Address))
		}
	}
	for _, a := range append([]string{sender}, recipients...) {
		if strings.ContainsFunc(a, unicode.IsControl) {
			wrong["to"] = "An address cannot contain control characters."
		}
	}
	return sender, recipients, wrong
}

// commas separates addresses by commas that a person separated by commas,
// semicolons or lines.
func commas(list string) string {
	parts := strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ';' || r == '\r' || r == '\n' })
	parts = slices.DeleteFunc(parts, func(s string) bool { return strings.TrimSpace(s) == "" })
	return strings.Join(parts, ",")
}

// message writes the draft as a message (RFC 5322) and returns its Message-ID too.
func (d *draft) message(now time.Time) (raw []byte, messageID string, err error) {
	messageID = "<" + rand.Text() + "@" + hostname + ">"
	var b bytes.Buffer
	put := func(name, value string) { b.WriteString(name + ": " + value + "\r\n") }
	put("From", addressField(d.From))
	put("To", addressField(commas(d.To)))
	put("Subject", foldValue(strings.ReplaceAll(mime.QEncoding.Encode("utf-8", oneLine(d.Subject)), "?= =?", "?=\n =?")))
	put("Date", now.Format(time.RFC1123Z))
	put("Message-ID", messageID)
	if slices.Contains(sensitivities()[1:], d.Sensitivity) { // Normal is said by silence
		put("Sensitivity", d.Sensitivity)
	}
	put("MIME-Version", "1.0")
	if d.Attachment == nil {
		put("Content-Type", "text/plain; charset=utf-8")
		put("Content-Transfer-Encoding", "quoted-printable")
		b.WriteString("\r\n")
		err = writeText(&b, d.Body)
	} else {
		parts := multipart.NewWriter(&b)
		put("Content-Type", mime.FormatMediaType("multipart/mixed", map[string]string{"boundary": parts.Boundary()}))
		b.WriteString("\r\n")
		err = d.writeParts(parts)
	}
	if err != nil {
		return nil, "", fmt.Errorf("demo: writing the message: %w", err)
	}
	return b.Bytes(), messageID, nil
}

// writeParts writes the text and the attachment.
func (d *draft) writeParts(parts *multipart.Writer) error {
	text, err := parts.CreatePart(textproto.MIMEHeader{
		"Content-Type":              {"text/plain; charset=utf-8"},
		"Content-Transfer-Encoding": {"quoted-printable"},
	})
	if err != nil {
		return err
	}
	if err := writeText(text, d.Body); err != nil {
		return err
	}
	file, err := parts.CreatePart(textproto.MIMEHeader{
		"Content-Type":              {d.Attachment.mediaType},
		"Content-Disposition":       {mime.FormatMediaType("attachment", map[string]string{"filename": d.Attachment.name})},
		"Content-Transfer-Encoding": {"base64"},
	})
	if err != nil {
		return err
	}
	for chunk := range slices.Chunk(d.Attachment.data, 57) { // 76 characters a line
		if _, err := io.WriteString(file, base64.StdEncoding.EncodeToString(chunk)+"\r\n"); err != nil {
			return err
		}
	}
	return parts.Close()
}

func writeText(w io.Writer, text string) error {
	q := quotedprintable.NewWriter(w)
	if _, err := io.WriteString(q, text); err != nil {
		return err
	}
	return q.Close()
}

// newAttachment takes a file as the browser sent it. Its name loses any folder, its
// media type any parameter.
func newAttachment(name, contentType string, data []byte) *attachment {
	mediaType, _, err := mime.ParseMediaType(contentType)
	if err != nil || strings.HasPrefix(mediaType, "multipart/") || strings.HasPrefix(mediaType, "message/") {
		mediaType = "application/octet-stream"
	}
	name = oneLine(path.Base(strings.ReplaceAll(name, `\`, "/")))
	return &attachment{name: name, mediaType: mediaType, data: data}
}

// addressField formats a list that check has found good.
func addressField(list string) string {
	addresses, _ := mail.ParseAddressList(list)
	var words []string
	for _, a := range addresses {
		words = append(words, a.String())
	}
	return strings.Join(words, ",\r\n\t")
}

// oneLine makes a header value of what a person typed: valid UTF-8 without line
// ends or other control characters.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == utf8.RuneError {
			return ' '
		}
		return r
	}, s)
}

// typable makes text that a person could have typed: no control characters but line
// ends and tabs.
func typable(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		cells := strings.Split(line, "\t")
		for j, cell := range cells {
			cells[j] = oneLine(cell)
		}
		lines[i] = strings.Join(cells, "\t")
	}
	return strings.Join(lines, "\n")
}
