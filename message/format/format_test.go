package format

import (
	"strings"
	"testing"
)

func TestDetectByContent(t *testing.T) {
	tests := []struct{ name, content, declared, want string }{
		{"PDF under a wrong type", "%PDF-1.7\n%\xe2\xe3\x00", "text/plain", "application/pdf"},
		{"PDF under no type", "%PDF-1.7", "", "application/pdf"},
		{"zip as a picture", "PK\x03\x04\x14\x00", "image/png", "application/zip"},
		{"gzip", "\x1f\x8b\x08\x00", "application/octet-stream", "application/gzip"},
		{"picture", "\x89PNG\r\n\x1a\n\x00", "application/octet-stream", "image/png"},
		{"no picture", "\x00\x01\x02", "image/png", Unknown},
		{"text that begins as a picture does", "GIF89a is a format", "text/plain", "text/plain"},
		{"text as a picture", "plain words", "image/gif", "text/plain"},
		{"plain text", "words", "", "text/plain"},
		{"plain text in an octet stream", "words", "application/octet-stream", "text/plain"},
		{"Latin-1 text", "M\xfcller und S\xf6hne", "application/octet-stream", "text/plain"},
		{"UTF-16 text", "\xff\xfea\x00b\x00", "application/octet-stream", "text/plain"},
		{"HTML in an octet stream", "\r\n <!DOCTYPE html><p>", "application/octet-stream", "text/html"},
		{"HTML after a comment", "<!-- x --><html>", "", "text/html"},
		{"HTML by its type", "words", "text/html", "text/html"},
		{"XML", "<?xml version='1.0'?><a/>", "", "text/xml"},
		{"XML by its type", "<a/>", "application/cda+xml", "text/xml"},
		{"drawing", "<svg xmlns='x'><text>a</text></svg>", "image/svg+xml", "text/xml"},
		{"calendar", "BEGIN:VCALENDAR\r\n", "application/octet-stream", "text/calendar"},
		{"contact", "BEGIN:VCARD\r\n", "text/x-vcard", "text/vcard"},
		{"JSON", "{}", "application/ld+json", "application/json"},
		{"comma-separated", "a,b\n", "text/csv", "text/csv"},
		{"message in an octet stream", "Received: x\nFrom: a\nSubject: b\n\nc", "application/octet-stream", "message/rfc822"},
		{"prose with a colon", "From: here\nit goes to there", "application/octet-stream", "text/plain"},
		{"signed wrapper", "\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80", "application/octet-stream", "application/pkcs7-mime"},
		{"unknown", "\x00\x01\x02\x03", "", Unknown},
		{"unknown to us", "\x00\x01\x02\x03", "application/x-thing", "application/x-thing"},
		{"binary in a text", "a\x00b\x01", "text/plain", "text/plain"},
		{"nothing", "", "", "text/plain"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Detect([]byte(tt.content), tt.declared); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestIsText(t *testing.T) {
	for content, want := range map[string]bool{
		"":                                true,
		"words\r\n\tand more\f":           true,
		"\x1b$B@$3&\x1b(B":                true,
		"日本語":                             true,
		"a\x00b":                          false,
		"\x01\x02\x03\x04":                false,
		strings.Repeat("\x80\x02\xf0", 9): false,
	} {
		if got := IsText([]byte(content)); got != want {
			t.Errorf("%q: %v", content, got)
		}
	}
}
