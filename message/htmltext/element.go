package htmltext

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// element is an open element.
type element struct {
	tag   atom.Atom
	style style
	pre   bool             // white space counts
	raw   bool             // its content is no text of the page
	cells int              // of a row: cells so far
	mark  collect.MarkKind // what its text is, if it is the outermost of that kind
	start int              // where its text starts in the visible text
}

// attributes are the attributes of a tag that say something about its text.
type attributes struct {
	style, class, id  string
	color, background string
	hidden            bool
}

// start opens an element.
func (r *renderer) start(z *html.Tokenizer, selfClosing bool) {
	name, more := z.TagName()
	tag := atom.Lookup(name)
	if tag == atom.Noscript || tag == atom.Noframes {
		z.NextIsNotRawText() // mail readers run no scripts: its content is shown
	}
	var attrs attributes
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		r.attribute(&attrs, tag, key, value)
	}
	r.closeImplied(tag)
	r.breakBefore(tag)
	if void(tag) || selfClosing && !htmlElement(tag) {
		return
	}
	if len(r.ground) >= maxOpen {
		r.excess++
		return
	}
	parent := r.top()
	e := element{tag: tag, style: parent.style, pre: parent.pre, raw: parent.raw}
	sheets := r.sheet.of(tag, &attrs)
	e.style.applyAttributes(&sheets, &attrs)
	switch tag {
	case atom.Pre, atom.Textarea, atom.Xmp, atom.Plaintext, atom.Listing:
		e.pre = true
	case atom.Script, atom.Style, atom.Title, atom.Iframe, atom.Noembed, atom.Template:
		e.raw = true
	}
	if kind := markOf(tag, &attrs); kind != "" && !r.marked(kind) {
		e.mark, e.start = kind, r.visible.mark()
	}
	r.open[class(tag)]++
	r.ground = append(r.ground, e)
}

// attribute takes note of one attribute.
func (r *renderer) attribute(attrs *attributes, tag atom.Atom, key, value []byte) {
	switch string(key) {
	case "style":
		attrs.style = string(value)
	case "class":
		attrs.class = string(value)
	case "id":
		attrs.id = string(value)
	case "color", "text":
		if tag == atom.Font || tag == atom.Body {
			attrs.color = string(value)
		}
	case "bgcolor":
		attrs.background = string(value)
	case "hidden":
		attrs.hidden = true
	case "alt", "title", "placeholder", "aria-label", "summary", "label", "content":
		if tag != atom.Meta {
			r.alt.add(string(value))
		}
	case "value":
		if tag == atom.Input || tag == atom.Button {
			r.alt.add(string(value))
		}
	case "href", "action", "cite":
		if tag != atom.Link && tag != atom.Base {
			r.links.addLink(string(value))
		}
	}
}

// end closes the innermost open element of that tag and all inside it.
func (r *renderer) end(tag atom.Atom) {
	if r.excess > 0 && !block(tag) {
		r.excess--
		return
	}
	r.breakAfter(tag)
	if tag == 0 || r.open[class(tag)] == 0 {
		return
	}
	for i := len(r.ground) - 1; i > 0; i-- {
		if r.ground[i].tag == tag {
			r.closeTo(i)
			r.excess = 0
			return
		}
	}
}

// closeTo closes the open elements from index i on.
func (r *renderer) closeTo(i int) {
	for n := len(r.ground) - 1; n >= i; n-- {
		e := &r.ground[n]
		r.open[class(e.tag)]--
		if e.mark != "" && r.visible.len() > e.start {
			r.marks = append(r.marks, collect.Mark{Kind: e.mark, Start: e.start, End: r.visible.len()})
		}
	}
	r.ground = r.ground[:i]
}

func (r *renderer) closeAll() { r.closeTo(1) }

// marked reports whether an open element already marks its text as kind.
func (r *renderer) marked(kind collect.MarkKind) bool {
	for i := range r.ground {
		if r.ground[i].mark == kind {
			return true
		}
	}
	return false
}

// closeImplied closes what the start of tag closes without an end tag.
func (r *renderer) closeImplied(tag atom.Atom) {
	switch tag {
	case atom.Td, atom.Th:
		r.closeWithin(atom.Table, atom.Td, atom.Th)
	case atom.Tr:
		r.closeWithin(atom.Table, atom.Tr)
	case atom.Li:
		r.closeWithin(atom.Ul, atom.Li)
	case atom.Dt, atom.Dd:
		r.closeWithin(atom.Dl, atom.Dt, atom.Dd)
	case atom.Option:
		r.closeWithin(atom.Select, atom.Option)
	default:
		if block(tag) && r.open[class(atom.P)] > 0 {
			r.closeWithin(atom.Td, atom.P)
		}
	}
}

// closeWithin closes the innermost open element of the given tags, if it stands
// inside the innermost container.
func (r *renderer) closeWithin(container atom.Atom, tags ...atom.Atom) {
	for i := len(r.ground) - 1; i > 0 && i > len(r.ground)-16; i-- {
		tag := r.ground[i].tag
		if tag == container || tag == atom.Table || tag == atom.Ol {
			return
		}
		for _, t := range tags {
			if tag == t {
				r.closeTo(i)
				return
			}
		}
	}
}

// breakBefore writes the line break or tab that stands before an element.
func (r *renderer) breakBefore(tag atom.Atom) {
	out := r.flow()
	switch {
	case tag == atom.Br:
		out.hardBreak()
	case tag == atom.Td || tag == atom.Th:
		top := r.top()
		if top.tag == atom.Tr {
			top.cells++
			if top.cells > 1 {
				out.tab()
			}
			return
		}
		out.tab()
	case tag == atom.P || heading(tag):
		out.line()
		out.blank()
	case block(tag):
		out.line()
	}
}

// breakAfter writes the line break that stands after an element.
func (r *renderer) breakAfter(tag atom.Atom) {
	if block(tag) && tag != atom.Td && tag != atom.Th {
		r.flow().line()
	}
}

// flow returns where text goes at the moment.
func (r *renderer) flow() *flow {
	if r.top().style.hides() {
		return &r.hidden
	}
	return &r.visible
}

// markOf returns what kind of text an element marks by its tag, class or id, as
// the mail programs in use write them.
func markOf(tag atom.Atom, attrs *attributes) collect.MarkKind {
	if tag == atom.Blockquote {
		return collect.MarkQuoted
	}
	switch attrs.id {
	case "divRplyFwdMsg", "OLK_SRC_BODY_SECTION", "reply-intro":
		return collect.MarkQuoted
	case "Signature", "ms-outlook-mobile-signature", "AppleMailSignature":
		return collect.MarkSignature
	}
	for class := range strings.FieldsSeq(attrs.class) {
		switch class {
		case "gmail_quote", "yahoo_quoted", "moz-cite-prefix", "protonmail_quote", "zmail_extra":
			return collect.MarkQuoted
		case "gmail_signature", "moz-signature", "protonmail_signature_block":
			return collect.MarkSignature
		}
	}
	return ""
}
