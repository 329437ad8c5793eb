package ooxml

import (
	"strconv"

	"github.com/zixpolicy/zixpolicy/message/numberformat"
	"github.com/zixpolicy/zixpolicy/message/xmlscan"
)

// maxFormats bounds the cell styles of a workbook; Excel allows 64,000.
const maxFormats = 1 << 16

// readStyles reads how the numbers of a workbook look.
func (b *workbook) readStyles(s *xmlscan.Scanner) {
	codes := map[int]string{}
	compiled := map[int]numberformat.Format{}
	inside := false
	for kind := s.Next(); kind != xmlscan.EOF; kind = s.Next() {
		name := string(s.Name())
		switch {
		case kind == xmlscan.Start && name == "numFmt":
			if id, err := strconv.Atoi(s.Attr("numFmtId")); err == nil && len(codes) < maxFormats {
				codes[id] = s.Attr("formatCode")
			}
		case kind == xmlscan.Start && name == "cellXfs":
			inside = true
		case kind == xmlscan.End && name == "cellXfs":
			inside = false
		case kind == xmlscan.Start && name == "xf" && inside && len(b.formats) < maxFormats:
			id, _ := strconv.Atoi(s.Attr("numFmtId"))
			format, ok := compiled[id]
			if !ok {
				code, custom := codes[id]
				if !custom {
					code = numberformat.Builtin(id)
				}
				format = numberformat.Parse(code)
				compiled[id] = format
			}
			b.formats = append(b.formats, format)
		}
	}
}
