package cfb

import (
	"encoding/binary"
	"slices"
	"strings"
	"unicode/utf16"
)

// NewStream returns a stream to be put into a storage that is to be packed.
func NewStream(name string, data []byte) *Stream {
	return &Stream{Name: name, Size: int64(len(data)), data: data}
}

// The geometry of the files that Pack writes: version 3.
const (
	packShift  = 9
	packSector = 1 << packShift
	packMini   = 64
	packCutoff = 4096
)

// Pack returns a compound file of its own with the content of a storage. A
// stream that cannot be read in full is packed with what could be read; the first
// such error is returned with the file.
func Pack(s *Storage) ([]byte, error) {
	p := &packer{}
	p.entries = append(p.entries, packed{name: "Root Entry", kind: kindRoot, class: s.Class, left: noEntry, right: noEntry})
	p.entries[0].child = p.children(s)
	return p.file(), p.err
}

// packed is a directory entry to be written.
type packed struct {
	name               string
	kind               byte
	left, right, child uint32
	class              [16]byte
	start              uint32
	size               int
}

type packer struct {
	entries []packed
	body    []byte   // sectors after the header
	fat     []uint32 // of body
	mini    []byte
	miniFAT []uint32
	err     error
}

// children adds the entries of a storage and returns the root of their tree.
func (p *packer) children(s *Storage) uint32 {
	var members []uint32
	for _, stream := range s.Streams {
		data, err := stream.Bytes()
		if err != nil && p.err == nil {
			p.err = err
		}
		e := packed{name: stream.Name, kind: kindStream, child: noEntry, size: len(data)}
		e.start = p.store(data)
		members = append(members, p.add(e))
	}
	for _, storage := range s.Storages {
		at := p.add(packed{name: storage.Name, kind: kindStorage, class: storage.Class})
		p.entries[at].child = p.children(storage)
		members = append(members, at)
	}
	slices.SortStableFunc(members, func(a, b uint32) int {
		x, y := p.entries[a].name, p.entries[b].name
		if len(x) != len(y) {
			return len(x) - len(y)
		}
		return strings.Compare(strings.ToUpper(x), strings.ToUpper(y))
	})
	return p.tree(members)
}

func (p *packer) add(e packed) uint32 {
	p.entries = append(p.entries, e)
	return uint32(len(p.entries) - 1)
}

// tree links sorted entries to a balanced tree and returns its root.
func (p *packer) tree(members []uint32) uint32 {
	if len(members) == 0 {
		return noEntry
	}
	middle := len(members) / 2
	e := &p.entries[members[middle]]
	e.left, e.right = p.tree(members[:middle]), p.tree(members[middle+1:])
	return members[middle]
}

// store puts data where streams of its size belong and returns where it starts.
func (p *packer) store(data []byte) uint32 {
	switch {
	case len(data) == 0:
		return endOfChain
	case len(data) < packCutoff:
		var start uint32
		p.mini, p.miniFAT, start = chain(p.mini, p.miniFAT, data, packMini)
		return start
	}
	return p.sectors(data)
}

func (p *packer) sectors(data []byte) uint32 {
	if len(data) == 0 {
		return endOfChain
	}
	var start uint32
	p.body, p.fat, start = chain(p.body, p.fat, data, packSector)
	return start
}

// chain appends data in whole sectors, and their chain to the table.
func chain(body []byte, table []uint32, data []byte, size int) ([]byte, []uint32, uint32) {
	start := uint32(len(table))
	count := (len(data) + size - 1) / size
	for i := range count {
		table = append(table, start+uint32(i)+1)
	}
	table[len(table)-1] = endOfChain
	body = append(body, data...)
	return append(body, make([]byte, count*size-len(data))...), table, start
}

// file puts the parts together: header, sectors, FAT.
func (p *packer) file() []byte {
	p.entries[0].size = len(p.mini)
	p.entries[0].start = p.sectors(p.mini)
	miniFAT := p.sectors(tableBytes(p.miniFAT))
	directory := p.sectors(p.directory())
	lists, tables := p.sizeOfFAT()
	firstTable := uint32(len(p.fat) + lists)
	for range lists {
		p.fat = append(p.fat, 0xfffffffc)
	}
	for range tables {
		p.fat = append(p.fat, 0xfffffffd)
	}
	header := make([]byte, packSector)
	copy(header, Signature)
	le := binary.LittleEndian
	le.PutUint16(header[24:], 0x3e)
	le.PutUint16(header[26:], 3)
	le.PutUint16(header[28:], 0xfffe)
	le.PutUint16(header[30:], packShift)
	le.PutUint16(header[32:], 6)
	le.PutUint32(header[44:], uint32(tables))
	le.PutUint32(header[48:], directory)
	le.PutUint32(header[56:], packCutoff)
	le.PutUint32(header[60:], miniFAT)
	le.PutUint32(header[64:], uint32((len(p.miniFAT)*4+packSector-1)/packSector))
	le.PutUint32(header[68:], endOfChain)
	le.PutUint32(header[72:], uint32(lists))
	if lists > 0 {
		le.PutUint32(header[68:], firstTable-uint32(lists))
	}
	list := p.listOfTables(header[76:], firstTable, tables, lists)
	out := append(header, p.body...)
	return append(append(out, list...), tableBytes(p.fat)...)
}

// sizeOfFAT returns how many sectors the FAT takes, itself included, and how many
// the list of these beyond the 109 in the header.
func (p *packer) sizeOfFAT() (lists, tables int) {
	const perTable, perList = packSector / 4, packSector/4 - 1
	for {
		wantTables := (len(p.fat) + lists + tables + perTable - 1) / perTable
		wantLists := (max(wantTables-109, 0) + perList - 1) / perList
		if wantTables == tables && wantLists == lists {
			return lists, tables
		}
		lists, tables = wantLists, wantTables
	}
}

// listOfTables writes the numbers of the FAT's sectors into the header and
// returns the sectors that list the others.
func (p *packer) listOfTables(header []byte, first uint32, tables, lists int) []byte {
	for i := range 109 {
		n := uint32(freeSector)
		if i < tables {
			n = first + uint32(i)
		}
		binary.LittleEndian.PutUint32(header[4*i:], n)
	}
	var out []byte
	number := 109
	for i := range lists {
		for range packSector/4 - 1 {
			n := uint32(freeSector)
			if number < tables {
				n = first + uint32(number)
			}
			number++
			out = binary.LittleEndian.AppendUint32(out, n)
		}
		next := uint32(endOfChain)
		if i < lists-1 {
			next = first - uint32(lists) + uint32(i) + 1
		}
		out = binary.LittleEndian.AppendUint32(out, next)
	}
	return out
}

// tableBytes returns a table in whole sectors.
func tableBytes(table []uint32) []byte {
	var out []byte
	for _, n := range table {
		out = binary.LittleEndian.AppendUint32(out, n)
	}
	for len(out)%packSector != 0 {
		out = append(out, 0xff)
	}
	return out
}

func (p *packer) directory() []byte {
	var out []byte
	for i := range p.entries {
		e := &p.entries[i]
		b := make([]byte, entrySize)
		units := utf16.Encode([]rune(e.name))
		units = units[:min(len(units), 31)]
		for k, unit := range units {
			binary.LittleEndian.PutUint16(b[2*k:], unit)
		}
		binary.LittleEndian.PutUint16(b[64:], uint16(2*len(units)+2))
		b[66], b[67] = e.kind, 1
		binary.LittleEndian.PutUint32(b[68:], e.left)
		binary.LittleEndian.PutUint32(b[72:], e.right)
		binary.LittleEndian.PutUint32(b[76:], e.child)
		copy(b[80:96], e.class[:])
		binary.LittleEndian.PutUint32(b[116:], e.start)
		binary.LittleEndian.PutUint32(b[120:], uint32(e.size))
		out = append(out, b...)
	}
	for len(out)%packSector != 0 {
		out = append(out, make([]byte, entrySize)...)
		copy(out[len(out)-60:], "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff")
	}
	return out
}
