package opendocument

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/zixpolicy/zixpolicy/message/grid"
	"github.com/zixpolicy/zixpolicy/message/prose"
	"github.com/zixpolicy/zixpolicy/message/xmlscan"
)

// reader reads the content of a document, or the headers and footers in its styles.
type reader struct {
	doc *document
	s   *xmlscan.Scanner

	outs       []*text // where text goes, the innermost last
	returns    []int   // the depths at which text goes back to where it went before
	paragraphs []bool  // the open ones: whether they are lines of the text
	gone       int     // the depth of the element whose text is not seen; 0 if none is
	quiet      int     // the depth of the element whose text is for programs; 0 if none is

	style   string // that is being read
	unseen  map[string]bool
	changes changes
	sheet   *sheet // that is being read; nil outside a spreadsheet
	pages   int    // of a presentation
	calc    bool   // in the body of a spreadsheet
	sheets  int
}

// content reads content.xml or styles.xml; name is where its text goes.
func (d *document) content(s *xmlscan.Scanner, name string) {
	r := &reader{doc: d, s: s, outs: []*text{d.text(name)}, unseen: map[string]bool{}}
	for {
		switch s.Next() {
		case xmlscan.EOF:
			r.end()
			return
		case xmlscan.Start:
			r.start(string(s.Name()))
		case xmlscan.End:
			r.close(string(s.Name()))
		case xmlscan.Text:
			r.text(s.Text())
		case xmlscan.Aside:
		}
	}
}

// out returns where text goes.
func (r *reader) out() *text { return r.outs[len(r.outs)-1] }

// maxRedirect is how deeply texts may stand inside one another.
const maxRedirect = 100

// redirect makes text go elsewhere until the element that has just begun ends.
func (r *reader) redirect(name string) {
	if len(r.outs) > maxRedirect {
		return
	}
	r.outs = append(r.outs, r.doc.text(name))
	r.returns = append(r.returns, r.s.Depth())
}

// hide makes text not be seen until the element that has just begun ends.
func (r *reader) hide(unseen bool) {
	if unseen && r.gone == 0 {
		r.gone = r.s.Depth()
	}
}

// start enters an element.
func (r *reader) start(name string) {
	s := r.s
	switch name {
	case "p", "h":
		r.openParagraph()
		r.hide(r.unseen[s.Attr("style-name")])
	case "span":
		r.hide(r.unseen[s.Attr("style-name")])
	case "tab":
		r.write("\t")
	case "line-break":
		r.write("\n")
	case "s":
		n, _ := strconv.Atoi(s.Attr("c"))
		r.write(strings.Repeat(" ", max(1, min(n, maxSpaces))))
	case "a":
		r.doc.asides.links.Add(s.Attr("href"))
	case "section":
		r.hide(s.Attr("display") == "none")
	case "annotation":
		r.redirect("comments")
	case "note-body":
		r.redirect("notes")
	case "tracked-changes":
		r.changes.open = true
	case "header", "header-left", "header-first":
		r.redirect("header")
	case "footer", "footer-left", "footer-first":
		r.redirect("footer")
	default:
		if !r.changes.start(r, name) && !r.startTable(name) {
			r.startOther(name)
		}
	}
}

// startOther is start for styles, pages and what stands in attributes.
func (r *reader) startOther(name string) {
	s := r.s
	switch name {
	case "style":
		r.style = s.Attr("name")
	case "text-properties", "table-properties", "drawing-page-properties", "section-properties":
		if s.Attr("display") == "none" || s.Attr("display") == "false" || s.Attr("visibility") == "hidden" {
			r.unseen[r.style] = true
		}
	case "spreadsheet":
		r.calc = true
	case "page":
		r.pages = min(r.pages+1, r.doc.file.Limits().Parts)
		r.redirect("slide" + strconv.Itoa(r.pages))
		r.out().unseen = r.unseen[s.Attr("style-name")]
		if page := s.Attr("name"); !strings.HasPrefix(page, "page") {
			r.doc.asides.names.Add(page)
		}
	case "notes":
		r.redirect("notes" + strconv.Itoa(r.pages))
	case "master-page":
		r.redirect("layouts")
	case "hidden-text", "conditional-text":
		for _, attribute := range [...]string{"string-value", "string-value-if-true", "string-value-if-false"} {
			r.out().Hide([]byte(s.Attr(attribute)))
		}
	case "named-range", "named-expression", "database-range":
		r.doc.asides.names.Add(s.Attr("name") + " " + s.Attr("expression"))
	case "bookmark", "bookmark-start", "reference-mark", "user-index-mark", "variable-set", "user-field-decl", "variable-decl":
		r.doc.asides.names.Add(s.Attr("name"))
		r.doc.asides.names.Add(s.Attr("string-value"))
	case "text", "currency-symbol", "number-style", "date-style", "binary-data", "config-item":
		if len(r.paragraphs) == 0 && s.Depth() > 3 && r.quiet == 0 {
			r.quiet = s.Depth() // number:text and its like
		}
	default:
		for attribute, value := range s.Attrs() {
			switch attribute {
			case "label", "title", "current-value", "help-message", "alt", "placeholder", "list-source", "string-value":
				r.doc.asides.alt.Add(value)
			}
		}
	}
}

// close leaves an element.
func (r *reader) close(name string) {
	switch name {
	case "p", "h":
		r.closeParagraph()
	case "creator", "date", "title", "desc":
		if n := len(r.returns); n > 0 && r.s.Depth() == r.returns[n-1] && r.out().Pending() {
			r.out().End() // of a comment, and no field in a paragraph
		}
	case "tracked-changes":
		r.changes.open = false
	case "spreadsheet":
		r.calc = false
	default:
		r.changes.close(r, name)
		r.closeTable(name)
	}
	depth := r.s.Depth() // of what is around the element
	if depth < r.gone {
		r.gone = 0
	}
	if depth < r.quiet {
		r.quiet = 0
	}
	for n := len(r.returns); n > 0 && depth < r.returns[n-1]; n-- {
		if r.out().Pending() {
			r.out().End()
		}
		r.outs, r.returns = r.outs[:len(r.outs)-1], r.returns[:n-1]
	}
}

// openParagraph begins a paragraph. In the cells of sheets and in deleted text it is a
// line of these.
func (r *reader) openParagraph() {
	line := false
	switch c := r.cell(); {
	case r.changes.deleting != "":
		r.changes.keep("\n")
	case c != nil:
		if len(c.text) > 0 {
			c.text = append(c.text, '\n')
		}
	default:
		line = true
		r.out().Open()
	}
	r.paragraphs = append(r.paragraphs, line)
}

func (r *reader) closeParagraph() {
	n := len(r.paragraphs)
	if n == 0 {
		return
	}
	if r.paragraphs[n-1] {
		r.out().Close()
	}
	r.paragraphs = r.paragraphs[:n-1]
}

// text takes the text of an element.
func (r *reader) text(b []byte) {
	switch {
	case r.quiet > 0:
	case len(r.paragraphs) > 0:
		r.write(squeeze(b))
	case len(bytes.TrimSpace(b)) == 0:
	case len(r.outs) > 1:
		r.write(string(b)) // names and dates in comments
	default:
		r.doc.asides.alt.Add(string(b)) // titles and descriptions of pictures
	}
}

// squeeze returns text with runs of white space as one space, as the format has it.
func squeeze(b []byte) string {
	if !bytes.ContainsAny(b, "\n\r\t") && !bytes.Contains(b, []byte("  ")) {
		return string(b)
	}
	var out strings.Builder
	space := false
	for _, c := range b {
		if c == ' ' || c == '\n' || c == '\r' || c == '\t' {
			if !space {
				out.WriteByte(' ')
			}
			space = true
			continue
		}
		space = false
		out.WriteByte(c)
	}
	return out.String()
}

// write adds text to the paragraph, the cell or the deletion that is open.
func (r *reader) write(s string) {
	sight := prose.Seen
	switch {
	case r.changes.deleting != "":
		r.changes.keep(s)
		return
	case r.changes.open || r.gone > 0:
		sight = prose.Gone
	case len(r.changes.added) > 0:
		sight = prose.Added
	}
	if c := r.cell(); c != nil {
		c.text = append(c.text, s...)
		return
	}
	r.out().Write([]byte(s), sight)
}

// end ends everything that is open.
func (r *reader) end() {
	for len(r.paragraphs) > 0 {
		r.closeParagraph()
	}
	if r.sheet != nil {
		r.endSheet()
	}
	for _, t := range r.outs {
		for t.Tables() > 0 {
			t.CloseTable()
		}
		if t.Pending() {
			t.End()
		}
	}
	r.changes.flush(r)
}

// maxSpaces is how many spaces are written where the document asks for many.
const maxSpaces = 16

// newGrid returns a grid for what may still be read.
func (r *reader) newGrid() *grid.Grid { return grid.New(r.doc.file.TextLeft()) }
