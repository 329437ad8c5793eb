package ppttext

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zixpolicy/zixpolicy/message/cfb"
	"github.com/zixpolicy/zixpolicy/message/collect"
)

func read(stream, user []byte, limits collect.Limits) (collect.Found, map[string]string) {
	handed := map[string]string{}
	s := &cfb.Storage{Streams: []*cfb.Stream{cfb.NewStream("PowerPoint Document", stream), cfb.NewStream("Current User", user)}}
	found := collect.Run(context.Background(), limits,
		func(f *collect.File) { handed[f.Path] = string(f.Content); f.Text("") },
		func(f *collect.File) { Read(f, s) })
	return found, handed
}

func rec(head, id uint16, data string) string {
	b := binary.LittleEndian.AppendUint16(nil, head)
	b = binary.LittleEndian.AppendUint16(b, id)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(data)))
	return string(b) + data
}

func container(id uint16, records ...string) string { return rec(15, id, strings.Join(records, "")) }

func utf16le(s string) string {
	var b []byte
	for _, r := range s {
		b = binary.LittleEndian.AppendUint16(b, uint16(r))
	}
	return string(b)
}

func packed(content string) string {
	var b bytes.Buffer
	b.WriteString("\x00\x00\x00\x00")
	w := zlib.NewWriter(&b)
	w.Write([]byte(content))
	w.Close()
	return b.String()
}

func sample() []byte {
	return []byte(container(idSlide, rec(0, idTextChars, utf16le("Título\rline two")), rec(0, idTextBytes, "caf\xe9\vbar")) +
		container(idNotes, container(0xf00d, rec(0, idTextBytes, "speak slowly"))) +
		container(idMainMaster, rec(0, idTextBytes, "Click to edit")) +
		container(idComment, rec(0, idString, utf16le("a comment"))) +
		rec(0, idString, utf16le("footer")) +
		rec(16, idObject, packed("object one")) + rec(0, idObject, "object two"))
}

func TestTextsByWhereTheyStand(t *testing.T) {
	found, handed := read(sample(), nil, collect.Limits{})
	if len(found.Defects) > 0 {
		t.Errorf("defects: %v", found.Defects)
	}
	texts := map[string]string{}
	for _, p := range found.Parts {
		texts[p.Path] = p.Text
	}
	for path, want := range map[string]string{
		"": "Título\nline two\ncafé\nbar", "#notes": "speak slowly", "#masters": "Click to edit",
		"#comments": "a comment", "#strings": "footer",
	} {
		if texts[path] != want {
			t.Errorf("%s = %q, want %q", path, texts[path], want)
		}
	}
	if handed["object"] != "object one" || handed["object~2"] != "object two" {
		t.Errorf("objects: %q", handed)
	}
}

func TestWhatCannotBeReadIsADefect(t *testing.T) {
	whole := sample()
	for name, c := range map[string]struct {
		stream []byte
		user   string
		limits collect.Limits
		kind   collect.DefectKind
	}{
		"password":             {whole, rec(0, 0xff6, "\x14\x00\x00\x00\xdf\xc4\xd1\xf3"), collect.Limits{}, collect.DefectEncrypted},
		"password, said later": {[]byte(container(idCryptSession)), "", collect.Limits{}, collect.DefectEncrypted},
		"cut off":              {whole[:len(whole)-5], "", collect.Limits{}, collect.DefectTruncated},
		"object that is none":  {[]byte(rec(16, idObject, "12345678")), "", collect.Limits{}, collect.DefectCorrupt},
		"object that expands":  {[]byte(rec(16, idObject, packed(strings.Repeat("\x00", 8<<20)))), "", collect.Limits{Ratio: 10}, collect.DefectBomb},
		"more text than fits":  {whole, "", collect.Limits{Text: 20}, collect.DefectTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			found, _ := read(c.stream, []byte(c.user), c.limits)
			if !slices.ContainsFunc(found.Defects, func(d collect.Defect) bool { return d.Kind == c.kind }) {
				t.Errorf("defects %v, want %s", found.Defects, c.kind)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add(sample())
	limits := collect.Limits{Text: 1 << 20, Parts: 50, Time: 5 * time.Second, Unpacked: 4 << 20}
	f.Fuzz(func(t *testing.T, stream []byte) {
		found, _ := read(stream, nil, limits)
		for _, d := range found.Defects {
			if d.Kind == collect.DefectTimeout || strings.Contains(d.Detail, "its reader failed") {
				t.Errorf("%+v", d)
			}
		}
	})
}
