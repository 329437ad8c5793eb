package message

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// lines joins lines with CRLF.
func lines(l ...string) []byte { return []byte(strings.Join(l, "\r\n")) }

// textOf returns the text of the part at path, and whether there is one.
func textOf(m *Message, path string) (string, bool) {
	for _, p := range m.Parts {
		if p.Path == path {
			return p.Text, true
		}
	}
	return "", false
}

// paths returns the paths of all parts.
func paths(m *Message) []string {
	var all []string
	for _, p := range m.Parts {
		all = append(all, p.Path)
	}
	return all
}

func TestReadPaths(t *testing.T) {
	m := read(lines(
		"Subject: outer", "From: Ann Example <ann@maine.example>", "MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=o", "",
		"--o", "Content-Type: multipart/alternative; boundary=i", "",
		"--i", "Content-Type: text/plain", "", "plain",
		"--i", "Content-Type: text/html", "", "<p>html</p>", "--i--",
		"--o", "Content-Type: text/plain; name=a.txt", "", "one",
		"--o", "Content-Type: text/plain", "Content-Disposition: attachment; filename=a.txt", "", "two",
		"--o", "Content-Type: message/rfc822", "", "Subject: inner", "", "forwarded",
		"--o", "Content-Type: message/rfc822; name=\"fwd/x.eml\"", "", "Subject: named", "", "again",
		"--o", "Content-Type: text/plain", "", "last", "--o--", ""))
	want := []string{
		"subject", "headers", "body/1", "body/2", "a.txt#name", "a.txt", "a.txt~2#name", "a.txt~2",
		"attachment/1/subject", "attachment/1/body/1",
		"fwd_x.eml#name", "fwd_x.eml/subject", "fwd_x.eml/body/1", "body/3",
	}
	if got := paths(m); !slices.Equal(got, want) {
		t.Errorf("paths\n%q, want\n%q", got, want)
	}
	kinds := map[string]Kind{
		"subject": KindSubject, "headers": KindHeaders, "body/2": KindBody, "a.txt": KindAttachment,
		"a.txt#name": KindName, "attachment/1/subject": KindAttachment, "attachment/1/body/1": KindAttachment, "body/3": KindBody,
	}
	for _, p := range m.Parts {
		if want, ok := kinds[p.Path]; ok && p.Kind != want {
			t.Errorf("%s is of kind %v, want %v", p.Path, p.Kind, want)
		}
	}
	if len(m.Attachments) != 4 || m.Attachments[1].Path != "a.txt~2" || m.Attachments[0].Size != 3 {
		t.Errorf("attachments: %+v", m.Attachments)
	}
	if len(m.Defects) > 0 {
		t.Errorf("defects: %+v", m.Defects)
	}
}

func TestReadHeaderTexts(t *testing.T) {
	m := read(lines(
		"Received: from x (card 4111111111111111)", "Message-ID: <4111111111111111@x>", "DKIM-Signature: v=1; b=4111111111111111",
		"From: \"Ann 1\" <ann@maine.example>", "To: bob@ext.example (Bob 2), Carol 3 <c@ext.example>, dave@ext.example",
		"Comments: four", "Keywords: five", "Thread-Topic: six", "X-Patient: seven", "Subject: a", "Subject: b", "", "x"))
	headers, _ := textOf(m, "headers")
	if want := "Ann 1\nBob 2, Carol 3\nfour\nfive\nsix\nseven"; headers != want {
		t.Errorf("headers: %q, want %q", headers, want)
	}
	if second, _ := textOf(m, "subject~2"); second != "b" {
		t.Errorf("second subject: %q", second)
	}
}

// TestReadEveryWay holds messages that two programs could read differently. The
// secret stands where one of them shows it; it is found, or there is a defect.
func TestReadEveryWay(t *testing.T) {
	const secret = "123-45-6789"
	tests := []struct {
		name string
		raw  []byte
	}{
		{"attachment in the preamble", lines("Content-Type: multipart/mixed; boundary=b", "",
			"--x", "Content-Type: text/plain", "Content-Transfer-Encoding: base64", "", "MTIzLTQ1LTY3ODk=", "--x--", "--b", "", "hi", "--b--")},
		{"text in the preamble", lines("Content-Type: multipart/mixed; boundary=b", "", secret, "--b", "", "hi", "--b--")},
		{"text in the epilogue", lines("Content-Type: multipart/mixed; boundary=b", "", "--b", "", "hi", "--b--", secret)},
		{"attachment in the epilogue", lines("Content-Type: multipart/mixed; boundary=b", "", "--b", "", "hi", "--b--",
			"--x", "Content-Type: text/plain", "Content-Transfer-Encoding: base64", "", "MTIzLTQ1LTY3ODk=", "--x--")},
		{"two types", lines("Content-Type: image/png", "Content-Type: text/plain", "", secret)},
		{"two types, a multipart first", lines("Content-Type: multipart/mixed; boundary=b", "Content-Type: text/html", "",
			"<i>123</i>-45-6789", "--b", "", "hi", "--b--")},
		{"two boundaries in two fields", lines("Content-Type: multipart/mixed; boundary=b", "Content-Type: multipart/mixed; boundary=c", "",
			"--b", "", "hi", "--b--", "--c", "Content-Transfer-Encoding: base64", "", "MTIzLTQ1LTY3ODk=", "--c--")},
		{"two boundaries in one field", lines("Content-Type: multipart/mixed; boundary=b; boundary=c", "",
			"--b", "", "hi", "--b--", "--c", "Content-Transfer-Encoding: base64", "", "MTIzLTQ1LTY3ODk=", "--c--")},
		{"two encodings", lines("Content-Transfer-Encoding: 7bit", "Content-Transfer-Encoding: base64", "", "MTIzLTQ1LTY3ODk=")},
		{"unknown encoding", lines("Content-Transfer-Encoding: x-base-64", "", "VGhlIG51bWJlciBpcyAxMjMtNDUtNjc4OS4gS2VlcCBpdC4=")},
		{"base64 with junk", lines("Content-Transfer-Encoding: base64", "", "MTIz!LTQ1-LTY3ODk=")},
		{"base64 after its end", lines("Content-Transfer-Encoding: base64", "", "aGk=", "MTIzLTQ1LTY3ODk=")},
		{"text after base64", lines("Content-Transfer-Encoding: base64", "", "aGk=", "", secret)},
		{"boundary that starts another", lines("Content-Type: multipart/mixed; boundary=b", "",
			"--b", "", "hi", "--bx", "Content-Transfer-Encoding: base64", "", "MTIzLTQ1LTY3ODk=", "--b--")},
		{"outer boundary inside an inner multipart", lines("Content-Type: multipart/mixed; boundary=o", "",
			"--o", "Content-Type: multipart/mixed; boundary=i", "", "--i", "Content-Type: image/png", "", "--o", "", secret, "--i--", "--o--")},
		{"multipart without a boundary", lines("Content-Type: multipart/mixed", "",
			"--b", "Content-Type: text/plain", "Content-Transfer-Encoding: base64", "", "MTIzLTQ1LTY3ODk=", "--b--")},
		{"multipart that is encoded", lines("Content-Type: multipart/mixed; boundary=b", "Content-Transfer-Encoding: base64", "",
			"LS1iDQpDb250ZW50LVR5cGU6IHRleHQvcGxhaW4NCg0KMTIzLTQ1LTY3ODkNCi0tYi0tDQo=")},
		{"not closed", lines("Content-Type: multipart/mixed; boundary=b", "", "--b", "", secret)},
		{"not closed, in a header", lines("Content-Type: multipart/mixed; boundary=b", "", "--b", "X-Note: "+secret)},
		{"line that is no field", lines("Subject: x", "number "+secret, "Content-Type: image/png", "", "hi")},
		{"field with a space before its colon", lines("Content-Transfer-Encoding : base64", "", "MTIzLTQ1LTY3ODk=")},
		{"picture by name only", lines("Content-Type: image/png; name=a.png", "", secret)},
		{"picture by its first bytes", lines("Content-Type: text/plain", "", "GIF89a "+secret)},
		{"HTML declared plain", lines("Content-Type: text/plain", "", "<html><b>123</b>-45-6789</html>")},
		{"uuencode in a body", lines("Subject: x", "", "begin 644 a.txt", "+,3(S+30U+38W.#D`", "`", "end")},
		{"UTF-16 without a mark", append(lines("Content-Type: text/plain", "", ""), []byte("1\x002\x003\x00-\x004\x005\x00-\x006\x007\x008\x009\x00")...)},
		{"UTF-7", lines("Content-Type: text/plain; charset=utf-7", "", "123+AC0-45+AC0-6789")},
		{"EBCDIC", append(lines("Content-Type: text/plain; charset=ibm037", "", ""), []byte("\xf1\xf2\xf3\x60\xf4\xf5\x60\xf6\xf7\xf8\xf9")...)},
		{"display name", lines("From: "+secret+" <a@b>", "", "x")},
		{"second subject", lines("Subject: x", "Subject: "+secret, "", "x")},
		{"file name", lines("Content-Type: image/png; name=\""+secret+".png\"", "", "\x89PNG\r\n\x1a\n\x00")},
		{"second file name", lines("Content-Type: image/png; name=\""+secret+".png\"", "Content-Disposition: attachment; filename=a.png", "", "\x89PNG\r\n\x1a\n\x00")},
		{"encoded message", lines("Content-Type: message/rfc822", "Content-Transfer-Encoding: base64", "", "U3ViamVjdDogeA0KDQoxMjMtNDUtNjc4OQ0K")},
		{"bare CR line ends", []byte("Subject: x\r\n\r\n123-45-6789\rmore")},
		{"message in an octet stream", lines("Content-Type: application/octet-stream", "", "From: a@b", "Subject: x", "Content-Transfer-Encoding: base64", "", "MTIzLTQ1LTY3ODk=")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := read(tt.raw)
			found := slices.ContainsFunc(m.Parts, func(p Part) bool { return strings.Contains(p.Text, secret) })
			if !found {
				t.Errorf("secret not found; parts %+v, defects %+v", m.Parts, m.Defects)
			}
		})
	}
}

func TestLeafThatIsNoText(t *testing.T) {
	tests := []struct {
		name, declared, body string
		opaque               bool
		defect               DefectKind
	}{
		{"picture", "image/png", "\x89PNG\r\n\x1a\n\x00\x00", true, ""},
		{"picture under another type", "application/octet-stream", "\xff\xd8\xff\xe0\x00\x10JFIF\x00", true, ""},
		{"signature", "application/pgp-signature", "\x89\x02\x33\x00\x00", true, ""},
		{"signature that is none", "application/pgp-signature", "\x00\x02\x33\x00\x00", false, DefectUnsupported},
		{"picture that is none", "image/png", "\x00\x01\x02\x03\x04secret", false, DefectUnsupported},
		{"unknown", "application/x-thing", "\x00\x01\x02\x03\x04", false, DefectUnsupported},
		{"encrypted", "application/octet-stream", "-----BEGIN PGP MESSAGE-----\n\nhQEM\n-----END PGP MESSAGE-----", false, DefectEncrypted},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := read(append(lines("Content-Type: "+tt.declared+"; name=x", "", ""), tt.body...))
			if len(m.Attachments) != 1 || m.Attachments[0].Opaque != tt.opaque {
				t.Errorf("attachments: %+v", m.Attachments)
			}
			var kind DefectKind
			if len(m.Defects) > 0 {
				kind = m.Defects[0].Kind
			}
			if kind != tt.defect {
				t.Errorf("defects: %+v, want %q", m.Defects, tt.defect)
			}
		})
	}
}

func hasDefect(m *Message, kind DefectKind) bool {
	return slices.ContainsFunc(m.Defects, func(d Defect) bool { return d.Kind == kind })
}

func TestLimitsMakeDefects(t *testing.T) {
	nested := func(levels int) []byte {
		var raw strings.Builder
		for i := range levels {
			fmt.Fprintf(&raw, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i)
		}
		return []byte(raw.String() + "\r\nsecret")
	}
	tests := []struct {
		name   string
		raw    []byte
		limits Limits
		want   DefectKind
	}{
		{"message", lines("Subject: x", "", strings.Repeat("x", 100)), Limits{Message: 50}, DefectTooLarge},
		{"text", lines("Subject: x", "", strings.Repeat("ü", 100)), Limits{Text: 50}, DefectTooLarge},
		{"depth", nested(5), Limits{Depth: 4}, DefectTooDeep},
		{"parts", lines("Content-Type: multipart/mixed; boundary=b", "", "--b", "", "1", "--b", "", "2", "--b", "", "3"), Limits{Parts: 2}, DefectTooMany},
		{"time", lines("Subject: x", "", "text"), Limits{Time: time.Nanosecond}, DefectTimeout},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := Read(context.Background(), Envelope{}, tt.raw, tt.limits)
			if !hasDefect(m, tt.want) {
				t.Errorf("defects %+v, want %s", m.Defects, tt.want)
			}
			if m := read(tt.raw); len(m.Defects) > 0 {
				t.Errorf("within the default limits: %+v", m.Defects)
			}
		})
	}
}

func TestCancelledContextIsATimeout(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if m := Read(ctx, Envelope{}, lines("Subject: x", "", "y"), Limits{}); !hasDefect(m, DefectTimeout) {
		t.Errorf("defects: %+v", m.Defects)
	}
}
