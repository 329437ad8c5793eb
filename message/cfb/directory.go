package cfb

import (
	"encoding/binary"
	"unicode/utf16"
)

const entrySize = 128 // bytes of a directory entry

// The kinds of directory entry.
const (
	kindStorage = 1
	kindStream  = 2
	kindRoot    = 5
)

// maxDepth bounds how deep storages are nested. Programs write less than ten levels.
const maxDepth = 100

// noEntry is the index that stands for no entry.
const noEntry = 0xffffffff

// entry is one directory entry as stored. The entries of a storage form a binary
// tree: left and right are siblings, child is the root of its own tree.
type entry struct {
	name               string
	kind               byte
	left, right, child uint32
	class              [16]byte
	start              uint32
	size               int64
}

func (f *File) readDirectory(start uint32) error {
	entries, err := f.entries(start)
	if err != nil {
		return err
	}
	root := entries[0]
	f.mini = &Stream{file: f, start: root.start, Size: root.size}
	f.Root = &Storage{Class: root.class}
	f.fill(entries)
	return nil
}

// entries returns the entries of the directory, the root being the first.
func (f *File) entries(start uint32) ([]entry, error) {
	var entries []entry
	n := start
	for range f.sectors {
		sector := f.sector(n)
		if sector == nil {
			break
		}
		for ; len(sector) >= entrySize; sector = sector[entrySize:] {
			entries = append(entries, f.parseEntry(sector[:entrySize]))
		}
		n = f.next(n)
	}
	if n < maxRegular {
		f.Damaged = true // a chain without an end, or one that leaves the file
	}
	if len(entries) == 0 {
		return nil, ErrCorrupt
	}
	return entries, nil
}

func (f *File) parseEntry(b []byte) entry {
	e := entry{
		kind: b[66], left: u32(b, 68), right: u32(b, 72), child: u32(b, 76),
		start: u32(b, 116), size: int64(u32(b, 120)),
	}
	copy(e.class[:], b[80:96])
	if f.shift > 9 { // the high half is not to be trusted in files of version 3
		e.size = int64(binary.LittleEndian.Uint64(b[120:]) & (1<<62 - 1))
	}
	units := make([]uint16, 0, 32)
	for i := 0; i < 64; i += 2 {
		unit := u16(b, i)
		if unit == 0 {
			break
		}
		units = append(units, unit)
	}
	e.name = string(utf16.Decode(units))
	return e
}

// fill builds the tree of storages. Each entry is used once, whatever the links
// say: a second way to it is damage.
func (f *File) fill(entries []entry) {
	type place struct {
		index uint32
		in    *Storage
		depth int
	}
	used := make([]bool, len(entries))
	used[0] = true
	pending := []place{{entries[0].child, f.Root, 0}}
	for len(pending) > 0 {
		p := pending[len(pending)-1]
		pending = pending[:len(pending)-1]
		if p.index == noEntry {
			continue
		}
		if p.index >= uint32(len(entries)) || used[p.index] || p.depth > maxDepth {
			f.Damaged = true
			continue
		}
		used[p.index] = true
		e := &entries[p.index]
		// In order: what stands right of it is visited last.
		pending = append(pending, place{e.right, p.in, p.depth}, place{e.left, p.in, p.depth})
		switch e.kind {
		case kindStorage:
			s := &Storage{Name: e.name, Class: e.class}
			p.in.Storages = append(p.in.Storages, s)
			pending = append(pending, place{e.child, s, p.depth + 1})
		case kindStream:
			p.in.Streams = append(p.in.Streams, &Stream{
				Name: e.name, Size: e.size, file: f, start: e.start, small: e.size < f.miniCutoff,
			})
		default:
			f.Damaged = true
		}
	}
}
