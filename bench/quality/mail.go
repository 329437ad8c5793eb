package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/zixpolicy/zixpolicy/lexicon"
	"github.com/zixpolicy/zixpolicy/lexicon/number"
	"github.com/zixpolicy/zixpolicy/message"
	"github.com/zixpolicy/zixpolicy/rules"
)

// letter is one message of a corpus.
type letter struct {
	name string
	raw  []byte
}

// ordinary are the corpora in which nothing is to be found.
var ordinary = []string{"mail-enron", "mail-spamassassin/easy-ham-2", "neg-medquad"}

// mail measures detectors and rules on mail, texts on health, and tracking numbers that
// have nothing to hide.
func (m *measurement) mail() error {
	for _, name := range ordinary {
		letters, err := readLetters(filepath.Join(m.dir, name))
		if err != nil {
			return err
		}
		m.detectors(name, letters)
		m.rules(name, letters)
	}
	parcels, err := m.parcels()
	m.detectors("neg-tracking", parcels)
	return err
}

// parcels are the tracking numbers of couriers, each by itself.
func (m *measurement) parcels() ([]letter, error) {
	var all []letter
	for _, courier := range []string{"ups", "usps"} {
		files, err := read[struct {
			Kinds []struct {
				Numbers struct{ Valid []string } `json:"test_numbers"`
			} `json:"tracking_numbers"`
		}](filepath.Join(m.dir, "neg-tracking", courier+".json"))
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			for _, kind := range f.Kinds {
				for _, n := range kind.Numbers.Valid {
					all = append(all, letter{courier, []byte(n)})
				}
			}
		}
	}
	return all, nil
}

// detectors counts what detectors find in the bytes of messages, headers and encoded
// parts among them. Telephone numbers and addresses stand in all mail.
func (m *measurement) detectors(name string, letters []letter) {
	rows := map[string]*row{}
	kinds := slices.DeleteFunc(number.Names(), func(kind string) bool { return kind == "phone-us" || kind == "email" || kind == "ip" })
	for _, kind := range kinds {
		rows[kind] = &row{What: kind, Corpus: name, Of: len(letters)}
	}
	for _, l := range letters {
		text := string(l.raw)
		for _, h := range m.numbers.Scan(nil, []lexicon.Text{{Content: text}}) {
			if r := rows[m.numbers.Detector(h)]; r != nil {
				r.Found++
				m.add(r.What, name, falseAlarm, l.name, shape(text[h.Start:h.End])+" "+h.Why)
			}
		}
	}
	for _, kind := range kinds {
		m.rows = append(m.rows, *rows[kind])
	}
}

// shape shows a number without its digits: they may be somebody's.
func shape(s string) string { return lexicon.Mask(strings.Join(strings.Fields(s), " ")) }

// rules counts the messages on which each rule holds, and those that the policy as a
// whole does not deliver.
func (m *measurement) rules(name string, letters []letter) {
	fired := map[string]int{}
	stopped := 0
	for _, l := range letters {
		v := m.judge(l.raw)
		for _, rule := range v.Matched {
			fired[rule]++
			m.add("rule "+rule, name, falseAlarm, l.name, m.reason(v))
		}
		if v.Action != rules.Deliver {
			stopped++
			m.add("policy", name, falseAlarm, l.name, "rule "+v.Rule+": "+m.reason(v))
		}
	}
	for _, r := range m.policy.Rules() {
		m.rows = append(m.rows, row{What: "rule " + r.Name, Corpus: name, Of: len(letters), Found: fired[r.Name]})
	}
	m.rows = append(m.rows, row{What: "policy", Corpus: name, Of: len(letters), Found: stopped})
}

// judge reads and judges a message to an outside recipient.
func (m *measurement) judge(raw []byte) *rules.Verdict {
	env := message.Envelope{Sender: "alice@maine.example", Recipients: []string{"bob@ext.example"}}
	return m.policy.Evaluate(message.Read(context.Background(), env, raw, message.DefaultLimits()))
}

// reason names what a verdict rests on: the lexicons that match, with their entries.
func (m *measurement) reason(v *rules.Verdict) string {
	set := m.policy.Lexicons()
	var parts []string
	for i, l := range set.Lexicons() {
		if i >= len(v.Tallies) || !v.Tallies[i].Matched {
			continue
		}
		var labels []string
		for _, h := range v.Hits {
			if label := set.Label(h); h.Lexicon == i && !slices.Contains(labels, label) && len(labels) < 6 {
				labels = append(labels, label)
			}
		}
		parts = append(parts, fmt.Sprintf("%s (%s)", l.Name, strings.Join(labels, ", ")))
	}
	if len(parts) == 0 {
		return "no lexicon; header, attachment or defect"
	}
	return strings.Join(parts, "; ")
}

// readLetters reads a folder as messages, in the order of their names: mail as it is,
// without the mbox line that some files begin with; anything else as a text.
func readLetters(dir string) ([]letter, error) {
	var all []letter
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		name := d.Name()
		if err != nil || d.IsDir() || name == "categories.txt" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "README") || strings.HasPrefix(name, "LICENSE") || filepath.Ext(name) == ".cats" {
			return err
		}
		raw, err := os.ReadFile(path)
		if rest, found := bytes.CutPrefix(raw, []byte("From ")); found {
			_, raw, _ = bytes.Cut(rest, []byte("\n"))
		}
		if ext := filepath.Ext(name); ext == ".xml" {
			raw = asMail(name, string(raw))
		}
		rel, _ := filepath.Rel(dir, path)
		all = append(all, letter{filepath.ToSlash(rel), raw})
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s: no messages", dir)
	}
	return all, nil
}

// asMail makes a message of a text.
func asMail(subject, text string) []byte {
	return []byte("Subject: " + subject + "\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" + text)
}

// records measures rule hipaa on notes of visits to a doctor: as they are, where a
// name is all that tells whose they are, and with the line that a record has on top.
func (m *measurement) records() error {
	var notes []string
	for _, file := range []string{"train.csv", "valid.csv"} {
		f, err := os.Open(filepath.Join(m.dir, "phi-aci-bench", file))
		if err != nil {
			return err
		}
		table, err := csv.NewReader(f).ReadAll()
		f.Close()
		if err != nil {
			return err
		}
		for _, line := range table[1:] {
			notes = append(notes, line[len(line)-1])
		}
	}
	r := row{What: "rule hipaa", Corpus: "phi-aci-bench with an identifier"}
	for i, note := range notes {
		v := m.judge(asMail("visit", identifierLine(i)+note))
		found := 0
		if slices.Contains(v.Matched, "hipaa") {
			found = 1
		}
		m.score(&r, 1, found, fmt.Sprintf("note %d", i+1), m.reason(v))
	}
	m.rows = append(m.rows, r)
	return nil
}

// identifierLine is the line of the i-th note, in the ways that records have it.
func identifierLine(i int) string {
	switch i % 6 {
	case 0:
		return fmt.Sprintf("MRN: %08d\n\n", 412287+7919*i)
	case 1:
		return fmt.Sprintf("Member ID: XQZ%09d\n\n", 71220345+104729*i)
	case 2:
		return fmt.Sprintf("SSN: 536-22-%04d\n\n", 1001+37*i)
	case 3:
		return fmt.Sprintf("Medical Record Number %07d\n\n", 2204417+3571*i)
	case 4:
		return fmt.Sprintf("Subscriber ID W%08d | Group no. 00%05d\n\n", 22044170+17389*i, 11200+i)
	}
	return fmt.Sprintf("Social Security Number %d%02d%04d\n\n", 212+i, 10+i%80, 2001+41*i)
}
