package zip

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// file is what goes into an archive built for a test.
type file struct {
	name, content string
	method        uint16
	raw           []byte // packed already
}

func build(t testing.TB, files ...file) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range files {
		var to io.Writer
		var err error
		if f.raw != nil {
			to, err = w.CreateRaw(&zip.FileHeader{
				Name: f.name, Method: f.method, CompressedSize64: uint64(len(f.raw)), UncompressedSize64: uint64(len(f.content)),
				CRC32: crcOf(f.content),
			})
		} else {
			to, err = w.CreateHeader(&zip.FileHeader{Name: f.name, Method: f.method})
		}
		if err != nil {
			t.Fatal(err)
		}
		if f.raw == nil {
			f.raw = []byte(f.content)
		}
		if _, err := to.Write(f.raw); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func crcOf(content string) uint32 {
	s := &stream{reader: strings.NewReader(content)}
	if _, err := io.Copy(io.Discard, struct{ io.Reader }{s}); err != nil {
		return 0
	}
	return s.sum
}

// readArchive reads content with every file in it as plain text, under the
// default limits but for the time.
func readArchive(content []byte) collect.Found {
	return collect.Run(context.Background(), collect.Limits{Time: time.Minute},
		func(f *collect.File) { f.Text(string(f.Content)) },
		func(root *collect.File) { root.Content, root.Kind = content, collect.KindAttachment; Read(root) })
}

// texts returns the texts of a kind, in order.
func texts(found collect.Found, kind collect.Kind) []string {
	var all []string
	for _, p := range found.Parts {
		if p.Kind == kind && !strings.Contains(p.Path, "#comment") {
			all = append(all, p.Text)
		}
	}
	return all
}

func kinds(found collect.Found) []collect.DefectKind {
	var all []collect.DefectKind
	for _, d := range found.Defects {
		if !slices.Contains(all, d.Kind) {
			all = append(all, d.Kind)
		}
	}
	return all
}

func localOnly(name, content string) []byte {
	record := make([]byte, localLength)
	copy(record, localSignature)
	le.PutUint32(record[14:], crcOf(content))
	le.PutUint32(record[18:], uint32(len(content)))
	le.PutUint32(record[22:], uint32(len(content)))
	le.PutUint16(record[26:], uint16(len(name)))
	return append(append(record, name...), content...)
}

// patched returns content with the 16-bit field at offset of the nth record with
// the signature changed.
func patched(content []byte, signature string, offset int, change func(uint16) uint16) []byte {
	content = bytes.Clone(content)
	field := content[bytes.Index(content, []byte(signature))+offset:]
	binary.LittleEndian.PutUint16(field, change(binary.LittleEndian.Uint16(field)))
	return content
}

func set(v uint16) func(uint16) uint16 { return func(uint16) uint16 { return v } }

func add(flag uint16) func(uint16) uint16 { return func(v uint16) uint16 { return v | flag } }

func TestEntriesAreReadHoweverTheyAreHidden(t *testing.T) {
	plain := build(t, file{name: "a.txt", content: "alpha", method: zip.Store}, file{name: "b.txt", content: "beta beta beta", method: zip.Deflate})
	one := build(t, file{name: "a.txt", content: "alpha", method: zip.Store})
	deflated := build(t, file{name: "b", content: "beta beta beta", method: zip.Deflate})
	beta := deflated[localLength+1 : bytes.Index(deflated, []byte(descriptorSignature))]
	encoder, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name    string
		archive []byte
		texts   []string
		names   []string
		defects []collect.DefectKind
	}{
		{"plain", plain, []string{"alpha", "beta beta beta"}, []string{"a.txt", "b.txt"}, nil},
		{"nothing in it", build(t), []string{""}, nil, nil},
		{"junk in front", append([]byte("some words in front"), plain...), []string{"alpha", "beta beta beta", "some words in front"}, []string{"a.txt", "b.txt"}, nil},
		{"junk behind", append(bytes.Clone(plain), "some words behind"...), []string{"alpha", "beta beta beta", "some words behind"}, []string{"a.txt", "b.txt"}, nil},
		{"zeros behind", append(bytes.Clone(plain), make([]byte, 5000)...), []string{"alpha", "beta beta beta"}, []string{"a.txt", "b.txt"}, nil},
		{"an entry without a directory entry in front", append(localOnly("hidden.txt", "secret"), plain...),
			[]string{"alpha", "beta beta beta", "secret"}, []string{"a.txt", "b.txt", "hidden.txt"}, []collect.DefectKind{collect.DefectCorrupt}},
		{"an entry without a directory entry behind", append(bytes.Clone(plain), localOnly("hidden.txt", "secret")...),
			[]string{"alpha", "beta beta beta", "secret"}, []string{"a.txt", "b.txt", "hidden.txt"}, []collect.DefectKind{collect.DefectCorrupt}},
		{"no directory", plain[:bytes.Index(plain, []byte(directorySignature))],
			[]string{"alpha", "beta beta beta"}, []string{"a.txt", "b.txt"}, []collect.DefectKind{collect.DefectTruncated, collect.DefectCorrupt}},
		{"nothing but a signature", []byte(localSignature + "and words"), nil, nil, []collect.DefectKind{collect.DefectTruncated, collect.DefectCorrupt}},
		{"names that contradict each other", bytes.Replace(bytes.Clone(one), []byte("a.txt"), []byte("z.exe"), 1),
			[]string{"alpha", "alpha"}, []string{"z.exe", "a.txt"}, []collect.DefectKind{collect.DefectCorrupt}},
		{"methods that contradict each other", patched(deflated, directorySignature, 10, set(0)),
			[]string{"beta beta beta", string(beta)}, []string{"b", "b"}, []collect.DefectKind{collect.DefectCorrupt}},
		{"an encrypted entry beside others", patched(patched(plain, localSignature, 6, add(1)), directorySignature, 8, add(1)),
			[]string{"beta beta beta"}, []string{"a.txt", "b.txt"}, []collect.DefectKind{collect.DefectEncrypted}},
		{"encrypted by the directory only", patched(one, directorySignature, 8, add(1)),
			[]string{"alpha"}, []string{"a.txt", "a.txt"}, []collect.DefectKind{collect.DefectCorrupt, collect.DefectEncrypted}},
		{"an unknown method", patched(patched(one, localSignature, 8, set(97)), directorySignature, 10, set(97)),
			nil, []string{"a.txt"}, []collect.DefectKind{collect.DefectUnsupported}},
		{"a wrong checksum", patched(patched(one, localSignature, 14, set(1)), directorySignature, 16, set(1)),
			[]string{"alpha"}, []string{"a.txt"}, []collect.DefectKind{collect.DefectCorrupt}},
		{"a volume of several", patched(one, endSignature, 4, set(1)),
			[]string{"alpha"}, []string{"a.txt"}, []collect.DefectKind{collect.DefectTruncated}},
		{"zstandard", build(t, file{name: "z", content: "zeta zeta", method: methodZstd, raw: encoder.EncodeAll([]byte("zeta zeta"), nil)}),
			[]string{"zeta zeta"}, []string{"z"}, nil},
		{"zstandard, a window of a gigabyte", build(t, file{name: "z", content: "zeta", method: methodZstd, raw: []byte("\x28\xb5\x2f\xfd\x00\xa0\x01\x00\x00")}),
			nil, []string{"z"}, []collect.DefectKind{collect.DefectTooLarge}},
		{"a name in code page 437", bytes.ReplaceAll(bytes.Clone(one), []byte("a.txt"), []byte("\x81.txt")), []string{"alpha"}, []string{"ü.txt"}, nil},
		{"data behind the end of a stream", build(t, file{name: "d", content: "", method: zip.Deflate, raw: []byte("\x03\x00appended")}),
			[]string{""}, []string{"d"}, []collect.DefectKind{collect.DefectCorrupt}},
		{"folders", build(t, file{name: "patients/"}, file{name: "patients/x", content: "x"}), []string{"x", "patients/"}, []string{"patients/x"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			found := readArchive(tt.archive)
			if got := texts(found, collect.KindAttachment); !slices.Equal(got, tt.texts) {
				t.Errorf("texts %q, want %q", got, tt.texts)
			}
			if got := texts(found, collect.KindName); !slices.Equal(got, tt.names) {
				t.Errorf("names %q, want %q", got, tt.names)
			}
			if got := kinds(found); !slices.Equal(got, tt.defects) {
				t.Errorf("defects %+v, want %v", found.Defects, tt.defects)
			}
		})
	}
}

func TestBombsAreCutShort(t *testing.T) {
	zeros := strings.Repeat("\x00", 8<<20)
	single := build(t, file{name: "kernel", content: zeros, method: zip.Deflate})
	overlapping := bytes.Clone(single)
	directory := bytes.Index(overlapping, []byte(directorySignature))
	tail := bytes.Index(overlapping, []byte(endSignature))
	entry := bytes.Clone(overlapping[directory:tail])
	record := bytes.Clone(overlapping[tail:])
	overlapping = overlapping[:directory]
	const copies = 500
	for i := range copies {
		copy(entry[directoryLength:], fmt.Sprintf("%06d", i))
		overlapping = append(overlapping, entry...)
	}
	le.PutUint16(record[8:], copies)
	le.PutUint16(record[10:], copies)
	le.PutUint32(record[12:], uint32(copies*len(entry)))
	overlapping = append(overlapping, record...)

	packed := single[localLength+len("kernel") : bytes.Index(single, []byte(descriptorSignature))]
	var many []file
	for i := range 300 {
		many = append(many, file{name: fmt.Sprint(i), content: zeros, method: zip.Deflate, raw: packed})
	}
	for _, tt := range []struct {
		name    string
		archive []byte
	}{
		{"zeros", single},
		{"entries that overlap", overlapping},
		{"many files of zeros", build(t, many...)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			found := readArchive(tt.archive)
			if !slices.Contains(kinds(found), collect.DefectBomb) {
				t.Errorf("defects %v, want a bomb", kinds(found))
			}
			size := int64(0)
			for _, a := range found.Attachments {
				size += a.Size
			}
			if size > 16<<20 {
				t.Errorf("%d bytes were handed on", size)
			}
		})
	}
}

func TestCorpusIsReadOrEncrypted(t *testing.T) {
	files, err := filepath.Glob("../../../shared/corpus/att-zip-encrypted/*.zip")
	if err != nil || len(files) == 0 {
		t.Skip("corpus att-zip-encrypted is not here")
	}
	for _, path := range files {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		found := readArchive(content)
		name := filepath.Base(path)
		encrypted := strings.Contains(name, "aes") || strings.Contains(name, "macbeth")
		if got := kinds(found); encrypted && !slices.Equal(got, []collect.DefectKind{collect.DefectEncrypted}) || !encrypted && got != nil {
			t.Errorf("%s: defects %+v", name, found.Defects)
		}
		reader, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range reader.File {
			if !strings.HasSuffix(f.Name, "/") && !slices.Contains(texts(found, collect.KindName), f.Name) {
				t.Errorf("%s: %s was not found", name, f.Name)
			}
		}
	}
}

// FuzzRead holds that no archive is read beyond its limits, and that whatever the
// standard library reads in one is found.
func FuzzRead(f *testing.F) {
	f.Add(build(f, file{name: "a.txt", content: "alpha", method: zip.Store}, file{name: "b.txt", content: "beta beta beta", method: zip.Deflate}))
	f.Add(append(localOnly("hidden.txt", "secret"), build(f, file{name: "a", content: "b"})...))
	files, err := filepath.Glob("../../../shared/corpus/att-zip-encrypted/*.zip")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range files {
		content, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		if len(content) > 1<<16 {
			return
		}
		found := readArchive(content)
		size := int64(0)
		for _, a := range found.Attachments {
			size += a.Size
		}
		if size > collect.DefaultLimits().Unpacked+2*int64(len(content)) {
			t.Fatalf("%d bytes from %d", size, len(content))
		}
		reader, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
		if err != nil || len(found.Defects) > 0 {
			return
		}
		for _, f := range reader.File {
			if r, err := f.Open(); err == nil && !strings.HasSuffix(f.Name, "/") {
				text, err := io.ReadAll(io.LimitReader(r, 1<<20))
				if err == nil && !slices.Contains(texts(found, collect.KindAttachment), string(text)) {
					t.Errorf("without a defect, and %q was not read", f.Name)
				}
			}
		}
	})
}
