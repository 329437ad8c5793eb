package pdf

import (
	"encoding/binary"
	"math"
)

// The types of page objects.
const (
	objectText    = 1
	objectPath    = 2
	objectImage   = 3
	objectShading = 4
	objectForm    = 5
)

// Text render modes that paint nothing.
const (
	renderInvisible = 3
	renderClip      = 7
)

// survey is what the objects of a page are found to be.
type survey struct {
	hidden   map[uint32]bool // text objects that cannot be seen
	replaced bool            // some text has an ActualText
	marked   []mark
	shown    int  // objects that paint something other than text
	covered  bool // an image covers half of the page or more
	dark     []box
}

// mark is marked content with an ActualText.
type mark struct{ object, handle uint32 }

// box is a rectangle on the page.
type box struct{ left, bottom, right, top float64 }

func (b box) contains(x, y float64) bool {
	return x >= b.left && x <= b.right && y >= b.bottom && y <= b.top
}

// maxNesting bounds forms inside forms that are looked into.
const maxNesting = 16

// survey looks at every object of the page, in the order in which they are painted.
func (p *page) survey() {
	p.objects.hidden = map[uint32]bool{}
	scratch := p.alloc(32)
	if scratch == 0 {
		return
	}
	defer p.free(scratch)
	p.eachObject("FPDFPage_CountObjects", "FPDFPage_GetObject", p.handle, 0, scratch)
}

// eachObject looks at the objects of a page or of a form on it.
func (p *page) eachObject(count, get string, parent uint32, depth int, scratch uint32) {
	n := p.call(count, parent)
	for i := uint32(0); int32(i) < int32(n); i++ {
		if i&63 == 63 && !p.going() {
			return
		}
		object := p.call(get, parent, i)
		switch p.call("FPDFPageObj_GetType", object) {
		case objectText:
			p.surveyText(object, scratch, depth)
		case objectPath:
			p.objects.shown++
			if p.filled(object, scratch) {
				p.cover(object, scratch, depth)
			}
		case objectShading:
			p.objects.shown++
			p.cover(object, scratch, depth)
		case objectImage:
			p.objects.shown++
			if b := p.cover(object, scratch, depth); depth == 0 && p.halfCovered(b) {
				p.objects.covered = true
			}
		case objectForm:
			if depth < maxNesting {
				p.eachObject("FPDFFormObj_CountObjects", "FPDFFormObj_GetObject", object, depth+1, scratch)
			}
		}
	}
}

// surveyText notes whether a text object can be seen, and what stands for it.
func (p *page) surveyText(object, scratch uint32, depth int) {
	if p.invisible(object, scratch, depth) {
		p.objects.hidden[object] = true
	}
	marks := p.call("FPDFPageObj_CountMarks", object)
	for i := uint32(0); int32(i) < int32(marks) && p.err == nil; i++ {
		m := p.call("FPDFPageObj_GetMark", object, i)
		if p.call("FPDFPageObjMark_GetParamValueType", m, p.key("ActualText")) != 0 {
			p.objects.replaced = true
			p.objects.marked = append(p.objects.marked, mark{object, m})
		}
	}
}

// removeReplacements takes every ActualText away.
func (p *page) removeReplacements() {
	for _, m := range p.objects.marked {
		p.call("FPDFPageObjMark_RemoveParam", m.object, m.handle, p.key("ActualText"))
	}
}

// invisible reports whether a text object paints nothing that can be seen. Inside
// a form its place and size on the page are not known and do not count.
func (p *page) invisible(object, scratch uint32, depth int) bool {
	mode := p.call("FPDFTextObj_GetTextRenderMode", object)
	if mode == renderInvisible || mode == renderClip {
		return true
	}
	b, known := p.bounds(object, scratch)
	if depth == 0 && known && p.outside(b) {
		return true
	}
	if depth == 0 && p.tiny(object, scratch) {
		return true
	}
	if mode != 0 { // it has an outline too
		return false
	}
	color, known := p.fill(object, scratch)
	switch {
	case !known:
		return false
	case color.alpha < 8:
		return true
	}
	return depth == 0 && color.white() && !p.onDark(b)
}

// minFontSize is the size in points below which text is no text for people.
const minFontSize = 1

// tiny reports whether text is too small to be read.
func (p *page) tiny(object, scratch uint32) bool {
	if p.call("FPDFTextObj_GetFontSize", object, scratch) == 0 {
		return false
	}
	size := p.floatAt(scratch)
	if p.call("FPDFPageObj_GetMatrix", object, scratch) == 0 {
		return false
	}
	scale := math.Hypot(p.floatAt(scratch+8), p.floatAt(scratch+12)) // its c and d
	return math.Abs(size*scale) < minFontSize
}

// outside reports whether a rectangle is nowhere on the page.
func (p *page) outside(b box) bool {
	if p.width <= 0 || p.height <= 0 {
		return false
	}
	return b.right < p.area.left || b.left > p.area.right || b.top < p.area.bottom || b.bottom > p.area.top
}

// rectangle returns where the page is, in its own coordinates.
func (p *page) rectangle() box {
	buffer := p.alloc(16)
	if buffer == 0 {
		return box{}
	}
	defer p.free(buffer)
	if p.call("FPDF_GetPageBoundingBox", p.handle, buffer) == 0 {
		return box{0, 0, p.width, p.height}
	}
	// FS_RECTF has left, top, right, bottom.
	return box{p.floatAt(buffer), p.floatAt(buffer + 12), p.floatAt(buffer + 8), p.floatAt(buffer + 4)}
}

// halfCovered reports whether a rectangle takes half of the page or more.
func (p *page) halfCovered(b box) bool {
	page := p.width * p.height
	return page > 0 && (b.right-b.left)*(b.top-b.bottom) >= page/2
}

// cover notes that an object is a background on which white can be read, and
// returns where.
func (p *page) cover(object, scratch uint32, depth int) box {
	b, known := p.bounds(object, scratch)
	if known && depth == 0 && len(p.objects.dark) < 1000 {
		p.objects.dark = append(p.objects.dark, b)
	}
	return b
}

// onDark reports whether the middle of a rectangle is painted over by then.
func (p *page) onDark(b box) bool {
	x, y := (b.left+b.right)/2, (b.bottom+b.top)/2
	for _, d := range p.objects.dark {
		if d.contains(x, y) {
			return true
		}
	}
	return len(p.objects.dark) == 1000
}

// bounds returns the rectangle that an object takes.
func (p *page) bounds(object, scratch uint32) (b box, known bool) {
	if p.call("FPDFPageObj_GetBounds", object, scratch, scratch+4, scratch+8, scratch+12) == 0 {
		return box{}, false
	}
	return box{p.floatAt(scratch), p.floatAt(scratch + 4), p.floatAt(scratch + 8), p.floatAt(scratch + 12)}, true
}

// filled reports whether a path is filled with something other than white.
func (p *page) filled(object, scratch uint32) bool {
	if p.call("FPDFPath_GetDrawMode", object, scratch, scratch+4) == 0 || p.word(scratch) == 0 {
		return false
	}
	color, known := p.fill(object, scratch)
	return known && color.alpha >= 8 && !color.white()
}

// color is a fill color, 0 to 255 each.
type color struct{ red, green, blue, alpha uint32 }

// white reports whether a color cannot be told from white paper.
func (c color) white() bool { return c.red >= 250 && c.green >= 250 && c.blue >= 250 }

// fill returns the fill color of an object.
func (p *page) fill(object, scratch uint32) (c color, known bool) {
	if p.call("FPDFPageObj_GetFillColor", object, scratch, scratch+4, scratch+8, scratch+12) == 0 {
		return color{}, false
	}
	return color{p.word(scratch), p.word(scratch + 4), p.word(scratch + 8), p.word(scratch + 12)}, true
}

// floatAt returns the float at an address.
func (l *library) floatAt(p uint32) float64 {
	b := l.peek(p, 4)
	if b == nil {
		return 0
	}
	return float64(math.Float32frombits(binary.LittleEndian.Uint32(b)))
}
