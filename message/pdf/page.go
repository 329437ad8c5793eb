package pdf

import "strings"

// The results of FPDFPage_Flatten.
const flattened = 1

// page is one page that is being read.
type page struct {
	*document
	handle        uint32 // FPDF_PAGE
	width, height float64
	area          box
	objects       survey
}

// readPage reads one page; false if it cannot be loaded.
func (d *document) readPage(index uint32) bool {
	handle := d.call("FPDF_LoadPage", d.handle, index)
	if handle == 0 {
		return false
	}
	p := &page{document: d, handle: handle}
	defer func() { d.call("FPDF_ClosePage", p.handle) }()
	p.readLinks()
	p.readAlternatives()
	if p.readAnnotations() && d.call("FPDFPage_Flatten", p.handle, 0) == flattened {
		// Annotations and fields are content of the page now, but only once it is
		// loaded anew.
		d.call("FPDF_ClosePage", p.handle)
		if p.handle = d.call("FPDF_LoadPage", d.handle, index); p.handle == 0 {
			return false
		}
	}
	p.width = d.float("FPDF_GetPageWidthF", p.handle)
	p.height = d.float("FPDF_GetPageHeightF", p.handle)
	p.area = p.rectangle()
	p.survey()
	visible := p.readText()
	if !visible && p.objects.shown > 0 || p.objects.covered {
		d.opaque = true
		d.renderPage(p)
	}
	return true
}

// readText adds the page's text and reports whether any of it can be seen.
func (p *page) readText() (visible bool) {
	handle := p.call("FPDFText_LoadPage", p.handle)
	if handle == 0 {
		return false
	}
	defer func() { p.call("FPDFText_ClosePage", handle) }()
	count := p.call("FPDFText_CountChars", handle)
	if int32(count) <= 0 {
		return false
	}
	p.sampleFonts(handle, count)
	text := p.plainText(handle, count)
	if len(p.objects.hidden) > 0 {
		visible = p.markedText(handle, count)
	} else {
		visible = strings.TrimSpace(text) != ""
		p.pages.add(text)
	}
	p.pages.endPage()
	p.readSpaced(handle, count, text)
	if p.objects.replaced {
		p.readGlyphs(text)
	}
	return visible
}

// plainText returns the text of a page as PDFium puts it together.
func (p *page) plainText(handle, count uint32) string {
	buffer := p.alloc(2*count + 2)
	if buffer == 0 {
		return ""
	}
	defer p.free(buffer)
	n := p.call("FPDFText_GetText", handle, 0, count, buffer)
	return decodeUTF16(p.peek(buffer, 2*min(n, count+1)))
}

// markedText adds the text character by character, with what cannot be seen
// marked.
func (p *page) markedText(handle, count uint32) (visible bool) {
	for i := range count {
		if i&255 == 255 && !p.going() {
			return visible
		}
		c := rune(p.call("FPDFText_GetUnicode", handle, i))
		object := p.call("FPDFText_GetTextObject", handle, i)
		hidden := p.objects.hidden[object]
		visible = visible || !hidden && object != 0 && c > ' '
		p.pages.addRune(c, hidden)
	}
	return visible
}

// readGlyphs adds what the glyphs of a page say where ActualText, which a file may
// set at will and which PDFium believes, says something else.
func (p *page) readGlyphs(believed string) {
	p.removeReplacements()
	handle := p.call("FPDFText_LoadPage", p.handle)
	if handle == 0 {
		return
	}
	defer func() { p.call("FPDFText_ClosePage", handle) }()
	count := p.call("FPDFText_CountChars", handle)
	if int32(count) <= 0 {
		return
	}
	known := map[string]bool{}
	for line := range strings.Lines(tidy(believed)) {
		known[strings.TrimSpace(line)] = true
	}
	for line := range strings.Lines(tidy(p.plainText(handle, count))) {
		if !known[strings.TrimSpace(line)] {
			p.other.add(line)
		}
	}
}

// fontSamples is how many characters of a page are asked whether they are known.
const fontSamples = 64

// sampleFonts notices text whose glyphs have no characters: it can be seen, and
// what is extracted of it is arbitrary.
func (p *page) sampleFonts(handle, count uint32) {
	step := max(1, count/fontSamples)
	asked, failed := 0, 0
	for i := uint32(0); i < count; i += step {
		asked++
		if p.call("FPDFText_HasUnicodeMapError", handle, i) == 1 {
			failed++
		}
	}
	if failed > asked/4 {
		p.unmapped, p.opaque = true, true
	}
}
