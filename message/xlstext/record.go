package xlstext

import (
	"encoding/binary"
	"math"
	"strings"
	"unicode/utf16"

	"github.com/zixpolicy/zixpolicy/message/charset"
)

const idContinue = 0x003c

// scanner goes through a stream of records: number, length, data.
type scanner struct {
	stream    []byte
	at        int // of the next record
	start     int // of the current one
	id        uint16
	pieces    [][]byte // its data, and that of the records that continue it
	truncated bool
}

// next goes to the next record, and over those that continue it.
func (s *scanner) next() bool {
	s.pieces = s.pieces[:0]
	s.start = s.at
	id, data, ok := s.record()
	if !ok {
		return false
	}
	s.id = id
	s.pieces = append(s.pieces, data)
	for s.at+4 <= len(s.stream) && binary.LittleEndian.Uint16(s.stream[s.at:]) == idContinue {
		_, data, _ := s.record()
		s.pieces = append(s.pieces, data)
	}
	return true
}

// record takes one record. Zeros at the end are padding.
func (s *scanner) record() (uint16, []byte, bool) {
	if len(s.stream)-s.at < 4 {
		return 0, nil, false
	}
	id := binary.LittleEndian.Uint16(s.stream[s.at:])
	length := int(binary.LittleEndian.Uint16(s.stream[s.at+2:]))
	if id == 0 && length == 0 {
		return 0, nil, false
	}
	s.at += 4
	if length > len(s.stream)-s.at {
		s.truncated = true
		length = len(s.stream) - s.at
	}
	data := s.stream[s.at : s.at+length]
	s.at += length
	return id, data, true
}

// cursor reads the data of one record across its pieces. Beyond the end it
// returns zeros and is short.
type cursor struct {
	pieces [][]byte
	rest   []byte
	short  bool
}

func newCursor(pieces [][]byte) *cursor {
	return &cursor{pieces: pieces[1:], rest: pieces[0]}
}

// more goes to the next piece that is not empty.
func (c *cursor) more() bool {
	for len(c.rest) == 0 {
		if len(c.pieces) == 0 {
			return false
		}
		c.rest, c.pieces = c.pieces[0], c.pieces[1:]
	}
	return true
}

func (c *cursor) u8() byte {
	if !c.more() {
		c.short = true
		return 0
	}
	b := c.rest[0]
	c.rest = c.rest[1:]
	return b
}

func (c *cursor) u16() int { return int(c.u8()) | int(c.u8())<<8 }

func (c *cursor) u32() int { return c.u16() | c.u16()<<16 }

func (c *cursor) float() float64 {
	var b [8]byte
	for i := range b {
		b[i] = c.u8()
	}
	return math.Float64frombits(binary.LittleEndian.Uint64(b[:]))
}

// take returns the next n bytes, fewer at the end.
func (c *cursor) take(n int) []byte {
	var out []byte
	for n > 0 {
		if !c.more() {
			c.short = true
			break
		}
		k := min(n, len(c.rest))
		out = append(out, c.rest[:k]...)
		c.rest = c.rest[k:]
		n -= k
	}
	return out
}

// chars reads n characters, of two bytes each if wide and of Latin-1 otherwise.
// Where they go on in another piece, a byte there says anew which.
func (c *cursor) chars(n int, wide bool) string {
	var out strings.Builder
	var units []uint16
	for n > 0 {
		if len(c.rest) == 0 {
			if !c.more() {
				c.short = true
				break
			}
			wide = c.u8()&1 != 0
			continue
		}
		if wide {
			if len(c.rest) < 2 { // half a character at the end of a piece
				c.rest = nil
				continue
			}
			units = append(units, binary.LittleEndian.Uint16(c.rest))
			c.rest = c.rest[2:]
		} else {
			units = append(units, uint16(c.rest[0]))
			c.rest = c.rest[1:]
		}
		n--
	}
	for _, r := range utf16.Decode(units) {
		out.WriteRune(r)
	}
	return out.String()
}

// text reads a string that follows its length: Unicode in BIFF8, in the code page
// of the workbook before.
func (b *book) text(c *cursor, n int) string {
	if b.version8 {
		return c.chars(n, c.u8()&1 != 0)
	}
	text, _ := charset.Decode(c.take(n), charset.Codepage(b.codepage))
	return text
}

// rich reads a string of the shared strings, which may be followed by its
// formatting and by how it is pronounced; the latter is text too.
func (c *cursor) rich() (text, spoken string) {
	n := c.u16()
	flags := c.u8()
	runs, extra := 0, 0
	if flags&8 != 0 {
		runs = c.u16()
	}
	if flags&4 != 0 {
		extra = c.u32()
	}
	text = c.chars(n, flags&1 != 0)
	c.take(4 * runs)
	if phonetic := c.take(extra); len(phonetic) > 14 {
		spoken = charset.Runs(phonetic[14:], 1)
	}
	return text, spoken
}
