package pdf

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// document is one PDF file that is being read.
type document struct {
	*library
	file   *collect.File
	render bool // whether pages that are pictures are wanted as such

	handle uint32 // FPDF_DOCUMENT
	form   uint32 // FPDF_FORMHANDLE; 0 if the file has none

	pages       pageText
	fields      lines // of the form
	annotations lines
	links       lines
	alternative lines // texts
	closedUp    lines // spaced-out text
	other       lines // what pages say if ActualText is not believed

	attached []uint32 // files, by annotations

	unmapped bool // glyphs were seen whose characters are not known
	opaque   bool // a page is a picture
	pictures [][]byte
	rendered int
}

// lines are short texts, each kept once, in order.
type lines struct {
	list []string
	seen map[string]bool
}

func (l *lines) add(text string) {
	text = strings.TrimSpace(text)
	if text == "" || l.seen[text] {
		return
	}
	if l.seen == nil {
		l.seen = map[string]bool{}
	}
	l.seen[text] = true
	l.list = append(l.list, text)
}

func (l *lines) section(f *collect.File, name string) {
	if len(l.list) > 0 {
		f.Section(name, strings.Join(l.list, "\n"))
	}
}

// read reads the document. Whatever ends it early, what was read until then is
// kept.
func (d *document) read() {
	if !d.load() {
		return
	}
	d.initForm()
	d.readPages()
	d.file.Text(string(d.pages.text), d.pages.marks...)
	d.fields.section(d.file, "form")
	d.annotations.section(d.file, "annotations")
	d.closedUp.section(d.file, "closed-up")
	d.other.section(d.file, "glyphs")
	d.alternative.section(d.file, "alternatives")
	d.links.section(d.file, "links")
	d.readOutline()
	d.readMetadata()
	d.readScripts()
	d.readXFA()
	if d.opaque {
		d.file.Opaque()
	}
	d.readAttachments()
	d.report()
}

// load opens the document. If it cannot be opened, it has said why.
func (d *document) load() bool {
	content := d.write(d.file.Content)
	if content == 0 {
		d.file.Defect(collect.DefectTooLarge, "larger than the PDF sandbox")
		return false
	}
	d.handle = d.call("FPDF_LoadMemDocument", content, uint32(len(d.file.Content)), 0)
	if d.handle != 0 {
		return true
	}
	if d.err != nil {
		d.report()
		return false
	}
	switch d.call("FPDF_GetLastError") {
	case lastErrPassword, lastErrSecurity:
		d.file.Defect(collect.DefectEncrypted, "a password is needed to open it")
		return false
	}
	d.file.Defect(collect.DefectCorrupt, "no PDF that can be opened")
	if d.loadRepaired() {
		return true
	}
	salvage(d.file)
	return false
}

// loadRepaired opens a file that lacks its end, as one does that was cut off,
// which PDFium repairs only if some trailer names the catalog.
func (d *document) loadRepaired() bool {
	trailer := trailerFor(d.file.Content)
	if trailer == "" {
		return false
	}
	repaired := append(bytes.Clone(d.file.Content), trailer...)
	content := d.write(repaired)
	if content != 0 {
		d.handle = d.call("FPDF_LoadMemDocument", content, uint32(len(repaired)), 0)
	}
	return d.handle != 0
}

// report records what the library could not do.
func (d *document) report() {
	if d.unmapped {
		d.file.Defect(collect.DefectUnsupported, "a font does not say which characters it shows")
	}
	if d.omitted {
		d.file.Defect(collect.DefectTooLarge, "a text longer than is read")
	}
	switch {
	case d.err == nil || d.file.Err() != nil: // the latter has recorded the timeout
	case d.module.Memory().Size() > (maxPages/2)<<16:
		d.file.Defect(collect.DefectTooLarge, "needs more memory than the PDF sandbox has")
	default:
		d.file.Defect(collect.DefectCorrupt, "PDF that cannot be read to its end")
	}
	if d.err != nil {
		salvage(d.file)
	}
}

// going reports whether there is more to read: neither time nor instance is over.
func (d *document) going() bool { return d.err == nil && d.file.Err() == nil }

// readPages reads every page, no more than the message may have parts.
func (d *document) readPages() {
	count := int(int32(d.call("FPDF_GetPageCount", d.handle)))
	limit := min(count, d.file.Limits().Parts)
	if count > limit {
		d.file.Defect(collect.DefectTooMany, "more than "+strconv.Itoa(limit)+" pages")
	}
	if count <= 0 && d.err == nil {
		d.file.Defect(collect.DefectCorrupt, "no pages")
	}
	broken := 0
	for i := range limit {
		if !d.going() {
			return
		}
		if int64(len(d.pages.text)) > d.file.TextLeft() {
			return // the text is cut, with a defect, when it is added
		}
		if !d.readPage(uint32(i)) && d.err == nil {
			broken++
		}
	}
	if broken > 0 {
		d.file.Defect(collect.DefectCorrupt, strconv.Itoa(broken)+" of "+strconv.Itoa(count)+" pages cannot be read")
	}
}
