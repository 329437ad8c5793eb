package pdf

import (
	"strings"

	"github.com/zixpolicy/zixpolicy/message/xmltext"
)

// maxEntries bounds the outline and the structure of a page: what a file needs to
// be cyclic is not longer than that.
const maxEntries = 20_000

// readOutline adds the titles of the bookmarks.
func (d *document) readOutline() {
	var titles []string
	seen := map[uint32]bool{}
	pending := []uint32{d.call("FPDFBookmark_GetFirstChild", d.handle, 0)}
	for len(pending) > 0 && len(seen) < maxEntries && d.going() {
		mark := pending[len(pending)-1]
		pending = pending[:len(pending)-1]
		if mark == 0 || seen[mark] {
			continue
		}
		seen[mark] = true
		titles = append(titles, tidy(d.text("FPDFBookmark_GetTitle", mark)))
		pending = append(pending,
			d.call("FPDFBookmark_GetNextSibling", d.handle, mark),
			d.call("FPDFBookmark_GetFirstChild", d.handle, mark))
	}
	d.omitted = d.omitted || len(seen) == maxEntries
	if len(titles) > 0 {
		d.file.Section("outline", strings.Join(titles, "\n"))
	}
}

// readMetadata adds title, author, subject and keywords.
func (d *document) readMetadata() {
	var found lines
	for _, tag := range [...]string{"Title", "Author", "Subject", "Keywords"} {
		found.add(tidy(d.text("FPDF_GetMetaText", d.handle, d.key(tag))))
	}
	found.section(d.file, "metadata")
}

// readScripts adds the JavaScript of the document, which is never run: a form may
// keep in it what it shows.
func (d *document) readScripts() {
	var scripts lines
	n := d.call("FPDFDoc_GetJavaScriptActionCount", d.handle)
	for i := uint32(0); int32(i) < int32(n) && d.going(); i++ {
		if action := d.call("FPDFDoc_GetJavaScriptAction", d.handle, i); action != 0 {
			scripts.add(tidy(d.text("FPDFJavaScriptAction_GetScript", action)))
			d.call("FPDFDoc_CloseJavaScriptAction", action)
		}
	}
	scripts.section(d.file, "scripts")
}

// readXFA adds the text of the packets of an XFA form, which some programs show
// in place of the pages.
func (d *document) readXFA() {
	var found lines
	length := d.alloc(4)
	if length == 0 {
		return
	}
	defer d.free(length)
	n := d.call("FPDF_GetXFAPacketCount", d.handle)
	for i := uint32(0); int32(i) < int32(n) && d.going(); i++ {
		d.call("FPDF_GetXFAPacketContent", d.handle, i, 0, 0, length)
		size := d.word(length)
		if d.omitted = d.omitted || size > maxString; size == 0 || size > maxString {
			continue
		}
		if buffer := d.alloc(size); buffer != 0 {
			d.call("FPDF_GetXFAPacketContent", d.handle, i, buffer, size, length)
			text, attributes := xmltext.Text(string(d.peek(buffer, size)), d.file.Err)
			found.add(text)
			found.add(attributes)
			d.free(buffer)
		}
	}
	found.section(d.file, "xfa")
}

// readAlternatives adds the alternative texts of what the page shows.
func (p *page) readAlternatives() {
	tree := p.call("FPDF_StructTree_GetForPage", p.handle)
	if tree == 0 {
		return
	}
	defer func() { p.call("FPDF_StructTree_Close", tree) }()
	var pending []uint32
	n := p.call("FPDF_StructTree_CountChildren", tree)
	for i := uint32(0); int32(i) < int32(min(n, maxEntries)); i++ {
		pending = append(pending, p.call("FPDF_StructTree_GetChildAtIndex", tree, i))
	}
	seen := map[uint32]bool{}
	for len(pending) > 0 && len(seen) < maxEntries && p.going() {
		element := pending[len(pending)-1]
		pending = pending[:len(pending)-1]
		if element == 0 || seen[element] {
			continue
		}
		seen[element] = true
		p.alternative.add(tidy(p.text("FPDF_StructElement_GetAltText", element)))
		n := p.call("FPDF_StructElement_CountChildren", element)
		for i := uint32(0); int32(i) < int32(min(n, maxEntries)); i++ {
			pending = append(pending, p.call("FPDF_StructElement_GetChildAtIndex", element, i))
		}
	}
	p.omitted = p.omitted || len(seen) == maxEntries
}
