package cfb

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func sample() *Storage {
	return &Storage{
		Streams: []*Stream{
			NewStream("small", []byte("forty-two")),
			NewStream("empty", nil),
			NewStream("edge", bytes.Repeat([]byte("e"), packCutoff)),
			NewStream("large", bytes.Repeat([]byte("0123456789abcdef"), 600_000)),
		},
		Storages: []*Storage{{
			Name: "inner", Class: [16]byte{1, 2, 3},
			Streams: []*Stream{NewStream("\x05Property", []byte("deep"))},
		}},
	}
}

func mustPack(t testing.TB, s *Storage) []byte {
	t.Helper()
	packed, err := Pack(s)
	if err != nil {
		t.Fatal(err)
	}
	return packed
}

func TestPackedStorageIsReadBack(t *testing.T) {
	want := sample()
	f, err := Open(mustPack(t, want))
	if err != nil || f.Damaged {
		t.Fatalf("err %v, damaged %v", err, f.Damaged)
	}
	compare(t, f.Root, want)
	if inner := f.Root.Storage("INNER"); inner == nil || inner.Class != want.Storages[0].Class {
		t.Errorf("inner storage: %+v", inner)
	}
}

func compare(t *testing.T, got, want *Storage) {
	t.Helper()
	if len(got.Streams) != len(want.Streams) || len(got.Storages) != len(want.Storages) {
		t.Fatalf("%d streams and %d storages", len(got.Streams), len(got.Storages))
	}
	for _, w := range want.Streams {
		g := got.Stream(w.Name)
		if g == nil {
			t.Fatalf("no stream %q", w.Name)
		}
		data, err := g.Bytes()
		if err != nil || !bytes.Equal(data, w.data) {
			t.Errorf("%q: %d bytes, %v; want %d", w.Name, len(data), err, len(w.data))
		}
	}
	for _, w := range want.Storages {
		g := got.Storage(w.Name)
		if g == nil {
			t.Fatalf("no storage %q", w.Name)
		}
		compare(t, g, w)
	}
}

func TestHostileFilesEndEarly(t *testing.T) {
	packed := mustPack(t, sample())
	u := binary.LittleEndian.PutUint32
	fat := len(packed) - (len(packed)/packSector/128+1)*packSector
	cases := map[string]func(b []byte){
		"every chain a cycle": func(b []byte) {
			for i := fat; i+4 <= len(b); i += 4 {
				u(b[i:], 1)
			}
		},
		"FAT lists itself":           func(b []byte) { copy(b[76:512], bytes.Repeat([]byte{0, 0, 0, 0}, 109)) },
		"list of FAT sectors cycles": func(b []byte) { u(b[68:], 0); u(b[packSector+508:], 0) },
		"mini FAT cycles":            func(b []byte) { u(b[60:], 0) },
		"directory far away":         func(b []byte) { u(b[48:], 0x7fffffff) },
		"sectors of two bytes":       func(b []byte) { b[30] = 1 },
		"sectors of 64 TiB":          func(b []byte) { b[30] = 46 },
	}
	for name, damage := range cases {
		t.Run(name, func(t *testing.T) {
			b := bytes.Clone(packed)
			damage(b)
			f, err := Open(b)
			if err != nil {
				return
			}
			if read := readAll(f.Root); read > 5*int64(len(b))+1<<20 {
				t.Errorf("%d bytes read from %d", read, len(b))
			}
		})
	}
}

// readAll reads every stream and returns how many bytes that were.
func readAll(s *Storage) int64 {
	var n int64
	for _, stream := range s.Streams {
		data, _ := stream.Bytes()
		n += int64(len(data))
	}
	for _, storage := range s.Storages {
		n += readAll(storage)
	}
	return n
}

func TestDirectoryEntriesAreUsedOnce(t *testing.T) {
	b := mustPack(t, &Storage{Streams: []*Stream{NewStream("a", []byte("x")), NewStream("b", []byte("y")), NewStream("c", nil)}})
	at := int(binary.LittleEndian.Uint32(b[48:])+1) * packSector
	for i := 1; i < 4; i++ { // all point at each other
		binary.LittleEndian.PutUint32(b[at+i*entrySize+68:], uint32(i%3+1))
		binary.LittleEndian.PutUint32(b[at+i*entrySize+72:], uint32((i+1)%3+1))
	}
	f, err := Open(b)
	if err != nil {
		t.Fatal(err)
	}
	if !f.Damaged || len(f.Root.Streams) != 3 {
		t.Errorf("damaged %v, %d streams", f.Damaged, len(f.Root.Streams))
	}
}

func TestTruncatedStreamIsReadAndSaid(t *testing.T) {
	large := bytes.Repeat([]byte("l"), 100_000)
	b := mustPack(t, &Storage{Streams: []*Stream{NewStream("large", large)}})
	at := int(binary.LittleEndian.Uint32(b[48:])+1)*packSector + entrySize
	binary.LittleEndian.PutUint32(b[at+120:], 200_000)
	f, err := Open(b)
	if err != nil {
		t.Fatal(err)
	}
	data, err := f.Root.Stream("large").Bytes()
	if !errors.Is(err, ErrTruncated) || len(data) < len(large) {
		t.Errorf("%d bytes, %v", len(data), err)
	}
}

func TestSharedSectorsDoNotExpand(t *testing.T) {
	var streams []*Stream
	large := bytes.Repeat([]byte("l"), 1<<20)
	streams = append(streams, NewStream("0", large))
	for i := range 200 {
		streams = append(streams, NewStream(string(rune('a'+i)), []byte("x")))
	}
	b := mustPack(t, &Storage{Streams: streams})
	at := int(binary.LittleEndian.Uint32(b[48:])+1) * packSector
	copyOf := bytes.Clone(b[at+entrySize+116 : at+entrySize+124])
	for i := 2; i <= 201; i++ {
		copy(b[at+i*entrySize+116:], copyOf)
	}
	f, err := Open(b)
	if err != nil {
		t.Fatal(err)
	}
	if read := readAll(f.Root); read > 5*int64(len(b))+1<<20 {
		t.Errorf("%d bytes read from %d", read, len(b))
	}
	if _, err := f.Root.Streams[0].Bytes(); !errors.Is(err, ErrTooLarge) {
		t.Errorf("err %v", err)
	}
}

func FuzzOpen(f *testing.F) {
	small := &Storage{Streams: []*Stream{NewStream("a", []byte("x"))}, Storages: []*Storage{{Name: "b", Streams: []*Stream{NewStream("c", bytes.Repeat([]byte("y"), 5000))}}}}
	f.Add(mustPack(f, small))
	f.Add([]byte(Signature))
	dir := filepath.Join("..", "..", "..", "shared", "corpus", "att-textract")
	if _, err := os.Stat(dir); err == nil {
		seeds, _ := filepath.Glob(filepath.Join(dir, "[dmx][los][cgs]", "standardized_text.???"))
		if len(seeds) == 0 {
			f.Fatal("the corpus has no compound files")
		}
		for _, name := range seeds {
			raw, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(raw)
		}
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		file, err := Open(content)
		if err != nil {
			return
		}
		packed, _ := Pack(file.Root)
		if len(packed) > 16*len(content)+8<<20 {
			t.Fatalf("%d bytes of %d", len(packed), len(content))
		}
		if _, err := Open(packed); err != nil {
			t.Fatalf("packed again: %v", err)
		}
	})
}
