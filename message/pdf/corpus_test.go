package pdf

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
)

// corpus returns a file of the corpus beside the repository, or skips the test.
func corpus(t testing.TB, name string) []byte {
	t.Helper()
	dir := filepath.Join("..", "..", "..", "shared", "corpus", "att-textract", "pdf")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("the corpus is not here: %v", err)
	}
	content, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestCorpusSentence(t *testing.T) {
	found := read(t, corpus(t, "standardized_text.pdf"))
	noDefects(t, found)
	if got := strings.Join(strings.Fields(part(found, "a.pdf")), " "); !strings.Contains(got, "the quick brown fox jumps over the lazy dog") {
		t.Errorf("text %q", got)
	}
}

func TestCorpusRecall(t *testing.T) {
	for _, tt := range []struct{ file, reference string }{
		{"raw_text.pdf", "raw_text.txt"},
		{"raw_text.pdf", "raw_text-m=pdftotext.txt"},
		{"raw_text.pdf", "raw_text-m=pdfminer.txt"},
		{"two_column.pdf", "two_column.txt"},
	} {
		t.Run(tt.reference, func(t *testing.T) {
			found := read(t, corpus(t, tt.file))
			noDefects(t, found)
			got := map[string]bool{}
			for _, w := range words(part(found, "a.pdf")) {
				got[w] = true
			}
			want := words(string(corpus(t, tt.reference)))
			var missing []string
			for _, w := range want {
				if !got[w] {
					missing = append(missing, w)
				}
			}
			recall := 1 - float64(len(missing))/float64(len(want))
			t.Logf("recall %.4f of %d words; missing %q", recall, len(want), missing[:min(len(missing), 40)])
			if len(want) < 50 || recall < 0.98 {
				t.Errorf("recall %.4f of %d words", recall, len(want))
			}
		})
	}
}

// words returns the words of a text, joined again where a line end broke one.
func words(text string) []string {
	text = strings.NewReplacer("-\n", "", "\u00ad", "", "ﬁ", "fi", "ﬂ", "fl", "ﬀ", "ff").Replace(text)
	return strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

func TestScannedPagesAreOpaque(t *testing.T) {
	found := read(t, corpus(t, "ocr_text.pdf"))
	noDefects(t, found)
	if len(found.Attachments) != 1 || !found.Attachments[0].Opaque {
		t.Errorf("attachments %+v, want one that is opaque", found.Attachments)
	}
	if text := strings.TrimSpace(part(found, "a.pdf")); text != "" {
		t.Errorf("text %q in a scan", text)
	}
}
