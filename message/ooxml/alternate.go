package ooxml

import (
	"bytes"
	"strings"

	"github.com/zixpolicy/zixpolicy/message/xmlscan"
)

// fallback is what stands in mc:Fallback, for programs that cannot show the choice
// before it. As a rule it says the same.
type fallback struct {
	depth int    // how many Fallback elements are open
	from  int    // where in the shown text the choice begins
	text  []byte // of the fallback, a paragraph a line
	spent int    // bytes looked through for what the choices say
}

// maxSpent bounds how much is looked through. Beyond, all fallbacks are text.
const maxSpent = 1 << 29

func (f *fallback) begin(from int) {
	if f.depth == 0 {
		f.from, f.text = from, f.text[:0]
	}
}

// enterFallback lets what follows go into the fallback's text.
func (r *reader) enterFallback() {
	r.out.Open()
	r.fallback.depth++
	r.out.Divert(&r.fallback.text)
}

// leaveFallback undoes enterFallback.
func (r *reader) leaveFallback() {
	if r.fallback.depth == 0 {
		return
	}
	r.out.Close()
	if r.fallback.depth--; r.fallback.depth == 0 {
		r.out.Divert(nil)
	}
}

// endAlternate adds, as hidden text, what the fallback says and the choice does not.
func (r *reader) endAlternate() {
	f := &r.fallback
	if f.depth > 0 {
		return
	}
	for line := range bytes.Lines(f.text) {
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		if f.spent += r.out.Len() - f.from + 1<<10; f.spent > maxSpent || !r.out.Shown(line, f.from) {
			r.out.Hide(line)
		}
	}
	f.text = f.text[:0]
}

// attributes takes the texts that stand in the attributes of an element.
func (r *reader) attributes(s *xmlscan.Scanner, name string) {
	a := &r.doc.asides
	switch name {
	case "docPr", "cNvPr":
		a.alt.Add(s.Attr("descr"))
		a.alt.Add(s.Attr("title"))
		if !generated(s.Attr("name")) {
			a.alt.Add(s.Attr("name"))
		}
		if on(s.Attr("hidden"), false) && r.hiddenShape == 0 {
			r.hiddenShape = max(1, s.Depth()-1)
			if name == "cNvPr" {
				r.hiddenShape = max(1, s.Depth()-2)
			}
		}
	case "shape", "rect", "textpath", "imagedata", "oval", "line", "group":
		a.alt.Add(s.Attr("alt"))
		a.alt.Add(s.Attr("string"))
		a.alt.Add(s.Attr("title"))
	case "hyperlink", "hlinkClick", "hlinkHover", "hlinkMouseOver":
		a.alt.Add(s.Attr("tooltip"))
	case "tblCaption", "tblDescription", "tblPr", "helpText", "statusText", "default", "placeholder", "docPart":
		a.alt.Add(s.Attr("val"))
		a.alt.Add(s.Attr("descr"))
		a.alt.Add(s.Attr("title"))
	case "alias", "tag":
		a.names.Add(s.Attr("val"))
	case "listItem", "listEntry":
		a.alt.Add(s.Attr("displayText"))
		a.alt.Add(s.Attr("value"))
		a.alt.Add(s.Attr("val"))
	case "fldSimple":
		a.fields.Add(s.Attr("instr"))
	case "bookmarkStart":
		if !strings.HasPrefix(s.Attr("name"), "_") {
			a.names.Add(s.Attr("name"))
		}
	case "comment", "person", "cmAuthor":
		a.names.Add(s.Attr("author"))
		a.names.Add(s.Attr("name"))
	}
}

// generated reports whether a shape's name is one that programs give: words and a
// number.
func generated(name string) bool {
	i := strings.LastIndexByte(name, ' ')
	return name == "" || i > 0 && len(name)-i <= 7 && strings.Trim(name[i+1:], "0123456789") == "" && !strings.Contains(name, ".")
}
