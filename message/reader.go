package message

import (
	"context"
	"sync/atomic"

	"github.com/zixpolicy/zixpolicy/message/collect"
	"github.com/zixpolicy/zixpolicy/message/ocr"
	"github.com/zixpolicy/zixpolicy/message/pdf"
)

// Reader reads messages with what cannot be read by a function alone: the sandbox
// for PDF files, and a program that recognizes text in pictures. It is safe for
// concurrent use. A nil *Reader reads as [Read] does.
type Reader struct {
	pdf *pdf.Sandbox
	ocr *ocr.Command // nil: pictures are not looked into
}

// ReaderOptions configure a [Reader].
type ReaderOptions struct {
	// OCR is the program that prints the text in a picture, with its arguments;
	// "{file}" stands for the picture's path. Empty: there is none.
	OCR []string
	// CacheDir is where the compiled PDF sandbox is kept, so that the next process
	// starts it at once. It is not used unless it is safe from other users. Empty:
	// it is compiled anew.
	CacheDir string
}

// NewReader returns a reader. It starts nothing; an error is a mistake in the
// options.
func NewReader(o ReaderOptions) (*Reader, error) {
	r := &Reader{pdf: pdf.NewSandbox(pdf.Options{CacheDir: o.CacheDir})}
	if len(o.OCR) > 0 {
		var err error
		if r.ocr, err = ocr.New(o.OCR); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// Start begins to start the PDF sandbox, in the background. Without it the first
// PDF file does, and its message waits for it.
func (r *Reader) Start() {
	if r != nil {
		r.pdf.Start()
	}
}

// Close ends the sandbox. No Read may begin after it.
func (r *Reader) Close() error {
	if r == nil {
		return nil
	}
	return r.pdf.Close()
}

// Read reads one message; see [Read].
func (r *Reader) Read(ctx context.Context, env Envelope, raw []byte, limits Limits) *Message {
	limits = limits.WithDefaults()
	m := &Message{Envelope: env, Size: int64(len(raw))}
	whole := raw
	if int64(len(raw)) > limits.Message {
		whole = raw[:limits.Message]
	}
	var header atomic.Pointer[Header] // a read that is abandoned may still run
	found := collect.Run(ctx, limits, r.open, func(root *collect.File) {
		if len(whole) < len(raw) {
			root.Defect(DefectTooLarge, "message larger than the limit")
		}
		root.Content = whole
		readMessage(root, func(h Header) { header.Store(&h) })
	})
	if h := header.Load(); h != nil {
		m.Header = *h
	}
	m.Parts, m.Attachments, m.Defects = found.Parts, found.Attachments, found.Defects
	return m
}

// readPDF reads a PDF file, and its pages that are pictures by OCR.
func (r *Reader) readPDF(f *collect.File) {
	if r == nil {
		f.Defect(collect.DefectUnsupported, "PDF is not read here")
		return
	}
	if r.ocr == nil {
		r.pdf.Read(f, nil)
		return
	}
	r.pdf.Read(f, r.ocr.Text)
}

// readPicture reads the text in a picture.
func (r *Reader) readPicture(f *collect.File) {
	f.Opaque()
	if r != nil && r.ocr != nil {
		f.Guard(r.ocr.Read)
	}
}
