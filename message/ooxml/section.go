package ooxml

import (
	"strconv"

	"github.com/zixpolicy/zixpolicy/message/collect"
	"github.com/zixpolicy/zixpolicy/message/prose"
)

// section is the text of all parts of one role, or of one slide.
type section struct {
	name string
	prose.Writer
	unseen bool // all of it is hidden
}

// section returns the section that a part's text goes into.
func (d *document) section(p part) *section {
	name := p.role.section()
	if (p.role == roleSlide || p.role == roleNotes) && len(d.sections) <= d.file.Limits().Parts {
		name += strconv.Itoa(p.number)
	}
	if s := d.named[name]; s != nil && (p.role != roleSlide || len(d.sections) > d.file.Limits().Parts) {
		return s
	}
	s := &section{name: name, Writer: prose.Writer{Room: d.file.TextLeft()}}
	d.sections = append(d.sections, s)
	d.named[name] = s
	return s
}

// flush hands a section's text to the collector.
func (d *document) flush(s *section) {
	text, tables, marks := s.Finish()
	if s.Full() {
		d.file.Defect(collect.DefectTooLarge, "more text in a document than may be read")
	}
	if s.unseen {
		marks = []collect.Mark{{Kind: collect.MarkHidden, End: len(text)}}
	}
	if text != "" || s.name == "" {
		d.file.Tables(s.name, text, tables, marks...)
	}
}

// asides are texts of a document that stand in attributes and instructions.
type asides struct {
	alt    prose.List // alternative texts, titles, tooltips
	fields prose.List // instructions of fields
	names  prose.List // of authors, bookmarks, controls
}

// finish adds what belongs to the document as a whole.
func (d *document) finish() {
	for _, s := range d.sections {
		if d.file.Err() != nil {
			return
		}
		d.flush(s)
	}
	d.unusedStrings()
	if alt := d.asides.alt.String(); alt != "" {
		d.file.Section("alt", alt)
	}
	for _, aside := range []struct{ name, text string }{
		{"fields", d.asides.fields.String()}, {"names", d.asides.names.String()}, {"links", d.links()},
	} {
		if aside.text != "" {
			d.file.Section(aside.name, aside.text, collect.Mark{Kind: collect.MarkHidden, End: len(aside.text)})
		}
	}
	if d.rendered && len(d.sections) == 0 && d.book.sheets == nil {
		d.file.Text("") // read, and nothing in it
	}
}
