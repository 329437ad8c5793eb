package sevenzip

import (
	"bytes"
	"context"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

func readArchive(content []byte) collect.Found {
	return collect.Run(context.Background(), collect.Limits{Time: 10 * time.Second},
		func(f *collect.File) { f.Text(string(f.Content)) },
		func(root *collect.File) { root.Content, root.Kind = content, collect.KindAttachment; Read(root) })
}

// wrap makes an archive of packed streams and a header.
func wrap(streams, header []byte) []byte {
	start := le.AppendUint64(nil, uint64(len(streams)))
	start = le.AppendUint64(start, uint64(len(header)))
	start = le.AppendUint32(start, crc32.ChecksumIEEE(header))
	out := append([]byte(signature), 0, 4)
	out = le.AppendUint32(out, crc32.ChecksumIEEE(start))
	return slices.Concat(out, start, streams, header)
}

// single returns the header of an archive of one file of that size, packed by one
// coder.
func single(packed, size byte, method string, properties ...byte) []byte {
	flags := byte(len(method))
	coder := []byte(method)
	if len(properties) > 0 {
		flags |= 0x20
		coder = append(append(coder, byte(len(properties))), properties...)
	}
	return slices.Concat(
		[]byte{idHeader, idMainStreams, idPackInfo, 0, 1, idSize, packed, idEnd},
		[]byte{idUnpackInfo, idFolder, 1, 0, 1, flags}, coder, []byte{idUnpackSize, size, idEnd, idEnd},
		[]byte{idFiles, 1, idNames, 5, 0, 'a', 0, 0, 0, idEnd, idEnd})
}

func TestArchivesAreReadOrRefused(t *testing.T) {
	plain := wrap([]byte("alpha"), single(5, 5, methodCopy))
	for _, tt := range []struct {
		name    string
		archive []byte
		texts   []string
		defects []collect.DefectKind
	}{
		{"plain", plain, []string{"a", "alpha"}, nil},
		{"nothing in it", wrap(nil, nil), []string{""}, nil},
		{"behind a program", append([]byte("MZ program "+signature+" strings"+strings.Repeat(" ", 40)), plain...), []string{"MZ program " + signature + " strings" + strings.Repeat(" ", 40), "a", "alpha"}, nil},
		{"more behind", append(bytes.Clone(plain), "more"...), []string{"a", "alpha", "more"}, nil},
		{"cut off", plain[:len(plain)-3], nil, []collect.DefectKind{collect.DefectTruncated}},
		{"encrypted", wrap([]byte("alpha"), single(5, 5, "\x06\xf1\x07\x01", 0)), []string{"a"}, []collect.DefectKind{collect.DefectEncrypted}},
		{"an unknown method", wrap([]byte("alpha"), single(5, 5, "\x7f")), []string{"a"}, []collect.DefectKind{collect.DefectUnsupported}},
		{"a stream that is too short", wrap([]byte("alp"), single(5, 9, methodCopy)), []string{"a", "alp"}, []collect.DefectKind{collect.DefectTruncated}},
		{"a dictionary of gigabytes", wrap([]byte("alpha"), slices.Concat(
			[]byte{idHeader, idMainStreams, idPackInfo, 0, 1, idSize, 5, idEnd, idUnpackInfo, idFolder, 1, 0, 1, 0x21, 0x21, 1, 40, idUnpackSize, 0xf8, 0, 0, 0, 0, 1, idEnd, idEnd},
			[]byte{idFiles, 1, idNames, 5, 0, 'a', 0, 0, 0, idEnd, idEnd})), []string{"a"}, []collect.DefectKind{collect.DefectTooLarge}},
		{"four billion files", wrap(nil, []byte{idHeader, idFiles, 0xf0, 0xff, 0xff, 0xff, 0xff, idEnd}), nil, []collect.DefectKind{collect.DefectCorrupt}},
		{"four billion folders", wrap(nil, []byte{idHeader, idMainStreams, idUnpackInfo, idFolder, 0xf0, 0xff, 0xff, 0xff, 0xff, 0}), nil, []collect.DefectKind{collect.DefectCorrupt}},
		{"a header with another checksum", append([]byte(signature), make([]byte, 40)...), nil, []collect.DefectKind{collect.DefectCorrupt}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			found := readArchive(tt.archive)
			var got []string
			for _, p := range found.Parts {
				got = append(got, p.Text)
			}
			if !slices.Equal(got, tt.texts) {
				t.Errorf("texts %q, want %q", got, tt.texts)
			}
			if got := kinds(found); !slices.Equal(got, tt.defects) {
				t.Errorf("defects %+v, want %v", found.Defects, tt.defects)
			}
		})
	}
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

func TestCorpusIsReadOrEncrypted(t *testing.T) {
	files, err := filepath.Glob("../../../shared/corpus/att-7z/*.7z")
	if err != nil || len(files) == 0 {
		t.Skip("corpus att-7z is not here")
	}
	encrypted := []string{"aes7z.7z", "t2.7z", "t3.7z", "t4.7z", "t5.7z"} // with or without their headers
	for _, path := range files {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		found := readArchive(content)
		name := filepath.Base(path)
		want := []collect.DefectKind(nil)
		if slices.Contains(encrypted, name) {
			want = []collect.DefectKind{collect.DefectEncrypted}
		}
		if !slices.Equal(kinds(found), want) {
			t.Errorf("%s: defects %+v, want %v", name, found.Defects, want)
		}
		if len(found.Parts) == 0 && want == nil {
			t.Errorf("%s: nothing was read", name)
		}
		if !strings.HasPrefix(name, "t") && want == nil && name != "empty.7z" && len(found.Attachments) != 10 {
			t.Errorf("%s: %d files, want 10", name, len(found.Attachments))
		}
	}
}

// FuzzRead holds that no input makes the reader fail, or hand on more than it may.
func FuzzRead(f *testing.F) {
	f.Add([]byte("alpha"), single(5, 5, methodCopy))
	f.Add([]byte("alpha"), single(5, 5, methodLZMA, 0x5d, 0, 0, 1, 0))
	f.Add([]byte{1, 0, 4, 'a', 'l', 'p', 'h', 'a', 0}, single(9, 5, methodLZMA2, 20))
	files, err := filepath.Glob("../../../shared/corpus/att-7z/*.7z")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range files {
		content, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		end := signatureLength + le.Uint64(content[12:])
		f.Add(content[signatureLength:end], content[end:])
	}
	f.Fuzz(func(t *testing.T, streams, header []byte) {
		if len(streams)+len(header) > 1<<16 {
			return
		}
		found := readArchive(wrap(streams, header))
		for _, d := range found.Defects {
			if strings.Contains(d.Detail, "reader failed") || d.Kind == collect.DefectTimeout {
				t.Fatalf("panic on %q %q", streams, header)
			}
		}
	})
}
