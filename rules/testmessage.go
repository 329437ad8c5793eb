package rules

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"mime"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/zixpolicy/zixpolicy/message"
)

// The envelope of a test that says nothing of it. The domain of the recipient can
// be nobody's own (RFC 2606), so that it is external in every configuration.
const (
	testSender    = "sender@policy-test.invalid"
	testRecipient = "recipient@policy-test.invalid"
)

// testTime is when a test that says nothing of it takes place: on a Wednesday
// morning, before anything ends. Were it now, a policy that has passed its tests
// could fail them at night, or on the day after an exception has ended.
func testTime(location *time.Location) time.Time {
	return time.Date(2020, time.January, 1, 10, 30, 0, 0, location)
}

// testMessage makes the message of a test. Subject, header and text go through
// message.Read like any mail; attachments and defects are set down as they are,
// since a test names files that it does not have.
func testMessage(s *testSpec, limits message.Limits) *message.Message {
	env := message.Envelope{Sender: testSender, Recipients: s.Recipients, Authenticated: s.Authenticated}
	if s.Sender != nil {
		env.Sender = strings.Trim(*s.Sender, "<>")
	}
	if len(env.Recipients) == 0 {
		env.Recipients = []string{testRecipient}
	}
	m := message.Read(context.Background(), env, testBytes(s), limits)
	for i, a := range s.Attachments {
		place := a.Name
		if place == "" {
			place = fmt.Sprintf("attachment/%d", i+1)
		}
		m.Attachments = append(m.Attachments, message.Attachment{
			Path: place, Name: a.Name, Type: a.mediaType(), Size: max(a.Size, int64(len(a.Text)))})
		m.Parts = append(m.Parts, message.Part{Path: place + "#name", Kind: message.KindName, Name: a.Name,
			Type: "text/plain", Text: a.Name})
		if a.Text != "" {
			m.Parts = append(m.Parts, message.Part{Path: place, Kind: message.KindAttachment, Name: a.Name,
				Type: a.mediaType(), Text: a.Text})
		}
	}
	for _, kind := range s.Defects {
		m.Defects = append(m.Defects, message.Defect{Part: "test", Kind: message.DefectKind(kind), Detail: "set by the test"})
	}
	return m
}

// mediaType returns the type that the test states, or the one of the extension.
func (a *testAttachment) mediaType() string {
	if a.Type != "" {
		return strings.ToLower(a.Type)
	}
	if t, _, err := mime.ParseMediaType(mime.TypeByExtension(strings.ToLower(path.Ext(a.Name)))); err == nil {
		return t
	}
	return "application/octet-stream"
}

// testBytes writes the test's message as RFC 5322 has it.
func testBytes(s *testSpec) []byte {
	var b bytes.Buffer
	field := func(name, value string) {
		fmt.Fprintf(&b, "%s: %s\r\n", oneLine(name), mime.BEncoding.Encode("utf-8", oneLine(value)))
	}
	if s.Subject != "" {
		field("Subject", s.Subject)
	}
	for _, name := range slices.Sorted(maps.Keys(s.Headers)) {
		field(name, s.Headers[name])
	}
	b.WriteString("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n")
	b.WriteString(strings.ReplaceAll(s.Text, "\n", "\r\n"))
	return b.Bytes()
}

// oneLine keeps a value from becoming two header fields.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// inLocation reads a local TOML time as one in the given location.
func inLocation(t time.Time, location *time.Location) time.Time {
	switch t.Location().String() {
	case "date-local", "datetime-local":
		return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, location)
	}
	return t.In(location)
}
