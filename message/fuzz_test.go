package message

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"
	"unicode/utf8"
)

// FuzzRead checks that any message is read within its limits, and that every
// leaf of it ends as text, opaque or defect.
func FuzzRead(f *testing.F) {
	for _, seed := range [][]byte{
		lines("Subject: x", "", "body"),
		lines("Content-Type: multipart/mixed; boundary=b", "", "pre", "--b", "Content-Type: text/html", "", "<b>x", "--b--", "post"),
		lines("Content-Type: multipart/mixed; boundary=a", "", "--a", "Content-Type: multipart/mixed; boundary=ab", "", "--ab", "", "x", "--a"),
		lines("Content-Type: message/rfc822", "Content-Transfer-Encoding: base64", "", "U3ViamVjdDogeA0KDQp5"),
		lines("Content-Type: text/plain; charset=utf-16; format=flowed", "Content-Type: image/png; name*0*=utf-8''%41", "", "begin 644 a\n%:&5L;&\\\n`\nend"),
		lines("Content-Type: text/xml", "", "<a b='c'>d<e/></a>"),
		lines("Content-Type: text/calendar", "", "BEGIN:VCALENDAR", "SUMMARY:a\\,", " b", "END:VCALENDAR"),
	} {
		f.Add(seed)
	}
	addCorpus(f, "mime-mail-parser", ".eml")
	addCorpus(f, "mime-enmime", ".raw")
	limits := Limits{Text: 1 << 20, Depth: 6, Parts: 50, Time: 5 * time.Second, Unpacked: 4 << 20}
	f.Fuzz(func(t *testing.T, raw []byte) {
		start := time.Now()
		m := Read(context.Background(), Envelope{}, raw, limits)
		if took := time.Since(start); took > limits.Time+30*time.Second { // the rest is for a busy machine
			t.Errorf("took %v", took)
		}
		var text int64
		for _, p := range m.Parts {
			if p.Kind != KindName {
				text += int64(len(p.Text))
			}
		}
		if text > limits.Text || len(m.Parts) > 3*limits.Parts {
			t.Errorf("%d bytes of text in %d parts", text, len(m.Parts))
		}
		for _, field := range m.Header {
			if !utf8.ValidString(field.Value) {
				t.Errorf("field %q: invalid UTF-8", field.Name)
			}
		}
		checkComplete(t, m)
	})
}

// FuzzHeaderDecode checks that any field value decodes to one line of UTF-8.
func FuzzHeaderDecode(f *testing.F) {
	for _, seed := range []string{
		"plain", "=?utf-8?q?M=C3?= =?utf-8?q?=BCller?=", "=?iso-2022-jp?b?GyRCQCQzJhsoQg==?=", "=?utf-7*en?q?+AGE-?=",
		"a\r\n b", "\xff\xfe", "text/plain; name*0*=utf-8'en'%C3; name*1=\"x\\\"\"", "(comment (nested) \\) x", "=?a?q?", "=?utf-8?q?ready?=3D?=",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		got := decodeValue(value)
		if !utf8.ValidString(got) {
			t.Errorf("invalid UTF-8: %q", got)
		}
		if bytes.ContainsAny([]byte(got), "\r\n\x00") {
			t.Errorf("more than one line: %q", got)
		}
		m := parseMediaType(got)
		for _, p := range m.params {
			if !utf8.ValidString(p.value) {
				t.Errorf("parameter %q: invalid UTF-8", p.name)
			}
		}
		stripComments(got)
		displayNames(got)
	})
}

// addCorpus seeds f with a corpus. One that is there and holds no seed fails.
func addCorpus(f *testing.F, name, extension string) {
	if _, err := os.Stat(filepath.Join("..", "..", "shared", "corpus", name)); err != nil {
		f.Logf("no seeds from %s, which is not here: %v", name, err)
		return
	}
	for _, file := range corpusFiles(f, name, extension) {
		f.Add(readFile(f, file))
	}
}
