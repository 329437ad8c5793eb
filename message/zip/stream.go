package zip

import (
	"bytes"
	"compress/bzip2"
	"compress/flate"
	"errors"
	"hash/crc32"
	"io"

	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz/lzma"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// The compression methods that are read.
const (
	methodStored  = 0
	methodDeflate = 8
	methodBzip2   = 12
	methodLZMA    = 14
	methodZstd20  = 20 // before it became 93
	methodZstd    = 93
)

// maxWindow bounds what a decompressor may keep of what it has written.
const maxWindow = 64 << 20

// stream decompresses one entry and takes its checksum.
type stream struct {
	packed *bytes.Reader
	reader io.Reader
	whole  bool // the method reads ahead, so left cannot tell
	sum    uint32
	read   int64
	ended  bool
}

// newStream returns the decompressor for packed; nil if the method is unknown.
// room is how much may come out.
func newStream(e *entry, packed []byte, room int64) *stream {
	s := &stream{packed: bytes.NewReader(packed)}
	var err error
	switch e.method {
	case methodStored:
		s.reader = s.packed
	case methodDeflate:
		s.reader = flate.NewReader(s.packed)
	case methodBzip2:
		s.reader, s.whole = bzip2.NewReader(s.packed), true
	case methodLZMA:
		s.whole = true
		s.reader, err = newLZMA(s.packed, e.flags&(1<<1) != 0, e.size, room)
	case methodZstd, methodZstd20:
		s.whole = true
		s.reader, err = zstd.NewReader(s.packed, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecoderLowmem(true))
	default:
		return nil
	}
	if err != nil {
		s.reader = failing{err}
	}
	return s
}

// newLZMA reads an entry's LZMA header (APPNOTE 5.8), which lacks the size that
// stands in the one of .lzma files.
func newLZMA(packed *bytes.Reader, marked bool, size, room int64) (io.Reader, error) {
	var head [9]byte // version, length of the properties, properties
	if _, err := io.ReadFull(packed, head[:]); err != nil {
		return nil, io.ErrUnexpectedEOF
	}
	if marked {
		size = -1
	}
	properties := make([]byte, 5, 13)
	copy(properties, head[4:])
	window := min(int64(le.Uint32(properties[1:])), max(room, lzma.MinDictCap), maxWindow)
	le.PutUint32(properties[1:], uint32(window))
	header := le.AppendUint64(properties, uint64(size))
	return lzma.NewReader(io.MultiReader(bytes.NewReader(header), packed))
}

// Read implements io.Reader.
func (s *stream) Read(p []byte) (int, error) {
	n, err := s.reader.Read(p)
	if errors.Is(err, zstd.ErrWindowSizeExceeded) || errors.Is(err, zstd.ErrDecoderSizeExceeded) {
		err = &collect.Refusal{Kind: collect.DefectTooLarge, Detail: "demands more memory than it may have"}
	}
	s.sum = crc32.Update(s.sum, crc32.IEEETable, p[:n])
	s.read += int64(n)
	if err == io.EOF {
		s.ended = true
	}
	return n, err
}

// left returns how many packed bytes were not needed.
func (s *stream) left() int {
	if s.whole {
		return 0
	}
	return s.packed.Len()
}

// failing is a stream that cannot be started.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
