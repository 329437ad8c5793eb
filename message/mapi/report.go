package mapi

import (
	"bytes"
	"strings"

	"github.com/zixpolicy/zixpolicy/message/charset"
	"github.com/zixpolicy/zixpolicy/message/collect"
)

// Report adds the texts of a message to f: its subject, its bodies in each format
// they are stored in, the names of its recipients, and every other property that
// is a string. Attachments are up to the caller.
func Report(f *collect.File, message *Object, recipients []*Object) {
	if subject := message.subject(); subject != "" {
		f.Add("subject", "text/plain", collect.KindAttachment, subject)
	}
	names := make([]string, 0, len(recipients))
	for _, r := range recipients {
		names = append(names, r.strings()...)
	}
	if text := strings.Join(names, "\n"); text != "" {
		f.Add("recipients", "text/plain", collect.KindAttachment, text)
	}
	message.bodies(f)
	message.headers(f)
	if text := strings.Join(message.strings(), "\n"); text != "" {
		f.Section("properties", text)
	}
}

// subject returns the subject as it is shown. Some writers put a code for the
// length of its prefix in front.
func (o *Object) subject() string {
	subject := o.Text(Subject)
	if len(subject) >= 2 && subject[0] == 1 {
		subject = subject[2:]
	}
	return subject
}

func (o *Object) bodies(f *collect.File) {
	for i := range o.Properties {
		p := &o.Properties[i]
		switch {
		case f.Err() != nil:
			return
		case len(p.Value) == 0:
		case p.ID == Body && (p.Type == TypeUnicode || p.Type == TypeString8):
			body(f, "text/plain", "utf-8", "body", []byte(o.Decode(p)))
		case p.ID == HTML && p.Type == TypeBinary:
			body(f, "text/html", charset.Codepage(o.Integer(InternetCodepage)), "body.html", p.Value)
		case p.ID == HTML && (p.Type == TypeUnicode || p.Type == TypeString8):
			body(f, "text/html", "utf-8", "body.html", []byte(o.Decode(p)))
		case p.ID == CompressedRTF && p.Type == TypeBinary:
			rtfBody(f, p.Value)
		}
	}
}

// body hands a body to the reader of its format.
func body(f *collect.File, mediaType, label, path string, content []byte) {
	if content = bytes.TrimRight(content, "\x00"); len(content) > 0 {
		f.Body(&collect.File{Type: mediaType, Declared: mediaType, Charset: label, Content: content}, path)
	}
}

// rtfBody hands on a compressed body in RTF and, if HTML was turned into it, that
// HTML too: what Outlook shows is made from the one or the other.
func rtfBody(f *collect.File, packed []byte) {
	rtf, err := f.Expand(int64(len(packed)), NewRTFReader(packed))
	if err != nil {
		f.Failed("body.rtf", err)
	}
	body(f, "application/rtf", "", "body.rtf", rtf)
	if html, ok := HTMLFromRTF(rtf); ok {
		body(f, "text/html", "utf-8", "body.html", []byte(html))
	}
}

// headers hands on the header fields that the message came with, without those
// that describe a body which is not there.
func (o *Object) headers(f *collect.File) {
	text := o.Text(TransportHeaders)
	if text == "" {
		return
	}
	var kept strings.Builder
	mime := false
	for line := range strings.SplitAfterSeq(text, "\n") {
		if line[:min(len(line), 1)] != " " && line[:min(len(line), 1)] != "\t" {
			lower := strings.ToLower(line[:min(len(line), 16)])
			mime = strings.HasPrefix(lower, "content-") || strings.HasPrefix(lower, "mime-version")
		}
		if !mime && strings.TrimSpace(line) != "" {
			kept.WriteString(line)
		}
	}
	kept.WriteString("\r\n\r\n")
	f.Body(&collect.File{Type: "message/rfc822", Declared: "message/rfc822", Content: []byte(kept.String())}, "headers")
}

// strings returns the values of all string properties that a person may read and
// that are not reported otherwise, each once.
func (o *Object) strings() []string {
	var values []string
	seen := map[string]bool{}
	for i := range o.Properties {
		p := &o.Properties[i]
		if p.Type != TypeUnicode && p.Type != TypeString8 || technical(p.ID) {
			continue
		}
		if value := strings.TrimSpace(o.Decode(p)); value != "" && !seen[value] {
			seen[value] = true
			values = append(values, value)
		}
	}
	return values
}

// technical reports whether a string property is written by programs for
// programs, or reported on its own: as with header fields, addresses are left out
// and display names are not.
func technical(id uint16) bool {
	switch id {
	case MessageClass, Subject, TransportHeaders, SubjectPrefix, Body, HTML,
		0x0064, 0x0065, 0x0075, 0x0076, 0x0077, 0x0078, // types of address and addresses of whom others act for
		0x0c1e, 0x0c1f, 0x3002, 0x3003, 0x39fe, 0x39ff, 0x3a00, // of the sender and of recipients
		0x1008, 0x1035, 0x1036, 0x1039, 0x1042, 0x1046, // message IDs, and the beginning of the body once more
		0x10f3, 0x300b, 0x370d, AttachMediaType, 0x3712, 0x3713, 0x3716,
		0x3ffc, 0x57fe, 0x5fe5:
		return true
	}
	// Addresses of the sender in further forms.
	return id >= 0x4022 && id <= 0x403f || id >= 0x5d01 && id <= 0x5d0f
}
