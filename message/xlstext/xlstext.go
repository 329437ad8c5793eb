// Package xlstext reads the workbooks of Excel before 2007 ([MS-XLS]): BIFF8, and
// BIFF5 before it. A sheet is a text whose rows are lines and whose cells are set
// apart by tabs, with the headers of its columns; numbers stand as their cells show
// them. What is in no cell (comments, text boxes, links, headers, names, cached
// cells of other workbooks and of pivot tables) is in sections of its own.
package xlstext

import (
	"github.com/zixpolicy/zixpolicy/message/cfb"
	"github.com/zixpolicy/zixpolicy/message/collect"
	"github.com/zixpolicy/zixpolicy/message/numberformat"
)

// The streams of workbooks, of BIFF8 and BIFF5. A file may hold both.
var workbooks = [...]string{"Workbook", "Book"}

// Is reports whether a storage holds a workbook.
func Is(s *cfb.Storage) bool {
	return s.Stream(workbooks[0]) != nil || s.Stream(workbooks[1]) != nil
}

// Read reads the workbooks in the storage s, the root of the file f.
func Read(f *collect.File, s *cfb.Storage) {
	for _, name := range workbooks {
		stream := s.Stream(name)
		if stream == nil {
			continue
		}
		data, err := stream.Bytes()
		if err != nil {
			f.Defect(collect.DefectTruncated, "the workbook is not whole")
		}
		newBook(f).read(data)
	}
	if pivots := s.Storage("_SX_DB_CUR"); pivots != nil {
		readPivots(f, pivots)
	}
}

func newBook(f *collect.File) *book {
	return &book{file: f, formats: map[int]numberformat.Format{}}
}

// The records of a pivot table's cache that hold values.
const (
	idPivotNumber = 0x00c9
	idPivotInt    = 0x00cc
	idPivotString = 0x00cd
)

// readPivots reads the copies that pivot tables keep of the data they sum up, even
// when that is in another file.
func readPivots(f *collect.File, s *cfb.Storage) {
	b := newBook(f)
	b.version8 = true
	var values list
	for _, stream := range s.Streams {
		data, err := stream.Bytes()
		if err != nil {
			b.damage(collect.DefectTruncated, "the cache of a pivot table is not whole")
		}
		records := &scanner{stream: data}
		for records.next() && f.Err() == nil {
			c := newCursor(records.pieces)
			switch records.id {
			case idPivotString:
				values.add(b.text(c, c.u16()))
			case idPivotNumber:
				values.add(plainNumber(c.float()))
			case idPivotInt:
				values.add(plainNumber(float64(int16(c.u16()))))
			}
		}
	}
	b.section("pivot", &values, true)
}
