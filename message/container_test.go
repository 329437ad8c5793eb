package message

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
)

// readFileAs reads a message whose one attachment is content.
func readFileAs(content []byte, name string) *Message {
	limits := DefaultLimits()
	limits.Time = time.Minute
	return Read(context.Background(), Envelope{}, mailWith(content, name), limits)
}

// mailWith returns a message whose one attachment is content.
func mailWith(content []byte, name string) []byte {
	head := fmt.Sprintf("Subject: x\r\nContent-Type: application/octet-stream; name=%q\r\nContent-Transfer-Encoding: base64\r\n\r\n", name)
	return append([]byte(head), base64.StdEncoding.EncodeToString(content)...)
}

func zipped(t testing.TB, name string, content []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	to, err := w.Create(name)
	if err == nil {
		_, err = to.Write(content)
	}
	if err = cmpErr(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func gzipped(t testing.TB, content []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write(content)
	if err = cmpErr(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func tarred(t testing.TB, name string, content []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	err := w.WriteHeader(&tar.Header{Name: name, Size: int64(len(content)), Mode: 0o600})
	if err == nil {
		_, err = w.Write(content)
	}
	if err = cmpErr(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func cmpErr(first, second error) error {
	if first != nil {
		return first
	}
	return second
}

func hasText(m *Message, text string) bool {
	return slices.ContainsFunc(m.Parts, func(p Part) bool { return strings.Contains(p.Text, text) })
}

const secret = "the patient's number is 00412287"

func TestFilesInsideFilesAreFound(t *testing.T) {
	words := []byte(secret)
	mail := []byte("From: a@example.com\nTo: b@example.com\nSubject: inner\n\n" + secret + "\n")
	box := append([]byte("From a Mon\n"), mail...)
	box = append(append(box, "\nFrom b Tue\n"...), mailWith(zipped(t, "deep.txt", words), "c.zip")...)
	picture := append([]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"), bytes.Repeat([]byte{0, 1, 2}, 100)...)
	for _, tt := range []struct {
		name, file string
		content    []byte
		path       string
	}{
		{"a text in a zip", "a.zip", zipped(t, "b.txt", words), "a.zip/b.txt"},
		{"a zip whose name says otherwise", "a.pdf", zipped(t, "b.txt", words), "a.pdf/b.txt"},
		{"a zip in a tar in a gzip in a zip", "a.zip", zipped(t, "b.tgz", gzipped(t, tarred(t, "c.zip", zipped(t, "d.txt", words)))), "a.zip/b.tgz/b.tar/c.zip/d.txt"},
		{"a message in a zip", "a.zip", zipped(t, "b.eml", mail), "a.zip/b.eml/body/1"},
		{"a mailbox", "a.mbox", box, "a.mbox/message/2/c.zip/deep.txt"},
		{"a picture that is a zip too", "a.gif", append(picture, zipped(t, "b.txt", words)...), "a.gif/b.txt"},
		{"a text that is a zip too", "a.txt", append([]byte(strings.Repeat("nothing to see\n", 1000)), zipped(t, "b.txt", words)...), "a.txt/b.txt"},
		{"a program that unpacks itself", "a.exe", append(append([]byte("MZ\x90\x00"), make([]byte, 600)...), zipped(t, "b.txt", words)...), "a.exe/b.txt"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := readFileAs(tt.content, tt.file)
			i := slices.IndexFunc(m.Parts, func(p Part) bool { return p.Path == tt.path })
			if i < 0 || !strings.Contains(m.Parts[i].Text, secret) {
				t.Errorf("no such text at %s; parts %+v, defects %+v", tt.path, m.Parts, m.Defects)
			}
			checkComplete(t, m)
		})
	}
}

func TestBombsInsideFilesAreBounded(t *testing.T) {
	zeros := make([]byte, 32<<20)
	nested := func(content []byte, width, depth int) []byte {
		for range depth {
			var out bytes.Buffer
			w := zip.NewWriter(&out)
			for i := range width {
				to, err := w.Create(fmt.Sprintf("%d.zip", i))
				if err == nil {
					_, err = io.Copy(to, bytes.NewReader(content))
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			content = out.Bytes()
		}
		return content
	}
	deep := []byte(secret)
	for range 100 {
		deep = gzipped(t, deep)
	}
	for _, tt := range []struct {
		name, file string
		content    []byte
		want       []DefectKind // one of them
	}{
		{"zeros in a gzip", "a.gz", gzipped(t, zeros), []DefectKind{DefectBomb}},
		{"zeros in a gzip in a gzip", "a.gz", gzipped(t, gzipped(t, zeros)), []DefectKind{DefectBomb}},
		{"sixteen zips in each of sixteen, five levels", "42.zip", nested(zipped(t, "0", zeros), 16, 5), []DefectKind{DefectTooMany, DefectTooLarge, DefectBomb}},
		{"a file in itself without end", "droste.gz", deep, []DefectKind{DefectTooDeep}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := readFileAs(tt.content, tt.file)
			if !slices.ContainsFunc(tt.want, func(k DefectKind) bool { return hasDefect(m, k) }) || hasDefect(m, DefectTimeout) {
				t.Errorf("defects %+v, want one of %v", m.Defects, tt.want)
			}
			unpacked := int64(0)
			for _, a := range m.Attachments {
				unpacked += a.Size
			}
			if limits := DefaultLimits(); unpacked > limits.Unpacked || len(m.Attachments) > limits.Parts {
				t.Errorf("%d files of %d bytes", len(m.Attachments), unpacked)
			}
			checkComplete(t, m)
		})
	}
}

func TestEncryptedContentIsADefect(t *testing.T) {
	const armored = "-----BEGIN PGP MESSAGE-----\n\njA0ECQMCMhFL4mn4iNz/0k8B16GTLJzjtsaYU+Di8MLi1ERO1WZthr73w7XRn82Q\n-----END PGP MESSAGE-----\n"
	for name, raw := range map[string]string{
		"in a body":     "Subject: x\n\nHello,\n\n" + armored + "\nafter",
		"in an HTML":    "Subject: x\nContent-Type: text/html\n\n<p>Hello after</p><pre>" + armored + "</pre>",
		"as the body":   "Subject: x\n\n" + armored + "\nafter",
		"in a zip file": string(mailWith(zipped(t, "a.asc", []byte(armored+"after")), "a.zip")),
	} {
		t.Run(name, func(t *testing.T) {
			m := read([]byte(raw))
			if !hasDefect(m, DefectEncrypted) || !hasText(m, "after") {
				t.Errorf("defects %+v, parts %+v", m.Defects, m.Parts)
			}
		})
	}
}

func TestFormatsWithoutReaderAreNamed(t *testing.T) {
	for want, content := range map[string]string{
		"application/vnd.ms-cab-compressed": "MSCF\x00\x00\x00\x00rest",
		"application/x-lzh-compressed":      "\x20\x00-lh5-\x00\x00",
		"application/x-arj":                 "\x60\xea\x20\x00",
		"application/x-iso9660-image":       strings.Repeat("\x00", 32769) + "CD001",
		"application/x-cpio":                "070701" + strings.Repeat("0", 50) + "\x00",
	} {
		m := readFileAs([]byte(content), "a")
		if m.Attachments[0].Type != want || !hasDefect(m, DefectUnsupported) {
			t.Errorf("%s: %+v, defects %+v", want, m.Attachments, m.Defects)
		}
	}
}
