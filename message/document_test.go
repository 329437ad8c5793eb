package message

import (
	"bytes"
	"strings"
	"testing"
)

func TestDocumentsAreToldFromMail(t *testing.T) {
	for name, tt := range map[string]struct {
		content string
		want    bool
	}{
		"a message":                  {"Subject: x\r\n\r\ntext", false},
		"only a field of our own":    {"X-Anything: x\r\n\r\ntext", false},
		"a message without a header": {"\r\ntext", false},
		"nothing":                    {"", false},
		"an mbox line before it":     {"From ann@example.com Mon\nSubject: x\n\ntext", false},
		"a byte order mark before":   {"\xef\xbb\xbfSubject: x\n\ntext", false},
		"a line some program added":  {"+OK 120 octets\nFrom: a@example.com\nTo: b@example.com\n\ntext", false},
		"a text":                     {"Dear Ann,\n\nthe time: noon\n", true},
		"a zip":                      {string(zipped(t, "a.txt", []byte("From: a\nTo: b\n"))), true},
		"a PDF":                      {"%PDF-1.7\n", true},
		"a web page":                 {"<html><body>Subject: x</body></html>", true},
		"a contact":                  {"BEGIN:VCARD\nVERSION:3.0\nFN:Ann\nEND:VCARD\n", true},
		"JSON":                       {`{"from": "ann"}`, true},
	} {
		if got := IsDocument([]byte(tt.content)); got != tt.want {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
}

func TestNoStoredMessageIsADocument(t *testing.T) {
	for corpus, extension := range map[string]string{
		"mail-enron": ".txt", "mail-spamassassin": ".txt", "mime-mail-parser": ".eml", "mime-enmime": ".raw",
	} {
		for _, file := range corpusFiles(t, corpus, extension) {
			if strings.HasSuffix(file, "categories.txt") || strings.HasSuffix(file, "erroneous.raw") {
				continue // no mail, as they say themselves
			}
			if IsDocument(readFile(t, file)) {
				t.Errorf("%s is taken for a document", file)
			}
		}
	}
}

func TestADocumentIsReadAsAnAttachment(t *testing.T) {
	for _, name := range []string{"notes.txt", "Größe \"1\".zip", "bad\xff.bin", ""} {
		m := read(OfDocument(name, zipped(t, "inner.txt", []byte(secret))))
		if len(m.Attachments) != 2 || !hasText(m, secret) || len(m.Defects) > 0 {
			t.Errorf("%q: %+v, defects %+v", name, m.Attachments, m.Defects)
		}
	}
	if m := read(OfDocument("a b.txt", bytes.Repeat([]byte("no line ends "), 1000))); m.Attachments[0].Name != "a b.txt" || m.Attachments[0].Size != 13000 {
		t.Errorf("%+v", m.Attachments)
	}
}
