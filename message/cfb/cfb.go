// Package cfb reads and writes compound files ([MS-CFB]): the file systems in a
// file in which Microsoft's programs stored documents and Outlook stores messages.
//
// Input is not trusted. Every chain of sectors is followed for at most as many
// steps as the file has sectors, nothing is allocated for a size that is only
// claimed, and all that is read from one file together is bounded by a small
// multiple of its size, so that streams which share their sectors cannot expand.
package cfb

import (
	"encoding/binary"
	"errors"
	"strings"
)

// Signature begins every compound file.
const Signature = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

// Errors of reading. A truncated stream's bytes are returned with the error.
var (
	ErrCorrupt   = errors.New("damaged compound file")
	ErrTruncated = errors.New("compound file ends early")
	ErrTooLarge  = errors.New("compound file holds more than its size")
)

// Sector numbers with a meaning of their own.
const (
	maxRegular = 0xfffffffa // the highest number of a sector
	endOfChain = 0xfffffffe
	freeSector = 0xffffffff
)

// File is an open compound file.
type File struct {
	Root    *Storage
	Damaged bool // the directory could be read in part only

	content    []byte
	shift      uint // of a sector
	miniShift  uint
	miniCutoff int64
	sectors    uint32
	fat        []uint32
	miniFAT    []uint32
	mini       *Stream // holds the small streams
	miniBytes  []byte
	budget     int64 // bytes that may still be read
}

// Storage is a directory of a compound file.
type Storage struct {
	Name     string
	Class    [16]byte // CLSID of the program it belongs to
	Storages []*Storage
	Streams  []*Stream
}

// Stream is a file in a compound file.
type Stream struct {
	Name string
	Size int64 // as claimed

	file  *File
	start uint32
	small bool   // stored in the mini stream
	data  []byte // of streams that are made, not read
}

// Open reads the structure of a compound file. The streams are read when asked for.
func Open(content []byte) (*File, error) {
	if len(content) < 512 || string(content[:8]) != Signature {
		return nil, ErrCorrupt
	}
	f := &File{
		content: content, shift: uint(u16(content, 30)), miniShift: uint(u16(content, 32)),
		miniCutoff: int64(u32(content, 56)), budget: 4*int64(len(content)) + 1<<20,
	}
	if f.shift < 7 || f.shift > 20 || f.miniShift >= f.shift || f.miniShift < 3 {
		return nil, ErrCorrupt
	}
	size := 1 << f.shift
	f.sectors = uint32(min((len(content)+size-1)/size, maxRegular)) // the first is the header
	if f.sectors > 0 {
		f.sectors--
	}
	f.readFAT()
	f.miniFAT = f.readTable(u32(content, 60))
	return f, f.readDirectory(u32(content, 48))
}

// sector returns the bytes of a sector, fewer at the end of a file cut off, none
// if there is no such sector.
func (f *File) sector(n uint32) []byte {
	if n >= f.sectors {
		return nil
	}
	start := (int64(n) + 1) << f.shift
	end := min(start+1<<f.shift, int64(len(f.content)))
	return f.content[min(start, end):end]
}

// readFAT reads the table that chains the sectors: its first 109 sectors are
// listed in the header, the others in sectors that form a chain.
func (f *File) readFAT() {
	f.appendFAT(f.content[76:512])
	next := u32(f.content, 68)
	for range f.sectors {
		list := f.sector(next)
		if len(list) < 8 || uint32(len(f.fat)) >= f.sectors {
			break
		}
		f.appendFAT(list[:len(list)-4])
		next = u32(list, len(list)-4)
	}
}

func (f *File) appendFAT(list []byte) {
	for ; len(list) >= 4 && uint32(len(f.fat)) < f.sectors; list = list[4:] {
		f.fat = appendEntries(f.fat, f.sector(u32(list, 0)))
	}
}

func appendEntries(table []uint32, sector []byte) []uint32 {
	for ; len(sector) >= 4; sector = sector[4:] {
		table = append(table, u32(sector, 0))
	}
	return table
}

// next returns the sector after n in its chain.
func (f *File) next(n uint32) uint32 {
	if n < uint32(len(f.fat)) {
		return f.fat[n]
	}
	return endOfChain
}

// readTable reads a chain of sectors as a table of sector numbers.
func (f *File) readTable(start uint32) []uint32 {
	var table []uint32
	n := start
	for range f.sectors {
		sector := f.sector(n)
		if sector == nil {
			break
		}
		table = appendEntries(table, sector)
		n = f.next(n)
	}
	return table
}

// Bytes reads the stream. Streams are not kept: each call reads anew.
func (s *Stream) Bytes() ([]byte, error) {
	if s.file == nil {
		return s.data, nil
	}
	if s.small {
		return s.file.readSmall(s)
	}
	return s.file.readChain(s)
}

// spend takes n bytes of the budget.
func (f *File) spend(n int64) bool {
	f.budget -= n
	return f.budget >= 0
}

func (f *File) readChain(s *Stream) ([]byte, error) {
	var out []byte
	n := s.start
	for range f.sectors {
		left := s.Size - int64(len(out))
		if left <= 0 {
			return out, nil
		}
		sector := f.sector(n)
		if len(sector) == 0 {
			return out, ErrTruncated
		}
		sector = sector[:min(int64(len(sector)), left)]
		if !f.spend(int64(len(sector))) {
			return out, ErrTooLarge
		}
		if out == nil {
			out = make([]byte, 0, min(s.Size, int64(len(f.content))))
		}
		out = append(out, sector...)
		n = f.next(n)
	}
	if int64(len(out)) < s.Size {
		return out, ErrTruncated
	}
	return out, nil
}

func (f *File) readSmall(s *Stream) ([]byte, error) {
	if f.miniBytes == nil && f.mini != nil {
		f.miniBytes, _ = f.readChain(f.mini) // what is missing is missed below
		f.mini = nil
	}
	out := make([]byte, 0, min(s.Size, int64(len(f.miniBytes))))
	n := s.start
	for int64(len(out)) < s.Size {
		start := int64(n) << f.miniShift
		if start >= int64(len(f.miniBytes)) {
			return out, ErrTruncated
		}
		piece := f.miniBytes[start:min(start+1<<f.miniShift, int64(len(f.miniBytes)))]
		piece = piece[:min(int64(len(piece)), s.Size-int64(len(out)))]
		if !f.spend(int64(len(piece))) {
			return out, ErrTooLarge
		}
		out = append(out, piece...)
		if n >= uint32(len(f.miniFAT)) {
			n = endOfChain
			continue
		}
		n = f.miniFAT[n]
	}
	return out, nil
}

// Stream returns the stream of that name (in any case), nil if there is none.
func (s *Storage) Stream(name string) *Stream {
	for _, stream := range s.Streams {
		if strings.EqualFold(stream.Name, name) {
			return stream
		}
	}
	return nil
}

// Storage returns the storage of that name (in any case), nil if there is none.
func (s *Storage) Storage(name string) *Storage {
	for _, storage := range s.Storages {
		if strings.EqualFold(storage.Name, name) {
			return storage
		}
	}
	return nil
}

func u16(b []byte, at int) uint16 { return binary.LittleEndian.Uint16(b[at:]) }
func u32(b []byte, at int) uint32 { return binary.LittleEndian.Uint32(b[at:]) }
