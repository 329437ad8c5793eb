package mapi

import (
	"encoding/binary"
	"errors"
	"io"
)

// dictionary is what the window of compressed RTF begins with ([MS-OXRTFCP]
// section 2.1.3.1.2).
const dictionary = `{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0` +
	"\r\n" + `\par \pard\plain\f0\fs20\b\i\u\tab\tx`

const window = 4096 // bytes that references reach back

// The magic numbers of the two forms.
const (
	compressed   = 0x75465a4c // "LZFu"
	uncompressed = 0x414c454d // "MELA"
)

var errRTF = errors.New("mapi: damaged compressed RTF")

// rtfReader unpacks compressed RTF.
type rtfReader struct {
	in      []byte
	left    int64 // of the output, as the header says
	buffer  [window]byte
	at      int    // next place to write in buffer
	pending []byte // written and not yet read
	err     error
}

// NewRTFReader returns a reader of the RTF in a property CompressedRTF. What the
// header says about sizes bounds the output and is not relied on otherwise.
func NewRTFReader(packed []byte) io.Reader {
	if len(packed) < 16 {
		return &rtfReader{err: errRTF}
	}
	r := &rtfReader{in: packed[16:], left: int64(binary.LittleEndian.Uint32(packed[4:]))}
	switch binary.LittleEndian.Uint32(packed[8:]) {
	case compressed:
		r.at = copy(r.buffer[:], dictionary)
	case uncompressed:
		r.pending = r.in[:min(int64(len(r.in)), r.left)]
		r.err = io.EOF
		if int64(len(r.in)) < r.left {
			r.err = io.ErrUnexpectedEOF
		}
	default:
		r.err = errRTF
	}
	return r
}

func (r *rtfReader) Read(out []byte) (int, error) {
	n := 0
	for n < len(out) {
		if len(r.pending) == 0 {
			if r.err != nil {
				break
			}
			r.run()
			continue
		}
		k := copy(out[n:], r.pending)
		r.pending = r.pending[k:]
		n += k
	}
	if n == 0 && r.err != nil {
		return 0, r.err
	}
	return n, nil
}

// run unpacks the next eight tokens, or ends.
func (r *rtfReader) run() {
	if len(r.in) == 0 {
		r.err = io.ErrUnexpectedEOF
		if r.left <= 0 {
			r.err = io.EOF // a writer that forgot the mark at the end
		}
		return
	}
	flags := r.in[0]
	r.in = r.in[1:]
	var out []byte
	for bit := range 8 {
		switch {
		case r.err != nil || len(r.in) == 0:
		case flags>>bit&1 == 0:
			out = r.put(out, r.in[0])
			r.in = r.in[1:]
		default:
			out = r.reference(out)
		}
	}
	r.pending = out
}

func (r *rtfReader) put(out []byte, b byte) []byte {
	r.buffer[r.at] = b
	r.at = (r.at + 1) % window
	r.left--
	return append(out, b)
}

// reference copies from the window. One to the place that is written next is the
// mark at the end.
func (r *rtfReader) reference(out []byte) []byte {
	if len(r.in) < 2 {
		r.in = nil
		return out
	}
	token := int(binary.BigEndian.Uint16(r.in))
	r.in = r.in[2:]
	from, length := token>>4, token&15+2
	if from == r.at {
		r.err = io.EOF
		return out
	}
	for i := range length {
		out = r.put(out, r.buffer[(from+i)%window])
	}
	return out
}
