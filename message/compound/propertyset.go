package compound

import (
	"encoding/binary"
	"strings"

	"github.com/zixpolicy/zixpolicy/message/cfb"
	"github.com/zixpolicy/zixpolicy/message/charset"
	"github.com/zixpolicy/zixpolicy/message/collect"
)

// The types of value in a property set ([MS-OLEPS]) that are text.
const (
	typeANSI    = 0x001e
	typeUnicode = 0x001f
	typeVariant = 0x000c
	typeVector  = 0x1000
)

// properties reports the properties of a document: its title, author, keywords,
// and those that its users made.
func properties(f *collect.File, s *cfb.Storage) {
	var texts []string
	if stream := s.Stream("\x05SummaryInformation"); stream != nil {
		texts = append(texts, propertySets(read(f, stream), true)...)
	}
	if stream := s.Stream("\x05DocumentSummaryInformation"); stream != nil {
		texts = append(texts, propertySets(read(f, stream), false)...)
	}
	if text := strings.Join(texts, "\n"); text != "" {
		f.Section("properties", text)
	}
}

// propertySets returns the texts in a stream of property sets, of which there are
// at most two. summary says that it is about the document as such.
func propertySets(data []byte, summary bool) []string {
	if len(data) < 28 {
		return nil
	}
	var texts []string
	count := min(int(binary.LittleEndian.Uint32(data[24:])), 2)
	for i := range count {
		if at := 28 + 20*i; at+20 <= len(data) {
			offset := int64(binary.LittleEndian.Uint32(data[at+16:]))
			if offset < int64(len(data)) {
				texts = append(texts, propertySet(data[offset:], summary)...)
			}
		}
	}
	return texts
}

// The properties of a document that only its program speaks of.
const (
	template = 7
	revision = 9
	program  = 18
)

// maxProperties bounds the properties of one set.
const maxProperties = 10_000

// propertySet returns the texts of one set: its size, the number of properties,
// and for each of them its number and offset.
func propertySet(set []byte, summary bool) []string {
	if len(set) < 8 {
		return nil
	}
	count := min(int64(binary.LittleEndian.Uint32(set[4:])), int64(len(set)-8)/8, maxProperties)
	codepage := 0
	var texts []string
	room := len(set) // values may overlap, and are not to multiply
	for i := range count {
		id := binary.LittleEndian.Uint32(set[8+8*i:])
		offset := int64(binary.LittleEndian.Uint32(set[12+8*i:]))
		if offset+4 > int64(len(set)) {
			continue
		}
		v := value{rest: set[offset:], codepage: codepage, room: &room}
		switch id {
		case 0:
			v.names()
		case 1:
			if len(v.rest) >= 6 {
				codepage = int(binary.LittleEndian.Uint16(v.rest[4:]))
			}
		default:
			if !summary || id != template && id != revision && id != program {
				v.variant(0)
			}
		}
		texts = append(texts, v.texts...)
	}
	return texts
}

// value reads one value of a property set.
type value struct {
	rest     []byte
	codepage int
	room     *int
	texts    []string
}

func (v *value) u32() int64 {
	if len(v.rest) < 4 {
		v.rest = nil
		return 0
	}
	n := binary.LittleEndian.Uint32(v.rest)
	v.rest = v.rest[4:]
	return int64(n)
}

// variant reads a type and a value of it, or the values of a vector.
func (v *value) variant(depth int) {
	kind := v.u32() & 0xffff
	count := int64(1)
	if kind&typeVector != 0 {
		count = v.u32()
	}
	for i := int64(0); i < count && len(v.rest) > 0 && *v.room > 0; i++ {
		switch kind &^ typeVector {
		case typeANSI:
			v.text(v.u32(), false)
		case typeUnicode:
			v.text(2*v.u32(), true)
		case typeVariant:
			if depth > 2 {
				return
			}
			v.variant(depth + 1)
		default:
			v.u32() // numbers, of four bytes in the vectors that have texts
		}
	}
}

// names reads the dictionary of the names of properties that users made.
func (v *value) names() {
	for count := v.u32(); count > 0 && len(v.rest) > 0 && *v.room > 0; count-- {
		v.u32()
		length := v.u32()
		if v.codepage == 1200 {
			length *= 2
		}
		length = min(length, int64(len(v.rest)))
		v.add(v.rest[:length], v.codepage == 1200)
		v.rest = v.rest[length:]
	}
}

// text reads a text of n bytes, padded to four.
func (v *value) text(n int64, wide bool) {
	n = min(n, int64(len(v.rest)))
	v.add(v.rest[:n], wide || v.codepage == 1200)
	v.rest = v.rest[min((n+3)&^3, int64(len(v.rest))):]
}

func (v *value) add(raw []byte, wide bool) {
	label := charset.Codepage(v.codepage)
	if wide {
		label, raw = "utf-16le", raw[:len(raw)&^1]
	}
	*v.room -= len(raw)
	text, _ := charset.Decode(raw, label)
	text = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == 0 {
			return -1
		}
		return r
	}, text))
	if text != "" {
		v.texts = append(v.texts, text)
	}
}
