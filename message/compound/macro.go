package compound

import (
	"bytes"
	"encoding/binary"
	"strings"

	"github.com/zixpolicy/zixpolicy/message/cfb"
	"github.com/zixpolicy/zixpolicy/message/charset"
	"github.com/zixpolicy/zixpolicy/message/collect"
)

// macroRoot reports whether a storage is that of a project of macros.
func macroRoot(s *cfb.Storage) bool { return s.Storage("VBA") != nil && s.Stream("PROJECT") != nil }

// macroProject reads the macros of a document; the modules are in a storage called
// VBA, the forms beside it.
func macroProject(f *collect.File, s *cfb.Storage) {
	if s.Stream("_VBA_PROJECT") != nil {
		macros(f, s)
		return
	}
	for _, inner := range s.Storages {
		if inner.Stream("_VBA_PROJECT") != nil {
			macros(f, inner)
			continue
		}
		control(f, inner)
	}
}

// macros reads the source of macros ([MS-OVBA]): text that a person may read, and
// may have put there to be read.
func macros(f *collect.File, s *cfb.Storage) {
	for _, stream := range s.Streams {
		name := strings.ToLower(stream.Name)
		if name == "_vba_project" || name == "dir" || strings.HasPrefix(name, "__srp_") {
			continue
		}
		data := read(f, stream)
		// The source follows what is compiled, at an offset that dir tells. Every
		// module begins with the same word, whose first eight letters cannot be
		// compressed: header of three bytes, flags, letters.
		at := bytes.LastIndex(data, []byte("\x00Attribut"))
		if at < 3 || data[at-3] != 1 {
			f.DefectIn(collect.SafeName(stream.Name), collect.DefectUnsupported, "a macro whose source cannot be found")
			continue
		}
		source, err := f.Expand(int64(len(data)), bytes.NewReader(inflate(data[at-2:], f.UnpackedLeft())))
		if err != nil {
			f.Failed(collect.SafeName(stream.Name), err)
		}
		text, _ := charset.Decode(source, "")
		text = strings.ReplaceAll(text, "\r\n", "\n")
		f.Section("macro", text, collect.Mark{Kind: collect.MarkHidden, End: len(text)})
	}
}

// chunkSize is how many bytes a compressed chunk holds; references stay within.
const chunkSize = 4096

// inflate returns what the chunks in data unpack to, at most limit bytes and one
// chunk more ([MS-OVBA] section 2.4.1).
func inflate(data []byte, limit int64) []byte {
	var out []byte
	for len(data) > 2 && int64(len(out)) < limit {
		head := binary.LittleEndian.Uint16(data)
		length := min(int(head&0xfff)+3, len(data))
		if head>>12&7 != 3 {
			break
		}
		if head&0x8000 == 0 {
			out = append(out, data[2:length]...)
		} else {
			out = inflateChunk(out, data[2:length])
		}
		data = data[length:]
	}
	return out
}

// inflateChunk appends what one compressed chunk unpacks to.
func inflateChunk(out, data []byte) []byte {
	start := len(out)
	for len(data) > 0 {
		flags := data[0]
		data = data[1:]
		for bit := 0; bit < 8 && len(data) > 0; bit++ {
			if flags>>bit&1 == 0 {
				out = append(out, data[0])
				data = data[1:]
				continue
			}
			if len(data) < 2 {
				return out
			}
			token := int(binary.LittleEndian.Uint16(data))
			data = data[2:]
			// The more has been written, the more bits are for how far back to go.
			bits := 4
			for 1<<bits < len(out)-start {
				bits++
			}
			back := token>>(16-bits) + 1
			length := token&(0xffff>>bits) + 3
			if back > len(out)-start || len(out)-start+length > chunkSize {
				return out
			}
			for range length {
				out = append(out, out[len(out)-back])
			}
		}
	}
	return out
}
