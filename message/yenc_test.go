package message

import (
	"strings"
	"testing"
)

// yenced encodes content as yEnc does.
func yenced(content string) string {
	var out strings.Builder
	for i := range len(content) {
		switch c := content[i] + 42; c {
		case 0, '\n', '\r', '=':
			out.WriteByte('=')
			out.WriteByte(c + 64)
		default:
			out.WriteByte(c)
		}
	}
	return out.String()
}

func TestFilesInYEncAreRead(t *testing.T) {
	encoded := yenced("first \xd6\xe0\xe3 \n" + secret) // bytes that need an escape
	for name, tt := range map[string]struct {
		body string
		want DefectKind
	}{
		"whole":     {"see below\r\n=ybegin line=128 size=40 name=a b.txt\r\n" + encoded[:3] + "\r\n" + encoded[3:] + "\r\n=yend size=40\r\nbye\r\n", ""},
		"in parts":  {"=ybegin part=1 line=128 size=40 name=a b.txt\r\n=ypart begin=1 end=40\r\n" + encoded + "\r\n=yend size=40\r\n", ""},
		"no end":    {"=ybegin line=128 size=40 name=a b.txt\r\n" + encoded, DefectTruncated},
		"a zip too": {"=ybegin line=128 size=40 name=a b.txt\r\n" + yenced(string(zipped(t, "c.txt", []byte(secret)))) + "\r\n=yend\r\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			m := read([]byte("Subject: x\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\n" + tt.body))
			if !hasText(m, secret) || len(m.Attachments) == 0 || m.Attachments[0].Name != "a b.txt" {
				t.Errorf("%+v, parts %+v", m.Attachments, m.Parts)
			}
			if tt.want == "" && len(m.Defects) > 0 || tt.want != "" && !hasDefect(m, tt.want) {
				t.Errorf("defects %+v, want %q", m.Defects, tt.want)
			}
		})
	}
}

func TestProseAboutYEncIsNone(t *testing.T) {
	if m := read([]byte("Subject: x\r\n\r\n=ybegin is how it starts\r\n")); len(m.Attachments) > 0 || len(m.Defects) > 0 {
		t.Errorf("%+v, defects %+v", m.Attachments, m.Defects)
	}
}

func TestBinHexIsUnsupported(t *testing.T) {
	const file = "(This file must be converted with BinHex 4.0)\r\n\r\n:$f*TEQKPH#jdCA0d,R0TG!\"6594%8dP8)3#3\"!&m!:\r\n"
	for name, raw := range map[string]string{
		"in a body":  "Subject: x\r\n\r\nsee below\r\n\r\n" + file,
		"as a file":  "Content-Type: application/octet-stream; name=a.hqx\r\n\r\n" + file,
		"as its own": "Content-Type: application/mac-binhex40; name=a.hqx\r\n\r\n" + file,
	} {
		if m := read([]byte(raw)); !hasDefect(m, DefectUnsupported) {
			t.Errorf("%s: defects %+v, parts %+v", name, m.Defects, m.Parts)
		}
	}
}
