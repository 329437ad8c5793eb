// Package openpgp reads through OpenPGP messages (RFC 9580) that are only signed
// or compressed, and recognises those that are encrypted. No signature is
// verified: that is the recipient's to do.
package openpgp

import (
	"bytes"
	"compress/bzip2"
	"compress/flate"
	"compress/zlib"
	"encoding/base64"
	"errors"
	"io"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

const (
	armorBegin = "-----BEGIN PGP MESSAGE-----"
	armorEnd   = "-----END PGP MESSAGE-----"
	maxDepth   = 4 // compressed packets in one another
)

// Read reads the OpenPGP message f, which is not armored.
func Read(f *collect.File) { packets(f, f.Content, 0) }

// ReadArmored reads every armored message in the text f.
func ReadArmored(f *collect.File) {
	rest := f.Content
	for f.Err() == nil {
		before, after, ok := bytes.Cut(rest, []byte(armorBegin))
		if !ok {
			return
		}
		if line := before[bytes.LastIndexByte(before, '\n')+1:]; len(bytes.Trim(line, "> \t")) > 0 {
			rest = after // a sentence that names the line
			continue
		}
		armored, after, _ := bytes.Cut(after, []byte(armorEnd))
		rest = after
		if message, ok := dearmor(armored); ok {
			packets(f, message, 0)
		} else {
			f.Defect(collect.DefectEncrypted, "an OpenPGP message that is damaged")
		}
	}
}

// dearmor decodes what stands between the lines that begin and end an armored
// message: header fields, an empty line, base64, and a checksum.
func dearmor(armored []byte) ([]byte, bool) {
	var encoded []byte
	inHeader := true
	for line := range bytes.SplitSeq(armored, []byte("\n")) {
		line = bytes.TrimSpace(bytes.TrimLeft(line, "> "))
		switch {
		case bytes.Contains(line, []byte(": ")):
		case inHeader && len(line) == 0:
		case len(line) > 0 && line[0] == '=':
		default:
			inHeader = false
			encoded = append(encoded, line...)
		}
	}
	message, err := base64.StdEncoding.DecodeString(string(encoded))
	return message, err == nil && len(message) > 0
}

// packets reads the packets of a message.
func packets(f *collect.File, message []byte, depth int) {
	if depth > maxDepth {
		f.Defect(collect.DefectTooDeep, "OpenPGP packets in one another")
		return
	}
	content := false
	for len(message) > 0 && f.Err() == nil {
		p, rest, err := next(message)
		if err != nil {
			f.Defect(collect.DefectCorrupt, "damaged OpenPGP packets")
			return
		}
		message = rest
		switch p.tag {
		case tagSessionKey, tagPassphrase, tagEncrypted, tagProtected, tagAuthenticated:
			f.Defect(collect.DefectEncrypted, "OpenPGP")
			return
		case tagCompressed:
			content = true
			compressed(f, p.body, depth)
		case tagLiteral:
			content = true
			literal(f, p.body)
		}
	}
	if !content && f.Err() == nil {
		f.Defect(collect.DefectUnsupported, "OpenPGP packets without a message")
	}
}

// compressed reads the packets in a Compressed Data packet.
func compressed(f *collect.File, body []byte, depth int) {
	if len(body) == 0 {
		f.Defect(collect.DefectCorrupt, "an empty OpenPGP packet")
		return
	}
	packed := bytes.NewReader(body[1:])
	var r io.Reader
	var err error
	switch body[0] {
	case 0:
		r = packed
	case 1:
		r = flate.NewReader(packed)
	case 2:
		r, err = zlib.NewReader(packed)
	case 3:
		r = bzip2.NewReader(packed)
	default:
		f.Defect(collect.DefectUnsupported, "an unknown compression")
		return
	}
	if err != nil {
		f.Defect(collect.DefectCorrupt, "damaged data")
		return
	}
	inner, err := f.Expand(int64(packed.Size()), r)
	if err != nil {
		f.Failed("", err)
	}
	if len(inner) > 0 {
		packets(f, inner, depth+1)
	}
}

// literal hands on what a Literal Data packet holds: format, name, date, content.
func literal(f *collect.File, body []byte) {
	if len(body) < 2 || len(body) < 6+int(body[1]) {
		f.Defect(collect.DefectCorrupt, "a damaged OpenPGP packet")
		return
	}
	name := string(body[2:][:body[1]])
	child := &collect.File{Name: name, Content: body[6+len(name):]}
	if name == "" || name == "_CONSOLE" {
		child = &collect.File{Path: "signed", Content: child.Content}
	}
	f.Attach(child)
}

var errPacket = errors.New("openpgp: malformed packet")
