// Package ppttext reads the presentations of PowerPoint before 2007 ([MS-PPT]):
// the texts of slides, notes, masters and comments, the names and alternative
// texts of drawings, and the objects embedded in them. Slides that a later save
// replaced are still in such a file, and are read too.
package ppttext

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"strings"
	"unicode/utf16"

	"github.com/zixpolicy/zixpolicy/message/cfb"
	"github.com/zixpolicy/zixpolicy/message/charset"
	"github.com/zixpolicy/zixpolicy/message/collect"
)

const mainStream = "PowerPoint Document"

// Is reports whether a storage holds a presentation.
func Is(s *cfb.Storage) bool { return s.Stream(mainStream) != nil }

// The records that are read ([MS-PPT] section 2.13.24).
const (
	idSlide        = 0x03ee
	idNotes        = 0x03f0
	idMainMaster   = 0x03f8
	idTextChars    = 0x0fa0
	idTextBytes    = 0x0fa8
	idString       = 0x0fba
	idHandout      = 0x0fc9
	idObject       = 0x1011
	idComment      = 0x2ee0
	idCryptSession = 0x2f14
	idDrawing      = 0xf00b
	idDrawing2     = 0xf121
	idDrawing3     = 0xf122
)

// Read reads the presentation in the storage s, the root of the file f.
func Read(f *collect.File, s *cfb.Storage) {
	stream, err := s.Stream(mainStream).Bytes()
	if err != nil {
		f.Defect(collect.DefectTruncated, "the presentation is not whole")
	}
	if encrypted(s) {
		f.Defect(collect.DefectEncrypted, "a presentation that needs a password")
		return
	}
	p := &presentation{file: f}
	p.records(stream)
	p.report()
}

// encrypted reports whether the stream about the current user says that the
// presentation is.
func encrypted(s *cfb.Storage) bool {
	user := s.Stream("Current User")
	if user == nil {
		return false
	}
	data, _ := user.Bytes()
	return len(data) >= 16 && binary.LittleEndian.Uint32(data[12:]) == 0xf3d1c4df
}

// The sections that texts are put in.
const (
	inSlides = iota
	inNotes
	inMasters
	inComments
	inStrings
	inDrawings
	sections
)

var sectionNames = [sections]string{"", "notes", "masters", "comments", "strings", "drawings"}

// presentation is a presentation that is being read.
type presentation struct {
	file      *collect.File
	texts     [sections]strings.Builder
	left      int // bytes of text that may still be added
	full      bool
	scrambled bool
}

// records reads the records of a stream, which are containers of records or data.
// Containers are entered, and left where they end.
func (p *presentation) records(stream []byte) {
	p.left = int(min(p.file.TextLeft(), 1<<30))
	section, end := inSlides, 0 // of the container that decides the section
	at := 0
	for at+8 <= len(stream) && p.file.Err() == nil && !p.full {
		head := binary.LittleEndian.Uint16(stream[at:])
		id := binary.LittleEndian.Uint16(stream[at+2:])
		length := int64(binary.LittleEndian.Uint32(stream[at+4:]))
		at += 8
		if at > end {
			section = inSlides
		}
		if length > int64(len(stream)-at) {
			p.file.Defect(collect.DefectTruncated, "the presentation ends within a record")
			length = int64(len(stream) - at)
		}
		data := stream[at : at+int(length)]
		if head&15 == 15 {
			if s, ok := sectionOf(id); ok {
				section, end = s, at+int(length)
			}
			p.scrambled = p.scrambled || id == idCryptSession
			continue
		}
		p.atom(id, head>>4, data, section)
		at += int(length)
	}
}

// sectionOf returns the section of the texts in a container, if it decides that.
func sectionOf(id uint16) (int, bool) {
	switch id {
	case idSlide:
		return inSlides, true
	case idNotes:
		return inNotes, true
	case idMainMaster, idHandout:
		return inMasters, true
	case idComment:
		return inComments, true
	}
	return 0, false
}

// atom reads a record that is no container.
func (p *presentation) atom(id, instance uint16, data []byte, section int) {
	switch id {
	case idTextChars:
		p.add(section, wide(data))
	case idTextBytes:
		p.add(section, narrow(data))
	case idString:
		if section == inSlides {
			section = inStrings
		}
		p.add(section, wide(data))
	case idDrawing, idDrawing2, idDrawing3:
		p.add(inDrawings, charset.Runs(data, 4))
	case idObject:
		p.object(instance, data)
	case idCryptSession:
		p.scrambled = true
	}
}

// add adds a text to a section.
func (p *presentation) add(section int, text string) {
	text = strings.TrimSpace(text)
	if text == "" {
		return
	}
	p.left -= len(text) + 1
	if p.left < 0 {
		p.full = true
		p.file.Defect(collect.DefectTooLarge, "more text in a presentation than may be read")
		return
	}
	p.texts[section].WriteString(text)
	p.texts[section].WriteByte('\n')
}

// object hands on an embedded object, a compound file of its own, which is
// compressed or not.
func (p *presentation) object(instance uint16, data []byte) {
	child := &collect.File{Path: "object"}
	if instance == 0 || len(data) < 4 {
		p.file.UnpackFile(child, int64(len(data)), bytes.NewReader(data))
		return
	}
	r, err := zlib.NewReader(bytes.NewReader(data[4:]))
	if err != nil {
		p.file.Unread(child, collect.DefectCorrupt, "an embedded object cannot be unpacked")
		return
	}
	p.file.UnpackFile(child, int64(len(data)), r)
}

// report hands the texts to the collector.
func (p *presentation) report() {
	if p.scrambled {
		p.file.Defect(collect.DefectEncrypted, "a presentation that needs a password")
	}
	p.file.Text(strings.TrimSuffix(p.texts[inSlides].String(), "\n"))
	for i := inNotes; i < sections; i++ {
		if text := strings.TrimSuffix(p.texts[i].String(), "\n"); text != "" {
			p.file.Section(sectionNames[i], text)
		}
	}
}

// lineEnds turns the characters that end paragraphs and lines into line ends.
func lineEnds(r rune) rune {
	switch {
	case r == '\r' || r == '\v' || r == '\f':
		return '\n'
	case r < ' ' && r != '\t' && r != '\n':
		return -1
	}
	return r
}

// wide returns UTF-16 as text.
func wide(data []byte) string {
	units := make([]uint16, 0, len(data)/2)
	for ; len(data) >= 2; data = data[2:] {
		units = append(units, binary.LittleEndian.Uint16(data))
	}
	return strings.Map(lineEnds, string(utf16.Decode(units)))
}

// narrow returns text of which each byte is a character, the lower half of UTF-16.
func narrow(data []byte) string {
	runes := make([]rune, len(data))
	for i, b := range data {
		runes[i] = rune(b)
	}
	return strings.Map(lineEnds, string(runes))
}
