package compressed

import (
	"bytes"
	"errors"
	"io"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// The fixed parts of an xz file (The .xz File Format 1.2.1).
const (
	xzMagic        = "\xfd7zXZ\x00"
	xzHeaderLength = 12
	xzFooterLength = 12
)

var errXZ = errors.New("xz: malformed")

// ReadXZ reads the xz file f: any number of streams, each of any number of
// blocks.
func ReadXZ(f *collect.File) {
	x := &xzReader{packed: bytes.NewReader(f.Content), room: f.Room(0)}
	if f.UnpackFile(inner(f), 0, x) && x.ended {
		trailing(f, f.Content[len(f.Content)-x.packed.Len():])
	}
}

// xzReader takes the framing apart. The decoder of the data is not ours; the
// framing is, so that a header cannot demand a dictionary of gigabytes.
type xzReader struct {
	packed *bytes.Reader
	room   int64
	check  byte // the kind of checksum of this stream
	inside bool // a stream, between two blocks
	block  *xzBlock
	ended  bool
}

// Read implements io.Reader. It may return nothing between two blocks, so that a
// caller can look at the time.
func (x *xzReader) Read(p []byte) (int, error) {
	if x.block == nil {
		return 0, x.next()
	}
	n, err := x.block.Read(p)
	if err == io.EOF {
		err = x.block.close()
		x.block = nil
	}
	return n, noEOF(err)
}

// noEOF makes an early end of the file an error.
func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// next reads up to the next block.
func (x *xzReader) next() error {
	if !x.inside {
		return x.stream()
	}
	size, err := x.packed.ReadByte()
	switch {
	case err != nil:
		return noEOF(err)
	case size == 0:
		x.inside = false
		return noEOF(x.index())
	}
	header := make([]byte, (int(size)+1)*4)
	header[0] = size
	if _, err := io.ReadFull(x.packed, header[1:]); err != nil {
		return noEOF(err)
	}
	x.block, err = newXZBlock(x, header)
	return err
}

// stream reads a stream's header, or finds that there is none any more.
func (x *xzReader) stream() error {
	first := int64(x.packed.Len()) == x.packed.Size()
	for !first && x.packed.Len() >= 4 { // padding
		if word, _ := x.peek(4); !bytes.Equal(word, make([]byte, 4)) {
			break
		}
		if _, err := x.packed.Seek(4, io.SeekCurrent); err != nil {
			return err
		}
	}
	header, ok := x.peek(xzHeaderLength)
	if !ok || string(header[:len(xzMagic)]) != xzMagic {
		if first {
			return noEOF(io.EOF)
		}
		x.ended = true
		return io.EOF
	}
	if header[6] != 0 || header[7] > 15 {
		return errXZ
	}
	x.check, x.inside = header[7], true
	_, err := x.packed.Seek(xzHeaderLength, io.SeekCurrent)
	return err
}

// peek returns the next n bytes; fewer, and false, if there are not so many.
func (x *xzReader) peek(n int) ([]byte, bool) {
	out := make([]byte, n)
	got, err := x.packed.ReadAt(out, x.packed.Size()-int64(x.packed.Len()))
	return out[:got], got == n && (err == nil || err == io.EOF)
}

// index skips the index of a stream, whose first byte was read, and its footer.
func (x *xzReader) index() error {
	start := x.packed.Len() + 1
	records, err := readVarint(x.packed)
	if err != nil {
		return err
	}
	if records > uint64(x.packed.Len()) {
		return errXZ
	}
	for range records * 2 {
		if _, err := readVarint(x.packed); err != nil {
			return err
		}
	}
	padding := (4 - (start-x.packed.Len())%4) % 4
	_, err = io.CopyN(io.Discard, x.packed, int64(padding+4+xzFooterLength))
	return err
}

// readVarint reads an integer of up to nine bytes.
func readVarint(r io.ByteReader) (uint64, error) {
	var v uint64
	for shift := 0; shift < 63; shift += 7 {
		b, err := r.ReadByte()
		if err != nil {
			return 0, err
		}
		v |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return v, nil
		}
	}
	return 0, errXZ
}
