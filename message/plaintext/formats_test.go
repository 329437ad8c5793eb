package plaintext

import (
	"context"
	"testing"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// texts returns the texts that a reader finds in a file, by path.
func texts(read func(*collect.File), content string) map[string]string {
	found := collect.Run(context.Background(), collect.Limits{}, read, func(root *collect.File) {
		root.Attach(&collect.File{Path: "f", Content: []byte(content)})
	})
	all := make(map[string]string)
	for _, p := range found.Parts {
		all[p.Path] = p.Text
	}
	return all
}

func TestReadFolded(t *testing.T) {
	tests := []struct{ name, content, want string }{
		{"folded lines", "SUMMARY:123-45\r\n -6789\r\n", "SUMMARY:123-45-6789\n"},
		{"escapes", `NOTE:a\, b\; c\nd` + "\r\n", "NOTE:a, b; c\nd\n"},
		{"picture", "FN:Ann\r\nPHOTO;ENCODING=b;TYPE=JPEG:AAAA\r\n BBBB\r\nTEL:1\r\n", "FN:Ann\nTEL:1\n"},
		{"quoted-printable", "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller=\r\n-L=C3=BCdenscheidt;=\r\nAnn\r\nTEL:1\r\n", "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Müller-Lüdenscheidt;Ann\nTEL:1\n"},
		{"quoted-printable in another set", "FN;CHARSET=ISO-8859-1;QUOTED-PRINTABLE:M=FCller=", "FN;CHARSET=ISO-8859-1;QUOTED-PRINTABLE:Müller=\n"},
		{"base64 that is none", "ATTACH;ENCODING=BASE64:???\r\n", "ATTACH;ENCODING=BASE64:???\n"},
		{"attached by address", "ATTACH:https://x.example/\r\n", "ATTACH:https://x.example/\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := texts(ReadFolded, tt.content)["f"]; got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestFilesInCalendarsAreHandedOn(t *testing.T) {
	content := "SUMMARY:visit\r\nATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY;X-FILENAME=\"a.txt\":\r\n TVJOIDAwNDEy\r\n Mjg3\r\n" +
		"PHOTO:data:image/gif;base64,R0lGODlh\r\n"
	handed := make(map[string]string)
	collect.Run(context.Background(), collect.Limits{}, func(f *collect.File) {
		if f.Path == "f" {
			ReadFolded(f)
			return
		}
		handed[f.Path] = string(f.Content)
	}, func(root *collect.File) { root.Attach(&collect.File{Path: "f", Content: []byte(content)}) })
	if len(handed) != 2 || handed["f/a.txt"] != "MRN 00412287" || handed["f/photo"] != "GIF89a" {
		t.Errorf("handed on %q", handed)
	}
}
