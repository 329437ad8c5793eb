package pdf

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/zixpolicy/zixpolicy/message/collect"
)

// FuzzRead checks that any file is read within its limits and ends as text,
// opaque or defect, and that the next one is read as if nothing had been.
func FuzzRead(f *testing.F) {
	for _, s := range []spec{
		{content: show(50, 700, "MRN 00412287") + "3 Tr " + glyphs(50, 600, 14, "SSN 123-45-6789")},
		{page: "/Annots [6 0 R]", catalog: "/AcroForm << /Fields [6 0 R] >>", more: []string{
			"<< /Type /Annot /Subtype /Widget /FT /Tx /T (ssn) /V (123-45-6789) /Rect [0 0 9 9] >>",
		}},
		{catalog: "/Names << /EmbeddedFiles << /Names [(x) 6 0 R] >> >> /Outlines 8 0 R", more: []string{
			"<< /Type /Filespec /F (n.txt) /UF (n.txt) /EF << /F 7 0 R >> >>", stream("/Type /EmbeddedFile", "mrn"),
			"<< /First 9 0 R /Last 9 0 R >>", "<< /Title (one) /Parent 8 0 R >>",
		}},
		{content: "/Span << /ActualText (fine) >> BDC\n" + show(50, 700, "MRN 00412287") + "EMC\n"},
	} {
		f.Add(s.bytes())
	}
	dir := filepath.Join("..", "..", "..", "shared", "corpus", "att-textract", "pdf")
	if _, err := os.Stat(dir); err != nil {
		f.Logf("no seeds from the corpus, which is not here: %v", err)
	} else {
		for _, name := range []string{"standardized_text.pdf", "raw_text.pdf"} {
			f.Add(corpus(f, name))
		}
	}
	if err := sandbox.Wait(context.Background()); err != nil {
		f.Fatal(err)
	}
	limits := collect.Limits{Text: 1 << 20, Parts: 20, Time: 3 * time.Second, Unpacked: 4 << 20}
	f.Fuzz(func(t *testing.T, content []byte) {
		start := time.Now()
		found := readWith(t, content, limits, func(*collect.File, []byte) (string, bool) { return "", true })
		if took := time.Since(start); took > limits.Time+2*time.Second {
			t.Errorf("took %v", took)
		}
		checkFound(t, content, found)
	})
}

// checkFound checks what holds of every file.
func checkFound(t *testing.T, content []byte, found collect.Found) {
	t.Helper()
	read := len(found.Defects) > 0
	for _, p := range found.Parts {
		read = read || strings.HasPrefix(p.Path, "a.pdf") && p.Path != "a.pdf#name"
		if !utf8.ValidString(p.Text) {
			t.Errorf("%s: invalid UTF-8", p.Path)
		}
		end := 0
		for _, m := range p.Marks {
			if m.Start < end || m.Start > m.End || m.End > len(p.Text) {
				t.Errorf("%s: mark %+v after %d in %d bytes", p.Path, m, end, len(p.Text))
			}
			end = m.End
		}
	}
	if !read && len(content) > 0 && !found.Attachments[0].Opaque {
		t.Error("ended as nothing")
	}
}
