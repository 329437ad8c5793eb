package compound

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
	"unicode/utf16"

	"github.com/zixpolicy/zixpolicy/message/cfb"
	"github.com/zixpolicy/zixpolicy/message/collect"
)

// reading is what came of reading a file: what it reported and handed on.
type reading struct {
	collect.Found
	handed map[string]string // by path
}

func open(content []byte, limits collect.Limits) reading {
	r := reading{handed: map[string]string{}}
	r.Found = collect.Run(context.Background(), limits, func(f *collect.File) {
		r.handed[f.Path] = string(f.Content)
		if bytes.HasPrefix(f.Content, []byte(cfb.Signature)) {
			Read(f)
			return
		}
		f.Text("read")
	}, func(f *collect.File) {
		f.Attach(&collect.File{Name: "x", Content: content})
	})
	return r
}

func readStorage(t testing.TB, s *cfb.Storage) reading {
	t.Helper()
	content, err := cfb.Pack(s)
	if err != nil {
		t.Fatal(err)
	}
	return open(content, collect.Limits{})
}

func (r *reading) text(path string) string {
	for _, p := range r.Parts {
		if p.Path == path {
			return p.Text
		}
	}
	return ""
}

func stream(name, data string) *cfb.Stream { return cfb.NewStream(name, []byte(data)) }

func le32(n int) string { return string(binary.LittleEndian.AppendUint32(nil, uint32(n))) }

// nativeObject returns the stream of a package with a file.
func nativeObject(name, content string) *cfb.Stream {
	data := "\x02\x00" + name + "\x00C:\\" + name + "\x00\x00\x00\x03\x00" + le32(4) + "tmp\x00" + le32(len(content)) + content
	return stream(nativeStream, le32(len(data))+data)
}

func TestKindsAreToldByTheirStreams(t *testing.T) {
	for name, c := range map[string]struct {
		storage *cfb.Storage
		media   string
		defect  collect.DefectKind
	}{
		"encrypted document": {&cfb.Storage{Streams: []*cfb.Stream{stream("EncryptedPackage", "x"), stream("EncryptionInfo", "x")}}, "application/x-ole-encrypted", collect.DefectEncrypted},
		"damaged document":   {&cfb.Storage{Streams: []*cfb.Stream{stream("WordDocument", "x")}}, "application/msword", collect.DefectCorrupt},
		"damaged workbook":   {&cfb.Storage{Streams: []*cfb.Stream{stream("Workbook", "no records")}}, "application/vnd.ms-excel", collect.DefectUnsupported},
		"of another program": {&cfb.Storage{Streams: []*cfb.Stream{stream("Quill", "x")}}, "", collect.DefectUnsupported},
		"storage not known": {&cfb.Storage{
			Streams:  []*cfb.Stream{stream("PowerPoint Document", "")},
			Storages: []*cfb.Storage{{Name: "Strange", Streams: []*cfb.Stream{stream("hidden", "x")}}},
		}, "application/vnd.ms-powerpoint", collect.DefectUnsupported},
	} {
		t.Run(name, func(t *testing.T) {
			got := readStorage(t, c.storage)
			if !slices.ContainsFunc(got.Defects, func(d collect.Defect) bool { return d.Kind == c.defect }) {
				t.Errorf("defects %v, want %s", got.Defects, c.defect)
			}
			if media := got.Attachments[0].Type; media != c.media {
				t.Errorf("type %q, want %q", media, c.media)
			}
		})
	}
}

func TestEmbeddedObjectsAreHandedOn(t *testing.T) {
	got := readStorage(t, &cfb.Storage{
		Streams: []*cfb.Stream{stream("PowerPoint Document", "")},
		Storages: []*cfb.Storage{
			{Name: "ObjectPool", Storages: []*cfb.Storage{
				{Name: "_1", Streams: []*cfb.Stream{nativeObject("notes.txt", "dragged in")}},
				{Name: "_2", Streams: []*cfb.Stream{stream("\x01CompObj", "x"), stream("CONTENTS", "%PDF-1.4")}},
				{Name: "_3", Streams: []*cfb.Stream{stream("\x01Ole", "x"), stream("\x02OlePres000", "metafile")}},
				{Name: "_4", Streams: []*cfb.Stream{stream(controlStream, "x"), stream("contents", "\x01\x02\x03Value typed\x00\x00")}},
			}},
			{Name: "MBD0001", Streams: []*cfb.Stream{stream("Package", "PK\x03\x04")}},
			{Name: "MsoDataStore", Storages: []*cfb.Storage{{Name: "a", Streams: []*cfb.Stream{stream("Item", "<x>y</x>")}}}},
		},
	})
	if len(got.Defects) > 0 {
		t.Errorf("defects: %v", got.Defects)
	}
	for path, want := range map[string]string{
		"x/_1/notes.txt": "dragged in", "x/_2/object": "%PDF-1.4", "x/MBD0001/object": "PK\x03\x04", "x/xml": "<x>y</x>",
	} {
		if got.handed[path] != want {
			t.Errorf("%s = %q, want %q", path, got.handed[path], want)
		}
	}
	if text := got.text("x/_4"); text != "Value typed" {
		t.Errorf("control %q", text)
	}
	for _, a := range got.Attachments {
		if opaque := a.Path == "x/_3"; a.Opaque != opaque {
			t.Errorf("%s: opaque %v", a.Path, a.Opaque)
		}
	}
}

// propertySetOf returns a stream with one set of texts, in code page 1251.
func propertySetOf(ids []uint32, texts []string) string {
	var index, values []byte
	add := func(id uint32, value []byte) {
		index = binary.LittleEndian.AppendUint32(index, id)
		index = binary.LittleEndian.AppendUint32(index, uint32(8+8*(len(ids)+1)+len(values)))
		values = append(values, value...)
	}
	add(1, []byte{2, 0, 0, 0, 0xe3, 4, 0, 0})
	for i, text := range texts {
		value := append([]byte{typeANSI, 0, 0, 0}, le32(len(text))...)
		value = append(value, text...)
		add(ids[i], append(value, make([]byte, (4-len(text)%4)%4)...))
	}
	set := le32(8+len(index)+len(values)) + le32(len(ids)+1) + string(index) + string(values)
	return strings.Repeat("\x00", 24) + le32(1) + strings.Repeat("\x00", 16) + le32(48) + set
}

func TestDocumentPropertiesAreText(t *testing.T) {
	set := propertySetOf([]uint32{2, 4, 7}, []string{"\xcf\xf0\x00", "Author", "Normal.dot"})
	got := readStorage(t, &cfb.Storage{Streams: []*cfb.Stream{stream("PowerPoint Document", ""), stream("\x05SummaryInformation", set)}})
	if text := got.text("x#properties"); text != "Пр\nAuthor" {
		t.Errorf("properties %q", text)
	}
}

// moduleOf returns the stream of a macro: what is compiled, then the source in
// chunks of literals only.
func moduleOf(source string) string {
	var chunk []byte
	for i := 0; i < len(source); i += 8 {
		chunk = append(chunk, 0)
		chunk = append(chunk, source[i:min(i+8, len(source))]...)
	}
	head := binary.LittleEndian.AppendUint16(nil, uint16(len(chunk)-1)|0xb000)
	return "compiled\x01" + string(head) + string(chunk)
}

func TestMacrosAreRead(t *testing.T) {
	vba := &cfb.Storage{Name: "VBA", Streams: []*cfb.Stream{
		stream("_VBA_PROJECT", "x"), stream("dir", "x"), stream("Module1", moduleOf("Attribute VB_Name = \"M\"\r\n' SSN 078-05-1120")), stream("Stomped", "x"),
	}}
	got := readStorage(t, &cfb.Storage{
		Streams:  []*cfb.Stream{stream("PowerPoint Document", "")},
		Storages: []*cfb.Storage{{Name: "Macros", Storages: []*cfb.Storage{vba}}},
	})
	if text := got.text("x#macro"); text != "Attribute VB_Name = \"M\"\n' SSN 078-05-1120" {
		t.Errorf("macro %q", text)
	}
	if len(got.Defects) != 1 || got.Defects[0].Part != "x/Stomped" {
		t.Errorf("defects %v", got.Defects)
	}
}

// The example of [MS-OVBA] section 3.2.3: all that compression can do.
func TestCompressedChunksAreInflated(t *testing.T) {
	packed := "\x03\xb0\x02\x61\x45\x00"
	if got := string(inflate([]byte(packed), 1<<20)); got != strings.Repeat("a", 73) {
		t.Errorf("%q", got)
	}
}

// corpusFiles returns the compound files of the corpus, none where it is absent.
func corpusFiles(t testing.TB) [][]byte {
	t.Helper()
	dir := filepath.Join("..", "..", "..", "shared", "corpus", "att-textract")
	if _, err := os.Stat(dir); err != nil {
		return nil
	}
	var files [][]byte
	for _, name := range []string{"doc/standardized_text.doc", "doc/raw_text.doc", "xls/standardized_text.xls", "msg/standardized_text.msg"} {
		raw, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, raw)
	}
	return files
}

func TestFilesCutOffAreDefects(t *testing.T) {
	files := corpusFiles(t)
	if len(files) == 0 {
		t.Skip("corpus att-textract is not here")
	}
	for _, raw := range files {
		for cut := 512; cut < len(raw)-1024; cut += 1024 {
			if got := open(raw[:cut], collect.Limits{}); len(got.Defects) == 0 {
				t.Errorf("%d of %d bytes: no defect", cut, len(raw))
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []*cfb.Storage{
		{Streams: []*cfb.Stream{nativeObject("a", "b"), stream("\x05SummaryInformation", propertySetOf([]uint32{2}, []string{"t"}))}},
		{Streams: []*cfb.Stream{stream("Workbook", string(utf16.Decode([]uint16{9, 8})))}, Storages: []*cfb.Storage{{Name: "VBA", Streams: []*cfb.Stream{stream("_VBA_PROJECT", "x"), stream("m", moduleOf("Attribute x"))}}}},
	} {
		content, err := cfb.Pack(s)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content)
	}
	for _, raw := range corpusFiles(f) {
		f.Add(raw)
	}
	limits := collect.Limits{Text: 1 << 20, Depth: 6, Parts: 50, Time: 5 * time.Second, Unpacked: 4 << 20}
	f.Fuzz(func(t *testing.T, content []byte) {
		got := open(content, limits)
		for _, d := range got.Defects {
			if d.Kind == collect.DefectTimeout || strings.Contains(d.Detail, "its reader failed") {
				t.Errorf("%+v", d)
			}
		}
	})
}
