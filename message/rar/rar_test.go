package rar

import (
	"bytes"
	"context"
	"encoding/binary"
	"hash/crc32"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// vint is a variable-length integer of RAR 5.
func vint(v int) []byte {
	var out []byte
	for ; v >= 0x80; v >>= 7 {
		out = append(out, byte(v)|0x80)
	}
	return append(out, byte(v))
}

// block returns a block of RAR 5: checksum, size, and fields.
func block(fields ...[]byte) []byte {
	body := slices.Concat(fields...)
	body = append(vint(len(body)), body...)
	return append(binary.LittleEndian.AppendUint32(nil, crc32.ChecksumIEEE(body)), body...)
}

// stored returns the block of a file. info is its compression; extra fields follow
// the name.
func stored(name, content string, size, info int, extra ...byte) []byte {
	flags, extraSize := 2, []byte(nil)
	if len(extra) > 0 {
		flags, extraSize = 3, vint(len(extra))
	}
	sum := binary.LittleEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(content)))
	return append(block(vint(2), vint(flags), extraSize, vint(len(content)), vint(4), vint(size), vint(0), sum, vint(info), vint(1), vint(len(name)), []byte(name), extra), content...)
}

func archive(blocks ...[]byte) []byte {
	return slices.Concat([]byte(signature+"\x01\x00"), block(vint(1), vint(0), vint(0)), slices.Concat(blocks...), block(vint(5), vint(0), vint(0)))
}

// remark returns the block of a comment. info is its compression.
func remark(text string, info int) []byte {
	return append(block(vint(3), vint(2), vint(len(text)), vint(0), vint(len(text)), vint(0), vint(info), vint(1), vint(3), []byte("CMT")), text...)
}

// block4Of returns a block of a version before RAR 5.
func block4Of(kind byte, flags uint16, rest []byte) []byte {
	body := binary.LittleEndian.AppendUint16([]byte{kind}, flags)
	body = binary.LittleEndian.AppendUint16(body, uint16(block4+len(rest)))
	body = append(body, rest...)
	return append(binary.LittleEndian.AppendUint16(nil, uint16(crc32.ChecksumIEEE(body))), body...)
}

// oldArchive returns an archive of RAR 3 with one file that is stored.
func oldArchive(end bool) []byte {
	file := binary.LittleEndian.AppendUint32(nil, 5)
	file = append(binary.LittleEndian.AppendUint32(file, 5), 3)
	file = binary.LittleEndian.AppendUint32(file, crc32.ChecksumIEEE([]byte("alpha")))
	file = append(file, 0, 0, 0x21, 0x58, 29, 0x30, 5, 0, 0xa4, 0x81, 0, 0)
	file = append(file, "a.txt"...)
	out := slices.Concat([]byte(signature+"\x00"), block4Of(main4, 0, make([]byte, 6)), block4Of(file4, 0x8000, file), []byte("alpha"))
	if end {
		out = append(out, block4Of(last4, 0x4000, nil)...)
	}
	return out
}

func readArchive(content []byte) collect.Found {
	return collect.Run(context.Background(), collect.Limits{Time: time.Minute},
		func(f *collect.File) { f.Text(string(f.Content)) },
		func(root *collect.File) { root.Content, root.Kind = content, collect.KindAttachment; Read(root) })
}

// encryption is the record of a file that is encrypted.
var encryption = slices.Concat([]byte{48, 1, 0, 0, 15}, make([]byte, 16+16+12))

func TestArchivesAreReadOrRefused(t *testing.T) {
	plain := archive(stored("a.txt", "alpha", 5, 0), stored("b.txt", "beta", 4, 0))
	for _, tt := range []struct {
		name    string
		archive []byte
		texts   []string
		defects []collect.DefectKind
	}{
		{"plain", plain, []string{"a.txt", "alpha", "b.txt", "beta"}, nil},
		{"nothing in it", archive(), []string{""}, nil},
		{"behind a program", append([]byte("MZ program"), plain...), []string{"MZ program", "a.txt", "alpha", "b.txt", "beta"}, nil},
		{"more behind", append(bytes.Clone(plain), "more behind it"...), []string{"more behind it", "a.txt", "alpha", "b.txt", "beta"}, nil},
		{"padding behind", append(bytes.Clone(plain), make([]byte, 50)...), []string{"a.txt", "alpha", "b.txt", "beta"}, nil},
		{"a comment", archive(remark("it is all there", 0), stored("a.txt", "alpha", 5, 0)), []string{"it is all there", "a.txt", "alpha"}, nil},
		{"a packed comment", archive(remark("it is all there", 3<<7), stored("a.txt", "alpha", 5, 0)), []string{"a.txt", "alpha"}, []collect.DefectKind{collect.DefectUnsupported}},
		{"an old archive, more behind", append(oldArchive(true), "more behind it"...), []string{"more behind it", "a.txt", "alpha"}, nil},
		{"an old archive without an end", append(oldArchive(false), "behind it more"...), []string{"behind it more", "a.txt", "alpha"}, nil},
		{"an old archive without an end, more that looks like a block", append(oldArchive(false), "more behind it"...), []string{"a.txt", "alpha"}, []collect.DefectKind{collect.DefectTruncated}},
		{"an encrypted file beside another", archive(stored("a.txt", "alpha", 5, 0, encryption...), stored("b.txt", "beta", 4, 0)), []string{"a.txt", "b.txt", "beta"}, []collect.DefectKind{collect.DefectEncrypted}},
		{"encrypted as a whole", slices.Concat([]byte(signature+"\x01\x00"), block(vint(4), vint(0), vint(0), vint(0), vint(15), make([]byte, 16)), make([]byte, 64)), nil, []collect.DefectKind{collect.DefectEncrypted}},
		{"a dictionary of two gigabytes", archive(stored("a.txt", "alpha", 2<<30, 3<<7|14<<10)), nil, []collect.DefectKind{collect.DefectTooLarge}},
		{"cut off", plain[:len(plain)-20], []string{"a.txt", "alpha"}, []collect.DefectKind{collect.DefectTruncated}},
		{"an old version", []byte("Rar!\x1a\x07\x07 of the future"), nil, []collect.DefectKind{collect.DefectCorrupt}},
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
			var kinds []collect.DefectKind
			for _, d := range found.Defects {
				kinds = append(kinds, d.Kind)
			}
			if !slices.Equal(kinds, tt.defects) {
				t.Errorf("defects %+v, want %v", found.Defects, tt.defects)
			}
		})
	}
}

// FuzzRead holds that no input makes the reader hang, or hand on more than it may.
func FuzzRead(f *testing.F) {
	f.Add(archive(stored("a.txt", "alpha", 5, 0), stored("b.txt", "beta", 40, 1<<7)))
	f.Add([]byte("Rar!\x1a\x07\x00\xcf\x90\x73\x00\x00\x0d\x00\x00\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, content []byte) {
		if len(content) > 1<<16 {
			return
		}
		found := readArchive(content)
		size := int64(0)
		for _, a := range found.Attachments {
			size += a.Size
		}
		if size > collect.DefaultLimits().Unpacked+int64(len(content)) {
			t.Fatalf("%d bytes from %d", size, len(content))
		}
		for _, d := range found.Defects {
			if strings.Contains(d.Detail, "took too long") {
				t.Fatalf("too slow on %q", content)
			}
		}
	})
}
