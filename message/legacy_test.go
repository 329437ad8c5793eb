package message

import (
	"path/filepath"
	"strings"
	"testing"
	"unicode"
)

// Files of Office before 2007 and of Outlook, as mail would bring them.

func TestLegacyFilesYieldTheirSentence(t *testing.T) {
	dir := corpusDir(t, "att-textract")
	for _, extension := range []string{"doc", "xls", "msg"} {
		name := "standardized_text." + extension
		m := readFileAs(readFile(t, filepath.Join(dir, extension, name)), name)
		var text strings.Builder
		for _, p := range m.Parts {
			if p.Kind == KindAttachment {
				text.WriteString(p.Text + " ")
			}
		}
		got := strings.Join(strings.Fields(text.String()), " ")
		want := []string{"the quick brown fox jumps over the lazy dog"}
		if extension == "msg" { // the one half in its subject and the other in its body
			want = []string{"the quick brown fox", "jumps over the lazy dog"}
		}
		for _, half := range want {
			if !strings.Contains(got, half) {
				t.Errorf("%s: %q", name, got)
			}
		}
	}
}

func TestLegacyFilesYieldTheirWords(t *testing.T) {
	dir := corpusDir(t, "att-textract")
	for _, extension := range []string{"doc", "xls"} {
		m := readFileAs(readFile(t, filepath.Join(dir, extension, "raw_text."+extension)), "raw_text."+extension)
		if len(m.Defects) > 0 {
			t.Errorf("%s: defects %v", extension, m.Defects)
		}
		got := map[string]bool{}
		for _, p := range m.Parts {
			for _, word := range legacyWords(p.Text) {
				got[word] = true
			}
		}
		want := legacyWords(string(readFile(t, filepath.Join(dir, extension, "raw_text.txt"))))
		found := 0
		var missing []string
		for _, word := range want {
			if got[word] {
				found++
			} else if len(missing) < 10 {
				missing = append(missing, word)
			}
		}
		recall := float64(found) / float64(len(want))
		t.Logf("%s: recall %.4f of %d words, missing %q", extension, recall, len(want), missing)
		if recall < 0.98 {
			t.Errorf("%s: recall %.4f", extension, recall)
		}
	}
}

// legacyWords returns the words of a text. The corpus has numbers with a decimal
// zero, and #VALUE! as the number of that error, 15.
func legacyWords(text string) []string {
	text = strings.NewReplacer("1.0 ", "1 ", "0.0 ", "0 ", "1.0\n", "1\n", " 15\n", " #VALUE!\n").Replace(text)
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
