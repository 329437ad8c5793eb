// Package mapi reads what Outlook's messages consist of, however they are stored:
// objects with numbered properties ([MS-OXPROPS]), among them the bodies of a
// message in up to three formats. The packages outlook and tnef take the objects
// from their containers and hand them to [Report].
package mapi

import (
	"encoding/binary"
	"strings"

	"github.com/zixpolicy/zixpolicy/message/charset"
)

// The types of property that are read ([MS-OXCDATA] section 2.11.1). A property
// of many values has MultipleValues added.
const (
	TypeInteger16  = 0x0002
	TypeInteger32  = 0x0003
	TypeBoolean    = 0x000b
	TypeObject     = 0x000d
	TypeString8    = 0x001e
	TypeUnicode    = 0x001f
	TypeGUID       = 0x0048
	TypeBinary     = 0x0102
	MultipleValues = 0x1000
)

// The properties that readers ask for.
const (
	MessageClass     = 0x001a
	Subject          = 0x0037
	TransportHeaders = 0x007d
	SubjectPrefix    = 0x003d
	Body             = 0x1000
	CompressedRTF    = 0x1009
	HTML             = 0x1013
	DisplayName      = 0x3001
	AttachData       = 0x3701
	AttachFilename   = 0x3704
	AttachMethod     = 0x3705
	AttachLongName   = 0x3707
	AttachMediaType  = 0x370e
	InternetCodepage = 0x3fde
	MessageCodepage  = 0x3ffd
)

// The values of AttachMethod that matter.
const (
	MethodEmbedded = 5 // a message
	MethodOLE      = 6
)

// Property is one property. One of several values appears once for each of them,
// its type without MultipleValues.
type Property struct {
	ID    uint16
	Type  uint16
	Name  string // of a named property; empty if it has a number only
	Value []byte
}

// Object is a message, a recipient or an attachment.
type Object struct {
	Properties []Property
	Codepage   int // of strings that are not Unicode; 0 if unknown
}

// Add adds a property.
func (o *Object) Add(p Property) { o.Properties = append(o.Properties, p) }

// Find returns the first property of that number and one of the types (any type
// if none is given), nil if there is none.
func (o *Object) Find(id uint16, types ...uint16) *Property {
	for i := range o.Properties {
		p := &o.Properties[i]
		if p.ID != id {
			continue
		}
		if len(types) == 0 {
			return p
		}
		for _, t := range types {
			if p.Type == t {
				return p
			}
		}
	}
	return nil
}

// Integer returns a number, 0 if there is none.
func (o *Object) Integer(id uint16) int {
	p := o.Find(id, TypeInteger32, TypeInteger16)
	switch {
	case p == nil:
	case p.Type == TypeInteger32 && len(p.Value) >= 4:
		return int(int32(binary.LittleEndian.Uint32(p.Value)))
	case p.Type == TypeInteger16 && len(p.Value) >= 2:
		return int(int16(binary.LittleEndian.Uint16(p.Value)))
	}
	return 0
}

// Text returns a string property, the empty string if there is none.
func (o *Object) Text(id uint16) string {
	p := o.Find(id, TypeUnicode, TypeString8)
	if p == nil {
		return ""
	}
	return o.Decode(p)
}

// FileName returns the name of an attachment, the longest form of it first.
func (o *Object) FileName() string {
	for _, id := range [...]uint16{AttachLongName, AttachFilename, DisplayName} {
		if name := o.Text(id); name != "" {
			return name
		}
	}
	return ""
}

// SetCodepage takes the code page of strings from the properties.
func (o *Object) SetCodepage() {
	for _, id := range [...]uint16{MessageCodepage, InternetCodepage} {
		// A message in Unicode has that as its code page; strings that are not in
		// Unicode then have the one of the writer's machine.
		if n := o.Integer(id); n > 0 && n != 1200 && n != 1201 {
			o.Codepage = n
			return
		}
	}
}

// Decode returns the value of a string property.
func (o *Object) Decode(p *Property) string {
	label := "utf-16le"
	if p.Type != TypeUnicode {
		label = charset.Codepage(o.Codepage)
	}
	value := p.Value
	if p.Type == TypeUnicode {
		value = value[:len(value)&^1]
	}
	text, _ := charset.Decode(value, label)
	return strings.TrimRight(text, "\x00")
}
