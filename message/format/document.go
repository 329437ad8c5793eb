package format

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// Family is a family of document formats, each read by one reader.
type Family uint8

// The families of documents that are zip archives.
const (
	NoDocument Family = iota
	OOXML             // Word, Excel, PowerPoint, Visio, XPS
	OpenDocument
	EPUB
)

// FamilyOf returns the family that files of that media type belong to.
func FamilyOf(mediaType string) Family {
	switch {
	case strings.HasPrefix(mediaType, "application/vnd.openxmlformats-officedocument."), strings.HasSuffix(mediaType, ".macroenabled.12"),
		mediaType == visio, mediaType == xps:
		return OOXML
	case strings.HasPrefix(mediaType, openDocument), strings.HasPrefix(mediaType, staroffice):
		return OpenDocument
	case mediaType == epub:
		return EPUB
	}
	return NoDocument
}

// The types of documents, or what they begin with.
const (
	openDocument = "application/vnd.oasis.opendocument."
	staroffice   = "application/vnd.sun.xml."
	epub         = "application/epub+zip"
	visio        = "application/vnd.ms-visio.drawing"
	xps          = "application/oxps"
)

// documentType returns the type of the document that a zip archive is, or "".
func documentType(content []byte) string {
	if t := mimetype(content); FamilyOf(t) != NoDocument {
		return t
	}
	types, container, manifest, body, macros, binary := false, false, false, false, false, false
	office := ""
	for _, name := range entryNames(content) {
		name = strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(name, "/"), "\\", "/"))
		folder, file, _ := strings.Cut(name, "/")
		switch {
		case name == "[content_types].xml":
			types = true
		case name == "meta-inf/container.xml":
			container = true
		case name == "meta-inf/manifest.xml":
			manifest = true
		case name == "content.xml":
			body = true
		case officeTypes[folder] != "" && office == "":
			office = folder
		case folder == "documents" && strings.HasSuffix(name, ".fpage"):
			office = folder
		}
		macros = macros || strings.HasSuffix(file, "vbaproject.bin")
		binary = binary || name == "xl/workbook.bin"
	}
	switch {
	case types && binary:
		return "application/vnd.ms-excel.sheet.binary.macroenabled.12"
	case types && macros && macroTypes[office] != "":
		return macroTypes[office]
	case types && office == "documents":
		return xps
	case types && office != "":
		return officeTypes[office]
	case container:
		return epub
	case manifest && body:
		return openDocument + "text"
	}
	return ""
}

// officeTypes are the types of packages with that folder, macroTypes those of
// packages with macros.
var officeTypes = map[string]string{
	"word":  "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	"xl":    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"ppt":   "application/vnd.openxmlformats-officedocument.presentationml.presentation",
	"visio": visio,
}

var macroTypes = map[string]string{
	"word": "application/vnd.ms-word.document.macroenabled.12",
	"xl":   "application/vnd.ms-excel.sheet.macroenabled.12",
	"ppt":  "application/vnd.ms-powerpoint.presentation.macroenabled.12",
}

// mimetype returns what the archive's first entry says if that is called mimetype
// and stored as it is, as OpenDocument and EPUB ask for; "" otherwise.
func mimetype(content []byte) string {
	if len(content) < 30+8 || string(content[30:38]) != "mimetype" {
		return ""
	}
	size := int(binary.LittleEndian.Uint32(content[18:]))
	start := 30 + int(binary.LittleEndian.Uint16(content[26:])) + int(binary.LittleEndian.Uint16(content[28:]))
	if binary.LittleEndian.Uint16(content[8:]) != 0 || size > 200 || start+size > len(content) {
		return ""
	}
	return strings.ToLower(strings.TrimSpace(string(content[start : start+size])))
}

// maxNames is how many entries of an archive are looked at.
const maxNames = 20_000

// entryNames returns the names in the central directory of an archive, or that of
// its first entry where there is no directory in the usual place.
func entryNames(content []byte) []string {
	tail := content[max(0, len(content)-(1<<16+22)):]
	end := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	var names []string
	if end >= 0 && len(tail)-end >= 22 {
		directory := len(content) - len(tail) + end - int(binary.LittleEndian.Uint32(tail[end+12:]))
		for directory >= 0 && directory+46 <= len(content) && len(names) < maxNames && string(content[directory:directory+4]) == "PK\x01\x02" {
			record := content[directory:]
			size := int(binary.LittleEndian.Uint16(record[28:]))
			if 46+size > len(record) {
				break
			}
			names = append(names, string(record[46:46+size]))
			directory += 46 + size + int(binary.LittleEndian.Uint16(record[30:])) + int(binary.LittleEndian.Uint16(record[32:]))
		}
	}
	if names == nil && len(content) >= 30 {
		size := int(binary.LittleEndian.Uint16(content[26:]))
		names = append(names, string(content[30:min(30+size, len(content))]))
	}
	return names
}
