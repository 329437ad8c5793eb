package pdf

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// sandbox is the one of all tests. It keeps what it compiles, for under the race
// detector or a fuzzer's instruments compiling takes a minute.
var sandbox = NewSandbox(Options{CacheDir: filepath.Join(os.TempDir(), "zixpolicy-test-"+strconv.Itoa(os.Getuid()))})

func TestMain(m *testing.M) {
	status := m.Run()
	if err := sandbox.Close(); err != nil && status == 0 {
		println(err.Error())
		status = 1
	}
	os.Exit(status)
}

// readWith reads a file attached under the name a.pdf.
func readWith(t testing.TB, content []byte, limits collect.Limits, recognize Recognize) collect.Found {
	t.Helper()
	if err := sandbox.Wait(context.Background()); err != nil {
		t.Fatal(err)
	}
	open := func(f *collect.File) {
		if strings.HasSuffix(f.Name, ".pdf") {
			f.Detected("application/pdf")
			f.Guard(func(f *collect.File) { sandbox.Read(f, recognize) })
			return
		}
		f.Text(strings.ToValidUTF8(string(f.Content), "?"))
	}
	return collect.Run(context.Background(), limits, open, func(root *collect.File) { root.Nested("a.pdf", content) })
}

func read(t testing.TB, content []byte) collect.Found {
	t.Helper()
	return readWith(t, content, collect.Limits{Time: 2 * time.Minute}, nil)
}

// part returns the text at a path, "" if there is none.
func part(found collect.Found, path string) string {
	for _, p := range found.Parts {
		if p.Path == path {
			return p.Text
		}
	}
	return ""
}

// noDefects fails the test if there is a defect.
func noDefects(t testing.TB, found collect.Found) {
	t.Helper()
	for _, d := range found.Defects {
		t.Errorf("defect %+v", d)
	}
}

func hasDefect(found collect.Found, kind collect.DefectKind) bool {
	for _, d := range found.Defects {
		if d.Kind == kind {
			return true
		}
	}
	return false
}

// hiddenText returns the stretches of the main text that are marked as hidden.
func hiddenText(found collect.Found) (hidden []string) {
	for _, p := range found.Parts {
		if p.Path == "a.pdf" {
			for _, m := range p.Marks {
				hidden = append(hidden, p.Text[m.Start:m.End])
			}
		}
	}
	return hidden
}

func TestWhatADocumentSaysIsRead(t *testing.T) {
	annotations := "/Annots [6 0 R]"
	tests := []struct {
		name string
		file spec
		path string
		want string // in the text at path
	}{
		{"text", spec{content: show(50, 700, "MRN 00412287")}, "a.pdf", "MRN 00412287"},
		{"two lines", spec{content: show(50, 700, "patient") + show(50, 680, "record")}, "a.pdf", "patient\nrecord"},
		{"glyph by glyph", spec{content: glyphs(50, 700, 7.2, "SSN 123-45-6789 of Ann")}, "a.pdf", "SSN 123-45-6789 of Ann"},
		{"glyphs spaced out", spec{content: glyphs(50, 700, 8.5, "SSN 123-45-6789 of Ann")}, "a.pdf", "SSN 123-45-6789 of Ann"},
		{"glyphs spaced widely", spec{content: glyphs(50, 700, 14, "SSN 123-45-6789 of Ann")}, "a.pdf#closed-up", "SSN 123-45-6789 of Ann"},
		{"a number over two lines", spec{content: show(50, 700, "SSN 123-45-") + show(50, 680, "6789")}, "a.pdf", "123-45-6789"},
		{"a word over two lines", spec{content: show(50, 700, "the diag-") + show(50, 680, "nosis of")}, "a.pdf", "the diag\u00adnosis of"},
		{"character spacing", spec{content: "9 Tc " + show(50, 700, "SSN 123-45-6789 of Ann")}, "a.pdf", "SSN 123-45-6789 of Ann"},
		{"rotated page", spec{content: show(50, 700, "turned round"), page: "/Rotate 90"}, "a.pdf", "turned round"},
		{"a note", spec{page: annotations, more: []string{"<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /T (Ann) /Contents (call the clinic) >>"}},
			"a.pdf#annotations", "Ann: call the clinic"},
		{"a hidden note", spec{page: annotations, more: []string{"<< /Type /Annot /Subtype /Text /F 2 /Rect [0 0 9 9] /Contents (call the clinic) >>"}},
			"a.pdf#annotations", "call the clinic"},
		{"rich text", spec{page: annotations, more: []string{"<< /Type /Annot /Subtype /FreeText /Rect [0 0 9 9] /RC (<body><p>a &amp; b</p></body>) >>"}},
			"a.pdf#annotations", "a & b"},
		{"what a stamp displays", spec{page: annotations, more: []string{
			"<< /Type /Annot /Subtype /Stamp /F 4 /Rect [50 650 350 690] /AP << /N 7 0 R >> >>",
			stream("/Type /XObject /Subtype /Form /BBox [0 0 300 40] /Resources << /Font << /F 5 0 R >> >>", show(5, 10, "stamped over")),
		}}, "a.pdf", "stamped over"},
		{"a form field", spec{page: annotations, catalog: "/AcroForm << /Fields [6 0 R] >>", more: []string{
			"<< /Type /Annot /Subtype /Widget /FT /Tx /T (ssn) /TU (Social security number) /V (123-45-6789) /Rect [0 0 9 9] >>",
		}}, "a.pdf#form", "Social security number: 123-45-6789"},
		{"a field that inherits its value", spec{page: annotations, catalog: "/AcroForm << /Fields [7 0 R] >>", more: []string{
			"<< /Type /Annot /Subtype /Widget /Parent 7 0 R /Rect [0 0 9 9] >>",
			"<< /FT /Tx /T (mrn) /V (00412287) /Kids [6 0 R] >>",
		}}, "a.pdf#form", "mrn: 00412287"},
		{"a link", spec{page: annotations, more: []string{
			"<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (https://x.example/?mrn=00412287) >> >>",
		}}, "a.pdf#links", "https://x.example/?mrn=00412287"},
		{"metadata", spec{trailer: "/Info 6 0 R", more: []string{"<< /Title (Discharge) /Keywords (mrn 00412287) >>"}},
			"a.pdf#metadata", "Discharge\nmrn 00412287"},
		{"an outline", spec{catalog: "/Outlines 6 0 R", more: []string{
			"<< /First 7 0 R /Last 8 0 R >>", "<< /Title (one) /Parent 6 0 R /Next 8 0 R >>", "<< /Title (two) /Parent 6 0 R /Prev 7 0 R /First 9 0 R /Last 9 0 R >>", "<< /Title (two a) /Parent 8 0 R >>",
		}}, "a.pdf#outline", "one\ntwo\ntwo a"},
		{"a script", spec{catalog: "/Names << /JavaScript << /Names [(s) 6 0 R] >> >>", more: []string{"<< /S /JavaScript /JS (app.alert\\('mrn 00412287'\\)) >>"}},
			"a.pdf#scripts", "app.alert('mrn 00412287')"},
		{"an attached file", spec{catalog: "/Names << /EmbeddedFiles << /Names [(x) 6 0 R] >> >>", more: []string{
			"<< /Type /Filespec /F (notes.txt) /UF (notes.txt) /EF << /F 7 0 R >> >>", stream("/Type /EmbeddedFile", "mrn 00412287"),
		}}, "a.pdf/notes.txt", "mrn 00412287"},
		{"a file attached to a page", spec{page: annotations, more: []string{
			"<< /Type /Annot /Subtype /FileAttachment /Rect [0 0 9 9] /FS << /Type /Filespec /F (notes.txt) /UF (notes.txt) /EF << /F 7 0 R >> >> >>", stream("/Type /EmbeddedFile", "mrn 00412287"),
		}}, "a.pdf/notes.txt", "mrn 00412287"},
		{"an alternative text", spec{
			content: "/Figure << /MCID 0 >> BDC 0 0 9 9 re f EMC " + show(50, 700, "x"), catalog: "/MarkInfo << /Marked true >> /StructTreeRoot 6 0 R", page: "/StructParents 0",
			more: []string{"<< /Type /StructTreeRoot /K 7 0 R /ParentTree 8 0 R >>", "<< /Type /StructElem /S /Figure /P 6 0 R /Pg 3 0 R /K 0 /Alt (an X-ray) >>", "<< /Nums [0 [7 0 R]] >>"},
		}, "a.pdf#alternatives", "an X-ray"},
		{"glyphs under an ActualText", spec{content: "/Span << /ActualText (the weather is fine) >> BDC\n" + show(50, 700, "MRN 00412287") + "EMC\n"},
			"a.pdf#glyphs", "MRN 00412287"},
		{"an ActualText", spec{content: "/Span << /ActualText (the weather is fine) >> BDC\n" + show(50, 700, "MRN 00412287") + "EMC\n"},
			"a.pdf", "the weather is fine"},
		{"an XFA form", spec{content: show(50, 700, "Please wait"), catalog: "/AcroForm << /Fields [] /XFA [(datasets) 6 0 R] >>", more: []string{stream("", "<data><ssn>123-45-6789</ssn></data>")}},
			"a.pdf#xfa", "123-45-6789"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found := read(t, tt.file.bytes())
			noDefects(t, found)
			if got := part(found, tt.path); !strings.Contains(got, tt.want) {
				t.Errorf("%s is %q, want %q in it; all: %+v", tt.path, got, tt.want, found.Parts)
			}
		})
	}
}
