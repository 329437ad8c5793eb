package compressed

import (
	"errors"
	"io"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// ReadCompress reads the file f that compress(1) wrote: LZW with codes of 9 to
// 16 bits.
func ReadCompress(f *collect.File) {
	child := inner(f)
	if len(f.Content) < 3 || f.Content[2]&0x1f < lzwFirstBits || f.Content[2]&0x1f > lzwMostBits {
		f.Unread(child, collect.DefectCorrupt, "a header that no program writes")
		return
	}
	f.UnpackFile(child, 0, newLZW(f.Content))
}

const (
	lzwFirstBits = 9
	lzwMostBits  = 16
	lzwClear     = 256
)

var errLZW = errors.New("compress: malformed")

// lzw decodes the codes of compress(1). They are written in groups of eight; a
// change of their width skips what is left of a group.
type lzw struct {
	packed []byte
	bit    int // position of the next code
	group  int // position where the groups of this width began

	most, width uint
	block       bool // code 256 clears the table
	prefix      [1 << lzwMostBits]uint16
	suffix      [1 << lzwMostBits]byte
	free        int // the next code to be defined
	previous    int // code; -1 after a clear
	first       byte
	out         []byte // what was decoded last, not yet read
}

func newLZW(content []byte) *lzw {
	l := &lzw{packed: content[3:], most: uint(content[2] & 0x1f), block: content[2]&0x80 != 0}
	l.reset()
	return l
}

func (l *lzw) reset() {
	l.width, l.free, l.previous = lzwFirstBits, lzwClear, -1
	if l.block {
		l.free++
	}
}

// Read implements io.Reader.
func (l *lzw) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		if len(l.out) == 0 {
			if err := l.decode(); err != nil {
				return n, err
			}
		}
		copied := copy(p[n:], l.out)
		l.out, n = l.out[copied:], n+copied
	}
	return n, nil
}

// align skips to the end of the group of codes.
func (l *lzw) align() {
	size := int(l.width) * 8
	if used := (l.bit - l.group) % size; used > 0 {
		l.bit += size - used
	}
	l.group = l.bit
}

// next returns the next code.
func (l *lzw) next() (int, error) {
	if l.free >= 1<<l.width && l.width < l.most {
		l.align()
		l.width++
	}
	if l.bit+int(l.width) > len(l.packed)*8 {
		return 0, io.EOF
	}
	var v uint32
	for i := range 3 {
		if at := l.bit/8 + i; at < len(l.packed) {
			v |= uint32(l.packed[at]) << (8 * i)
		}
	}
	code := int(v>>(l.bit%8)) & (1<<l.width - 1)
	l.bit += int(l.width)
	return code, nil
}

// decode decodes one code into out.
func (l *lzw) decode() error {
	code, err := l.next()
	switch {
	case err != nil:
		return err
	case code == lzwClear && l.block:
		l.align()
		l.reset()
		return nil
	case code > l.free || code == l.free && l.previous < 0 || l.previous < 0 && code > 0xff:
		return errLZW
	}
	l.out = l.expand(code)
	if l.previous >= 0 && l.free < 1<<l.most {
		l.prefix[l.free], l.suffix[l.free] = uint16(l.previous), l.first
		l.free++
	}
	l.previous = code
	return nil
}

// expand returns what a code stands for, and keeps its first byte. A code that is
// defined only now stands for the previous one and that one's first byte.
func (l *lzw) expand(code int) []byte {
	var reversed []byte
	if code == l.free {
		reversed = append(reversed, l.first)
		code = l.previous
	}
	for code > 0xff {
		reversed = append(reversed, l.suffix[code])
		code = int(l.prefix[code])
	}
	l.first = byte(code)
	reversed = append(reversed, l.first)
	for i, j := 0, len(reversed)-1; i < j; i, j = i+1, j-1 {
		reversed[i], reversed[j] = reversed[j], reversed[i]
	}
	return reversed
}
