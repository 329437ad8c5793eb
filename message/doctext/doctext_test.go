package doctext

import (
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

func read(main, table []byte, limits collect.Limits) collect.Found {
	s := &cfb.Storage{Streams: []*cfb.Stream{cfb.NewStream("WordDocument", main), cfb.NewStream("0Table", table)}}
	return collect.Run(context.Background(), limits, func(*collect.File) {}, func(f *collect.File) { Read(f, s) })
}

func text(found collect.Found, path string) string {
	for _, p := range found.Parts {
		if p.Path == path {
			return p.Text
		}
	}
	return ""
}

func hasDefect(found collect.Found, kind collect.DefectKind) bool {
	return slices.ContainsFunc(found.Defects, func(d collect.Defect) bool { return d.Kind == kind })
}

// textAt is where the text of the documents made here begins.
const textAt = 1024

// docPiece is a piece of a document to be made.
type docPiece struct {
	text string
	wide bool
}

// make97 returns the streams of a document of these pieces. lengths are those of
// its parts; not printed are stretches of the stream.
func make97(pieces []docPiece, lengths []int, notPrinted ...run) (main, table []byte) {
	le := binary.LittleEndian
	main = make([]byte, textAt)
	le.PutUint16(main, 0xa5ec)
	le.PutUint16(main[2:], word97)
	cps := []uint32{0}
	var offsets []uint32
	for _, p := range pieces {
		units := utf16.Encode([]rune(p.text))
		at := uint32(len(main))
		if p.wide {
			for _, unit := range units {
				main = le.AppendUint16(main, unit)
			}
		} else {
			main = append(main, p.text...)
			units = make([]uint16, len(p.text))
			at = at*2 | compressed
		}
		offsets = append(offsets, at)
		cps = append(cps, cps[len(cps)-1]+uint32(len(units)))
	}
	table = []byte{entryProperties, 2, 0, 9, 9, entryPieces}
	table = le.AppendUint32(table, uint32(4*len(cps)+8*len(pieces)))
	for _, cp := range cps {
		table = le.AppendUint32(table, cp)
	}
	for _, at := range offsets {
		table = le.AppendUint16(table, 0)
		table = le.AppendUint32(table, at)
		table = le.AppendUint16(table, 0)
	}
	le.PutUint32(main[0x1a6:], uint32(len(table)))
	for i, n := range lengths {
		le.PutUint32(main[0x4c+4*i:], uint32(n))
	}
	if len(notPrinted) > 0 {
		main, table = addRuns(main, table, notPrinted)
	}
	return main, table
}

// addRuns adds a page of runs to a document.
func addRuns(main, table []byte, runs []run) ([]byte, []byte) {
	le := binary.LittleEndian
	for len(main)%pageSize != 0 {
		main = append(main, 0)
	}
	number := len(main) / pageSize
	page := make([]byte, pageSize)
	page[pageSize-1] = byte(2*len(runs) - 1) // the runs, and what is between them
	places := 0
	for i, r := range runs {
		le.PutUint32(page[4*places:], uint32(r.start))
		le.PutUint32(page[4*places+4:], uint32(r.end))
		at := 400 + 4*i
		code := uint16(sprmDeleted)
		if r.flags == flagHidden {
			code = sprmHidden
		}
		page[4*(2*len(runs))+places] = byte(at / 2)
		page[at] = 3
		le.PutUint16(page[at+1:], code)
		page[at+3] = 1
		places += 2
	}
	le.PutUint32(main[0xfa:], uint32(len(table)))
	le.PutUint32(main[0xfe:], 12)
	table = append(table, make([]byte, 8)...)
	table = le.AppendUint32(table, uint32(number))
	return append(main, page...), table
}

func sample() (main, table []byte) {
	// Fast-saved: the pieces stand in the file in another order and form than in the
	// text, which is that of the list.
	return make97([]docPiece{
		{"MRN 123", false}, {"-45-6789 – Müller\r", true},
		{"Cell A\x07Cell B\x07\x07\x13HYPERLINK \"http://x.example\"\x14link\x15\r", false},
		{"the footnote\r", false}, {"the header\r", false}, {"the comment\r", true},
	}, []int{25 + 51, 13, 11, 0, 12})
}

func TestPiecesAndParts(t *testing.T) {
	main, table := sample()
	found := read(main, table, collect.Limits{})
	if len(found.Defects) > 0 {
		t.Errorf("defects: %v", found.Defects)
	}
	for path, want := range map[string]string{
		"":           "MRN 123-45-6789 – Müller\nCell A\tCell B\t\nlink\n",
		"#footnotes": "the footnote\n", "#headers": "the header\n", "#comments": "the comment\n",
		"#fields": `HYPERLINK "http://x.example"`,
	} {
		if got := text(found, path); got != want {
			t.Errorf("%s = %q, want %q", path, got, want)
		}
	}
}

func TestUnprintedTextDoesNotTearApartWhatIsPrinted(t *testing.T) {
	const body = "SSN 123xx-45-6789\rsecond\rhidden here\r"
	main, table := make97([]docPiece{{body, false}}, []int{len(body)},
		run{textAt + 7, textAt + 9, flagDeleted}, run{textAt + 25, textAt + 36, flagHidden})
	found := read(main, table, collect.Limits{})
	if got, want := text(found, ""), "SSN 123-45-6789\nsecond\n\n"; got != want {
		t.Errorf("printed %q, want %q", got, want)
	}
	if got, want := text(found, "#unprinted"), "SSN 123xx-45-6789\nhidden here"; got != want {
		t.Errorf("not printed %q, want %q", got, want)
	}
}

func TestWord6IsReadInTheCodepageOfItsLanguage(t *testing.T) {
	main := make([]byte, textAt)
	le := binary.LittleEndian
	le.PutUint16(main, 0xa5dc)
	le.PutUint16(main[2:], 101)
	le.PutUint16(main[6:], 0x419)
	le.PutUint32(main[0x18:], textAt)
	body := "\xcf\xf0\xe8\xe2\xe5\xf2\rfoot"
	le.PutUint32(main[0x1c:], uint32(textAt+len(body)))
	le.PutUint32(main[0x34:], 7)
	le.PutUint32(main[0x38:], 4)
	found := read(append(main, body...), nil, collect.Limits{})
	if got := text(found, ""); got != "Привет\n" {
		t.Errorf("text = %q", got)
	}
	if got := text(found, "#footnotes"); got != "foot" {
		t.Errorf("footnotes = %q", got)
	}
}

func TestWhatCannotBeReadIsADefect(t *testing.T) {
	for name, c := range map[string]struct {
		damage func(main, table []byte) ([]byte, []byte)
		kind   collect.DefectKind
	}{
		"password":                 {func(m, t []byte) ([]byte, []byte) { m[11] = 1; return m, t }, collect.DefectEncrypted},
		"Word 2":                   {func(m, t []byte) ([]byte, []byte) { m[2], m[3] = 45, 0; return m, t }, collect.DefectUnsupported},
		"no list of pieces":        {func(m, t []byte) ([]byte, []byte) { return m, nil }, collect.DefectCorrupt},
		"list of pieces cut off":   {func(m, t []byte) ([]byte, []byte) { return m, t[:40] }, collect.DefectCorrupt},
		"text cut off":             {func(m, t []byte) ([]byte, []byte) { return m[:textAt+20], t }, collect.DefectTruncated},
		"header cut off":           {func(m, t []byte) ([]byte, []byte) { return m[:40], t }, collect.DefectCorrupt},
		"pieces that are too many": {func(m, t []byte) ([]byte, []byte) { return manyPieces(m) }, collect.DefectTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			main, table := c.damage(sample())
			if found := read(main, table, collect.Limits{}); !hasDefect(found, c.kind) {
				t.Errorf("defects %v, want %s", found.Defects, c.kind)
			}
		})
	}
}

// manyPieces returns a document all of whose ten thousand pieces are the same
// 64 KiB of text.
func manyPieces(main []byte) ([]byte, []byte) {
	const count, size = 10_000, 64 << 10
	main = append(main[:textAt:textAt], strings.Repeat("x", size)...)
	le := binary.LittleEndian
	table := []byte{entryPieces}
	table = le.AppendUint32(table, 4*(count+1)+8*count)
	for i := range count + 1 {
		table = le.AppendUint32(table, uint32(i*size))
	}
	for range count {
		table = append(table, 0, 0)
		table = le.AppendUint32(table, textAt*2|compressed)
		table = append(table, 0, 0)
	}
	le.PutUint32(main[0x1a6:], uint32(len(table)))
	return main, table
}

func FuzzRead(f *testing.F) {
	main, table := sample()
	f.Add(main, table)
	main, table = make97([]docPiece{{"abc\rdef", false}}, []int{7}, run{textAt + 1, textAt + 2, flagDeleted})
	f.Add(main, table)
	dir := filepath.Join("..", "..", "..", "shared", "corpus", "att-textract", "doc")
	if _, err := os.Stat(dir); err == nil {
		raw, err := os.ReadFile(filepath.Join(dir, "standardized_text.doc"))
		if err != nil {
			f.Fatal(err)
		}
		file, err := cfb.Open(raw)
		if err != nil {
			f.Fatal(err)
		}
		main, _ := file.Root.Stream("WordDocument").Bytes()
		table, _ := file.Root.Stream("1Table").Bytes()
		main[11] &^= flagTable1 >> 8
		f.Add(main, table)
	}
	limits := collect.Limits{Text: 1 << 20, Parts: 50, Time: 5 * time.Second}
	f.Fuzz(func(t *testing.T, main, table []byte) {
		for _, d := range read(main, table, limits).Defects {
			if d.Kind == collect.DefectTimeout || strings.Contains(d.Detail, "its reader failed") {
				t.Errorf("%+v", d)
			}
		}
	})
}
