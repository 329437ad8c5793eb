package zip

import (
	"bytes"
	"encoding/binary"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// The signatures of the records, and the lengths of their fixed parts.
const (
	localSignature      = "PK\x03\x04"
	directorySignature  = "PK\x01\x02"
	endSignature        = "PK\x05\x06"
	end64Signature      = "PK\x06\x06"
	locatorSignature    = "PK\x06\x07"
	descriptorSignature = "PK\x07\x08"

	localLength     = 30
	directoryLength = 46
	endLength       = 22
	end64Length     = 56
	locatorLength   = 20
)

var le = binary.LittleEndian

// end is what the records at the end of an archive say of its directory.
type end struct {
	start, directory int64 // where in content the directory starts, and the records after it
	base             int64 // what stands before the archive; offsets count from there
	stop             int64 // the first byte after the archive
	entries          uint64
	split            bool // one volume of several
	comment          []byte
}

// directory returns the entries that the central directory lists.
func (a *archive) directory() []entry {
	e, ok := findEnd(a.content)
	if !ok {
		a.file.Defect(collect.DefectTruncated, "a zip archive without a central directory")
		return nil
	}
	if e.split {
		a.file.Defect(collect.DefectTruncated, "one volume of an archive in several")
	}
	if len(e.comment) > 0 {
		a.comments = append(a.comments, decodeName(e.comment, false))
	}
	var listed []entry
	pos := e.start
	for pos < e.directory && bytes.HasPrefix(a.content[pos:], []byte(directorySignature)) {
		if len(listed) > a.file.Limits().Parts {
			a.file.Defect(collect.DefectTooMany, "more entries than there may be parts")
			a.full = true
			return listed
		}
		entry, next, ok := parseListed(a.content, pos)
		if !ok {
			break
		}
		entry.offset += e.base
		listed = append(listed, entry)
		pos = next
	}
	if pos != e.directory || uint64(len(listed))&0xffff != e.entries&0xffff {
		a.file.Defect(collect.DefectCorrupt, "a central directory that is not what its end record says")
	}
	a.take(e.start, max(pos, e.start))
	a.take(e.directory, e.stop)
	return listed
}

// EndsIn reports whether content ends in a zip archive, whatever it begins with.
func EndsIn(content []byte) bool {
	const longest = endLength + 1<<16 // with the longest comment
	if !bytes.Contains(content[max(0, len(content)-longest):], []byte(endSignature)) {
		return false
	}
	e, ok := findEnd(content)
	return ok && e.entries > 0
}

// findEnd finds the last end record that has a directory before it.
func findEnd(content []byte) (end, bool) {
	for before := content; ; {
		i := bytes.LastIndex(before, []byte(endSignature))
		if i < 0 {
			return end{}, false
		}
		if e, ok := parseEnd(content, int64(i)); ok {
			return e, true
		}
		before = content[:i]
	}
}

// parseEnd reads the end record at pos, and the one of ZIP64 before it.
func parseEnd(content []byte, pos int64) (end, bool) {
	record := content[pos:]
	if len(record) < endLength {
		return end{}, false
	}
	size, offset := uint64(le.Uint32(record[12:])), uint64(le.Uint32(record[16:]))
	comment := record[endLength:]
	comment = comment[:min(len(comment), int(le.Uint16(record[20:])))]
	e := end{
		directory: pos, stop: pos + endLength + int64(len(comment)), comment: comment,
		entries: uint64(le.Uint16(record[10:])),
		split:   le.Uint16(record[4:]) != 0 && le.Uint16(record[4:]) != 0xffff,
	}
	if record64, at, ok := zip64End(content, pos); ok {
		e.directory = at
		e.entries = le.Uint64(record64[32:])
		size, offset = le.Uint64(record64[40:]), le.Uint64(record64[48:])
	}
	if size > uint64(e.directory) || offset > uint64(e.directory) {
		return e, false
	}
	e.start = e.directory - int64(size)
	e.base = e.start - int64(offset)
	if e.base < 0 || !e.hasDirectory(content) {
		e.base, e.start = 0, int64(offset) // something stands between the directory and its end
	}
	return e, e.hasDirectory(content)
}

// hasDirectory reports whether the directory starts where the end record says.
func (e *end) hasDirectory(content []byte) bool {
	return e.entries == 0 && e.start == e.directory || bytes.HasPrefix(content[e.start:], []byte(directorySignature))
}

// zip64End finds the ZIP64 end record that belongs to the end record at pos.
func zip64End(content []byte, pos int64) (record []byte, at int64, ok bool) {
	if pos < locatorLength+end64Length || string(content[pos-locatorLength:][:4]) != locatorSignature {
		return nil, 0, false
	}
	at = int64(bytes.LastIndex(content[:pos-locatorLength], []byte(end64Signature)))
	if at < 0 || pos-locatorLength-at < end64Length {
		return nil, 0, false
	}
	return content[at:], at, true
}

// parseListed reads the directory's entry at pos.
func parseListed(content []byte, pos int64) (e entry, next int64, ok bool) {
	record := content[pos:]
	if len(record) < directoryLength {
		return e, 0, false
	}
	name, extra, comment := int(le.Uint16(record[28:])), int(le.Uint16(record[30:])), int(le.Uint16(record[32:]))
	total := directoryLength + name + extra + comment
	if total > len(record) {
		return e, 0, false
	}
	e = entry{
		flags: le.Uint16(record[8:]), method: le.Uint16(record[10:]), crc: le.Uint32(record[16:]),
		packed: int64(le.Uint32(record[20:])), size: int64(le.Uint32(record[24:])),
		offset: int64(le.Uint32(record[42:])),
		name:   record[directoryLength:][:name], comment: record[directoryLength+name+extra:][:comment],
	}
	e.parseExtra(record[directoryLength+name:][:extra])
	return e, pos + int64(total), e.bounded()
}
