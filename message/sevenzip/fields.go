package sevenzip

import (
	"errors"
	"math/bits"
	"unicode/utf16"
)

var errHeader = errors.New("sevenzip: malformed header")

// fields reads a header. The first error stays.
type fields struct {
	b   []byte
	err error
}

func (p *fields) fail() {
	p.err = errHeader
	p.b = nil
}

// bytes returns the next n bytes; nil after an error.
func (p *fields) bytes(n uint64) []byte {
	if n > uint64(len(p.b)) {
		p.fail()
		return nil
	}
	out := p.b[:n]
	p.b = p.b[n:]
	return out
}

func (p *fields) byte() byte {
	if b := p.bytes(1); len(b) == 1 {
		return b[0]
	}
	return 0
}

// number reads an integer: the leading ones of its first byte say how many bytes
// follow.
func (p *fields) number() uint64 {
	first := p.byte()
	more := bits.LeadingZeros8(^first)
	var v uint64
	for i, c := range p.bytes(uint64(more)) {
		v |= uint64(c) << (8 * i)
	}
	if more < 7 {
		v |= uint64(first&(1<<(7-more)-1)) << (8 * more)
	}
	return v
}

// count reads how many of something follow, each of which takes at least one
// byte of the header.
func (p *fields) count() int {
	n := p.number()
	if n > uint64(len(p.b)) {
		p.fail()
		return 0
	}
	return int(n)
}

// size reads a size that can be summed without overflow.
func (p *fields) size() int64 {
	n := p.number()
	if n > 1<<48 {
		p.fail()
		return 0
	}
	return int64(n)
}

// bits reads n bits, the first in the highest place.
func (p *fields) bits(n int) []bool {
	raw := p.bytes(uint64(n+7) / 8)
	if raw == nil {
		return make([]bool, min(n, 0))
	}
	out := make([]bool, n)
	for i := range out {
		out[i] = raw[i/8]&(0x80>>(i%8)) != 0
	}
	return out
}

// digest is a checksum that may be missing.
type digest struct {
	sum     uint32
	defined bool
}

// digests reads n checksums.
func (p *fields) digests(n int) []digest {
	all := p.byte() != 0
	var defined []bool
	if !all {
		defined = p.bits(n)
	}
	if p.err != nil || all && n > len(p.b)/4 {
		p.fail()
		return nil
	}
	out := make([]digest, n)
	for i := range out {
		if !all && !defined[i] {
			continue
		}
		raw := p.bytes(4)
		if raw == nil {
			return nil
		}
		out[i] = digest{le.Uint32(raw), true}
	}
	return out
}

// name reads a name in UTF-16 that ends with a zero.
func (p *fields) name() string {
	for i := 0; i+1 < len(p.b); i += 2 {
		if p.b[i] == 0 && p.b[i+1] == 0 {
			units := make([]uint16, i/2)
			for j := range units {
				units[j] = le.Uint16(p.b[2*j:])
			}
			p.b = p.b[i+2:]
			return string(utf16.Decode(units))
		}
	}
	p.fail()
	return ""
}
