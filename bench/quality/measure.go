package main

import (
	"fmt"
	"strings"

	"github.com/zixpolicy/zixpolicy/lexicon"
	"github.com/zixpolicy/zixpolicy/lexicon/number"
	"github.com/zixpolicy/zixpolicy/message"
	"github.com/zixpolicy/zixpolicy/rules"
)

// row is one line of the table: what one detector or rule found in one corpus. A rule
// finds messages, a detector values.
type row struct {
	What, Corpus string
	Of           int // messages, or texts of the vectors
	Expected     int // that should be found
	Found        int
	Right        int // of those found
}

// precision is 1 where nothing was found.
func (r row) precision() float64 { return share(r.Right, r.Found) }

// recall is 1 where nothing was to be found.
func (r row) recall() float64 { return share(r.Right, r.Expected) }

// alarms are the false alarms in a thousand messages.
func (r row) alarms() float64 { return 1000 * float64(r.Found-r.Right) / float64(r.Of) }

func share(part, of int) float64 {
	if of == 0 {
		return 1
	}
	return float64(part) / float64(of)
}

// Kinds of finding.
const (
	miss       = "miss"
	falseAlarm = "false alarm"
	differs    = "label" // we differ from the vector's own label, and say why
)

// finding is one miss, one false alarm, or one disagreement with a label.
type finding struct {
	What, Corpus string
	Kind         string
	Where        string // a message's file, or a vector's text
	Why          string // what was hit; for a disagreement, the reason
}

// measurement is everything that was measured.
type measurement struct {
	dir      string
	policy   *rules.Policy
	numbers  *lexicon.Set // a lexicon of all detectors
	rows     []row
	findings []finding
}

// measure reads the corpora in dir and measures.
func measure(dir string) (*measurement, error) {
	m := &measurement{dir: dir}
	internal, err := message.NewDomains("maine.example")
	if err != nil {
		return nil, err
	}
	if m.policy, err = rules.Load(rules.Options{Internal: internal}); err != nil {
		return nil, err
	}
	if m.numbers, err = allDetectors(); err != nil {
		return nil, err
	}
	for _, step := range []func() error{m.vectors, m.sentences, m.validators, m.mail, m.records, m.severeWords} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// allDetectors compiles a lexicon of every detector.
func allDetectors() (*lexicon.Set, error) {
	var b strings.Builder
	b.WriteString("name = \"all\"\n")
	for _, name := range number.Names() {
		fmt.Fprintf(&b, "[[entry]]\ndetector = %q\n", name)
	}
	l, err := lexicon.Parse("all.toml", []byte(b.String()))
	if err != nil {
		return nil, err
	}
	return lexicon.Compile(l)
}

// find counts the numbers in a text by detector.
func (m *measurement) find(text string) map[string]int {
	found := map[string]int{}
	for _, h := range m.numbers.Scan(nil, []lexicon.Text{{Content: text}}) {
		found[m.numbers.Detector(h)]++
	}
	return found
}

// add appends a finding.
func (m *measurement) add(what, corpus, kind, where, why string) {
	m.findings = append(m.findings, finding{what, corpus, kind, where, why})
}

// score adds one text to a row: how many values are expected, and how many were found.
func (m *measurement) score(r *row, expected, found int, where, why string) {
	r.Of++
	r.Expected += expected
	r.Found += found
	r.Right += min(expected, found)
	for range expected - found {
		m.add(r.What, r.Corpus, miss, where, why)
	}
	for range found - expected {
		m.add(r.What, r.Corpus, falseAlarm, where, why)
	}
}
