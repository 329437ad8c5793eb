package message

import (
	"context"
	"encoding/base64"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// newReader returns a reader that is closed when the test ends.
func newReader(t testing.TB, o ReaderOptions) *Reader {
	t.Helper()
	r, err := NewReader(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.pdf.Wait(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// testCache is where tests keep the compiled sandbox: under the race detector
// compiling takes a minute.
func testCache() string {
	return filepath.Join(os.TempDir(), "zixpolicy-test-"+strconv.Itoa(os.Getuid()))
}

// attaching returns a message with one attached file.
func attaching(name, mediaType string, content []byte) []byte {
	encoded := base64.StdEncoding.EncodeToString(content)
	var folded strings.Builder
	for len(encoded) > 76 {
		folded.WriteString(encoded[:76] + "\r\n")
		encoded = encoded[76:]
	}
	return lines("Content-Type: "+mediaType+"; name="+name, "Content-Disposition: attachment",
		"Content-Transfer-Encoding: base64", "", folded.String()+encoded)
}

// textAt returns the text of the part at a path.
func textAt(m *Message, path string) string {
	for _, p := range m.Parts {
		if p.Path == path {
			return p.Text
		}
	}
	return ""
}

// smallPDF is a file of one page. It lacks the cross-reference table, so it is
// read as viewers read it.
const smallPDF = "%PDF-1.4\n" +
	"1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n" +
	"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n" +
	"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>\nendobj\n" +
	"4 0 obj\n<< /Length 44 >>\nstream\nBT /F 12 Tf 50 700 Td (MRN 00412287  ) Tj ET\nendstream\nendobj\n" +
	"5 0 obj\n<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>\nendobj\n" +
	"trailer << /Root 1 0 R /Size 6 >>\n"

func TestReaderReadsPDF(t *testing.T) {
	r := newReader(t, ReaderOptions{CacheDir: testCache()})
	for _, declared := range []string{"application/pdf", "application/octet-stream", "image/png"} {
		m := r.Read(context.Background(), Envelope{}, attaching("a.pdf", declared, []byte(smallPDF)), Limits{})
		if got := textAt(m, "a.pdf"); !strings.Contains(got, "MRN 00412287") || len(m.Defects) > 0 {
			t.Errorf("declared %s: text %q, defects %+v", declared, got, m.Defects)
		}
	}
}

func TestReaderFindsPDFBehindOtherContent(t *testing.T) {
	r := newReader(t, ReaderOptions{CacheDir: testCache()})
	for name, before := range map[string]string{
		"an empty line": "\r\n", "junk": strings.Repeat("junk\n", 100), "a GIF header": "GIF89a\x01\x00\x01\x00",
	} {
		t.Run(name, func(t *testing.T) {
			file := before + smallPDF + "startxref\n0\n%%EOF\n"
			m := r.Read(context.Background(), Envelope{}, attaching("a.dat", "application/octet-stream", []byte(file)), Limits{})
			if got := textAt(m, "a.dat"); !strings.Contains(got, "MRN 00412287") || len(m.Defects) > 0 {
				t.Errorf("text %q, defects %+v", got, m.Defects)
			}
		})
	}
}

func TestReaderWithoutSandboxSaysSo(t *testing.T) {
	m := Read(context.Background(), Envelope{}, attaching("a.pdf", "application/pdf", []byte(smallPDF)), Limits{})
	if !hasDefect(m, DefectUnsupported) {
		t.Errorf("defects %+v, want unsupported", m.Defects)
	}
}

func TestReaderAfterCloseSaysSo(t *testing.T) {
	r, err := NewReader(ReaderOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	m := r.Read(context.Background(), Envelope{}, attaching("a.pdf", "application/pdf", []byte(smallPDF)), Limits{})
	if !hasDefect(m, DefectUnsupported) {
		t.Errorf("defects %+v, want unsupported", m.Defects)
	}
}

func TestReaderKeepsTheCompiledSandbox(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cache")
	for range 2 {
		r := newReader(t, ReaderOptions{CacheDir: dir})
		m := r.Read(context.Background(), Envelope{}, attaching("a.pdf", "application/pdf", []byte(smallPDF)), Limits{})
		if !strings.Contains(textAt(m, "a.pdf"), "MRN 00412287") {
			t.Fatalf("defects %+v", m.Defects)
		}
		kept := 0
		_ = filepath.WalkDir(dir, func(_ string, d os.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				kept++
			}
			return err
		})
		if kept != 1 {
			t.Fatalf("%d files in the cache, want 1", kept)
		}
	}
}

func TestReaderRecognizesPictures(t *testing.T) {
	dir := corpusDir(t, "att-textract")
	if _, err := exec.LookPath("tesseract"); err != nil {
		t.Skipf("the program is not here (make e2e installs it): %v", err)
	}
	letter := readFile(t, filepath.Join("ocr", "testdata", "letter.png"))
	r := newReader(t, ReaderOptions{OCR: []string{"tesseract", "{file}", "-"}, CacheDir: testCache()})
	limits := DefaultLimits()
	limits.Time *= 6 // three pages at once with all other tests
	tests := []struct {
		name, declared string
		content        []byte
		want           string
	}{
		{"letter.png", "image/png", letter, "MRN 00412287"},
		{"ocr_text.pdf", "application/pdf", readFile(t, filepath.Join(dir, "pdf", "ocr_text.pdf")), firstWords(t, filepath.Join(dir, "pdf", "ocr_text.txt"))},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := r.Read(context.Background(), Envelope{}, attaching(tt.name, tt.declared, tt.content), limits)
			got := strings.Join(strings.Fields(textAt(m, tt.name+"#ocr")), " ")
			if !strings.Contains(got, tt.want) || len(m.Defects) > 0 {
				t.Errorf("text %.200q, want %q; defects %+v", got, tt.want, m.Defects)
			}
			if !m.Attachments[0].Opaque {
				t.Error("not opaque")
			}
		})
	}
}

// firstWords returns the first three words of a text file.
func firstWords(t *testing.T, path string) string {
	return strings.Join(strings.Fields(string(readFile(t, path)))[:3], " ")
}

func TestReaderReportsAFailingProgram(t *testing.T) {
	r := newReader(t, ReaderOptions{OCR: []string{"false", "{file}"}})
	letter := readFile(t, filepath.Join("ocr", "testdata", "letter.png"))
	m := r.Read(context.Background(), Envelope{}, attaching("letter.png", "image/png", letter), Limits{})
	if !hasDefect(m, DefectUnsupported) {
		t.Errorf("defects %+v, want unsupported", m.Defects)
	}
	if _, err := NewReader(ReaderOptions{OCR: []string{"no-such-program-here", "{file}"}}); err == nil {
		t.Error("a program that is not there is no mistake")
	}
}
