package openpgp

import "encoding/binary"

// The packets that matter (RFC 9580, section 5).
const (
	tagSessionKey    = 1
	tagPassphrase    = 3
	tagCompressed    = 8
	tagEncrypted     = 9
	tagLiteral       = 11
	tagProtected     = 18
	tagAuthenticated = 20
)

// packet is one packet.
type packet struct {
	tag  int
	body []byte
}

// next cuts the first packet off b. One that its length takes beyond the end is
// cut short: what is there is read.
func next(b []byte) (p packet, rest []byte, err error) {
	if len(b) < 2 || b[0]&0x80 == 0 {
		return p, nil, errPacket
	}
	if b[0]&0x40 != 0 {
		p.tag = int(b[0] & 0x3f)
		p.body, rest, err = currentLength(b[1:])
		return p, rest, err
	}
	p.tag = int(b[0] >> 2 & 0x0f)
	kind := b[0] & 3
	if kind == 3 { // up to the end
		p.body = b[1:]
		return p, nil, nil
	}
	width := 1 << kind
	if len(b) < 1+width {
		return p, nil, errPacket
	}
	length := 0
	for _, c := range b[1 : 1+width] {
		length = length<<8 | int(c)
	}
	p.body, rest = cut(b[1+width:], length)
	return p, rest, nil
}

// currentLength reads the length of a packet in the current format, which may
// come in pieces, and its body.
func currentLength(b []byte) (body, rest []byte, err error) {
	for pieces := 0; ; pieces++ {
		if len(b) == 0 {
			return nil, nil, errPacket
		}
		first := int(b[0])
		var piece []byte
		partial := false
		switch {
		case first < 192:
			piece, b = cut(b[1:], first)
		case first < 224 && len(b) >= 2:
			piece, b = cut(b[2:], (first-192)<<8+int(b[1])+192)
		case first == 255 && len(b) >= 5:
			piece, b = cut(b[5:], int(binary.BigEndian.Uint32(b[1:])))
		case first >= 224 && first < 255:
			piece, b = cut(b[1:], 1<<(first&0x1f))
			partial = true
		default:
			return nil, nil, errPacket
		}
		if !partial && pieces == 0 {
			return piece, b, nil
		}
		body = append(body, piece...)
		if !partial || len(b) == 0 {
			return body, b, nil
		}
	}
}

// cut returns the first n bytes of b, and the others.
func cut(b []byte, n int) (first, rest []byte) {
	n = min(n, len(b))
	return b[:n], b[n:]
}
