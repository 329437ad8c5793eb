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

// cued are the kinds that need a cue, which that project's bare vectors do not have.
var cued = map[string]string{"aba": "routing number ", "npi": "NPI "}

// disagreements are the vectors of that project on which we differ, and why.
var disagreements = map[string]string{
	"078-051121 07805-1121":           "separators differ, as in ZIP+4",
	"078051121":                       "nine bare digits without a cue",
	"911-701234 91170-1234":           "separators differ",
	"911701234":                       "nine bare digits without a cue",
	"122000000000003":                 "UATP is no brand of ours",
	"my credit card: 122000000000003": "UATP is no brand of ours",
	"5019717010103742":                "Maestro without a cue",
	"6759649826438453":                "Maestro without a cue",
	"1111111112":                      "passes the check, and nothing forbids it",
	"6765780016990268":                "Maestro without a cue",
	"4716989580001715211":             "Visa of 19 digits without a cue",
	"8171999927660000":                "81 is no prefix of ours",
	"8171999900000000021":             "81 is no prefix of ours",
	"FR7630006000011234567890189😅":    "theirs is about whole strings; an IBAN may stand before an emoji",
	"card=3598899323053410":           "35 outside JCB's 3528 to 3589",
	"card=3521213764418045":           "35 outside JCB's 3528 to 3589",
	"card=3519833257665853":           "35 outside JCB's 3528 to 3589",
	"card=060426070011":               "no brand begins with 0",
}

// lines decodes a file of the corpus with one JSON value a line.
func lines[T any](t *testing.T, name string) []T {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(corpus, name))
	if err != nil {
		t.Skipf("no corpus here: %v", err)
	}
	var all []T
	for _, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		var v T
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatal(err)
		}
		all = append(all, v)
	}
	return all
}

// count is how many numbers of a kind are in a text.
func count(s *lexicon.Set, kind, text string) int {
	n := 0
	for _, h := range s.Scan(nil, []lexicon.Text{{Content: text}}) {
		if s.Detector(h) == kind {
			n++
		}
	}
	return n
}

func TestPresidioVectors(t *testing.T) {
	s := detectors(t)
	n := 0
	for _, v := range lines[struct {
		Entity, Text string
		Expected     int
	}](t, "pii-vectors/presidio_recognizers.jsonl") {
		kind := presidioKinds[v.Entity]
		if kind == "" {
			continue
		}
		n++
		got := count(s, kind, cued[kind]+v.Text)
		if _, differ := disagreements[v.Text]; differ != (got != v.Expected) {
			t.Errorf("%s %q: found %d, theirs %d", kind, v.Text, got, v.Expected)
		}
	}
	if n < 50 {
		t.Errorf("%d vectors, want at least 50", n)
	}
}

// TestPresidioSentences looks for the numbers in sentences made for another project.
func TestPresidioSentences(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(corpus, "pii-presidio-synth/synth_v2_dev_split.json"))
	if err != nil {
		t.Skipf("no corpus here: %v", err)
	}
	var all []struct {
		Text  string `json:"full_text"`
		Spans []struct {
			Kind  string `json:"entity_type"`
			Value string `json:"entity_value"`
		}
	}
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	s := detectors(t)
	kinds := map[string]string{"CREDIT_CARD": "card", "US_SSN": "ssn", "IBAN_CODE": "iban"}
	n := 0
	for _, v := range all {
		theirs := map[string]bool{}
		for _, span := range v.Spans {
			if kind := kinds[span.Kind]; kind != "" {
				theirs[kind+"="+span.Value] = true
				n++
			}
		}
		for _, ours := range find(s, v.Text) {
			kind := ours[:strings.IndexByte(ours, '=')]
			switch {
			case theirs[ours]:
				delete(theirs, ours)
			case kind == "card" || kind == "ssn" || kind == "iban":
				t.Errorf("%q: found %s", v.Text, ours)
			}
		}
		for missed := range theirs {
			if disagreements[missed] == "" {
				t.Errorf("%q: missed %s", v.Text, missed)
			}
		}
	}
	if n < 70 {
		t.Errorf("%d numbers, want at least 70", n)
	}
}

func TestValidatorVectors(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(corpus, "pii-vectors/validatorjs.json"))
	if err != nil {
		t.Skipf("no corpus here: %v", err)
	}
	var all []struct {
		Validator      string
		Args           any
		Valid, Invalid []any
	}
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	s := detectors(t)
	kinds := map[string]string{"isIBAN": "iban", "isCreditCard": "card", "isISIN": "isin"}
	n := 0
	for _, v := range all {
		kind := kinds[v.Validator]
		if v.Args != nil {
			continue
		}
		for _, valid := range v.Valid {
			text, _ := valid.(string)
			switch {
			case kind != "":
				n++
				if got := count(s, kind, text); (got != 1) != (disagreements[text] != "") {
					t.Errorf("%s %q: found %d", kind, text, got)
				}
			case strings.HasPrefix(v.Validator, "isUUID"), v.Validator == "isMD5", v.Validator == "isHash", v.Validator == "isEAN",
				v.Validator == "isISBN", v.Validator == "isISSN", v.Validator == "isMACAddress", v.Validator == "isSemVer":
				n++
				for _, none := range []string{"card", "ssn", "mbi", "hicn", "itin", "dea", "iban"} {
					if count(s, none, text) != 0 {
						t.Errorf("%s %q taken for %s", v.Validator, text, none)
					}
				}
			}
		}
		for _, invalid := range v.Invalid {
			if text, _ := invalid.(string); kind != "" {
				n++
				if (count(s, kind, text) != 0) != (disagreements[text] != "") {
					t.Errorf("%s takes %q", kind, text)
				}
			}
		}
	}
	if n < 100 {
		t.Errorf("%d vectors, want at least 100", n)
	}
}
