package zip

import (
	"bytes"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// The flags of an entry.
const (
	flagEncrypted  = 1 << 0
	flagDescriptor = 1 << 3 // sizes and checksum follow the data
	flagStrong     = 1 << 6
	flagUTF8       = 1 << 11
	flagMasked     = 1 << 13 // the central directory is encrypted
)

// methodAES stands in for the method of an entry encrypted by WinZip.
const methodAES = 99

// entry is a file in an archive, as one of its headers describes it.
type entry struct {
	name, otherName []byte // otherName is from Info-ZIP's Unicode Path field
	comment         []byte
	flags, method   uint16
	crc             uint32
	packed, size    int64
	offset          int64 // of the local header
}

func (e *entry) encrypted() bool {
	return e.flags&(flagEncrypted|flagStrong|flagMasked) != 0 || e.method == methodAES
}

func (e *entry) fileName() string { return decodeName(e.name, e.flags&flagUTF8 != 0) }

// parseExtra reads the extra fields that matter: ZIP64 sizes, and a name in
// Unicode.
func (e *entry) parseExtra(extra []byte) {
	for len(extra) >= 4 {
		id, n := le.Uint16(extra), int(le.Uint16(extra[2:]))
		extra = extra[4:]
		if n > len(extra) {
			return
		}
		switch field := extra[:n]; id {
		case 0x0001:
			for _, v := range []*int64{&e.size, &e.packed, &e.offset} {
				if *v == 0xffffffff && len(field) >= 8 {
					*v = int64(le.Uint64(field))
					field = field[8:]
				}
			}
		case 0x7075:
			if n > 5 {
				e.otherName = field[5:]
			}
		}
		extra = extra[n:]
	}
}

// localHeader reads the local header at pos. data is where its content starts.
func localHeader(content []byte, pos int64) (e entry, data int64, ok bool) {
	if pos < 0 || pos > int64(len(content))-localLength || string(content[pos:pos+4]) != localSignature {
		return e, 0, false
	}
	record := content[pos:]
	name, extra := int(le.Uint16(record[26:])), int(le.Uint16(record[28:]))
	if localLength+name+extra > len(record) {
		return e, 0, false
	}
	e = entry{
		flags: le.Uint16(record[6:]), method: le.Uint16(record[8:]), crc: le.Uint32(record[14:]),
		packed: int64(le.Uint32(record[18:])), size: int64(le.Uint32(record[22:])),
		offset: pos, name: record[localLength:][:name],
	}
	e.parseExtra(record[localLength+name:][:extra])
	return e, pos + int64(localLength+name+extra), e.bounded()
}

// bounded reports whether sums of the entry's figures cannot overflow.
func (e *entry) bounded() bool {
	const most = 1 << 48
	return uint64(e.packed) <= most && uint64(e.size) <= most && uint64(e.offset) <= most
}

// listed reads an entry of the directory.
func (a *archive) listed(e *entry) {
	if len(e.comment) > 0 {
		a.comments = append(a.comments, decodeName(e.comment, e.flags&flagUTF8 != 0))
	}
	local, data, ok := localHeader(a.content, e.offset)
	if !ok {
		a.file.Unread(&collect.File{Name: e.fileName()}, collect.DefectTruncated, "its local header is not there")
		return
	}
	a.take(e.offset, data+e.packed)
	if isFolder(e) && isFolder(&local) && local.packed == 0 {
		a.folders = append(a.folders, e.fileName())
		return
	}
	if local.contradicts(e) {
		a.file.DefectIn(collect.SafeName(e.fileName()), collect.DefectCorrupt, "its two headers contradict each other")
		if local.flags&flagDescriptor != 0 && local.packed == 0 {
			local.packed, local.size, local.crc = e.packed, e.size, e.crc
		}
		a.unpack(&local, data)
	}
	a.unpack(e, data)
}

// isFolder reports whether an entry is a directory without content.
func isFolder(e *entry) bool { return bytes.HasSuffix(e.name, []byte("/")) && e.packed == 0 }

// contradicts reports whether a program that believes the local header reads
// something else than one that believes the directory.
func (e *entry) contradicts(listed *entry) bool {
	if !bytes.Equal(e.name, listed.name) || e.method != listed.method || e.encrypted() != listed.encrypted() {
		return true
	}
	if e.flags&flagDescriptor != 0 && e.packed == 0 && e.size == 0 {
		return false
	}
	return e.packed != listed.packed || e.size != listed.size || e.crc != listed.crc && !e.encrypted()
}

// unpack reads the content of an entry, which starts at data.
func (a *archive) unpack(e *entry, data int64) {
	child := &collect.File{Name: e.fileName()}
	packed := a.content[data:min(data+e.packed, int64(len(a.content)))]
	switch {
	case a.stop():
	case e.encrypted():
		a.file.Unread(child, collect.DefectEncrypted, "needs a password")
	default:
		stream := newStream(e, packed, a.file.Room(int64(len(packed))))
		switch {
		case stream == nil:
			a.file.Unread(child, collect.DefectUnsupported, "an unknown compression method")
		default:
			a.full = !a.file.UnpackFile(child, int64(len(packed)), stream)
			a.check(e, child, stream, int64(len(packed)) < e.packed)
		}
	}
	if len(e.otherName) > 0 && !bytes.Equal(e.otherName, e.name) {
		a.file.AlsoNamed(child, decodeName(e.otherName, true))
	}
}

// check records what is wrong with an entry that was unpacked.
func (a *archive) check(e *entry, child *collect.File, s *stream, short bool) {
	switch {
	case !s.ended: // a defect already
	case short:
		child.Defect(collect.DefectTruncated, "the archive ends before it does")
	case s.sum != e.crc || s.read != e.size:
		child.Defect(collect.DefectCorrupt, "its checksum or size is not what the archive says")
	case s.left() > 0:
		child.Defect(collect.DefectCorrupt, "data after the end of its compressed stream")
	}
}
