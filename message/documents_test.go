package message

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
)

const standardized = "the quick brown fox jumps over the lazy dog"

// attach reads a message to which content is attached under that name.
func attach(name string, content []byte) *Message {
	return read(lines("Content-Type: application/octet-stream; name=\""+name+"\"", "Content-Disposition: attachment",
		"Content-Transfer-Encoding: base64", "", base64.StdEncoding.EncodeToString(content)))
}

// allText returns the text of all parts but names.
func allText(m *Message) string {
	var all strings.Builder
	for _, p := range m.Parts {
		if p.Kind != KindName {
			all.WriteString(p.Text)
			all.WriteByte('\n')
		}
	}
	return all.String()
}

// words splits text at everything that is neither letter nor digit.
func words(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// recall is the share of the words in want, each as often as it stands there, that
// got has.
func recall(got, want string) float64 {
	have := map[string]int{}
	for _, w := range words(got) {
		have[w]++
	}
	all, found := 0, 0
	for _, w := range words(want) {
		all++
		if have[w] > 0 {
			have[w]--
			found++
		}
	}
	return float64(found) / float64(max(all, 1))
}

// textractFormats are the formats of att-textract read by the packages that this
// test is for.
var textractFormats = []string{"docx", "pptx", "xlsx", "csv", "tsv", "psv", "json", "rtf", "odt", "ods", "epub"}

func TestDocumentsYieldTheirText(t *testing.T) {
	dir := corpusDir(t, "att-textract")
	for _, format := range textractFormats {
		t.Run(format, func(t *testing.T) {
			m := attach("a."+format, readFile(t, filepath.Join(dir, format, "standardized_text."+format)))
			if text := strings.Join(words(allText(m)), " "); !strings.Contains(text, standardized) {
				t.Errorf("the sentence is not there: %.300q, defects %v", text, m.Defects)
			}
			if len(m.Defects) > 0 {
				t.Errorf("defects %v", m.Defects)
			}
			want, err := os.ReadFile(filepath.Join(dir, format, "raw_text.txt"))
			if err != nil {
				t.Fatal(err)
			}
			m = attach("a."+format, readFile(t, filepath.Join(dir, format, "raw_text."+format)))
			if r := recall(allText(m), string(want)); r < 0.98 {
				t.Errorf("recall %.4f", r)
			}
			if len(m.Defects) > 0 {
				t.Errorf("defects %v", m.Defects)
			}
			checkComplete(t, m)
		})
	}
}
