package pdf

import (
	"bytes"
	"fmt"
	"strings"
)

// file returns a PDF file of the given objects, numbered from 1; the first is the
// catalog.
func file(objects ...string) []byte { return fileWith("", objects...) }

// fileWith is file with further entries of the trailer.
func fileWith(trailer string, objects ...string) []byte {
	var out bytes.Buffer
	out.WriteString("%PDF-1.7\n")
	offsets := make([]int, len(objects))
	for i, o := range objects {
		offsets[i] = out.Len()
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, o := range offsets {
		fmt.Fprintf(&out, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&out, "trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, trailer, start)
	return out.Bytes()
}

func stream(dictionary, content string) string {
	return fmt.Sprintf("<< /Length %d %s >>\nstream\n%s\nendstream", len(content), dictionary, content)
}

// The objects that onePage puts before further ones.
const (
	catalog = "<< /Type /Catalog /Pages 2 0 R %s >>"
	tree    = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
	leaf    = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> %s >> %s >>"
	font    = "<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>"
)

// spec is a file of one page in Courier.
type spec struct {
	content   string // of the page
	catalog   string // further entries
	page      string
	resources string
	trailer   string
	more      []string // objects, from 6 on
}

func (s spec) bytes() []byte {
	objects := append([]string{
		fmt.Sprintf(catalog, s.catalog), tree, fmt.Sprintf(leaf, s.resources, s.page), stream("", s.content), font,
	}, s.more...)
	return fileWith(s.trailer, objects...)
}

// show is content that shows a text at a place.
func show(x, y float64, text string) string {
	text = strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`).Replace(text)
	return fmt.Sprintf("BT /F 12 Tf 1 0 0 1 %g %g Tm (%s) Tj ET\n", x, y, text)
}

// glyphs is content that shows each character by itself, advance points apart.
func glyphs(x, y, advance float64, text string) string {
	var out strings.Builder
	for i, c := range text {
		if c != ' ' {
			out.WriteString(show(x+advance*float64(i), y, string(c)))
		}
	}
	return out.String()
}
