// Package pdf reads PDF files with PDFium, which runs in a WebAssembly sandbox: a
// hostile file can neither reach the process nor outlive its deadline, nor take
// more than a fixed amount of memory.
//
// A [Sandbox] owns the compiled library. Each file gets an instance of its own,
// with fresh memory, that is closed after it: what one message leaves behind no
// other message meets. An instance is stopped, in the midst of a loop, when the
// time of its message is over.
//
// What is read: the text of every page as it is displayed, annotations and filled
// form fields in their places, with what cannot be seen marked as hidden; and
// apart from it, in sections, what stands in the file beside its pages (form,
// annotations, links, outline, metadata, alternative texts, scripts). Attached
// files are read in turn. A page that shows pictures instead of text makes the
// file opaque; see [Sandbox.Read].
package pdf

import (
	"strings"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// The errors of FPDF_GetLastError.
const (
	lastErrPassword = 4
	lastErrSecurity = 5 // encrypted in a way that PDFium does not know
)

// Recognize reads the text in a picture, a PNG file that shows a page. It returns
// false once nothing more should be tried; it has then recorded why.
type Recognize func(f *collect.File, png []byte) (text string, more bool)

// Read reads the PDF file f. A file with pages whose content is a picture is
// opaque, which is the fact that it needs OCR; where recognize is not nil, their
// text is added at path#ocr.
func (s *Sandbox) Read(f *collect.File, recognize Recognize) {
	lib, err := s.open(f.Context())
	if err != nil {
		if f.Err() == nil {
			f.Defect(collect.DefectUnsupported, "the PDF sandbox cannot be started")
		}
		return
	}
	d := &document{library: lib, file: f, render: recognize != nil}
	d.read()
	lib.close() // before the pictures are read, which takes long
	recognizePages(f, d.pictures, recognize)
}

// recognizePages adds the text of the rendered pages.
func recognizePages(f *collect.File, pages [][]byte, recognize Recognize) {
	var text strings.Builder
	for _, page := range pages {
		t, more := recognize(f, page)
		text.WriteString(t)
		if !more {
			break
		}
		text.WriteString("\n")
	}
	if s := strings.TrimSpace(text.String()); s != "" {
		f.Section("ocr", s)
	}
}
