package xlstext

import (
	"context"
	"encoding/binary"
	"math"
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

// read reads a workbook whose stream has that name.
func read(name string, stream []byte, limits collect.Limits) collect.Found {
	s := &cfb.Storage{Streams: []*cfb.Stream{cfb.NewStream(name, stream)}}
	return collect.Run(context.Background(), limits, func(*collect.File) {}, func(f *collect.File) { Read(f, s) })
}

func part(found collect.Found, name string) *collect.Part {
	for i := range found.Parts {
		if found.Parts[i].Path == "#"+name {
			return &found.Parts[i]
		}
	}
	return &collect.Part{}
}

func hasDefect(found collect.Found, kind collect.DefectKind) bool {
	return slices.ContainsFunc(found.Defects, func(d collect.Defect) bool { return d.Kind == kind })
}

// le returns numbers of two bytes each.
func le(values ...int) string {
	var b []byte
	for _, v := range values {
		b = binary.LittleEndian.AppendUint16(b, uint16(v))
	}
	return string(b)
}

func le32(v int) string { return le(v&0xffff, v>>16) }

func float(v float64) string {
	return string(binary.LittleEndian.AppendUint64(nil, math.Float64bits(v)))
}

func rec(id int, data string) string { return le(id, len(data)) + data }

// short returns a string of BIFF8 after its length, of one byte a character.
func short(s string) string { return "\x00" + s }

func wide(s string) string {
	var b []byte
	for _, unit := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, unit)
	}
	return string(b)
}

const (
	globals   = 0x0005
	worksheet = 0x0010
)

func bof(version, kind int) string { return rec(idBOF, le(version, kind, 0, 0)) }

// workbook8 returns a workbook with a visible and a hidden sheet.
func workbook8() []byte {
	sst := rec(idSST, le32(3)+le32(3)+
		le(4)+short("Name")+
		le(12)+"\x00"+"Split ") + // goes on in another record, in two bytes a character
		rec(idContinue, "\x01"+wide("Привет")+
			le(3)+"\x09"+le(1)+wide("SSN")+le(0, 0))
	visible := bof(0x0600, worksheet) +
		rec(idLabelSST, le(0, 0, 0)+le32(0)) +
		rec(idLabelSST, le(0, 1, 0)+le32(2)) +
		rec(idRow, le(2, 0, 9, 255, 0, 0, 0x20, 0)) + // hidden
		rec(idLabelSST, le(1, 0, 0)+le32(1)) +
		rec(idNumber, le(1, 1, 1)+float(78051120)) +
		rec(idMulRK, le(2, 0)+le(0)+le32(42<<2|2)+le(0)+le32(12345<<2|3)+le(1)) +
		rec(idFormula, le(3, 0, 0)+"\x00\x00\x00\x00\x00\x00\xff\xff"+le(0, 0, 0, 0)) +
		rec(idString, le(6)+short("result")) +
		rec(idTextObject, le(0, 0, 0, 0, 0, 7, 0, 0, 0)) + rec(idContinue, short("comment")) + rec(idContinue, le(0, 0, 0, 0)) +
		rec(idNote, le(1, 1, 0, 1, 6)+short("author")) +
		rec(idHeader, le(13)+short("&L&\"Arial\"Top")) +
		rec(idEOF, "")
	hidden := bof(0x0600, worksheet) + rec(idLabel, le(0, 0, 0, 6)+short("secret")) + rec(idEOF, "")
	head := func(first, second int) string {
		return bof(0x0600, globals) +
			rec(idFormat, le(164, 13)+short("000\\-00\\-0000")) +
			rec(idXF, le(0, 0)) + rec(idXF, le(0, 164)) +
			rec(idBoundSheet, le32(first)+"\x00\x00\x07"+short("Clients")) +
			rec(idBoundSheet, le32(second)+"\x02\x00\x04"+short("Deep")) +
			sst + rec(idEOF, "")
	}
	n := len(head(0, 0))
	return []byte(head(n, n+len(visible)) + visible + hidden)
}

func TestWorkbookOfBIFF8(t *testing.T) {
	found := read("Workbook", workbook8(), collect.Limits{})
	if len(found.Defects) > 0 {
		t.Errorf("defects: %v", found.Defects)
	}
	sheet := part(found, "sheet1")
	want := "Name\tSSN\nSplit Привет\t078-05-1120\n42\t123.45\nresult\n"
	if sheet.Text != want {
		t.Errorf("sheet = %q, want %q", sheet.Text, want)
	}
	if len(sheet.Tables) != 1 || !slices.Equal(sheet.Tables[0].Columns, []string{"Name", "SSN"}) {
		t.Errorf("tables: %+v", sheet.Tables)
	}
	row := strings.Index(want, "42")
	if len(sheet.Marks) != 1 || sheet.Marks[0].Start != row || sheet.Marks[0].Kind != collect.MarkHidden {
		t.Errorf("the hidden row is not marked: %+v", sheet.Marks)
	}
	if got := part(found, "sheet1-notes").Text; got != "comment\nauthor\nTop" {
		t.Errorf("notes = %q", got)
	}
	if got := part(found, "sheets").Text; got != "Clients\nDeep" {
		t.Errorf("names of sheets = %q", got)
	}
	deep := part(found, "sheet2")
	if deep.Text != "secret\n" || len(deep.Marks) != 1 || deep.Marks[0].End != len(deep.Text) {
		t.Errorf("hidden sheet: %q %+v", deep.Text, deep.Marks)
	}
}

func workbook5() []byte {
	head := func(start int) string {
		return bof(0x0500, globals) + rec(idCodepage, le(1251)) +
			rec(idFormat, le(164)+"\x0d000\\-00\\-0000"[:13]) +
			rec(idXF, le(0, 164)) + rec(idBoundSheet, le32(start)+"\x00\x00\x01A") + rec(idEOF, "")
	}
	n := len(head(0))
	return []byte(head(n) + bof(0x0500, worksheet) +
		rec(idLabel, le(0, 0, 0, 6)+"\xcf\xf0\xe8\xe2\xe5\xf2") +
		rec(idNote, le(0, 0, 4)+"note") + rec(idEOF, ""))
}

func TestWorkbookOfBIFF5IsReadInItsCodepage(t *testing.T) {
	found := read("Book", workbook5(), collect.Limits{})
	if got := part(found, "sheet1").Text; got != "Привет\n" {
		t.Errorf("sheet = %q", got)
	}
	if got := part(found, "sheet1-notes").Text; got != "note" {
		t.Errorf("notes = %q", got)
	}
}

func TestWhatCannotBeReadIsADefect(t *testing.T) {
	whole := workbook8()
	sheetOf := func(records string) []byte {
		return []byte(bof(0x0600, globals) + rec(idEOF, "") + bof(0x0600, worksheet) + records + rec(idEOF, ""))
	}
	for name, c := range map[string]struct {
		stream []byte
		limits collect.Limits
		kind   collect.DefectKind
	}{
		"password":                     {[]byte(bof(0x0600, globals) + rec(idFilePass, le(1, 1, 1)) + "garbage"), collect.Limits{}, collect.DefectEncrypted},
		"cut off in a sheet":           {whole[:len(whole)-30], collect.Limits{}, collect.DefectTruncated},
		"cut off in the globals":       {whole[:60], collect.Limits{}, collect.DefectTruncated},
		"no workbook":                  {[]byte("no records at all"), collect.Limits{}, collect.DefectUnsupported},
		"a string that is not there":   {sheetOf(rec(idLabelSST, le(0, 0, 0)+le32(7))), collect.Limits{}, collect.DefectCorrupt},
		"fewer strings than announced": {[]byte(bof(0x0600, globals) + rec(idSST, le32(9)+le32(9)+le(1)+short("x")) + rec(idEOF, "")), collect.Limits{}, collect.DefectCorrupt},
		"more text than the limit": {
			sheetOf(strings.Repeat(rec(idLabel, le(0, 0, 0, 100)+short(strings.Repeat("x", 100))), 50)),
			collect.Limits{Text: 1000}, collect.DefectTooLarge,
		},
	} {
		t.Run(name, func(t *testing.T) {
			if found := read("Workbook", c.stream, c.limits); !hasDefect(found, c.kind) {
				t.Errorf("defects %v, want %s", found.Defects, c.kind)
			}
		})
	}
}

func TestCellsOutOfOrderAreLaidOut(t *testing.T) {
	stream := bof(0x0600, worksheet) +
		rec(idLabel, le(1, 1, 0, 1)+short("d")) + rec(idLabel, le(0, 1, 0, 1)+short("b")) +
		rec(idLabel, le(1, 0, 0, 1)+short("c")) + rec(idLabel, le(0, 0, 0, 1)+short("a")) + rec(idEOF, "")
	if got := part(read("Workbook", []byte(stream), collect.Limits{}), "sheet0").Text; got != "a\tb\nc\td\n" {
		t.Errorf("sheet = %q", got)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(workbook8())
	f.Add(workbook5())
	dir := filepath.Join("..", "..", "..", "shared", "corpus", "att-textract", "xls")
	if _, err := os.Stat(dir); err == nil {
		raw, err := os.ReadFile(filepath.Join(dir, "standardized_text.xls"))
		if err != nil {
			f.Fatal(err)
		}
		file, err := cfb.Open(raw)
		if err != nil {
			f.Fatal(err)
		}
		stream, err := file.Root.Stream("Workbook").Bytes()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(stream)
	}
	limits := collect.Limits{Text: 1 << 20, Parts: 50, Time: 5 * time.Second}
	f.Fuzz(func(t *testing.T, stream []byte) {
		for _, d := range read("Workbook", stream, limits).Defects {
			if d.Kind == collect.DefectTimeout || strings.Contains(d.Detail, "its reader failed") {
				t.Errorf("%+v", d)
			}
		}
	})
}
