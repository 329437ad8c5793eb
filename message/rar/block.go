package rar

import (
	"encoding/binary"
	"strings"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

var le = binary.LittleEndian

// outline is what the blocks of an archive say beside its files: where it ends, and
// what its author remarks. The library that unpacks the files tells neither.
type outline struct {
	end      int // the first byte behind the archive; all of it, if that is not known
	comments []string
	packed   bool // there is a comment that is packed
}

// outlineOf walks over the blocks of an archive, which begins with its signature.
func outlineOf(archive []byte) outline {
	o := outline{end: len(archive)}
	switch {
	case len(archive) > 8 && archive[6] == 1:
		o.walk5(archive, 8)
	case len(archive) > 7 && archive[6] == 0:
		o.walk4(archive, 7)
	}
	return o
}

// report adds the comments to the texts of f.
func (o *outline) report(f *collect.File) {
	if len(o.comments) > 0 {
		f.Section("comment", strings.Join(o.comments, "\n"))
	}
	if o.packed {
		f.Defect(collect.DefectUnsupported, "a comment that is packed")
	}
}

// comment takes note of a comment.
func (o *outline) comment(data []byte, stored bool) {
	if !stored {
		o.packed = true
		return
	}
	o.comments = append(o.comments, strings.ToValidUTF8(strings.TrimRight(string(data), "\x00"), "\uFFFD"))
}

// The types of blocks of RAR 5.
const (
	service5   = 3
	encrypted5 = 4
	end5       = 5
)

// walk5 walks over the blocks of RAR 5 from pos: a checksum, the length of the rest
// of the header, and the header; then its data.
func (o *outline) walk5(archive []byte, pos int) {
	for pos+4 < len(archive) {
		length, n := binary.Uvarint(archive[pos+4:])
		start := pos + 4 + n
		if n <= 0 || length == 0 || length > uint64(len(archive)-start) {
			return
		}
		header := fields{rest: archive[start : start+int(length)]}
		pos = start + int(length)
		kind, flags := header.next(), header.next()
		if flags&1 != 0 {
			header.next() // the length of extra fields, at its end
		}
		data := uint64(0)
		if flags&2 != 0 {
			data = header.next()
		}
		switch {
		case kind == end5:
			o.end = pos
			return
		case kind == encrypted5 || header.bad || data > uint64(len(archive)-pos):
			return
		case kind == service5:
			o.service5(&header, archive[pos:pos+int(data)])
		}
		pos += int(data)
	}
}

// service5 reads the rest of the header of a service block.
func (o *outline) service5(header *fields, data []byte) {
	flags := header.next()
	header.next() // unpacked size
	header.next() // attributes
	if flags&2 != 0 {
		header.skip(4) // time
	}
	if flags&4 != 0 {
		header.skip(4) // checksum
	}
	method := header.next() >> 7 & 7
	header.next() // system
	if name := header.take(header.next()); string(name) == "CMT" {
		o.comment(data, method == 0)
	}
}

// fields reads the variable-length numbers of a header.
type fields struct {
	rest []byte
	bad  bool
}

func (f *fields) next() uint64 {
	v, n := binary.Uvarint(f.rest)
	if n <= 0 {
		f.bad, f.rest = true, nil
		return 0
	}
	f.rest = f.rest[n:]
	return v
}

func (f *fields) take(n uint64) []byte {
	if n > uint64(len(f.rest)) {
		f.bad, f.rest = true, nil
		return nil
	}
	taken := f.rest[:n]
	f.rest = f.rest[n:]
	return taken
}

func (f *fields) skip(n uint64) { f.take(n) }

// The types of blocks before RAR 5, and the length of what all of them have.
const (
	marker4, last4 = 0x72, 0x7b
	main4          = 0x73
	file4          = 0x74
	comment4       = 0x75
	service4       = 0x7a

	block4 = 7
)

// walk4 walks over the blocks of earlier versions from pos. Old archives have no
// block at their end: there the next one is none.
func (o *outline) walk4(archive []byte, pos int) {
	for len(archive)-pos >= block4 {
		header := archive[pos:]
		kind, flags, length := header[2], le.Uint16(header[3:]), int(le.Uint16(header[5:]))
		if kind < marker4 || kind > last4 || length < block4 {
			o.end = pos
			return
		}
		if length > len(header) || kind == main4 && flags&0x80 != 0 { // the other headers are encrypted
			return
		}
		header = header[:length]
		pos += length
		data := uint64(0)
		if (flags&0x8000 != 0 || kind == file4 || kind == service4) && length >= block4+4 {
			data = uint64(le.Uint32(header[block4:]))
		}
		if (kind == file4 || kind == service4) && flags&0x100 != 0 && length >= 36 {
			data |= uint64(le.Uint32(header[32:])) << 32
		}
		if data > uint64(len(archive)-pos) {
			return
		}
		o.remark4(kind, flags, header, archive[pos:pos+int(data)])
		pos += int(data)
		if kind == last4 {
			o.end = pos
			return
		}
	}
	o.end = pos
}

// remark4 takes note of a block that is a comment, or has one.
func (o *outline) remark4(kind byte, flags uint16, header, data []byte) {
	switch {
	case kind == comment4, kind == main4 && flags&2 != 0, kind == file4 && flags&8 != 0:
		o.packed = true
	case kind == service4 && len(header) >= 35:
		at := 32
		if flags&0x100 != 0 {
			at += 8
		}
		if at+3 <= len(header) && string(header[at:at+3]) == "CMT" {
			o.comment(data, header[25] == 0x30)
		}
	}
}
