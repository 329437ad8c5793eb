package plaintext

import (
	"context"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// FuzzRead reads any bytes as plain text and as a contact, in any charset.
func FuzzRead(f *testing.F) {
	f.Add([]byte("> quoted\n> > twice\n\n-- \nAnn\n"), "utf-8", true)
	f.Add([]byte("M\xfcller \x1b$B$\"\x1b(B"), "iso-2022-jp", false)
	f.Add([]byte("+ZeVnLIqe-"), "utf-7", true)
	f.Add([]byte("NOTE;ENCODING=QUOTED-PRINTABLE:a=\r\n=C3=BC=\r\n"), "", false)
	f.Add([]byte("ATTACH;X-FILENAME=a:\r\nPHOTO;ENCODING=b:R0lG\r\n ODlh\r\nATTACH:data:;base64,QQ=="), "", false)
	f.Fuzz(func(t *testing.T, content []byte, charset string, flowed bool) {
		for _, read := range []func(*collect.File){Read, ReadFolded} {
			found := collect.Run(context.Background(), collect.Limits{Time: time.Minute, Parts: 50},
				func(child *collect.File) { child.Text("") },
				func(root *collect.File) {
					root.Content, root.Charset, root.Flowed = content, charset, flowed
					read(root)
				})
			for _, p := range found.Parts {
				if !utf8.ValidString(p.Text) {
					t.Errorf("%s: invalid UTF-8", p.Path)
				}
				for _, mark := range p.Marks {
					if mark.Start < 0 || mark.Start > mark.End || mark.End > len(p.Text) {
						t.Errorf("mark %+v in %d bytes", mark, len(p.Text))
					}
				}
			}
			for _, d := range found.Defects {
				if strings.HasPrefix(d.Detail, "its reader failed") || d.Kind == collect.DefectTimeout {
					t.Errorf("%+v", d)
				}
			}
			if len(found.Parts) == 0 {
				t.Error("no text")
			}
		}
	})
}
