package pdf

import "strings"

// The subtypes of annotations that are read in a way of their own.
const (
	annotFile   = 17
	annotWidget = 20
)

// The types of form fields.
const (
	fieldCheckbox = 2
	fieldRadio    = 3
)

// initForm makes the document's form known.
func (d *document) initForm() {
	info := d.alloc(256) // FPDF_FORMFILLINFO without one callback
	for _, version := range []byte{2, 1} {
		if info == 0 || !d.module.Memory().WriteByte(info, version) {
			return
		}
		if d.form = d.call("FPDFDOC_InitFormFillEnvironment", d.handle, info); d.form != 0 {
			return
		}
	}
}

// readAnnotations adds what the annotations and form fields of the page hold, and
// reports whether there are any that the page may display.
func (p *page) readAnnotations() (displayed bool) {
	n := p.call("FPDFPage_GetAnnotCount", p.handle)
	for i := uint32(0); int32(i) < int32(n); i++ {
		if !p.going() {
			return displayed
		}
		annot := p.call("FPDFPage_GetAnnot", p.handle, i)
		if annot == 0 {
			continue
		}
		switch p.call("FPDFAnnot_GetSubtype", annot) {
		case annotWidget:
			p.readField(annot)
		case annotFile:
			p.attached = append(p.attached, p.call("FPDFAnnot_GetFileAttachment", annot))
		}
		p.readNote(annot)
		displayed = displayed || p.call("FPDFAnnot_HasKey", annot, p.key("AP")) != 0
		p.call("FPDFPage_CloseAnnot", annot)
	}
	return displayed
}

// readNote adds what an annotation says beside its appearance.
func (p *page) readNote(annot uint32) {
	var parts []string
	for _, key := range [...]string{"T", "Subj", "Contents"} {
		if key == "T" && p.call("FPDFAnnot_GetSubtype", annot) == annotWidget {
			continue // a name, read with the field
		}
		if s := tidy(p.text("FPDFAnnot_GetStringValue", annot, p.key(key))); s != "" {
			parts = append(parts, s)
		}
	}
	p.annotations.add(strings.Join(parts, ": "))
	p.annotations.add(stripTags(p.text("FPDFAnnot_GetStringValue", annot, p.key("RC"))))
}

// readField adds a form field as a line with its label and value.
func (p *page) readField(annot uint32) {
	if p.form == 0 {
		p.fields.add(tidy(p.text("FPDFAnnot_GetStringValue", annot, p.key("V"))))
		return
	}
	name := tidy(p.text("FPDFAnnot_GetFormFieldName", p.form, annot))
	label := tidy(p.text("FPDFAnnot_GetFormFieldAlternateName", p.form, annot))
	if label == "" {
		label = name
	}
	value := tidy(p.text("FPDFAnnot_GetFormFieldValue", p.form, annot))
	switch p.call("FPDFAnnot_GetFormFieldType", p.form, annot) {
	case fieldCheckbox, fieldRadio:
		if p.call("FPDFAnnot_IsChecked", p.form, annot) == 0 {
			value = ""
		}
	}
	if value == "" {
		p.fields.add(label)
		return
	}
	p.fields.add(label + ": " + value)
}

// readLinks adds the targets of the page's links.
func (p *page) readLinks() {
	position := p.alloc(8)
	if position == 0 {
		return
	}
	defer p.free(position)
	for p.going() && p.call("FPDFLink_Enumerate", p.handle, position, position+4) != 0 {
		action := p.call("FPDFLink_GetAction", p.word(position+4))
		if action == 0 {
			continue
		}
		p.links.add(p.ascii("FPDFAction_GetURIPath", p.document.handle, action))
		p.links.add(p.ascii("FPDFAction_GetFilePath", action))
	}
}

// stripTags returns the text of the XHTML of a rich text string.
func stripTags(s string) string {
	var out strings.Builder
	for s != "" {
		text, rest, _ := strings.Cut(s, "<")
		out.WriteString(text)
		tag, after, closed := strings.Cut(rest, ">")
		if closed && (strings.HasPrefix(tag, "/p") || strings.HasPrefix(tag, "br")) {
			out.WriteByte('\n')
		}
		s = after
	}
	return tidy(xmlEntities.Replace(out.String()))
}

// xmlEntities are those that XML itself defines.
var xmlEntities = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&quot;", `"`, "&apos;", "'", "&amp;", "&")
