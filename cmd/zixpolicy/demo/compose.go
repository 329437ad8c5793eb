package demo

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	"mime"
	"net/mail"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	gomail "github.com/emersion/go-message/mail"
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
	var h gomail.Header
	h.SetDate(now)
	h.SetSubject(oneLine(d.Subject))
	h.SetAddressList("From", parseList(d.From))
	h.SetAddressList("To", parseList(commas(d.To)))
	id := rand.Text() + "@" + hostname
	h.SetMessageID(id)
	for _, s := range sensitivities()[1:] { // Normal is said by silence
		if d.Sensitivity == s {
			h.Set("Sensitivity", s)
		}
	}
	var b bytes.Buffer
	if d.Attachment == nil {
		err = d.writeText(&b, h)
	} else {
		err = d.writeMixed(&b, h)
	}
	if err != nil {
		return nil, "", fmt.Errorf("demo: writing the message: %w", err)
	}
	return b.Bytes(), "<" + id + ">", nil
}

func (d *draft) writeText(b io.Writer, h gomail.Header) error {
	h.SetContentType("text/plain", map[string]string{"charset": "utf-8"})
	w, err := gomail.CreateSingleInlineWriter(b, h)
	if err != nil {
		return err
	}
	return writeAndClose(w, []byte(d.Body))
}

func (d *draft) writeMixed(b io.Writer, h gomail.Header) error {
	w, err := gomail.CreateWriter(b, h)
	if err != nil {
		return err
	}
	var text gomail.InlineHeader
	text.SetContentType("text/plain", map[string]string{"charset": "utf-8"})
	part, err := w.CreateSingleInline(text)
	if err != nil {
		return err
	}
	if err := writeAndClose(part, []byte(d.Body)); err != nil {
		return err
	}
	var file gomail.AttachmentHeader
	file.SetContentType(d.Attachment.mediaType, nil)
	file.SetFilename(d.Attachment.name)
	if part, err = w.CreateAttachment(file); err != nil {
		return err
	}
	if err := writeAndClose(part, d.Attachment.data); err != nil {
		return err
	}
	return w.Close()
}

func writeAndClose(w io.WriteCloser, data []byte) error {
	if _, err := w.Write(data); err != nil {
		return err
	}
	return w.Close()
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

func parseList(list string) []*gomail.Address {
	addresses, _ := gomail.ParseAddressList(list) // check has found it good
	return addresses
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
