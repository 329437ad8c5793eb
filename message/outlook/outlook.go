// Package outlook reads the messages that Outlook saves as .msg files
// ([MS-OXMSG]): compound files with a stream for each property.
package outlook

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/zixpolicy/zixpolicy/message/cfb"
	"github.com/zixpolicy/zixpolicy/message/collect"
	"github.com/zixpolicy/zixpolicy/message/mapi"
)

// The names of what is in a message.
const (
	propertiesStream = "__properties_version1.0"
	valuePrefix      = "__substg1.0_"
	recipientPrefix  = "__recip_version1.0_"
	attachmentPrefix = "__attach_version1.0_"
)

// Is reports whether a storage is a message.
func Is(s *cfb.Storage) bool { return s.Stream(propertiesStream) != nil }

// Read reads the message in the storage s, the root of the file f.
func Read(f *collect.File, s *cfb.Storage) {
	r := &reader{file: f}
	message := r.object(s, 0)
	message.SetCodepage()
	var recipients []*mapi.Object
	for _, inner := range s.Storages {
		if f.Err() == nil && hasPrefix(inner.Name, recipientPrefix) {
			recipients = append(recipients, r.object(inner, message.Codepage))
		}
	}
	mapi.Report(f, message, recipients)
	for _, inner := range s.Storages {
		switch {
		case f.Err() != nil:
			return
		case hasPrefix(inner.Name, attachmentPrefix):
			r.attachment(inner, message.Codepage)
		}
	}
}

// reader reads the objects of a message.
type reader struct {
	file    *collect.File
	damaged bool // a defect was recorded
}

// bytes reads a stream; what is missing of it is a defect of the message.
func (r *reader) bytes(s *cfb.Stream) []byte {
	data, err := s.Bytes()
	if err != nil && !r.damaged {
		r.damaged = true
		r.file.Defect(collect.DefectTruncated, "a stream is not whole")
	}
	return data
}

// object reads the properties in a storage.
func (r *reader) object(s *cfb.Storage, codepage int) *mapi.Object {
	o := &mapi.Object{Codepage: codepage}
	for _, stream := range s.Streams {
		switch {
		case r.file.Err() != nil:
			return o
		case strings.EqualFold(stream.Name, propertiesStream):
			fixed(o, r.bytes(stream))
		case hasPrefix(stream.Name, valuePrefix):
			r.variable(o, stream)
		}
	}
	return o
}

// fixed reads the properties of fixed size, which stand in one stream: type,
// number, flags, value. The others have their size there and are passed over.
func fixed(o *mapi.Object, data []byte) {
	// The header takes 8 bytes in recipients and attachments, 24 in embedded
	// messages and 32 in others: the length tells.
	header := len(data) % 16
	if header == 0 {
		header = 32
	}
	for data = data[min(header, len(data)):]; len(data) >= 16; data = data[16:] {
		p := mapi.Property{
			Type: uint16(data[0]) | uint16(data[1])<<8, ID: uint16(data[2]) | uint16(data[3])<<8, Value: data[8:16],
		}
		switch p.Type {
		case mapi.TypeInteger16, mapi.TypeInteger32, mapi.TypeBoolean:
			o.Add(p)
		}
	}
}

// variable reads a property that has a stream of its own, named by its number and
// type. The values of one with many are in streams with a number added.
func (r *reader) variable(o *mapi.Object, stream *cfb.Stream) {
	tag, index, many := strings.Cut(stream.Name[len(valuePrefix):], "-")
	n, err := strconv.ParseUint(tag, 16, 32)
	if err != nil {
		return
	}
	p := mapi.Property{ID: uint16(n >> 16), Type: uint16(n)}
	multiple := p.Type&mapi.MultipleValues != 0
	p.Type &^= mapi.MultipleValues
	// Without a number it is the list of the values' lengths.
	if multiple != many || many && index == "" {
		return
	}
	switch p.Type {
	case mapi.TypeString8, mapi.TypeUnicode, mapi.TypeBinary:
		p.Value = r.bytes(stream)
		o.Add(p)
	}
}

// attachment hands an attached file to the reader of its format.
func (r *reader) attachment(s *cfb.Storage, codepage int) {
	o := r.object(s, codepage)
	child := &collect.File{Name: o.FileName(), Type: o.Text(mapi.AttachMediaType)}
	child.Declared = child.Type
	found := false
	for i := range o.Properties {
		if p := &o.Properties[i]; p.ID == mapi.AttachData && p.Type == mapi.TypeBinary {
			found = true
			file := *child
			if !r.file.UnpackFile(&file, int64(len(p.Value)), bytes.NewReader(p.Value)) {
				return
			}
		}
	}
	for _, inner := range s.Storages {
		if hasPrefix(inner.Name, valuePrefix+"3701") {
			found = true
			file := *child
			file.Type, file.Declared = "", ""
			r.storage(inner, &file)
		}
	}
	if !found && child.Name != "" {
		r.file.Attach(child) // a link to a file elsewhere: its name is all there is
	}
}

// storage hands on an embedded message or object, as a file of its own.
func (r *reader) storage(s *cfb.Storage, child *collect.File) {
	packed, err := cfb.Pack(s)
	if err != nil {
		r.file.DefectIn(collect.SafeName(child.Name), collect.DefectTruncated, "a stream is not whole")
	}
	r.file.UnpackFile(child, int64(len(packed)), bytes.NewReader(packed))
}

func hasPrefix(name, prefix string) bool {
	return len(name) >= len(prefix) && strings.EqualFold(name[:len(prefix)], prefix)
}
