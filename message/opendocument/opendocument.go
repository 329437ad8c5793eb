// Package opendocument reads documents in the OpenDocument format (ISO/IEC 26300):
// texts, spreadsheets, presentations and drawings, and their forerunners of
// OpenOffice 1.
//
// Deleted text is put where it stood and marked hidden; hidden sections, paragraphs,
// rows, columns, sheets and slides are marked, too. Embedded objects are documents in
// the same package and are read as such; pictures and all else are handed on.
package opendocument

import (
	"path"
	"strings"

	"github.com/zixpolicy/zixpolicy/message/collect"
	"github.com/zixpolicy/zixpolicy/message/xmlscan"
	"github.com/zixpolicy/zixpolicy/message/zip"
)

// Read reads the document f.
func Read(f *collect.File) {
	d := &document{file: f, pack: zip.Open(f), roots: map[int]string{}, encrypted: map[string]bool{}, named: map[string]*text{}}
	d.survey()
	for _, root := range [...]string{"manifest", "document-styles", "document-content", "document-meta", "document-settings", "RDF"} {
		for i := range d.pack.Len() {
			if d.roots[i] == root && f.Err() == nil {
				d.read(i)
			}
		}
	}
	d.binaries()
	d.finish()
	d.pack.Rest()
}

// document is the state of reading one document.
type document struct {
	file      *collect.File
	pack      *zip.Pack
	roots     map[int]string // local names of the root elements of the entries
	encrypted map[string]bool

	texts    []*text
	named    map[string]*text
	asides   asides
	rendered bool
}

// survey finds out what the entries are.
func (d *document) survey() {
	for i := range d.pack.Len() {
		if i&63 == 63 && d.file.Err() != nil {
			return
		}
		if head := d.pack.Peek(i, 4096); len(head) > 0 && strings.IndexByte("<\xef\xff\xfe \t\r\n", head[0]) >= 0 {
			d.roots[i] = xmlscan.Root(head)
		}
	}
}

// read reads one entry by its root element.
func (d *document) read(i int) {
	name := d.pack.Name(i)
	if d.encrypted[name] {
		return
	}
	switch d.roots[i] {
	case "manifest":
		d.scan(i, d.manifest)
		d.skipEncrypted()
	case "document-content":
		d.scan(i, func(s *xmlscan.Scanner) { d.content(s, "") })
	case "document-styles":
		d.scan(i, func(s *xmlscan.Scanner) { d.content(s, "pages") })
	case "document-meta":
		d.scan(i, d.properties)
	case "document-settings", "RDF":
		d.scan(i, func(*xmlscan.Scanner) {})
	}
}

// scan reads an entry with read, and records what was wrong with it.
func (d *document) scan(i int, read func(*xmlscan.Scanner)) {
	e := d.pack.Open(i)
	if e == nil {
		return
	}
	d.rendered = true
	s := xmlscan.New(e)
	read(s)
	for s.Next() != xmlscan.EOF {
		continue // to its end, for its checksum
	}
	err := s.Err()
	e.Close(err)
	if err == nil && s.Broken() {
		d.file.DefectIn(collect.SafeName(e.Name), collect.DefectCorrupt, "XML that is not well-formed")
	}
}

// manifest finds out which entries are encrypted.
func (d *document) manifest(s *xmlscan.Scanner) {
	entry := ""
	for kind := s.Next(); kind != xmlscan.EOF; kind = s.Next() {
		if kind != xmlscan.Start {
			continue
		}
		switch string(s.Name()) {
		case "file-entry":
			entry = s.Attr("full-path")
		case "encryption-data":
			d.encrypted[entry] = true
		}
	}
}

// skipEncrypted takes the entries that are encrypted out of what is read: their
// bytes look like nothing.
func (d *document) skipEncrypted() {
	if len(d.encrypted) == 0 {
		return
	}
	d.file.Defect(collect.DefectEncrypted, "needs a password")
	for i := range d.pack.Len() {
		if d.encrypted[d.pack.Name(i)] {
			d.pack.Open(i)
		}
	}
}

// maxCache is how large a cache of the layout is at most, maxType how long the type
// of a document.
const (
	maxCache = 1 << 20
	maxType  = 200
)

// binaries takes entries that carry no text by nature out of what is handed on: the
// type of the document, caches of its layout, and metafiles of StarView.
func (d *document) binaries() {
	for i := range d.pack.Len() {
		switch name := d.pack.Name(i); {
		case name == "mimetype" && len(d.pack.Peek(i, maxType+1)) <= maxType:
		case name == "layout-cache" && len(d.pack.Peek(i, maxCache+1)) <= maxCache:
		case path.Dir(name) == "ObjectReplacements" && string(d.pack.Peek(i, 6)) == "VCLMTF":
		default:
			continue
		}
		d.pack.Open(i)
	}
}

// properties reads the properties of a document, one a line.
func (d *document) properties(s *xmlscan.Scanner) {
	out := d.text("properties")
	name := ""
	for kind := s.Next(); kind != xmlscan.EOF; kind = s.Next() {
		switch kind {
		case xmlscan.Start:
			name = string(s.Name())
			if name == "user-defined" {
				name = s.Attr("name")
			}
			if name == "document-statistic" {
				continue
			}
			for _, attribute := range [...]string{"title", "href"} {
				if value := s.Attr(attribute); value != "" {
					out.line(name + ": " + value)
				}
			}
		case xmlscan.Text:
			if value := strings.Join(strings.Fields(string(s.Text())), " "); value != "" {
				out.line(name + ": " + value)
			}
		}
	}
}
