package outlook

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/zixpolicy/zixpolicy/message/cfb"
	"github.com/zixpolicy/zixpolicy/message/collect"
)

// reading is what came of reading a message: what it reported and handed on.
type reading struct {
	collect.Found
	handed map[string]string // by path
}

func read(content []byte, limits collect.Limits) reading {
	r := reading{handed: map[string]string{}}
	r.Found = collect.Run(context.Background(), limits, func(f *collect.File) {
		r.handed[f.Path] = string(f.Content)
		if strings.HasPrefix(string(f.Content), cfb.Signature) {
			readFile(f)
			return
		}
		f.Text("read")
	}, func(f *collect.File) { f.Content = content; readFile(f) })
	return r
}

func readFile(f *collect.File) {
	file, err := cfb.Open(f.Content)
	if err != nil || !Is(file.Root) {
		f.Defect(collect.DefectUnsupported, "no message")
		return
	}
	Read(f, file.Root)
}

func (r *reading) text(path string) string {
	for _, p := range r.Parts {
		if p.Path == path {
			return p.Text
		}
	}
	return ""
}

func wide(s string) string {
	var b []byte
	for _, unit := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, unit)
	}
	return string(b)
}

// value returns the stream of a property.
func value(tag uint32, data string) *cfb.Stream {
	return cfb.NewStream(fmt.Sprintf("__substg1.0_%08X", tag), []byte(data))
}

// fixedProperties returns the stream of the properties of fixed size: tags and values.
func fixedProperties(header int, values ...uint32) *cfb.Stream {
	b := make([]byte, header)
	for i := 0; i < len(values); i += 2 {
		b = binary.LittleEndian.AppendUint32(b, values[i])
		b = append(b, 6, 0, 0, 0)
		b = binary.LittleEndian.AppendUint32(b, values[i+1])
		b = append(b, 0, 0, 0, 0)
	}
	return cfb.NewStream(propertiesStream, b)
}

func sample() *cfb.Storage {
	recipient := &cfb.Storage{Name: recipientPrefix + "#00000000", Streams: []*cfb.Stream{
		fixedProperties(8), value(0x3001001f, wide("Jürgen Müller")), value(0x3003001f, wide("j@x.example")),
	}}
	file := &cfb.Storage{Name: attachmentPrefix + "#00000000", Streams: []*cfb.Stream{
		fixedProperties(8, 0x37050003, 1), value(0x3704001e, "SHORT~1.TXT"), value(0x3707001e, "\xcf\xf0.txt"), value(0x37010102, "payload"),
	}}
	inner := &cfb.Storage{Name: "__substg1.0_3701000D", Streams: []*cfb.Stream{
		fixedProperties(24), value(0x0037001f, wide("inner subject")), value(0x1000001f, wide("inner body")),
	}}
	embedded := &cfb.Storage{Name: attachmentPrefix + "#00000001", Storages: []*cfb.Storage{inner}, Streams: []*cfb.Stream{
		fixedProperties(8, 0x37050003, 5), value(0x3001001f, wide("forwarded")),
	}}
	return &cfb.Storage{Storages: []*cfb.Storage{recipient, file, embedded}, Streams: []*cfb.Stream{
		fixedProperties(32, 0x3ffd0003, 1251),
		value(0x0037001e, "\xcf\xf0\xe8\xe2\xe5\xf2"),
		value(0x10130102, "<p>html body</p>"),
		value(0x8001101f, "\x06\x00\x00\x00"), cfb.NewStream("__substg1.0_8001101F-00000000", []byte(wide("keyword"))),
		value(0x007d001f, wide("X-Note: kept\r\nContent-Type: multipart/mixed;\r\n boundary=b\r\nSubject: s\r\n")),
	}}
}

func pack(t testing.TB, s *cfb.Storage) []byte {
	t.Helper()
	packed, err := cfb.Pack(s)
	if err != nil {
		t.Fatal(err)
	}
	return packed
}

func TestMessageIsReadInItsParts(t *testing.T) {
	got := read(pack(t, sample()), collect.Limits{})
	if len(got.Defects) > 0 {
		t.Errorf("defects: %v", got.Defects)
	}
	for path, want := range map[string]string{
		"subject": "Привет", "recipients": "Jürgen Müller", "#properties": "keyword", "forwarded/subject": "inner subject",
	} {
		if text := got.text(path); text != want {
			t.Errorf("%s = %q, want %q", path, text, want)
		}
	}
	for path, want := range map[string]string{
		"body.html": "<p>html body</p>", "Пр.txt": "payload", "forwarded/body": "inner body",
		"headers": "X-Note: kept\r\nSubject: s\r\n\r\n\r\n",
	} {
		if content := got.handed[path]; content != want {
			t.Errorf("%s = %q, want %q", path, content, want)
		}
	}
}

func TestMessagesInMessagesEnd(t *testing.T) {
	s := &cfb.Storage{Streams: []*cfb.Stream{fixedProperties(24), value(0x0037001f, wide("deepest"))}}
	for range 30 {
		s = &cfb.Storage{
			Streams: []*cfb.Stream{fixedProperties(24)},
			Storages: []*cfb.Storage{{Name: attachmentPrefix + "#00000000", Streams: []*cfb.Stream{fixedProperties(8)}, Storages: []*cfb.Storage{
				{Name: "__substg1.0_3701000D", Streams: s.Streams, Storages: s.Storages},
			}}},
		}
	}
	got := read(pack(t, s), collect.Limits{})
	if !slices.ContainsFunc(got.Defects, func(d collect.Defect) bool { return d.Kind == collect.DefectTooDeep }) {
		t.Errorf("defects: %v", got.Defects)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(pack(f, sample()))
	limits := collect.Limits{Text: 1 << 20, Depth: 6, Parts: 50, Time: 5 * time.Second, Unpacked: 4 << 20}
	f.Fuzz(func(t *testing.T, content []byte) {
		got := read(content, limits)
		for _, d := range got.Defects {
			if d.Kind == collect.DefectTimeout || strings.Contains(d.Detail, "its reader failed") {
				t.Errorf("%+v", d)
			}
		}
	})
}
