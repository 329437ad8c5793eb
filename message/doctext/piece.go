package doctext

import (
	"unicode/utf16"

	"github.com/zixpolicy/zixpolicy/message/charset"
	"github.com/zixpolicy/zixpolicy/message/collect"
)

// piece is a stretch of the main stream that is text.
type piece struct {
	offset, length int64 // in bytes
	wide           bool  // UTF-16
}

// The kinds of entry in the table of pieces (Clx).
const (
	entryProperties = 1
	entryPieces     = 2
)

// compressed is the bit of a piece's offset that says that its text is bytes; the
// offset is then twice what it should be.
const compressed = 1 << 30

// pieceTable returns the pieces that the document consists of, in order: lists of
// properties first, then the places in the text where pieces begin, and the pieces.
func (d *document) pieceTable(clx []byte) ([]piece, bool) {
	for len(clx) >= 3 && clx[0] == entryProperties {
		clx = clx[min(3+int(u16(clx, 1)), len(clx)):]
	}
	if len(clx) < 9 || clx[0] != entryPieces {
		return nil, false
	}
	size := int64(u32(clx, 1))
	whole := size <= int64(len(clx)-5)
	clx = clx[5:][:min(size, int64(len(clx)-5))]
	count := (len(clx) - 4) / 12
	var pieces []piece
	for i := range count {
		start, end := int64(u32(clx, 4*i)), int64(u32(clx, 4*i+4))
		at := 4*(count+1) + 8*i
		if end < start || at+8 > len(clx) {
			return pieces, false
		}
		p := piece{offset: int64(u32(clx, at+2)), length: end - start, wide: true}
		if p.offset&compressed != 0 {
			p.offset, p.wide = p.offset&^compressed/2, false
		} else {
			p.length *= 2
		}
		pieces = append(pieces, p)
	}
	return pieces, whole && len(pieces) > 0
}

// gather collects the text of the pieces. A document's pieces do not overlap much;
// more text than a multiple of the stream has been made to expand.
func (d *document) gather(pieces []piece) {
	room := min(2*len(d.main)+1<<16, int(d.file.TextLeft()))
	for _, p := range pieces {
		if d.file.Err() != nil {
			return
		}
		if p.offset < 0 || p.length < 0 || p.offset+p.length > int64(len(d.main)) {
			d.file.Defect(collect.DefectTruncated, "a piece of the text is not in the document")
			p.offset = min(max(p.offset, 0), int64(len(d.main)))
			p.length = min(max(p.length, 0), int64(len(d.main))-p.offset)
		}
		if int64(len(d.units))+p.length > int64(room) {
			d.file.Defect(collect.DefectTooLarge, "more text than the document has room for")
			return
		}
		d.add(p)
	}
}

// add appends the text of one piece.
func (d *document) add(p piece) {
	first := len(d.units)
	raw := d.main[p.offset : p.offset+p.length]
	width := int64(1)
	if p.wide {
		width = 2
		for ; len(raw) >= 2; raw = raw[2:] {
			d.units = append(d.units, u16(raw, 0))
		}
	} else {
		d.addBytes(raw)
	}
	d.flags = append(d.flags, make([]uint8, len(d.units)-first)...)
	for _, r := range d.runsIn(p.offset, p.offset+p.length) {
		from := first + int((max(r.start, p.offset)-p.offset)/width)
		to := first + int((min(r.end, p.offset+p.length)-p.offset)/width)
		for i := from; i < min(to, len(d.flags)); i++ {
			d.flags[i] |= r.flags
		}
	}
}

// addBytes appends text in a code page. Places in the text count bytes, so that
// each is to remain one unit: what takes two bytes is followed by a filler.
func (d *document) addBytes(raw []byte) {
	double := d.codepage >= 900 && d.codepage < 1000
	for i := 0; i < len(raw); i++ {
		switch {
		case raw[i] < 0x80:
			d.units = append(d.units, uint16(raw[i]))
		case double && i+1 < len(raw) && raw[i+1] >= 0x30:
			d.units = append(d.units, d.unit(raw[i:i+2]), filler)
			i++
		default:
			d.units = append(d.units, d.upper()[raw[i]-0x80])
		}
		if i&0xffff == 0 && d.file.Err() != nil {
			return
		}
	}
}

// upper returns what the upper half of the code page's bytes stand for.
func (d *document) upper() *[128]uint16 {
	if d.half == nil {
		d.half = new([128]uint16)
		for i := range d.half {
			d.half[i] = d.unit([]byte{byte(i) + 0x80})
		}
	}
	return d.half
}

// unit decodes one character.
func (d *document) unit(raw []byte) uint16 {
	text, _ := charset.Decode(raw, charset.Codepage(d.codepage))
	for _, unit := range utf16.Encode([]rune(text)) {
		return unit
	}
	return filler
}

// filler is a unit that stands for nothing.
const filler = 0
