package tnef

import (
	"bytes"
	"context"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// reading is what came of reading a file: what it reported and what it handed on.
type reading struct {
	collect.Found
	handed map[string]string // by path
}

func read(content []byte, limits collect.Limits) reading {
	r := reading{handed: map[string]string{}}
	r.Found = collect.Run(context.Background(), limits,
		func(f *collect.File) {
			r.handed[f.Path] = string(f.Content)
			if bytes.HasPrefix(f.Content, []byte(signature)) {
				Read(f)
				return
			}
			f.Text("read")
		},
		func(f *collect.File) { f.Content = content; Read(f) })
	return r
}

func (r *reading) text(path string) string {
	for _, p := range r.Parts {
		if p.Path == path {
			return p.Text
		}
	}
	return ""
}

func corpus(t testing.TB) string {
	t.Helper()
	dir := filepath.Join("..", "..", "..", "shared", "corpus", "att-tnef")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("corpus att-tnef is not here: %v", err)
	}
	return dir
}

func TestEveryListedAttachmentIsHandedOn(t *testing.T) {
	streams, err := filepath.Glob(filepath.Join(corpus(t), "*.tnef"))
	if err != nil || len(streams) == 0 {
		t.Fatalf("no streams: %v", err)
	}
	for _, path := range streams {
		name := strings.TrimSuffix(path, ".tnef")
		t.Run(filepath.Base(name), func(t *testing.T) {
			raw, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got := read(raw, collect.Limits{})
			if len(got.Defects) > 0 {
				t.Errorf("defects: %v", got.Defects)
			}
			files, err := os.ReadDir(name)
			if err != nil || len(files) == 0 {
				t.Fatalf("no expected files: %v", err)
			}
			for _, file := range files {
				want, err := os.ReadFile(filepath.Join(name, file.Name()))
				if err != nil {
					t.Fatal(err)
				}
				checkFile(t, &got, file.Name(), string(want))
			}
		})
	}
}

// checkFile checks that a file was handed on. The bodies are called message.* in
// the corpus.
func checkFile(t *testing.T, got *reading, name, want string) {
	t.Helper()
	path := name
	switch name {
	case "message.rtf":
		path = "body.rtf"
	case "message.html":
		path = "body.html"
	case "message.txt":
		path = "body"
	}
	content, ok := got.handed[path]
	if !ok {
		t.Errorf("%s was not handed on", name)
	}
	if asInCorpus(content) != asInCorpus(want) {
		t.Errorf("%s: %d bytes, want %d", name, len(content), len(want))
	}
}

// asInCorpus returns text as the corpus keeps it: its line ends are LF, and some of
// its bodies end in a zero byte or without the last line end.
func asInCorpus(text string) string {
	return strings.TrimRight(strings.ReplaceAll(text, "\r\n", "\n"), "\x00\n")
}

// attribute returns one attribute of a stream.
func attribute(level byte, id uint16, data string) string {
	b := binary.LittleEndian.AppendUint16([]byte{level}, id)
	b = append(b, 0, 0)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(data)))
	return string(b) + data + "\x00\x00"
}

// property returns one property of variable size.
func property(id, kind uint16, value string) string {
	b := binary.LittleEndian.AppendUint16(nil, kind)
	b = binary.LittleEndian.AppendUint16(b, id)
	b = binary.LittleEndian.AppendUint32(b, 1)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(value)))
	return string(b) + value + strings.Repeat("\x00", (4-len(value)%4)%4)
}

func properties(list ...string) string {
	return string(binary.LittleEndian.AppendUint32(nil, uint32(len(list)))) + strings.Join(list, "")
}

func streamOf(attributes ...string) []byte {
	return []byte(signature + "\x01\x00" + strings.Join(attributes, ""))
}

func sample() []byte {
	inner := string(streamOf(attribute(1, attSubject, "inner subject\x00"), attribute(1, attBody, "inner body\x00")))
	iid := strings.Repeat("\x01", 16)
	return streamOf(
		attribute(1, attOemCodepage, "\xe3\x04\x00\x00\x00\x00\x00\x00"), // 1251
		attribute(1, attSubject, "\xcf\xf0\xe8\xe2\xe5\xf2\x00"),
		attribute(1, attRecipTable, properties(properties(property(0x3001, 0x1f, "B\x00o\x00b\x00\x00\x00")))),
		attribute(2, attAttachRenddata, ""),
		attribute(2, attAttachData, "payload"),
		attribute(2, attAttachTitle, "SHORT~1.TXT\x00"),
		attribute(2, attAttachment, properties(property(0x3707, 0x1e, "long name.txt\x00"))),
		attribute(2, attAttachRenddata, ""),
		attribute(2, attAttachTitle, "forwarded\x00"),
		attribute(2, attAttachment, properties(property(0x3701, 0x0d, iid+inner))),
	)
}

func TestCodepagesNamesAndEmbeddedMessages(t *testing.T) {
	got := read(sample(), collect.Limits{})
	for path, want := range map[string]string{
		"subject": "Привет", "recipients": "Bob", "forwarded/subject": "inner subject",
	} {
		if text := got.text(path); text != want {
			t.Errorf("%s = %q, want %q", path, text, want)
		}
	}
	if got.handed["long name.txt"] != "payload" || got.handed["forwarded/body"] != "inner body" {
		t.Errorf("handed on: %q", got.handed)
	}
	if len(got.Defects) > 0 {
		t.Errorf("defects: %v", got.Defects)
	}
}

func TestDamagedStreamsAreDefects(t *testing.T) {
	whole := sample()
	for name, c := range map[string]struct {
		content []byte
		kind    collect.DefectKind
	}{
		"cut off":                     {whole[:len(whole)-40], collect.DefectTruncated},
		"ends in a head":              {append(slices.Clone(whole), 1, 2), collect.DefectTruncated},
		"four billion properties":     {streamOf(attribute(1, attMsgProps, "\xff\xff\xff\xff")), collect.DefectCorrupt},
		"four billion values":         {streamOf(attribute(1, attMsgProps, properties("\x1e\x10\x01\x30\xff\xff\xff\xff"))), collect.DefectCorrupt},
		"four billion nulls":          {streamOf(attribute(1, attMsgProps, properties("\x01\x10\x01\x30\xff\xff\xff\xff", "\x99\x00\x01\x30"))), collect.DefectCorrupt},
		"value longer than the rest":  {streamOf(attribute(1, attMsgProps, properties("\x1e\x00\x01\x30\x01\x00\x00\x00\xff\xff\xff\x7fx"))), collect.DefectCorrupt},
		"type of unknown length":      {streamOf(attribute(1, attMsgProps, properties("\x99\x00\x01\x30"))), collect.DefectCorrupt},
		"compressed RTF cut off":      {streamOf(attribute(1, attMsgProps, properties(property(0x1009, 0x102, "\x00\x00\x00\x00\xff\x00\x00\x00LZFu\x00\x00\x00\x00\x00abc")))), collect.DefectTruncated},
		"compressed RTF of what kind": {streamOf(attribute(1, attMsgProps, properties(property(0x1009, 0x102, "\x00\x00\x00\x00\xff\x00\x00\x00ABCD\x00\x00\x00\x00\x00abc")))), collect.DefectCorrupt},
	} {
		t.Run(name, func(t *testing.T) {
			got := read(c.content, collect.Limits{})
			if !slices.ContainsFunc(got.Defects, func(d collect.Defect) bool { return d.Kind == c.kind }) {
				t.Errorf("defects %v, want %s", got.Defects, c.kind)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add(sample())
	if dir := filepath.Join("..", "..", "..", "shared", "corpus", "att-tnef"); dirExists(dir) {
		seeds, _ := filepath.Glob(filepath.Join(dir, "*.tnef"))
		if len(seeds) == 0 {
			f.Fatal("the corpus has no streams")
		}
		for _, seed := range seeds {
			raw, err := os.ReadFile(seed)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(raw)
		}
	}
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

func dirExists(dir string) bool {
	info, err := os.Stat(dir)
	return err == nil && info.IsDir()
}
