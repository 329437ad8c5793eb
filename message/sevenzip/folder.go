package sevenzip

import (
	"bytes"
	"compress/bzip2"
	"compress/flate"
	"errors"
	"io"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz/lzma"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// The methods that are read, and encryption.
const (
	methodCopy    = "\x00"
	methodLZMA2   = "\x21"
	methodLZMA    = "\x03\x01\x01"
	methodDeflate = "\x04\x01\x08"
	methodBzip2   = "\x04\x02\x02"
	methodZstd    = "\x04\xf7\x11\x01"
	methodBrotli  = "\x04\xf7\x11\x02"
	encryption    = "\x06\xf1" // of every kind
)

const (
	maxWindow = 64 << 20 // bytes that a decompressor may keep of what it has written
	maxCoders = 8        // in one folder
)

// folder is a packed stream and the coders it goes through.
type folder struct {
	coders        []coder
	pairs         [][2]int // the input of one coder is the output of another
	outputs       int      // of all coders
	packedStreams int
	sizes         []int64 // of what each coder puts out
	digest        digest
	files         []stream
	start, packed int64 // where its packed streams stand
}

// coder is one step of unpacking.
type coder struct {
	method     string
	properties []byte
	simple     bool // one input, one output
}

// stream is a file in what a folder unpacks to.
type stream struct {
	size   int64
	sum    uint32
	hasSum bool
}

// folder reads one folder.
func (p *fields) folder() folder {
	var f folder
	inputs := 0
	n := p.count()
	if n == 0 || n > maxCoders {
		p.fail()
		return f
	}
	for range n {
		flags := p.byte()
		c := coder{method: string(p.bytes(uint64(flags & 0x0f))), simple: true}
		in, out := 1, 1
		if flags&0x10 != 0 {
			in, out = p.count(), p.count()
			c.simple = in == 1 && out == 1
		}
		if flags&0x20 != 0 {
			c.properties = p.bytes(p.number())
		}
		if flags&0xc0 != 0 || in > 32 || out > 32 {
			p.fail()
		}
		inputs, f.outputs = inputs+in, f.outputs+out
		f.coders = append(f.coders, c)
	}
	for range f.outputs - 1 {
		f.pairs = append(f.pairs, [2]int{p.count(), p.count()})
	}
	f.packedStreams = inputs - max(f.outputs-1, 0)
	if f.packedStreams < 1 {
		p.fail()
	}
	for range max(f.packedStreams, 1) {
		if f.packedStreams > 1 {
			p.number() // which input it is
		}
	}
	return f
}

// size returns how many bytes the folder unpacks to: what the coder puts out that
// no other takes in.
func (f *folder) size() int64 {
	for i := len(f.sizes) - 1; i >= 0; i-- {
		if f.taker(i) < 0 {
			return f.sizes[i]
		}
	}
	return 0
}

// taker returns the coder that takes in what coder i puts out; -1 if none does.
func (f *folder) taker(i int) int {
	for _, pair := range f.pairs {
		if pair[1] == i {
			return pair[0]
		}
	}
	return -1
}

// first returns the coder that takes in the packed stream.
func (f *folder) first() int {
	for i := range f.coders {
		bound := false
		for _, pair := range f.pairs {
			bound = bound || pair[0] == i
		}
		if !bound {
			return i
		}
	}
	return -1
}

var errUnpackable = &collect.Refusal{Kind: collect.DefectUnsupported, Detail: "packed by a method that is not read"}

// open returns what the folder unpacks to, and how many packed bytes that takes.
func (a *archive) open(f *folder) (r io.Reader, packed int64, err error) {
	for _, c := range f.coders {
		if strings.HasPrefix(c.method, encryption) {
			return nil, 0, &collect.Refusal{Kind: collect.DefectEncrypted, Detail: "needs a password"}
		}
	}
	for _, c := range f.coders {
		if !c.simple {
			return nil, 0, errUnpackable
		}
	}
	if f.start > int64(len(a.streams)) {
		return nil, 0, errHeader
	}
	from := a.streams[f.start:min(f.start+f.packed, int64(len(a.streams)))]
	packed = int64(len(from))
	room := a.file.Room(packed)
	r = bytes.NewReader(from)
	at := f.first()
	for range f.coders {
		if at < 0 || at >= len(f.coders) || at >= len(f.sizes) {
			return nil, 0, errHeader
		}
		if r, err = f.coders[at].decode(r, f.sizes[at], room); err != nil {
			return nil, 0, err
		}
		at = f.taker(at)
	}
	return r, packed, nil
}

// decode returns what comes out of the coder for r. size is how much that is
// said to be, room how much it may be.
func (c *coder) decode(r io.Reader, size, room int64) (io.Reader, error) {
	switch c.method {
	case methodCopy:
		return r, nil
	case methodLZMA:
		return c.lzma(r, size, room)
	case methodLZMA2:
		return c.lzma2(r, size, room)
	case methodDeflate:
		return flate.NewReader(r), nil
	case methodBzip2:
		return bzip2.NewReader(r), nil
	case methodZstd:
		decoder, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
		return zstdReader{decoder}, err
	case methodBrotli:
		return brotli.NewReader(unframed(r)), nil
	}
	return nil, errUnpackable
}

// window returns how much of its output a decoder must keep: no more than there
// is, or may be.
func window(demanded, size, room int64) (int64, error) {
	demanded = min(demanded, size)
	if demanded > maxWindow {
		return 0, &collect.Refusal{Kind: collect.DefectTooLarge, Detail: "demands more memory than it may have"}
	}
	return max(min(demanded, room), lzma.MinDictCap), nil
}

func (c *coder) lzma(r io.Reader, size, room int64) (io.Reader, error) {
	if len(c.properties) != 5 {
		return nil, errHeader
	}
	dictionary, err := window(int64(le.Uint32(c.properties[1:])), size, room)
	if err != nil {
		return nil, err
	}
	head := le.AppendUint32([]byte{c.properties[0]}, uint32(dictionary))
	head = le.AppendUint64(head, uint64(size))
	return lzma.NewReader(io.MultiReader(bytes.NewReader(head), r))
}

func (c *coder) lzma2(r io.Reader, size, room int64) (io.Reader, error) {
	if len(c.properties) != 1 || c.properties[0] > 40 {
		return nil, errHeader
	}
	p := c.properties[0]
	dictionary, err := window(int64(2|p&1)<<(p/2+11), size, room)
	if err != nil {
		return nil, err
	}
	return lzma.Reader2Config{DictCap: int(dictionary)}.NewReader2(r)
}

// unframed skips the frame header that some programs put before a Brotli stream.
func unframed(r io.Reader) io.Reader {
	head := make([]byte, 16)
	n, _ := io.ReadFull(r, head)
	if n == len(head) && le.Uint32(head) == 0x184d2a50 && le.Uint16(head[12:]) == 0x5242 {
		return r
	}
	return io.MultiReader(bytes.NewReader(head[:n]), r)
}

// zstdReader tells the limits of the decoder from damage.
type zstdReader struct{ decoder io.Reader }

// Read implements io.Reader.
func (z zstdReader) Read(p []byte) (int, error) {
	n, err := z.decoder.Read(p)
	if errors.Is(err, zstd.ErrWindowSizeExceeded) || errors.Is(err, zstd.ErrDecoderSizeExceeded) {
		err = &collect.Refusal{Kind: collect.DefectTooLarge, Detail: "demands more memory than it may have"}
	}
	return n, err
}
