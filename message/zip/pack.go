package zip

import (
	"io"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// Pack is a zip archive that is a document. Its reader opens the entries that it
// knows; [Pack.Rest] reads all others as [Read] does.
type Pack struct {
	a           *archive
	listed      []entry
	overlapping map[int]bool
	opened      []bool
}

// Open opens the document f. One whose directory is damaged has no entries here;
// Rest then reads what there is.
func Open(f *collect.File) *Pack {
	a := &archive{file: f, content: f.Content}
	p := &Pack{a: a, listed: a.directory()}
	p.overlapping = a.overlapping(p.listed)
	p.opened = make([]bool, len(p.listed))
	return p
}

// Len returns how many entries there are.
func (p *Pack) Len() int { return len(p.listed) }

// Name returns the name of entry i.
func (p *Pack) Name(i int) string { return p.listed[i].fileName() }

// Peek returns the first bytes of entry i, at most n; none if it cannot be opened.
func (p *Pack) Peek(i, n int) []byte {
	e := p.entry(i)
	if e == nil {
		return nil
	}
	head := make([]byte, n)
	n, _ = io.ReadFull(e, head)
	return head[:n]
}

// Open opens entry i. It returns nil where the entry cannot be read in one sure way
// (encrypted, contradictory, an unknown method); Rest then says so.
func (p *Pack) Open(i int) *Entry {
	e := p.entry(i)
	if e != nil {
		p.opened[i] = true
		p.a.take(e.start, e.end)
		if comment := p.listed[i].comment; len(comment) > 0 {
			p.a.comments = append(p.a.comments, decodeName(comment, p.listed[i].flags&flagUTF8 != 0))
		}
	}
	return e
}

// Rest reads everything that was not opened.
func (p *Pack) Rest() {
	for i := range p.listed {
		e := &p.listed[i]
		switch {
		case p.a.stop():
			return
		case p.opened[i]:
		case p.overlapping[i]:
			p.a.file.Unread(&collect.File{Name: e.fileName()}, collect.DefectBomb, "its bytes are those of another entry, too")
		default:
			p.a.listed(e)
		}
	}
	p.a.eachGap(true)
	p.a.texts()
}

// Entry is the content of one entry, read within the limits of the archive.
type Entry struct {
	Name       string
	Packed     int64
	bounded    io.Reader
	stream     *stream
	listed     *entry
	file       *collect.File
	start, end int64 // what it takes of the archive
}

// entry opens entry i, nil as for Open.
func (p *Pack) entry(i int) *Entry {
	listed, content := &p.listed[i], p.a.content
	local, data, ok := localHeader(content, listed.offset)
	if !ok || p.overlapping[i] || listed.encrypted() || local.contradicts(listed) || data+listed.packed > int64(len(content)) {
		return nil
	}
	if isFolder(listed) {
		return nil
	}
	s := newStream(listed, content[data:data+listed.packed], p.a.file.Room(listed.packed))
	if s == nil {
		return nil
	}
	return &Entry{
		Name: listed.fileName(), Packed: listed.packed, bounded: p.a.file.Bounded(listed.packed, s), stream: s,
		listed: listed, file: p.a.file, start: listed.offset, end: data + listed.packed,
	}
}

// Read implements io.Reader.
func (e *Entry) Read(p []byte) (int, error) { return e.bounded.Read(p) }

// Close says that the entry has been read, err being what ended that before its end
// or nil, and records what is wrong with it.
func (e *Entry) Close(err error) {
	name := collect.SafeName(e.Name)
	switch {
	case err != nil:
		e.file.DefectIn(name, collect.KindOf(err), err.Error())
	case !e.stream.ended:
		e.file.DefectIn(name, collect.DefectCorrupt, "not read to its end")
	case e.stream.sum != e.listed.crc || e.stream.read != e.listed.size:
		e.file.DefectIn(name, collect.DefectCorrupt, "its checksum or size is not what the archive says")
	case e.stream.left() > 0:
		e.file.DefectIn(name, collect.DefectCorrupt, "data after the end of its compressed stream")
	}
}
