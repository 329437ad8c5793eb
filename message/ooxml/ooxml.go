// Package ooxml reads documents in Office Open XML (ECMA-376, ISO/IEC 29500): those
// of Word, Excel, PowerPoint and Visio, with macros or without, and XPS.
//
// A part of the package is known by its root element, not by its name or by what
// refers to it: what no relationship mentions is read all the same. What is no part
// that we know (pictures, embedded files, macros, custom XML) is handed on.
//
// The text of a document is what its program shows. Deleted and hidden text, notes
// on slides that are not shown, hidden sheets, rows and columns come too, marked
// hidden: a paragraph with hidden text is given once as it is seen, and once more,
// hidden, as it was before the changes.
package ooxml

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/zixpolicy/zixpolicy/message/collect"
	"github.com/zixpolicy/zixpolicy/message/xmlscan"
	"github.com/zixpolicy/zixpolicy/message/zip"
)

// Read reads the document f.
func Read(f *collect.File) {
	d := &document{file: f, pack: zip.Open(f), external: map[string]bool{}, named: map[string]*section{}}
	d.survey()
	for _, p := range d.parts {
		if f.Err() != nil {
			return
		}
		d.read(p)
	}
	d.finish()
	d.pack.Rest()
}

// document is the state of reading one document.
type document struct {
	file  *collect.File
	pack  *zip.Pack
	parts []part

	sections []*section          // what is shown of several parts under one name
	named    map[string]*section // the last of each name
	asides   asides
	external map[string]bool // link targets
	book     workbook
	rendered bool // whether anything was read
}

// part is a part of the package.
type part struct {
	entry  int
	name   string
	root   string // local name of its root element
	role   role
	number int // the number in its name: 12 of slide12.xml
}

// peek is how much of an entry is looked at for its root element.
const peek = 4096

// survey finds out what the parts are, and puts them in the order of reading.
func (d *document) survey() {
	for i := range d.pack.Len() {
		if i&63 == 63 && d.file.Err() != nil {
			return
		}
		p := part{entry: i, name: d.pack.Name(i)}
		p.root = rootOf(d.pack.Peek(i, peek))
		p.role = roleOf(p.root, p.name)
		p.number = numberIn(p.name)
		d.parts = append(d.parts, p)
	}
	slices.SortStableFunc(d.parts, func(a, b part) int {
		return cmp.Or(cmp.Compare(a.role, b.role), cmp.Compare(a.number, b.number))
	})
}

// rootOf returns the local name of the root element of a part that begins like this,
// "" if it is no XML.
func rootOf(head []byte) string {
	if len(head) == 0 || head[0] != '<' && head[0] < 0x80 && head[0] != 0 && !strings.ContainsRune(" \t\r\n", rune(head[0])) {
		return ""
	}
	return xmlscan.Root(head)
}

// numberIn returns the number that a part's name ends with, before the extension.
func numberIn(name string) int {
	name = name[strings.LastIndexByte(name, '/')+1:]
	name, _, _ = strings.Cut(name, ".")
	digits := len(name)
	for digits > 0 && name[digits-1] >= '0' && name[digits-1] <= '9' {
		digits--
	}
	n, err := strconv.Atoi(name[digits:])
	if err != nil {
		return 0
	}
	return n
}

// read reads one part by its role.
func (d *document) read(p part) {
	switch p.role {
	case roleRelations:
		d.scan(p, d.relations)
	case roleSilent:
		d.scan(p, skim)
	case roleStyles:
		d.scan(p, d.book.readStyles)
	case roleBook:
		d.scan(p, d.workbook)
	case roleStrings:
		d.scan(p, d.strings)
	case roleSheet:
		d.scan(p, func(s *xmlscan.Scanner) { d.sheet(s, p) })
	case roleProperties:
		d.scan(p, func(s *xmlscan.Scanner) { d.properties(s, p) })
	case roleRecords, roleMachine:
		d.scan(p, func(s *xmlscan.Scanner) { d.records(s, p) })
	case roleBinary:
		d.binary(p)
	case roleOther:
	default:
		d.scan(p, func(s *xmlscan.Scanner) { d.prose(s, p) })
	}
}

// scan reads a part with read, and records what was wrong with it.
func (d *document) scan(p part, read func(*xmlscan.Scanner)) {
	e := d.pack.Open(p.entry)
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
		d.file.DefectIn(collect.SafeName(p.name), collect.DefectCorrupt, "XML that is not well-formed")
	}
}

// skim reads a part that carries no text.
func skim(*xmlscan.Scanner) {}
