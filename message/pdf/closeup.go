package pdf

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// minSpaced is how many single characters in a row make spaced-out text.
const minSpaced = 5

// readSpaced adds text whose glyphs stand so far apart that PDFium takes each for
// a word ("1 2 3 - 4 5"), closed up as a person reads it. The columns of a table
// look alike, so the text as it is stays.
func (p *page) readSpaced(handle, count uint32, text string) {
	if !spacedOut(text) {
		return
	}
	buffer := p.alloc(16)
	if buffer == 0 {
		return
	}
	defer p.free(buffer)
	var run []glyph
	spaced := true // whether a space stands before the next glyph
	for i := uint32(0); i < count; i++ {
		if i&255 == 255 && !p.going() {
			return
		}
		c := rune(p.call("FPDFText_GetUnicode", handle, i))
		switch {
		case c == ' ' && p.call("FPDFText_IsGenerated", handle, i) == 1:
			spaced = true
			continue
		case c <= ' ':
			p.closeUp(run)
			run, spaced = run[:0], true
			continue
		case !spaced && len(run) > 0: // two glyphs of one word
			p.closeUp(run[:len(run)-1])
			run = run[:0]
		}
		if p.call("FPDFText_GetLooseCharBox", handle, i, buffer) != 0 {
			// FS_RECTF has left, top, right, bottom.
			run = append(run, glyph{c, p.floatAt(buffer), p.floatAt(buffer + 8), p.floatAt(buffer+4) - p.floatAt(buffer+12)})
		}
		spaced = false
	}
	p.closeUp(run)
}

// glyph is a character and where it stands on its line.
type glyph struct {
	char                rune
	left, right, height float64
}

// closeUp adds one run of single glyphs. Where the gap is about as wide as most
// are there is none for a reader.
func (p *page) closeUp(run []glyph) {
	if len(run) < minSpaced {
		return
	}
	gaps := make([]float64, len(run)-1)
	for i := range gaps {
		gaps[i] = run[i+1].left - run[i].right
	}
	sorted := slices.Sorted(slices.Values(gaps))
	usual := sorted[len(sorted)/2]
	if usual > 1.5*run[0].height { // columns
		return
	}
	var out strings.Builder
	for i, g := range run {
		if i > 0 && gaps[i-1] > 1.6*usual {
			out.WriteByte(' ')
		}
		out.WriteRune(g.char)
	}
	p.closedUp.add(tidy(out.String()))
}

// spacedOut reports whether single characters stand in a row.
func spacedOut(text string) bool {
	singles := 0
	for line := range strings.Lines(text) {
		singles = 0
		for word := range strings.FieldsSeq(line) {
			if utf8.RuneCountInString(word) > 1 {
				singles = 0
			} else if singles++; singles >= minSpaced {
				return true
			}
		}
	}
	return false
}
