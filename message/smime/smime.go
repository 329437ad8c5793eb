// Package smime reads through S/MIME wrappers (RFC 8551): what a signature wraps
// is handed on as a message of its own; what is encrypted is a defect.
package smime

import (
	"bytes"
	"errors"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// The CMS content types (RFC 5652), as their object identifiers are encoded.
var (
	oidSigned     = []byte("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02")
	oidEnveloped  = []byte("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03")
	oidAuthEnv    = []byte("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17")
	oidCompressed = []byte("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x09")
)

// The tags of BER (X.690) that occur on the way to the content.
const (
	tagOctets      = 0x04
	tagOID         = 0x06
	tagSequence    = 0x30
	tagExplicit0   = 0xa0
	tagConstructed = 0x20
)

// Read reads the CMS file f.
func Read(f *collect.File) {
	contentType, content, err := contentInfo(f.Content)
	switch {
	case err != nil:
		f.Defect(collect.DefectCorrupt, "not a CMS structure")
	case bytes.Equal(contentType, oidEnveloped), bytes.Equal(contentType, oidAuthEnv):
		f.Defect(collect.DefectEncrypted, "S/MIME")
	case bytes.Equal(contentType, oidSigned):
		readSigned(f, content)
	case bytes.Equal(contentType, oidCompressed):
		f.Defect(collect.DefectUnsupported, "compressed S/MIME")
	default:
		f.Defect(collect.DefectUnsupported, "another kind of CMS content")
	}
}

// readSigned hands on what SignedData wraps. There may be nothing: then it is a
// detached signature.
func readSigned(f *collect.File, signed []byte) {
	content, found, err := encapsulated(signed)
	switch {
	case err != nil:
		f.Defect(collect.DefectCorrupt, "damaged S/MIME signature")
	case !found:
		f.Opaque()
	default:
		f.Attach(&collect.File{Path: "signed", Type: "message/rfc822", Declared: "message/rfc822", Content: content})
	}
}

var errBER = errors.New("smime: malformed BER")

// element is one BER element.
type element struct {
	tag  byte
	body []byte
}

// contentInfo takes ContentInfo apart: SEQUENCE { OID, [0] EXPLICIT content }.
func contentInfo(b []byte) (contentType, content []byte, err error) {
	info, _, err := next(b, 0)
	if err != nil || info.tag != tagSequence {
		return nil, nil, errBER
	}
	oid, rest, err := next(info.body, 0)
	if err != nil || oid.tag != tagOID {
		return nil, nil, errBER
	}
	explicit, _, err := next(rest, 0)
	if err != nil || explicit.tag != tagExplicit0 {
		return nil, nil, errBER
	}
	return oid.body, explicit.body, nil
}

// encapsulated returns the content that SignedData wraps: SEQUENCE { version,
// digestAlgorithms, SEQUENCE { OID, [0] EXPLICIT OCTET STRING OPTIONAL }, … }.
func encapsulated(b []byte) (content []byte, found bool, err error) {
	signed, _, err := next(b, 0)
	if err != nil || signed.tag != tagSequence {
		return nil, false, errBER
	}
	rest := signed.body
	var e element
	for range 3 { // version, digest algorithms, the content
		if e, rest, err = next(rest, 0); err != nil {
			return nil, false, err
		}
	}
	_, rest, err = next(e.body, 0) // its type
	if err != nil || e.tag != tagSequence {
		return nil, false, errBER
	}
	if len(rest) == 0 {
		return nil, false, nil
	}
	explicit, _, err := next(rest, 0)
	if err != nil || explicit.tag != tagExplicit0 {
		return nil, false, errBER
	}
	octets, _, err := next(explicit.body, 0)
	if err != nil {
		return nil, false, err
	}
	content, err = join(nil, octets, 0)
	return content, true, err
}

// maxDepth bounds how deeply elements may be nested.
const maxDepth = 16

// join appends the bytes of an octet string, which may come in pieces.
func join(out []byte, e element, depth int) ([]byte, error) {
	switch {
	case depth > maxDepth:
		return nil, errBER
	case e.tag == tagOctets:
		return append(out, e.body...), nil
	case e.tag != tagOctets|tagConstructed:
		return nil, errBER
	}
	rest := e.body
	for len(rest) > 0 {
		piece, after, err := next(rest, 0)
		if err != nil {
			return nil, err
		}
		if out, err = join(out, piece, depth+1); err != nil {
			return nil, err
		}
		rest = after
	}
	return out, nil
}

// next cuts the first element off b. An element of indefinite length ends at its
// end-of-contents mark, which is not part of body.
func next(b []byte, depth int) (e element, rest []byte, err error) {
	if len(b) < 2 || depth > maxDepth || b[0]&0x1f == 0x1f {
		return e, nil, errBER
	}
	e.tag = b[0]
	length := int(b[1])
	b = b[2:]
	switch {
	case length == 0x80:
		return indefinite(e.tag, b, depth)
	case length > 0x80:
		n := length & 0x7f
		if n > 4 || n > len(b) {
			return e, nil, errBER
		}
		length = 0
		for _, c := range b[:n] {
			length = length<<8 | int(c)
		}
		b = b[n:]
	}
	if length > len(b) {
		return e, nil, errBER
	}
	e.body = b[:length]
	return e, b[length:], nil
}

// indefinite finds the end of an element of indefinite length.
func indefinite(tag byte, b []byte, depth int) (element, []byte, error) {
	if tag&tagConstructed == 0 {
		return element{}, nil, errBER
	}
	rest := b
	for {
		if len(rest) >= 2 && rest[0] == 0 && rest[1] == 0 {
			return element{tag, b[:len(b)-len(rest)]}, rest[2:], nil
		}
		var err error
		if _, rest, err = next(rest, depth+1); err != nil {
			return element{}, nil, err
		}
	}
}
