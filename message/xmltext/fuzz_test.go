package xmltext

import (
	"context"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// FuzzRead reads any bytes as XML: whatever they are, there is text or a defect.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`<?xml version="1.0" encoding="iso-8859-1"?><a b="c&#228;">d<![CDATA[e]]><!-- f --></a>`))
	f.Add([]byte(`<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>`))
	f.Add([]byte("\xff\xfe<\x00a\x00/\x00>\x00"))
	f.Add([]byte("<a><b></a>"))
	f.Fuzz(func(t *testing.T, content []byte) {
		found := collect.Run(context.Background(), collect.Limits{Time: time.Minute, Text: 1 << 20},
			func(*collect.File) {}, func(root *collect.File) { root.Content = content; Read(root) })
		if len(found.Parts) == 0 && len(found.Defects) == 0 {
			t.Error("neither text nor defect")
		}
		for _, p := range found.Parts {
			if !utf8.ValidString(p.Text) {
				t.Errorf("%s: invalid UTF-8", p.Path)
			}
		}
	})
}
