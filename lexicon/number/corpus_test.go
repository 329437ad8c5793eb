package number_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zixpolicy/zixpolicy/lexicon"
)

// corpus is where real data to develop against lies, seen from this package.
const corpus = "../../../shared/corpus"

// eachFile calls f with every file below a folder of the corpus, read as text.
func eachFile(t *testing.T, dir string, f func(name, text string)) {
	t.Helper()
	root := filepath.Join(corpus, dir)
	if _, err := os.Stat(root); err != nil {
		t.Skipf("no corpus here: %v", err)
	}
	n := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), "README") || strings.HasPrefix(d.Name(), "LICENSE") {
			return err
		}
		data, err := os.ReadFile(path)
		if err == nil {
			n++
			f(strings.TrimPrefix(path, corpus+"/"), string(data))
		}
		return err
	})
	if err != nil || n == 0 {
		t.Fatalf("%s: %d files, %v", root, n, err)
	}
}

// TestNoFalseAlarms reads real mail, none of which holds a number of these kinds.
func TestNoFalseAlarms(t *testing.T) {
	s := detectors(t)
	for _, dir := range []string{"mail-spamassassin/easy-ham-2", "mail-enron", "neg-tracking", "neg-medquad"} {
		t.Run(dir, func(t *testing.T) {
			count := map[string]int{}
			eachFile(t, dir, func(name, text string) {
				for _, h := range s.Scan(nil, []lexicon.Text{{Content: text}}) {
					kind := s.Detector(h)
					count[kind]++
					switch kind {
					case "email", "ip", "phone-us":
					case "card", "ssn", "iban", "npi", "dea", "aba", "mbi", "hicn", "itin":
						t.Errorf("%s: %s %q: %s", name, kind, around(text, h), h.Why)
					default:
						t.Logf("%s: %s %q: %s", name, kind, around(text, h), h.Why)
					}
				}
			})
			t.Log(count)
		})
	}
}

func around(text string, h lexicon.Hit) string {
	return text[max(0, h.Start-30):h.Start] + "[" + text[h.Start:h.End] + "]" + text[h.End:min(len(text), h.End+20)]
}

// presidioKinds maps the entities of another project's tests to ours.
var presidioKinds = map[string]string{
	"US_SSN": "ssn", "CREDIT_CARD": "card", "US_MBI": "mbi", "US_NPI": "npi", "US_ITIN": "itin", "ABA_ROUTING_NUMBER": "aba",
	"MEDICAL_LICENSE": "dea", "IBAN_CODE": "iban",
}

// disagreements are the vectors of that project on which we differ, and why.
var disagreements = map[string]string{
	"078-051121 07805-1121":           "separators differ, as in ZIP+4",
	"078051121":                       "nine bare digits without a cue",
	"911-701234 91170-1234":           "separators differ",
	"911701234":                       "nine bare digits without a cue",
	"122000000000003":                 "UATP is no brand of DETECTORS.md",
	"my credit card: 122000000000003": "UATP is no brand of DETECTORS.md",
	"5019717010103742":                "Maestro without a cue",
	"6759649826438453":                "Maestro without a cue",
	"36168002586008":                  "passes Luhn and is a Diners Club number",
}

func TestPresidioVectors(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(corpus, "pii-vectors/presidio_recognizers.jsonl"))
	if err != nil {
		t.Skipf("no corpus here: %v", err)
	}
	s := detectors(t)
	n := 0
	for _, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		var v struct {
			Entity, Text string
			Expected     int
		}
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatal(err)
		}
		kind := presidioKinds[v.Entity]
		if kind == "" {
			continue
		}
		n++
		got := 0
		for _, h := range s.Scan(nil, []lexicon.Text{{Content: v.Text}}) {
			if s.Detector(h) == kind {
				got++
			}
		}
		if _, differ := disagreements[v.Text]; differ != (got != v.Expected) {
			t.Errorf("%s %q: found %d, theirs %d", kind, v.Text, got, v.Expected)
		}
	}
	if n < 50 {
		t.Errorf("%d vectors, want at least 50", n)
	}
}
