package compressed

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

func gzipped(t testing.TB, name, content string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	w.Name = name
	if _, err := io.WriteString(w, content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func gzipExtra(t testing.TB, extra, content string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	w.Extra = []byte(extra)
	_, err := io.WriteString(w, content)
	if closeErr := w.Close(); err != nil || closeErr != nil {
		t.Fatal(err, closeErr)
	}
	return out.Bytes()
}

func xzed(t testing.TB, content string, window int) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := xz.WriterConfig{DictCap: window, BlockSize: 1 << 16}.NewWriter(&out)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func zstded(t testing.TB, content string, options ...zstd.EOption) []byte {
	t.Helper()
	w, err := zstd.NewWriter(nil, options...)
	if err != nil {
		t.Fatal(err)
	}
	return w.EncodeAll([]byte(content), nil)
}

// lzwed writes content as compress(1) does, with a clear code after every 70,000
// codes. gzip -d reads what it makes.
func lzwed(content []byte) []byte {
	out := []byte{0x1f, 0x9d, 0x80 | lzwMostBits}
	var bits uint64
	var pending, width uint = 0, lzwFirstBits
	codes := 0
	emit := func(code int) {
		bits |= uint64(code) << pending
		for pending += width; pending >= 8; pending -= 8 {
			out = append(out, byte(bits))
			bits >>= 8
		}
		codes++
	}
	align := func() {
		for codes%8 != 0 {
			emit(0)
		}
	}
	table, free, emitted := map[string]int{}, lzwClear+1, 0
	word := ""
	code := func(s string) int {
		if len(s) == 1 {
			return int(s[0])
		}
		return table[s]
	}
	for _, c := range content {
		next := word + string([]byte{c})
		if _, known := table[next]; known || len(next) == 1 {
			word = next
			continue
		}
		emit(code(word))
		emitted++
		if free < 1<<lzwMostBits {
			table[next] = free
			free++
		}
		if free > 1<<width && width < lzwMostBits {
			align()
			width++
		}
		if emitted == 70_000 {
			emit(lzwClear)
			align()
			table, free, emitted, width = map[string]int{}, lzwClear+1, 0, lzwFirstBits
		}
		word = string([]byte{c})
	}
	emit(code(word))
	if pending > 0 {
		out = append(out, byte(bits))
	}
	return out
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// readers are the formats, by the extension of their files.
var readers = map[string]func(*collect.File){
	".gz": ReadGzip, ".bz2": ReadBzip2, ".xz": ReadXZ, ".zst": ReadZstd, ".Z": ReadCompress,
	".tgz": ReadGzip,
}

// unpack reads content as a file of that name; what comes out is plain text.
func unpack(name string, content []byte) collect.Found {
	return collect.Run(context.Background(), collect.Limits{Time: time.Minute},
		func(f *collect.File) { f.Text(string(f.Content)) },
		func(root *collect.File) {
			root.Name, root.Content = name, content
			readers[name[strings.LastIndexByte(name, '.'):]](root)
		})
}

// words returns text that compresses like prose.
func words(n int) string {
	random := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	for b.Len() < n {
		b.WriteString([]string{"patient", "diagnosis", "card", "number", "the", "of"}[random.IntN(6)])
		b.WriteByte(byte(random.IntN(256)))
	}
	return b.String()
}

func TestStreamsAreUnpacked(t *testing.T) {
	const hello = "hello there"
	long := words(1 << 20)
	bz := unhex(t, "425a6839314159265359b12b03d6000002d9800010400010003264c8302000220988c32840000bd8de45f4e040641f8bb9229c2848589581eb00")
	for _, tt := range []struct {
		name, file string
		content    []byte
		texts      []string
		defects    []collect.DefectKind
	}{
		{"gzip", "a.txt.gz", gzipped(t, "", hello), []string{"a.txt", hello}, nil},
		{"gzip, its own name", "a.gz", gzipped(t, "patient.txt", hello), []string{"a", hello, "patient.txt"}, nil},
		{"gzip, a name in UTF-8", "a.gz", bytes.Replace(gzipped(t, "Xrzte", hello), []byte("Xrzte"), []byte("Ärzte"), 1), []string{"a", hello, "Ärzte"}, nil},
		{"gzip, two members", "a.gz", append(gzipped(t, "", "one, "), gzipped(t, "", "two")...), []string{"a", "one, two"}, nil},
		{"gzip, an extra field", "a.gz", gzipExtra(t, "PX\x05\x00extraBC\x02\x00\x01\x02", hello), []string{"a", hello, "extra"}, nil},
		{"gzip, padding", "a.gz", append(gzipped(t, "", hello), make([]byte, 100)...), []string{"a", hello}, nil},
		{"gzip, more behind", "a.gz", append(gzipped(t, "", hello), "more"...), []string{"a", hello, "more"}, nil},
		{"gzip, cut off", "a.gz", gzipped(t, "", long)[:5000], []string{"a", "PREFIX"}, []collect.DefectKind{collect.DefectTruncated}},
		{"gzip, no header", "a.gz", []byte("\x1f\x8bnothing"), []string{"a"}, []collect.DefectKind{collect.DefectTruncated}},
		{"bzip2", "a.txt.bz2", bz, []string{"a.txt", "bzip2 says hello\n"}, nil},
		{"bzip2, two streams", "a.txt.bz2", append(bytes.Clone(bz), bz...), []string{"a.txt", "bzip2 says hello\nbzip2 says hello\n"}, nil},
		{"bzip2, more behind", "a.txt.bz2", append(bytes.Clone(bz), "more"...), []string{"a.txt", "bzip2 says hello\n"}, []collect.DefectKind{collect.DefectCorrupt}},
		{"xz", "a.txt.xz", xzed(t, hello, 1<<20), []string{"a.txt", hello}, nil},
		{"xz, many blocks", "a.txt.xz", xzed(t, long, 1<<20), []string{"a.txt", long}, nil},
		{"xz, two streams and padding", "a.txt.xz", append(append(xzed(t, "one, ", 1<<20), 0, 0, 0, 0), xzed(t, "two", 1<<20)...), []string{"a.txt", "one, two"}, nil},
		{"xz, more behind", "a.txt.xz", append(xzed(t, hello, 1<<20), "more"...), []string{"a.txt", hello, "more"}, nil},
		{"xz, cut off", "a.txt.xz", xzed(t, hello, 1<<20)[:40], []string{"a.txt", "PREFIX"}, []collect.DefectKind{collect.DefectTruncated}},
		{"xz, a dictionary of gigabytes", "a.xz", demanding(t), []string{"a"}, []collect.DefectKind{collect.DefectTooLarge}},
		{"xz, a wrong checksum", "a.xz", broken(xzed(t, hello, 1<<20)), []string{"a", hello}, []collect.DefectKind{collect.DefectCorrupt}},
		{"zstandard", "a.txt.zst", zstded(t, hello), []string{"a.txt", hello}, nil},
		{"zstandard, two frames", "a.txt.zst", append(zstded(t, "one, "), zstded(t, "two")...), []string{"a.txt", "one, two"}, nil},
		{"zstandard, large", "a.txt.zst", zstded(t, long), []string{"a.txt", long}, nil},
		{"zstandard, frames that are skipped", "a.txt.zst", slices.Concat([]byte("\x50\x2a\x4d\x18\x06\x00\x00\x00hidden"), zstded(t, hello), []byte("\x5f\x2a\x4d\x18\xff\xff\x00\x00end")), []string{"hidden", "end", "a.txt", hello}, []collect.DefectKind{collect.DefectTruncated}},
		{"zstandard, more behind", "a.txt.zst", append(zstded(t, hello), "more behind it"...), []string{"a.txt", hello, "more behind it"}, nil},
		{"zstandard, a window of a gigabyte", "a.zst", unhex(t, "28b52ffd00a0010000"), []string{"a"}, []collect.DefectKind{collect.DefectTooLarge}},
		{"compress", "a.txt.Z", lzwed([]byte(long)), []string{"a.txt", long}, nil},
		{"compress, a code that is not defined", "a.Z", []byte{0x1f, 0x9d, 0x90, 'a', 0xfe, 0xff}, []string{"a", "a"}, []collect.DefectKind{collect.DefectCorrupt}},
		{"a tape archive", "a.tgz", gzipped(t, "", hello), []string{"a.tar", hello}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			found := unpack(tt.file, tt.content)
			var got []string
			for _, p := range found.Parts {
				got = append(got, p.Text)
			}
			if last := len(got) - 1; last > 0 && tt.texts[len(tt.texts)-1] == "PREFIX" {
				if !strings.HasPrefix(long+hello, got[last]) && !strings.HasPrefix(hello, got[last]) {
					t.Errorf("read %.40q", got[last])
				}
				got[last] = "PREFIX"
			}
			if !slices.Equal(got, tt.texts) && !(slices.Contains(tt.texts, "PREFIX") && len(got) == 1) {
				t.Errorf("%d texts %.200q, want %.200q", len(got), got, tt.texts)
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

// demanding returns an xz file whose header demands a dictionary of 4 GiB.
func demanding(t *testing.T) []byte {
	content := xzed(t, "x", 1<<20)
	header := content[xzHeaderLength:]
	header = header[:(int(header[0])+1)*4]
	i := bytes.Index(header, []byte{filterLZMA2, 1})
	header[i+2] = 40
	binary.LittleEndian.PutUint32(header[len(header)-4:], crc32.ChecksumIEEE(header[:len(header)-4]))
	return content
}

// broken returns the xz file with another checksum.
func broken(content []byte) []byte {
	index := bytes.LastIndex(content, []byte{0, 1}) // its one record
	content[index-1] ^= 1
	return content
}

func TestBombsAreCutShort(t *testing.T) {
	zeros := strings.Repeat("\x00", 16<<20)
	for name, content := range map[string][]byte{
		"a.gz": gzipped(t, "", zeros), "a.zst": zstded(t, zeros), "a.xz": xzed(t, zeros, 1<<20), "a.Z": lzwed([]byte(zeros[:2<<20])),
	} {
		found := unpack(name, content)
		if len(found.Defects) != 1 || found.Defects[0].Kind != collect.DefectBomb {
			t.Errorf("%s: %d bytes, defects %+v", name, len(content), found.Defects)
		}
	}
}

// FuzzRead holds that no input makes a reader fail or hand on more than it may.
func FuzzRead(f *testing.F) {
	const hello = "hello there, hello again"
	f.Add(".gz", append(gzipped(f, "name", hello), gzipped(f, "", hello)...))
	f.Add(".xz", xzed(f, hello, 1<<16))
	f.Add(".zst", zstded(f, hello))
	f.Add(".Z", lzwed([]byte(hello)))
	f.Add(".bz2", unhex(f, "425a6839314159265359b12b03d6000002d9800010400010003264c8302000220988c32840000bd8de45f4e040641f8bb9229c2848589581eb00"))
	f.Fuzz(func(t *testing.T, extension string, content []byte) {
		if readers[extension] == nil || len(content) > 1<<16 {
			return
		}
		found := unpack("a"+extension, content)
		size := int64(0)
		for _, a := range found.Attachments {
			size += a.Size
		}
		if size > collect.DefaultLimits().Ratio*int64(len(content))+2<<20 {
			t.Fatalf("%d bytes from %d", size, len(content))
		}
		for _, d := range found.Defects {
			if strings.Contains(d.Detail, "reader failed") {
				t.Fatalf("panic on %q", content)
			}
		}
	})
}
