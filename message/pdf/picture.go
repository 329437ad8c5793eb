package pdf

import (
	"bytes"
	"image"
	"image/png"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

const (
	dotsPerPoint = 200.0 / 72 // OCR programs want some 200 dots an inch
	maxSide      = 4000       // dots
	maxRendered  = 48 << 20   // bytes of all pages rendered, as PNG

	formatGray  = 1 // FPDFBitmap_Gray
	renderAnnot = 1 // FPDF_ANNOT
	white       = 0xffffffff
)

// renderPage keeps the page as a picture for OCR, if that is wanted.
func (d *document) renderPage(p *page) {
	if !d.render || p.width <= 0 || p.height <= 0 || !d.going() {
		return
	}
	if d.rendered > maxRendered {
		d.file.DefectIn("", collect.DefectTooLarge, "more pages that are pictures than are recognized")
		d.render = false
		return
	}
	scale := min(dotsPerPoint, maxSide/p.width, maxSide/p.height)
	width, height := int(max(1, p.width*scale)), int(max(1, p.height*scale))
	bitmap := d.call("FPDFBitmap_CreateEx", uint32(width), uint32(height), formatGray, 0, 0)
	if bitmap == 0 {
		d.file.Defect(collect.DefectTooLarge, "a page too large to be rendered")
		return
	}
	defer func() { d.call("FPDFBitmap_Destroy", bitmap) }()
	d.call("FPDFBitmap_FillRect", bitmap, 0, 0, uint32(width), uint32(height), white)
	d.call("FPDF_RenderPageBitmap", bitmap, p.handle, 0, 0, uint32(width), uint32(height), 0, renderAnnot)
	stride := int(d.call("FPDFBitmap_GetStride", bitmap))
	pixels := d.peek(d.call("FPDFBitmap_GetBuffer", bitmap), uint32(stride*height))
	if len(pixels) < stride*height || stride < width {
		return
	}
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	picture := &image.Gray{Pix: pixels, Stride: stride, Rect: image.Rect(0, 0, width, height)}
	if err := encoder.Encode(&out, picture); err != nil {
		d.file.Defect(collect.DefectUnsupported, "a page that cannot be rendered")
		return
	}
	d.rendered += out.Len()
	d.pictures = append(d.pictures, out.Bytes())
}
