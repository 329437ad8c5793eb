package rtf

import (
	"bytes"
	"encoding/binary"
	"strings"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// opaque is a picture or an object that is being read.
type opaque struct {
	object bool
	form   string // of a picture: the word that says so
	data   []byte
	half   int // the first digit of a byte, plus one
	room   int64
}

// hex takes hexadecimal digits; anything between them is nothing.
func (o *opaque) hex(digits []byte) {
	for _, c := range digits {
		switch n := nibble(c); {
		case n < 0:
		case o.half == 0:
			o.half = n + 1
		default:
			o.data = append(o.data, byte((o.half-1)<<4|n))
			o.half = 0
		}
	}
}

// word takes a control word among the digits.
func (o *opaque) word(name string) {
	switch name {
	case "pngblip", "jpegblip", "emfblip", "wmetafile", "dibitmap", "wbitmap", "macpict", "pmmetafile":
		o.form = name
	}
}

// raw takes the bytes of \bin.
func (r *reader) raw(b []byte) {
	if r.state.destination == dataDestination {
		r.opaque.data = append(r.opaque.data, b...)
		return
	}
	if len(bytes.Trim(b, "\x00")) > 0 {
		r.file.Attach(&collect.File{Path: "bin", Content: bytes.Clone(b)})
	}
}

// hand hands the picture or object on as a file.
func (o *opaque) hand(f *collect.File) {
	switch {
	case len(o.data) == 0:
	case o.object:
		o.handObject(f)
	default:
		f.Attach(&collect.File{Path: "picture", Content: o.picture()})
	}
}

// picture returns a picture as a file of its own: RTF leaves out the header that
// files of some kinds have.
func (o *opaque) picture() []byte {
	switch o.form {
	case "wmetafile":
		header := make([]byte, 22, 22+len(o.data)) // the placeable header, [MS-WMF] 2.3.2.3
		copy(header, "\xd7\xcd\xc6\x9a")
		return append(header, o.data...)
	case "dibitmap":
		header := make([]byte, 14, 14+len(o.data)) // BITMAPFILEHEADER
		copy(header, "BM")
		binary.LittleEndian.PutUint32(header[2:], uint32(14+len(o.data)))
		return append(header, o.data...)
	}
	return o.data
}

// handObject hands on what an OLE 1.0 object ([MS-OLEDS] 2.2) embeds.
func (o *opaque) handObject(f *collect.File) {
	rest := o.data
	take := func() (string, bool) { // a string that its length stands before
		if len(rest) < 4 {
			return "", false
		}
		n := int(binary.LittleEndian.Uint32(rest))
		if n < 0 || n > len(rest)-4 {
			return "", false
		}
		s := string(bytes.TrimRight(rest[4:4+n], "\x00"))
		rest = rest[4+n:]
		return s, true
	}
	if len(rest) >= 8 && binary.LittleEndian.Uint32(rest[4:]) == 2 {
		rest = rest[8:]
		class, ok := take()
		_, topic := take()
		_, item := take()
		if ok && topic && item && len(rest) >= 4 {
			size := int(binary.LittleEndian.Uint32(rest))
			native := rest[4:]
			if size >= 0 && size <= len(native) {
				o.handNative(f, class, native[:size])
				if more := native[size:]; len(bytes.Trim(more, "\x00")) > 0 {
					presentation(f, more)
				}
				return
			}
		}
	}
	if i := bytes.Index(o.data, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")); i >= 0 {
		f.Attach(&collect.File{Path: "object", Content: o.data[i:]}) // as programs find it in a damaged one
		return
	}
	f.Attach(&collect.File{Path: "object", Content: o.data})
}

// handNative hands on the data of an object of that class.
func (o *opaque) handNative(f *collect.File, class string, native []byte) {
	if strings.EqualFold(class, "Package") {
		if name, content, ok := packaged(native); ok {
			f.Nested(name, content)
			return
		}
	}
	f.Attach(&collect.File{Path: "object", Content: native})
}

// presentation takes the picture of an object that stands behind its data: a second
// header, the class of a metafile and the picture. It is a picture and no more.
func presentation(f *collect.File, more []byte) {
	if bytes.Contains(more[:min(len(more), 64)], []byte("METAFILEPICT")) || bytes.Contains(more[:min(len(more), 64)], []byte("BITMAP")) ||
		bytes.Contains(more[:min(len(more), 64)], []byte("DIB")) {
		header := make([]byte, 22, 22+len(more))
		copy(header, "\xd7\xcd\xc6\x9a")
		f.Attach(&collect.File{Path: "picture", Content: append(header, more...)})
		return
	}
	f.Attach(&collect.File{Path: "object", Content: more})
}

// packaged returns the file in the data of Windows' Packager: a mark, its label and
// path, four bytes, its path when it was packed, its content.
func packaged(native []byte) (name string, content []byte, ok bool) {
	if len(native) < 2 {
		return "", nil, false
	}
	rest := native[2:]
	label, rest, ok := bytes.Cut(rest, []byte{0})
	if !ok {
		return "", nil, false
	}
	_, rest, ok = bytes.Cut(rest, []byte{0})
	if !ok || len(rest) < 8 {
		return "", nil, false
	}
	rest = rest[4:]
	path := int(binary.LittleEndian.Uint32(rest))
	if path < 0 || path > len(rest)-8 {
		return "", nil, false
	}
	rest = rest[4+path:]
	size := int(binary.LittleEndian.Uint32(rest))
	if size < 0 || size > len(rest)-4 {
		return "", nil, false
	}
	return strings.ToValidUTF8(string(label), "\uFFFD"), rest[4 : 4+size], true
}
