package demo

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/zixpolicy/zixpolicy/message"
)

// TestDraftMessage: the policy reads out of the message what was typed into the
// form.
func TestDraftMessage(t *testing.T) {
	long := strings.Repeat("ein sehr langer Betreff – ", 20)
	tests := []struct {
		name, subject, body, sensitivity string
		attachment                       *attachment
		want                             message.Sensitivity
	}{
		{"plain", "hello", "one\r\ntwo = 2\r\n.\r\n", "Normal", nil, message.SensitivityNormal},
		{"long and not ASCII", long, strings.Repeat("grün ", 400), "Private", nil, message.SensitivityPrivate},
		{"attachment", "file", "see file", "Company-Confidential",
			newAttachment(`C:\tmp\Prüfung "1".txt`, "text/plain; charset=utf-8", []byte(strings.Repeat("text of the file\n", 50))), message.SensitivityConfidential},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := draft{From: "Zoë <a@maine.example>", To: `"odd user"@ext.example; pat@ext.example`, Subject: test.subject,
				Body: test.body, Sensitivity: test.sensitivity, Attachment: test.attachment}
			raw, id, err := d.message(time.Now())
			if err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(string(raw)) {
				if len(line) > 1000 {
					t.Errorf("a line of %d bytes", len(line))
				}
			}
			m := message.Read(context.Background(), message.Envelope{}, raw, message.DefaultLimits())
			if len(m.Defects) > 0 {
				t.Fatalf("defects %+v\n%s", m.Defects, raw)
			}
			if got := m.Header.Get("Subject"); got != strings.TrimSpace(test.subject) && got != test.subject {
				t.Errorf("subject %q", got)
			}
			if m.Header.Sensitivity() != test.want || m.Header.Get("Message-ID") != id {
				t.Errorf("sensitivity %s, id %s", m.Header.Sensitivity(), m.Header.Get("Message-ID"))
			}
			var body, file string
			for _, p := range m.Parts {
				switch p.Kind {
				case message.KindBody:
					body = p.Text
				case message.KindAttachment:
					file = p.Text
				}
			}
			if got, want := strings.TrimSpace(body), strings.TrimSpace(strings.ReplaceAll(test.body, "\r\n", "\n")); got != want {
				t.Errorf("body %q, want %q", got, want)
			}
			if test.attachment != nil && (len(m.Attachments) != 1 || m.Attachments[0].Name != `Prüfung "1".txt` || !strings.Contains(file, "text of the file")) {
				t.Errorf("attachments %+v, text %q", m.Attachments, file)
			}
		})
	}
}
