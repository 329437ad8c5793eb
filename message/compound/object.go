package compound

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"

	"github.com/zixpolicy/zixpolicy/message/cfb"
	"github.com/zixpolicy/zixpolicy/message/charset"
	"github.com/zixpolicy/zixpolicy/message/collect"
)

// The streams that objects are known by.
const (
	nativeStream  = "\x01Ole10Native"
	controlStream = "\x03OCXNAME"
)

// storages hands on what stands in the storages of a document: the objects
// embedded in it, its XML parts and its macros.
func storages(f *collect.File, root *cfb.Storage) {
	for _, s := range root.Storages {
		if f.Err() != nil {
			return
		}
		switch name := strings.ToLower(s.Name); {
		case name == "objectpool":
			for _, object := range s.Storages {
				hand(f, object)
			}
		case name == "msodatastore":
			xmlParts(f, s)
		case name == "macros", name == "_vba_project_cur", name == "vba":
			macroProject(f, s)
		case strings.HasPrefix(name, "_sx_db"), strings.HasPrefix(name, "_xmlsig"), strings.HasPrefix(name, "\x06dataspaces"):
		case isObject(s):
			hand(f, s)
		case holds(s):
			f.DefectIn(collect.SafeName(s.Name), collect.DefectUnsupported, "a storage that is not known")
		}
	}
}

// isObject reports whether a storage holds an embedded object: one says of itself
// which program made it, or holds something that can be read.
func isObject(s *cfb.Storage) bool {
	for _, name := range [...]string{"\x01CompObj", "\x01Ole", "\x03ObjInfo"} {
		if s.Stream(name) != nil {
			return true
		}
	}
	for _, name := range [...]string{nativeStream, controlStream, "Package", "CONTENTS", "WordDocument", "Workbook", "Book", "PowerPoint Document", "EncryptedPackage"} {
		if s.Stream(name) != nil {
			return true
		}
	}
	return false
}

// hand hands a storage on as a file of its own.
func hand(f *collect.File, s *cfb.Storage) {
	packed, err := cfb.Pack(s)
	name := collect.SafeName(s.Name)
	if err != nil {
		f.DefectIn(name, collect.DefectTruncated, "a stream is not whole")
	}
	f.UnpackFile(&collect.File{Path: name}, int64(len(packed)), bytes.NewReader(packed))
}

// holds reports whether any stream below a storage has content.
func holds(s *cfb.Storage) bool {
	for _, stream := range s.Streams {
		if stream.Size > 0 {
			return true
		}
	}
	return slices.ContainsFunc(s.Storages, holds)
}

// xmlParts hands on the XML that programs keep with a document.
func xmlParts(f *collect.File, s *cfb.Storage) {
	for _, part := range s.Storages {
		for _, stream := range part.Streams {
			data := read(f, stream)
			if !f.UnpackFile(&collect.File{Path: "xml", Declared: "text/xml", Type: "text/xml"}, int64(len(data)), bytes.NewReader(data)) {
				return
			}
		}
	}
}

// whole returns a function that hands on the stream of that name as a file.
func whole(name string) func(*collect.File, *cfb.Storage) {
	return func(f *collect.File, s *cfb.Storage) {
		data := read(f, s.Stream(name))
		f.UnpackFile(&collect.File{Path: "object"}, int64(len(data)), bytes.NewReader(data))
	}
}

// contents reports whether the storage holds a file in a stream called CONTENTS,
// as a PDF in a document is kept. Controls have one too, of their own.
func contents(s *cfb.Storage) bool {
	return s.Stream("CONTENTS") != nil && s.Stream(controlStream) == nil
}

// native hands on the file in a package: what was dragged into a document.
func native(f *collect.File, s *cfb.Storage) {
	data := read(f, s.Stream(nativeStream))
	if len(data) < 4 {
		f.Defect(collect.DefectTruncated, "an embedded object is not whole")
		return
	}
	name, content, ok := parseNative(data[4:])
	if !ok {
		content = data[4:]
	}
	f.UnpackFile(&collect.File{Name: name}, int64(len(content)), bytes.NewReader(content))
}

// parseNative takes a package apart: label, path, path of a temporary file, data.
func parseNative(data []byte) (name string, content []byte, ok bool) {
	if len(data) < 2 || binary.LittleEndian.Uint16(data) != 2 {
		return "", nil, false
	}
	label, rest, found := bytes.Cut(data[2:], []byte{0})
	_, rest, found2 := bytes.Cut(rest, []byte{0})
	if !found || !found2 || len(rest) < 8 {
		return "", nil, false
	}
	rest = rest[4:]
	path := int64(binary.LittleEndian.Uint32(rest))
	if rest = rest[4:]; path+4 > int64(len(rest)) {
		return "", nil, false
	}
	rest = rest[path:]
	length := int64(binary.LittleEndian.Uint32(rest))
	if rest = rest[4:]; length > int64(len(rest)) {
		return "", nil, false
	}
	name, _ = charset.Decode(label, "")
	return name, rest[:length], true
}

// picture reports whether a storage shows no more than a picture: of a linked
// object, or a formula.
func picture(s *cfb.Storage) bool {
	if len(s.Storages) > 0 || len(s.Streams) == 0 {
		return false
	}
	for _, stream := range s.Streams {
		if stream.Name == "" || stream.Name[0] > 3 && !strings.EqualFold(stream.Name, "Equation Native") {
			return false
		}
	}
	return true
}

// control reads what a control (a field of a form) holds: its captions and values
// stand among numbers.
func control(f *collect.File, s *cfb.Storage) {
	var texts []string
	for _, stream := range s.Streams {
		if stream.Name != "" && stream.Name[0] > 3 {
			data := read(f, stream)
			texts = append(texts, printable(data, 1), printable(data, 2))
		}
	}
	f.Text(strings.TrimSpace(strings.Join(texts, "\n")))
}

// printable returns the stretches of at least four printable ASCII characters of
// the given width in data, one a line.
func printable(data []byte, width int) string {
	var out, run []byte
	for ; len(data) >= width; data = data[width:] {
		if data[0] >= ' ' && data[0] < 0x7f && (width == 1 || data[1] == 0) {
			run = append(run, data[0])
			if len(data) >= 2*width {
				continue
			}
		}
		if len(run) >= 4 {
			out = append(append(out, run...), '\n')
		}
		run = run[:0]
	}
	return string(out)
}
