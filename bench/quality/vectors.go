package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// entityKinds maps what Presidio calls a number to our detectors.
var entityKinds = map[string]string{
	"US_SSN": "ssn", "CREDIT_CARD": "card", "US_MBI": "mbi", "US_NPI": "npi", "US_ITIN": "itin", "ABA_ROUTING_NUMBER": "aba",
	"MEDICAL_LICENSE": "dea", "IBAN_CODE": "iban",
}

// detectorsMeasured are those that the vectors have values for, in the order of the table.
var detectorsMeasured = []string{"ssn", "card", "iban", "npi", "dea", "aba", "mbi", "itin"}

// lead is what stands before the bare values of kinds that need a cue: the vectors of
// Presidio test shape and checksum only.
var lead = map[string]string{"aba": "routing number ", "npi": "NPI "}

// read decodes a JSON file of the corpora, or one with a value a line.
func read[T any](path string) ([]T, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var all []T
	d := json.NewDecoder(bytes.NewReader(data))
	for d.More() {
		if data[0] == '[' {
			err = d.Decode(&all)
		} else {
			var v T
			err = d.Decode(&v)
			all = append(all, v)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	return all, nil
}

// vectors measures detectors on the tables of Presidio's own tests.
func (m *measurement) vectors() error {
	const corpus = "pii-vectors: presidio"
	all, err := read[struct {
		Entity, Text string
		Expected     int
	}](filepath.Join(m.dir, "pii-vectors", "presidio_recognizers.jsonl"))
	if err != nil {
		return err
	}
	for _, kind := range detectorsMeasured {
		r := row{What: kind, Corpus: corpus}
		for _, v := range all {
			if entityKinds[v.Entity] == kind {
				expected := m.agree(kind, corpus, v.Text, v.Expected)
				m.score(&r, expected, m.find(lead[kind] + v.Text)[kind], v.Text, v.Entity)
			}
		}
		m.rows = append(m.rows, r)
	}
	return nil
}

// agree returns how many values we say a vector has: as many as its label says, unless
// the table of disagreements has another figure and the reason.
func (m *measurement) agree(kind, corpus, text string, label int) int {
	d, ok := disagreements[text]
	if !ok || d.expected == label {
		return label
	}
	m.add(kind, corpus, differs, text, fmt.Sprintf("their label says %d, we say %d: %s", label, d.expected, d.reason))
	return d.expected
}

// sentences measures detectors on sentences made for Presidio, with the values marked.
func (m *measurement) sentences() error {
	const corpus = "pii-presidio-synth"
	all, err := read[struct {
		Text  string `json:"full_text"`
		Spans []struct {
			Kind  string `json:"entity_type"`
			Value string `json:"entity_value"`
		}
	}](filepath.Join(m.dir, "pii-presidio-synth", "synth_v2_dev_split.json"))
	if err != nil {
		return err
	}
	for _, kind := range detectorsMeasured {
		r := row{What: kind, Corpus: corpus}
		for _, v := range all {
			expected := 0
			for _, span := range v.Spans {
				if entityKinds[span.Kind] == kind {
					expected += m.agree(kind, corpus, span.Value, 1)
				}
			}
			m.score(&r, expected, m.find(v.Text)[kind], v.Text, "")
		}
		m.rows = append(m.rows, r)
	}
	return nil
}

// validators measures detectors on the tables of validator.js: its valid values, its
// invalid ones, and values of other kinds, which are none of ours.
func (m *measurement) validators() error {
	const corpus = "pii-vectors: validator.js"
	all, err := read[struct {
		Validator      string
		Args           any
		Valid, Invalid []any
	}](filepath.Join(m.dir, "pii-vectors", "validatorjs.json"))
	if err != nil {
		return err
	}
	kinds := map[string]string{"isIBAN": "iban", "isCreditCard": "card", "isISIN": "isin"}
	others := []string{"isUUID", "isMD5", "isHash", "isEAN", "isISBN", "isISSN", "isMACAddress", "isSemVer", "isIMEI", "isIP", "isPort"}
	for _, kind := range []string{"card", "iban", "isin", "ssn", "mbi", "dea", "itin", "hicn"} {
		r := row{What: kind, Corpus: corpus}
		for _, v := range all {
			own := kinds[v.Validator] == kind && v.Args == nil
			if !own && !slices.ContainsFunc(others, func(o string) bool { return strings.HasPrefix(v.Validator, o) }) {
				continue
			}
			label := 0
			if own {
				label = 1
			}
			for i, values := range [][]any{v.Valid, v.Invalid} {
				for _, value := range values {
					if text, ok := value.(string); ok {
						m.score(&r, m.agree(kind, corpus, text, label*(1-i)), m.find(text)[kind], text, v.Validator)
					}
				}
			}
		}
		m.rows = append(m.rows, r)
	}
	return nil
}
