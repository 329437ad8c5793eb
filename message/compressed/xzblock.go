package compressed

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"io"

	"github.com/ulikunitz/xz/lzma"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// filterLZMA2 is the only filter that is read. The others, for machine code, come
// in front of it.
const filterLZMA2 = 0x21

// xzBlock is a block of a stream.
type xzBlock struct {
	packed *bytes.Reader
	start  int // bytes left before its data
	data   io.Reader
	sum    hash.Hash // nil if there is none, or none we know
	length int       // of the checksum
	little bool      // the checksum's bytes stand in little-endian order
}

// newXZBlock starts the block with the given header.
func newXZBlock(x *xzReader, header []byte) (*xzBlock, error) {
	window, err := xzWindow(header)
	switch {
	case err != nil:
		return nil, err
	case window > maxWindow:
		return nil, &collect.Refusal{Kind: collect.DefectTooLarge, Detail: "demands more memory than it may have"}
	}
	// What can come out bounds how far back anything can refer.
	config := lzma.Reader2Config{DictCap: int(max(min(window, x.room), lzma.MinDictCap))}
	b := &xzBlock{packed: x.packed, start: x.packed.Len()}
	if b.data, err = config.NewReader2(x.packed); err != nil {
		return nil, noEOF(err)
	}
	b.length = [...]int{0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64}[x.check]
	switch x.check {
	case 1:
		b.sum, b.little = crc32.NewIEEE(), true
	case 4:
		b.sum, b.little = crc64.New(crc64.MakeTable(crc64.ECMA)), true
	case 10:
		b.sum = sha256.New()
	}
	return b, nil
}

// xzWindow returns the size of the dictionary that a block's header demands.
func xzWindow(header []byte) (int64, error) {
	body := header[:len(header)-4]
	if crc32.ChecksumIEEE(body) != binary.LittleEndian.Uint32(header[len(body):]) {
		return 0, errXZ
	}
	flags := body[1]
	fields := bytes.NewReader(body[2:])
	for _, present := range [...]byte{0x40, 0x80} { // the block's sizes
		if flags&present != 0 {
			if _, err := readVarint(fields); err != nil {
				return 0, errXZ
			}
		}
	}
	id, idErr := readVarint(fields)
	length, lengthErr := readVarint(fields)
	properties, err := fields.ReadByte()
	switch {
	case idErr != nil || lengthErr != nil || err != nil || flags&0x3c != 0:
		return 0, errXZ
	case flags&3 != 0 || id != filterLZMA2:
		return 0, &collect.Refusal{Kind: collect.DefectUnsupported, Detail: "an xz filter for machine code"}
	case length != 1 || properties > 40:
		return 0, errXZ
	}
	return int64(2|properties&1) << (properties/2 + 11), nil
}

// Read implements io.Reader.
func (b *xzBlock) Read(p []byte) (int, error) {
	n, err := b.data.Read(p)
	if b.sum != nil {
		b.sum.Write(p[:n])
	}
	return n, err
}

// close reads what stands behind the data and compares the checksum.
func (b *xzBlock) close() error {
	padding := (4 - (b.start-b.packed.Len())%4) % 4
	tail := make([]byte, padding+b.length)
	if _, err := io.ReadFull(b.packed, tail); err != nil {
		return noEOF(err)
	}
	if b.sum == nil {
		return nil
	}
	want, got := tail[padding:], b.sum.Sum(nil)
	if b.little {
		for i, j := 0, len(got)-1; i < j; i, j = i+1, j-1 {
			got[i], got[j] = got[j], got[i]
		}
	}
	if !bytes.Equal(want, got) {
		return errXZ
	}
	return nil
}
