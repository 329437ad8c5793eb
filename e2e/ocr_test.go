//go:build e2e

package e2e

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// letterFile is a picture that says "MRN 00412287".
const letterFile = "../message/ocr/testdata/letter.png"

// TestOCRReadsPictures runs the real tesseract, as configured, over an attached
// picture. It does not skip: install.sh puts tesseract there.
func TestOCRReadsPictures(t *testing.T) {
	picture, err := os.ReadFile(letterFile)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	message := filepath.Join(dir, "m.eml")
	text := "From: a@maine.example\r\nTo: b@ext.example\r\nSubject: scan\r\nMIME-Version: 1.0\r\n" +
		"Content-Type: image/png; name=scan.png\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
		base64.StdEncoding.EncodeToString(picture) + "\r\n"
	if err := os.WriteFile(message, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, ocr string
		want      bool
	}{
		{"off by default", "", false},
		{"configured", `ocr = ["tesseract", "{file}", "-"]`, true},
	} {
		runCase(t, c.name, func(t *testing.T) {
			config := filepath.Join(t.TempDir(), "zixpolicy.toml")
			if err := os.WriteFile(config, fmt.Appendf(nil, "internal_domains = [\"maine.example\"]\n%s\n", c.ocr), 0o600); err != nil {
				t.Fatal(err)
			}
			out, err := exec.Command(binary, "text", "--json", "--config", config, message).Output()
			if err != nil {
				t.Fatalf("zixpolicy text: %v", err)
			}
			if got := recognized(t, out); strings.Contains(got, "MRN 00412287") != c.want {
				t.Errorf("scan.png#ocr is %q, want the number in it: %v", got, c.want)
			}
		})
	}
}

// recognized returns what "zixpolicy text --json" says of the part scan.png#ocr,
// and fails the test if there is a defect.
func recognized(t *testing.T, out []byte) (text string) {
	t.Helper()
	var m struct {
		Parts   []struct{ Part, Text string }
		Defects []struct{ Part, Kind, Detail string }
	}
	if err := json.Unmarshal(out, &m); err != nil {
		t.Fatal(err)
	}
	if len(m.Defects) > 0 {
		t.Errorf("defects %+v", m.Defects)
	}
	for _, p := range m.Parts {
		if p.Part == "scan.png#ocr" {
			text = p.Text
		}
	}
	return text
}
