// Package htmltext reads HTML as a person sees it: blocks become lines, inline
// tags join, table cells are set apart by tabs, entities are characters.
//
// What a display does not show (display:none, text in the colour of its ground,
// comments) is read too, but after the visible text and marked hidden: in between,
// it could tear apart what the eye reads as one. Alternative texts and link
// targets are sections of their own. Script, style and data URIs are left out.
package htmltext

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/zixpolicy/zixpolicy/message/charset"
	"github.com/zixpolicy/zixpolicy/message/collect"
	"github.com/zixpolicy/zixpolicy/message/plaintext"
)

// Read reads the HTML file f.
func Read(f *collect.File) {
	declared := f.Charset
	if declared == "" {
		declared = metaCharset(f.Content)
	}
	source, known := charset.Decode(f.Content, declared)
	if !known {
		f.Defect(collect.DefectUnsupported, "unknown character set")
	}
	page := render(source, f.Err)
	f.Text(page.Text, page.Marks...)
	if page.Alt != "" {
		f.Section("alt", page.Alt)
	}
	if page.Links != "" {
		f.Section("links", page.Links, collect.Mark{Kind: collect.MarkHidden, End: len(page.Links)})
	}
}

// Page is an HTML document as text.
type Page struct {
	Text  string         // the visible text, then the hidden text
	Marks []collect.Mark // of Text
	Alt   string         // alt, title and other texts in attributes, one a line
	Links string         // link targets, one a line
}

// Render returns the text of an HTML document given as UTF-8.
func Render(source string) Page { return render(source, func() error { return nil }) }

// render is Render, given up (with what there is) when expired returns an error.
func render(source string, expired func() error) Page {
	r := renderer{expired: expired}
	r.ground = append(r.ground, element{style: style{color: black, background: paper}})
	r.run(source)
	r.closeAll()
	page := Page{Text: r.visible.String(), Marks: r.marks, Alt: r.alt.String(), Links: r.links.String()}
	for i := range page.Marks {
		page.Marks[i].End = min(page.Marks[i].End, len(page.Text))
		page.Marks[i].Start = min(page.Marks[i].Start, page.Marks[i].End)
	}
	page.Marks = append(page.Marks, plaintext.Marks(page.Text)...)
	if hidden := r.hidden.String(); hidden != "" {
		if page.Text != "" {
			page.Text += "\n"
		}
		page.Marks = append(page.Marks, collect.Mark{Kind: collect.MarkHidden, Start: len(page.Text), End: len(page.Text) + len(hidden)})
		page.Text += hidden
	}
	page.Marks = mergeMarks(page.Marks)
	return page
}

// maxOpen bounds the elements kept open, as browsers do: what is nested more
// deeply has the style of its last kept ancestor.
const maxOpen = 512

// maxRetries bounds how often text in unclosed raw elements and in comments is
// read as HTML of its own, one inside the other, and maxRetried the bytes of it
// that are: beyond either it is taken as it stands.
const (
	maxRetries = 3
	maxRetried = 1 << 20
)

// renderer turns tokens into text.
type renderer struct {
	expired func() error
	ground  []element // the open elements, outermost first; ground[0] is the canvas
	open    [256]int  // how many elements of each tracked tag are open, by tag class
	excess  int       // elements opened beyond maxOpen
	retries int
	sheet   sheet

	visible, hidden flow
	alt, links      list
	marks           []collect.Mark
	unclosed        string // the content of a script or style that no end tag followed yet
}

func (r *renderer) run(source string) {
	z := html.NewTokenizer(strings.NewReader(source))
	for n := 0; ; n++ {
		if n&1023 == 1023 && r.expired() != nil {
			return
		}
		switch z.Next() {
		case html.ErrorToken:
			if r.unclosed != "" {
				r.hide(r.unclosed) // some readers show what follows a start tag alone
			}
			return
		case html.TextToken:
			r.text(z.Text())
		case html.StartTagToken:
			r.start(z, false)
		case html.SelfClosingTagToken:
			r.start(z, true)
		case html.EndTagToken:
			name, _ := z.TagName()
			r.unclosed = ""
			r.end(atom.Lookup(name))
		case html.CommentToken:
			r.comment(string(z.Text()))
		}
	}
}

// top returns the innermost open element.
func (r *renderer) top() *element { return &r.ground[len(r.ground)-1] }

// text writes the text between two tags.
func (r *renderer) text(text []byte) {
	top := r.top()
	switch {
	case top.raw:
		r.rawText(top.tag, string(text))
	case top.style.hides():
		r.hidden.write(text, top.pre)
	default:
		if r.hidden.used {
			r.hidden.line() // the next hidden text is another one
		}
		r.visible.write(text, top.pre)
	}
}

// rawText handles the content of script, style and title.
func (r *renderer) rawText(tag atom.Atom, text string) {
	switch tag {
	case atom.Style, atom.Script:
		r.unclosed = text
		if tag == atom.Style {
			r.sheet.add(text)
		}
	case atom.Title, atom.Iframe, atom.Noembed, atom.Template:
		r.hide(text)
	}
}

// hide reads text, which is itself HTML, as hidden.
func (r *renderer) hide(text string) {
	if r.retries >= maxRetries || len(text) > maxRetried {
		r.hidden.write([]byte(text), false)
		r.hidden.line()
		return
	}
	inner := renderer{expired: r.expired, retries: r.retries + 1}
	inner.ground = append(inner.ground, element{style: style{color: black, background: paper}})
	inner.run(text)
	for _, flow := range [...]*flow{&inner.visible, &inner.hidden} {
		if s := flow.String(); s != "" {
			r.hidden.line()
			r.hidden.write([]byte(s), true)
			r.hidden.line()
		}
	}
	r.alt.add(inner.alt.String())
	r.links.add(inner.links.String())
}

// comment reads a comment as hidden text: some readers show conditional comments.
func (r *renderer) comment(text string) {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "[if") {
		if _, rest, ok := strings.Cut(text, "]>"); ok {
			text = strings.TrimSuffix(rest, "<![endif]")
		}
	}
	if text != "" && !strings.HasPrefix(text, "[endif") {
		r.hide(text)
	}
}

// metaCharset returns the character set that a document names within its first
// kilobyte, or "".
func metaCharset(content []byte) string {
	head := bytes.ToLower(content[:min(len(content), 1024)])
	for {
		i := bytes.Index(head, []byte("<meta"))
		if i < 0 {
			return ""
		}
		head = head[i+5:]
		tag, _, _ := bytes.Cut(head, []byte(">"))
		if _, value, ok := bytes.Cut(tag, []byte("charset")); ok {
			value = bytes.TrimLeft(value, " \t\r\n=\"'")
			if end := bytes.IndexAny(value, " \t\r\n\"';/>"); end >= 0 {
				value = value[:end]
			}
			return string(value)
		}
	}
}
