package opendocument

import (
	"github.com/zixpolicy/zixpolicy/message/collect"
	"github.com/zixpolicy/zixpolicy/message/prose"
)

// text is one text of a document.
type text struct {
	name string
	prose.Writer
	unseen bool // all of it is hidden
}

// text returns the text of that name; "" is the document itself.
func (d *document) text(name string) *text {
	if t := d.named[name]; t != nil {
		return t
	}
	t := &text{name: name, Writer: prose.Writer{Room: d.file.TextLeft()}}
	d.texts = append(d.texts, t)
	d.named[name] = t
	return t
}

// line adds a line.
func (t *text) line(s string) {
	if t.Pending() {
		t.End()
	}
	t.Write([]byte(s), prose.Seen)
	t.End()
}

// asides are texts that stand in attributes.
type asides struct {
	alt, links, names, formulas prose.List
}

// finish hands all texts to the collector.
func (d *document) finish() {
	for _, t := range d.texts {
		if d.file.Err() != nil {
			return
		}
		text, tables, marks := t.Finish()
		if t.Full() {
			d.file.Defect(collect.DefectTooLarge, "more text in a document than may be read")
		}
		if t.unseen {
			marks = []collect.Mark{{Kind: collect.MarkHidden, End: len(text)}}
		}
		if text != "" {
			d.file.Tables(t.name, text, tables, marks...)
		}
	}
	if alt := d.asides.alt.String(); alt != "" {
		d.file.Section("alt", alt)
	}
	for _, aside := range []struct{ name, text string }{
		{"links", d.asides.links.String()}, {"names", d.asides.names.String()}, {"formulas", d.asides.formulas.String()},
	} {
		if aside.text != "" {
			d.file.Section(aside.name, aside.text, collect.Mark{Kind: collect.MarkHidden, End: len(aside.text)})
		}
	}
	if d.rendered && len(d.texts) == 0 {
		d.file.Text("") // read, and nothing in it
	}
}
