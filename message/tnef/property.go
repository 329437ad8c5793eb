package tnef

import (
	"encoding/binary"

	"github.com/zixpolicy/zixpolicy/message/charset"
	"github.com/zixpolicy/zixpolicy/message/mapi"
)

// namedProperties is the first number of those whose meaning a name gives.
const namedProperties = 0x8000

// reader reads the encoding of properties ([MS-OXTNEF] section 2.1.3.4). After an
// error it is bad, and everything it returns is empty.
type reader struct {
	rest []byte
	bad  bool
}

// take returns the next n bytes.
func (r *reader) take(n int64) []byte {
	if n < 0 || n > int64(len(r.rest)) {
		r.bad = true
		r.rest = nil
		return nil
	}
	taken := r.rest[:n]
	r.rest = r.rest[n:]
	return taken
}

// count returns the next number. What it counts takes at least a byte each.
func (r *reader) count() int64 {
	b := r.take(4)
	if b == nil {
		return 0
	}
	return int64(binary.LittleEndian.Uint32(b))
}

// property reads one property with all its values into o; false if it could not.
func (r *reader) property(o *mapi.Object) bool {
	head := r.take(4)
	if head == nil {
		return false
	}
	p := mapi.Property{ID: binary.LittleEndian.Uint16(head[2:]), Type: binary.LittleEndian.Uint16(head)}
	if p.ID >= namedProperties {
		p.Name = r.name()
	}
	multiple := p.Type&mapi.MultipleValues != 0
	p.Type &^= mapi.MultipleValues
	values := int64(1)
	if multiple || variable(p.Type) {
		values = r.count()
	}
	if p.Type <= 1 { // none, null: values that take no bytes, however many
		return !r.bad
	}
	for i := int64(0); i < values && !r.bad; i++ {
		p.Value = r.value(p.Type)
		if !r.bad {
			o.Add(p)
		}
		if len(r.rest) == 0 {
			r.bad = r.bad || i < values-1
			break
		}
	}
	return !r.bad
}

// name reads the name of a property: a GUID, and a number or a string.
func (r *reader) name() string {
	r.take(16)
	if r.count() == 0 {
		r.take(4)
		return ""
	}
	length := r.count()
	name, _ := charset.Decode(r.padded(length), "utf-16le")
	return name
}

// variable reports whether the values of a type say how long they are.
func variable(t uint16) bool {
	switch t {
	case mapi.TypeString8, mapi.TypeUnicode, mapi.TypeObject, mapi.TypeBinary:
		return true
	}
	return false
}

func (r *reader) value(t uint16) []byte {
	switch t {
	case mapi.TypeInteger16, mapi.TypeInteger32, mapi.TypeBoolean, 0x0004, 0x000a:
		return r.take(4)
	case 0x0005, 0x0006, 0x0007, 0x0014, 0x0040: // of eight bytes
		return r.take(8)
	case mapi.TypeGUID:
		return r.take(16)
	}
	if !variable(t) {
		r.bad = true // its length is unknown, so all that follows is
		return nil
	}
	return r.padded(r.count())
}

// padded returns the next n bytes and takes the padding to a multiple of four.
func (r *reader) padded(n int64) []byte {
	value := r.take(n)
	if pad := (4 - n%4) % 4; !r.bad {
		r.take(min(pad, int64(len(r.rest))))
	}
	return value
}
