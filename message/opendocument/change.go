package opendocument

import (
	"bytes"
	"slices"

	"github.com/zixpolicy/zixpolicy/message/prose"
)

// changes are the tracked changes of a text: what has been deleted stands apart from
// where it was.
type changes struct {
	open     bool   // in the list of changes
	region   string // whose entry in the list is being read
	deleting string // the region whose deleted text is being read
	deleted  map[string]*deletion
	order    []string
	inserted map[string]bool
	added    []string // the insertions that are open in the text
}

// deletion is deleted text.
type deletion struct {
	text   []byte
	placed bool
}

// start enters an element, if it is one of changes.
func (c *changes) start(r *reader, name string) bool {
	s := r.s
	switch {
	case c.open && name == "changed-region":
		c.region = s.Attr("id")
	case c.open && name == "insertion":
		if c.inserted == nil {
			c.inserted = map[string]bool{}
		}
		c.inserted[c.region] = true
	case c.open && name == "deletion":
		c.begin()
	case c.open && name == "change-info":
		r.redirect("changes")
	case name == "change":
		if d := c.deleted[s.Attr("change-id")]; d != nil && !d.placed && !c.open {
			d.placed = true
			r.out().Write(bytes.TrimPrefix(d.text, []byte("\n")), prose.Gone)
		}
	case name == "change-start":
		if id := s.Attr("change-id"); c.inserted[id] {
			c.added = append(c.added, id)
		}
	case name == "change-end":
		c.added = slices.DeleteFunc(c.added, func(id string) bool { return id == s.Attr("change-id") })
	default:
		return false
	}
	return true
}

// begin begins the deleted text of the current region.
func (c *changes) begin() {
	c.deleting = c.region
	if c.deleting == "" {
		c.deleting = "?"
	}
	if c.deleted == nil {
		c.deleted = map[string]*deletion{}
	}
	if c.deleted[c.deleting] == nil {
		c.deleted[c.deleting] = &deletion{}
		c.order = append(c.order, c.deleting)
	}
}

// keep adds deleted text.
func (c *changes) keep(s string) {
	d := c.deleted[c.deleting]
	d.text = append(d.text, s...)
}

// close leaves an element.
func (c *changes) close(r *reader, name string) {
	switch {
	case name == "deletion":
		c.deleting = ""
	case name == "changed-region":
		c.region = ""
	}
}

// flush hides the deleted text that no place in the text refers to.
func (c *changes) flush(r *reader) {
	for _, id := range c.order {
		if d := c.deleted[id]; !d.placed {
			r.outs[0].Hide(d.text)
		}
	}
}
