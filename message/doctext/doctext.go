// Package doctext reads the documents of Word before 2007 ([MS-DOC]), fast-saved
// ones too, and of Word 6 and 95. Headers, footnotes, endnotes, comments and text
// boxes are sections of their own; so is what Word keeps and does not print:
// deleted revisions, hidden text, and the codes of fields.
package doctext

import (
	"encoding/binary"

	"github.com/zixpolicy/zixpolicy/message/cfb"
	"github.com/zixpolicy/zixpolicy/message/charset"
	"github.com/zixpolicy/zixpolicy/message/collect"
)

const mainStream = "WordDocument"

// Is reports whether a storage holds a document.
func Is(s *cfb.Storage) bool { return s.Stream(mainStream) != nil }

// The bits of the flags in the header (FibBase).
const (
	flagComplex   = 0x0004 // fast-saved, in Word 6 and 95
	flagEncrypted = 0x0100
	flagTable1    = 0x0200
)

// word97 is the lowest nFib of a document whose text may be Unicode.
const word97 = 193

// Read reads the document in the storage s, the root of the file f.
func Read(f *collect.File, s *cfb.Storage) {
	main, err := s.Stream(mainStream).Bytes()
	if err != nil {
		f.Defect(collect.DefectTruncated, "the document is not whole")
	}
	if len(main) < 0x60 {
		f.Defect(collect.DefectCorrupt, "the document has no header")
		return
	}
	d := &document{file: f, main: main}
	flags := u16(main, 10)
	if flags&flagEncrypted != 0 {
		f.Defect(collect.DefectEncrypted, "a document that needs a password")
		return
	}
	if nFib := u16(main, 2); nFib < word97 {
		d.readOld(nFib, flags)
		return
	}
	table := "0Table"
	if flags&flagTable1 != 0 {
		table = "1Table"
	}
	if stream := s.Stream(table); stream != nil {
		if d.table, err = stream.Bytes(); err != nil {
			f.Defect(collect.DefectTruncated, "the tables of the document are not whole")
		}
	}
	d.read97()
}

// document is a document that is being read.
type document struct {
	file     *collect.File
	main     []byte       // the stream of the text
	table    []byte       // the stream of tables that describe it
	codepage int          // of text that is not Unicode
	half     *[128]uint16 // what its upper half stands for; nil until asked for
	marked   []run        // runs of text that is not printed, by their place in main
	units    []uint16
	flags    []uint8 // for each unit, whether it is not printed
}

// The parts of a document, in the order in which their texts follow each other.
var parts = [...]string{"", "footnotes", "headers", "macros", "comments", "endnotes", "textboxes", "header-textboxes"}

// read97 reads a document of Word 97 or later.
func (d *document) read97() {
	if len(d.main) < 0x1aa {
		d.file.Defect(collect.DefectCorrupt, "the header of the document is not whole")
		return
	}
	d.codepage = 1252
	d.marked = d.properties(d.stretch(0xfa))
	pieces, ok := d.pieceTable(d.stretch(0x1a2))
	if !ok {
		d.file.Defect(collect.DefectCorrupt, "the list of pieces of the document is damaged")
	}
	d.gather(pieces)
	d.report(d.main[0x4c:])
	if len(d.main) >= 0x232 {
		if text := charset.Runs(d.stretch(0x22a), 4); text != "" {
			d.file.Section("drawings", text)
		}
	}
}

// readOld reads a document of Word 6 or 95: its tables are in the same stream, and
// its text is in a code page.
func (d *document) readOld(nFib, flags uint16) {
	if nFib < 100 || len(d.main) < 0x168 {
		d.file.Defect(collect.DefectUnsupported, "a document of a Word before version 6")
		return
	}
	d.codepage = codepageOf(u16(d.main, 6))
	d.table = d.main
	start, end := u32(d.main, 0x18), u32(d.main, 0x1c)
	pieces := []piece{{offset: int64(start), length: int64(end) - int64(start)}}
	if flags&flagComplex != 0 {
		var ok bool
		if pieces, ok = d.pieceTable(d.stretch(0x160)); !ok {
			d.file.Defect(collect.DefectCorrupt, "the list of pieces of the document is damaged")
		}
		for i := range pieces { // there is no Unicode, and no bit to say so
			if pieces[i].wide {
				pieces[i].wide = false
				pieces[i].length /= 2
			}
		}
	}
	d.gather(pieces)
	d.report(d.main[0x34:])
}

// stretch returns the bytes in the table stream that the header points to: offset
// and length. It is empty where there are none.
func (d *document) stretch(at int) []byte {
	offset, length := int64(u32(d.main, at)), int64(u32(d.main, at+4))
	if offset > int64(len(d.table)) {
		return nil
	}
	return d.table[offset:min(offset+length, int64(len(d.table)))]
}

// codepageOf returns the code page that a language is written in, by the number of
// the language.
func codepageOf(language uint16) int {
	switch language & 0x3ff {
	case 0x11:
		return 932
	case 0x12:
		return 949
	case 0x04:
		if language>>10 == 1 || language>>10 == 3 {
			return 950
		}
		return 936
	case 0x05, 0x0e, 0x15, 0x18, 0x1a, 0x1b, 0x1c, 0x24:
		return 1250
	case 0x02, 0x19, 0x22, 0x23, 0x2f:
		return 1251
	case 0x08:
		return 1253
	case 0x1f:
		return 1254
	case 0x0d:
		return 1255
	case 0x01, 0x20, 0x29:
		return 1256
	case 0x25, 0x26, 0x27:
		return 1257
	}
	return 1252
}

func u16(b []byte, at int) uint16 { return binary.LittleEndian.Uint16(b[at:]) }
func u32(b []byte, at int) uint32 { return binary.LittleEndian.Uint32(b[at:]) }
