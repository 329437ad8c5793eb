package lexicon

import (
	"encoding/csv"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// corpus is where real data to develop against lies, seen from this package.
const corpus = "../../shared/corpus"

// messages returns the files below a folder of the corpus by name, as text.
func messages(t testing.TB, dir string) map[string]string {
	t.Helper()
	root := filepath.Join(corpus, dir)
	if _, err := os.Stat(root); err != nil {
		t.Skipf("no corpus here: %v", err)
	}
	all := map[string]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".txt") && !strings.HasSuffix(path, ".xml") {
			return err
		}
		data, err := os.ReadFile(path)
		all[strings.TrimPrefix(path, root+"/")] = string(data)
		return err
	})
	if err != nil || len(all) == 0 {
		t.Fatalf("%s: %d files, %v", root, len(all), err)
	}
	return all
}

// TestBuiltinOnOrdinaryMail bounds how often the shipped lexicons match mail that has
// nothing to hide. The bounds are per lexicon, in messages of a thousand.
func TestBuiltinOnOrdinaryMail(t *testing.T) {
	s, err := Compile(Builtin()...)
	if err != nil {
		t.Fatal(err)
	}
	bounds := map[string]int{
		"cards": 0, "ssn": 0, "mbi": 0, "hicn": 0, "health-identifiers": 2, "financial-identifiers": 5, "profanity": 10,
	}
	for _, dir := range []string{"mail-enron", "mail-spamassassin/easy-ham-2", "neg-medquad"} {
		t.Run(dir, func(t *testing.T) {
			all := messages(t, dir)
			matched := map[string]int{}
			for name, text := range all {
				texts := []Text{{Content: text}}
				hits := s.Scan(nil, texts)
				for i, tally := range s.Tally(hits, texts) {
					if tally.Matched {
						matched[s.lexicons[i].Name]++
						if _, bound := bounds[s.lexicons[i].Name]; bound {
							t.Logf("%s: %s %q", name, s.lexicons[i].Name, shown(s, only(hits, i), texts...))
						}
					}
				}
			}
			for name, bound := range bounds {
				if dir == "mail-spamassassin/easy-ham-2" && name == "profanity" {
					continue // programmers among themselves
				}
				if matched[name]*1000 > bound*len(all) {
					t.Errorf("%s matches %d of %d messages", name, matched[name], len(all))
				}
			}
			t.Logf("%d messages: %v", len(all), matched)
		})
	}
}

// only returns the hits of lexicon i.
func only(hits []Hit, i int) []Hit {
	var own []Hit
	for _, h := range hits {
		if h.Lexicon == i {
			own = append(own, h)
		}
	}
	return own
}

// TestRecordsOfVisits adds the line that a real record has to notes of visits, and asks
// for what the shipped policy needs: a health term and a health identifier.
func TestRecordsOfVisits(t *testing.T) {
	s, err := Compile(Builtin()...)
	if err != nil {
		t.Fatal(err)
	}
	terms, identifiers := s.Index("health-terms"), s.Index("health-identifiers")
	file, err := os.Open(filepath.Join(corpus, "phi-aci-bench/train.csv"))
	if err != nil {
		t.Skipf("no corpus here: %v", err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil || len(rows) < 60 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	found, alone := 0, 0
	for i, row := range rows[1:] {
		note := row[3]
		line := [...]string{
			fmt.Sprintf("MRN: %08d\n", 412287+i), fmt.Sprintf("Member ID: XQZ%09d\n", 71220345+i), fmt.Sprintf("SSN 536-22-%04d\n", 1001+i),
		}[i%3]
		texts := []Text{{Content: line + note}}
		if all := s.Tally(s.Scan(nil, texts), texts); all[terms].Matched && all[identifiers].Matched {
			found++
		} else {
			t.Logf("%s: terms %+v, identifiers %+v", row[1], all[terms], all[identifiers])
		}
		texts[0].Content = note
		if all := s.Tally(s.Scan(nil, texts), texts); all[identifiers].Matched {
			alone++
			t.Logf("%s: %q", row[1], shown(s, only(s.Scan(nil, texts), identifiers), texts...))
		}
	}
	t.Logf("%d notes: %d found, %d have an identifier of their own", len(rows)-1, found, alone)
	if found < (len(rows)-1)*95/100 {
		t.Errorf("%d of %d notes are found", found, len(rows)-1)
	}
}
