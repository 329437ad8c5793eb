package pdf

import (
	"bytes"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// readAttachments reads the files that are embedded in the document, by its list
// of them and by annotations on its pages.
func (d *document) readAttachments() {
	n := d.call("FPDFDoc_GetAttachmentCount", d.handle)
	for i := uint32(0); int32(i) < int32(n); i++ {
		if !d.going() || !d.readAttachment(d.call("FPDFDoc_GetAttachment", d.handle, i)) {
			return
		}
	}
	for _, handle := range d.attached {
		if !d.going() || !d.readAttachment(handle) {
			return
		}
	}
}

// readAttachment hands on one file; false if a limit of the message is reached.
func (d *document) readAttachment(handle uint32) bool {
	if handle == 0 {
		return true
	}
	name := d.text("FPDFAttachment_GetName", handle)
	length := d.alloc(4)
	if length == 0 {
		return true
	}
	defer d.free(length)
	if d.call("FPDFAttachment_GetFile", handle, 0, 0, length) == 0 {
		d.file.DefectIn(collect.SafeName(name), collect.DefectCorrupt, "an attached file that cannot be read")
		return true
	}
	size := d.word(length)
	buffer := d.alloc(size + 1)
	if buffer == 0 {
		d.file.DefectIn(collect.SafeName(name), collect.DefectTooLarge, "an attached file larger than the PDF sandbox")
		return true
	}
	d.call("FPDFAttachment_GetFile", handle, buffer, size, length)
	content := d.peek(buffer, size)
	d.free(buffer)
	if d.err != nil {
		return false
	}
	return d.file.Unpack(name, 0, bytes.NewReader(content))
}
