// Package tnef reads winmail.dat files ([MS-OXTNEF]), in which Outlook sends what
// its messages hold beyond Internet mail: body, properties and the attached files.
package tnef

import (
	"bytes"
	"encoding/binary"

	"github.com/zixpolicy/zixpolicy/message/collect"
	"github.com/zixpolicy/zixpolicy/message/mapi"
)

// signature begins a TNEF stream; a key of two bytes follows.
const signature = "\x78\x9f\x3e\x22"

// The attributes of a stream, without their types.
const (
	attFrom                 = 0x8000
	attSubject              = 0x8004
	attMessageClass         = 0x8008
	attBody                 = 0x800c
	attAttachData           = 0x800f
	attAttachTitle          = 0x8010
	attAttachTransport      = 0x9001
	attAttachRenddata       = 0x9002
	attMsgProps             = 0x9003
	attRecipTable           = 0x9004
	attAttachment           = 0x9005
	attOemCodepage          = 0x9007
	levelAttachment    byte = 2
)

// maxObjects bounds attachments and recipients. It is far beyond any message.
const maxObjects = 20_000

// Read reads the TNEF file f.
func Read(f *collect.File) {
	if !bytes.HasPrefix(f.Content, []byte(signature)) || len(f.Content) < 6 {
		f.Defect(collect.DefectCorrupt, "not a TNEF stream")
		return
	}
	s := &stream{file: f, message: &mapi.Object{}}
	s.attributes(f.Content[6:])
	mapi.Report(f, s.message, s.recipients)
	for _, a := range s.attachments {
		if f.Err() != nil {
			return
		}
		a.hand(f)
	}
}

// stream gathers what the attributes of a TNEF stream say.
type stream struct {
	file        *collect.File
	message     *mapi.Object
	recipients  []*mapi.Object
	attachments []*attachment
	corrupt     bool // a defect was recorded
}

// attributes reads the attributes one after the other: level, number, type,
// length, data, checksum. The checksum is not looked at: programs differ in it.
func (s *stream) attributes(rest []byte) {
	for len(rest) > 0 && s.file.Err() == nil {
		if len(rest) < 9 {
			s.damage(collect.DefectTruncated)
			return
		}
		level, id := rest[0], binary.LittleEndian.Uint16(rest[1:])
		length := int64(binary.LittleEndian.Uint32(rest[5:]))
		rest = rest[9:]
		if length > int64(len(rest)) {
			s.damage(collect.DefectTruncated)
			length = int64(len(rest))
		}
		s.attribute(level, id, rest[:length])
		rest = rest[min(length+2, int64(len(rest))):]
	}
}

// damage records that the stream is not whole, once.
func (s *stream) damage(kind collect.DefectKind) {
	if !s.corrupt {
		s.corrupt = true
		s.file.Defect(kind, "the TNEF stream is damaged")
	}
}

func (s *stream) attribute(level byte, id uint16, data []byte) {
	if level == levelAttachment {
		s.ofAttachment(id, data)
		return
	}
	switch id {
	case attOemCodepage:
		if len(data) >= 4 {
			s.message.Codepage = int(binary.LittleEndian.Uint32(data))
		}
	case attSubject:
		s.text(mapi.Subject, data)
	case attBody:
		s.text(mapi.Body, data)
	case attMessageClass:
		s.text(mapi.MessageClass, data)
	case attFrom:
		s.from(data)
	case attMsgProps:
		s.properties(s.message, &reader{rest: data})
	case attRecipTable:
		s.recipientTable(data)
	}
}

// text adds a string of the message, in the code page of the stream.
func (s *stream) text(id uint16, data []byte) {
	s.message.Add(mapi.Property{ID: id, Type: mapi.TypeString8, Value: bytes.TrimRight(data, "\x00")})
}

// from reads the sender's display name, which follows a header of four lengths.
func (s *stream) from(data []byte) {
	if len(data) < 8 {
		return
	}
	length := int(binary.LittleEndian.Uint16(data[4:]))
	data = data[8:]
	s.text(mapi.DisplayName, data[:min(length, len(data))])
}

func (s *stream) recipientTable(data []byte) {
	r := &reader{rest: data}
	for range r.count() {
		if r.bad || len(r.rest) == 0 || s.file.Err() != nil {
			break
		}
		if len(s.recipients) >= maxObjects {
			s.file.Defect(collect.DefectTooMany, "more recipients than are read")
			return
		}
		o := &mapi.Object{Codepage: s.message.Codepage}
		s.properties(o, r)
		s.recipients = append(s.recipients, o)
	}
}

// properties reads a list of properties into o.
func (s *stream) properties(o *mapi.Object, r *reader) {
	count := r.count()
	for i := int64(0); i < count && s.file.Err() == nil; i++ {
		if !r.property(o) {
			break
		}
	}
	if r.bad {
		s.damage(collect.DefectCorrupt)
	}
}
