package main

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/zixpolicy/zixpolicy/bench/corpus"
)

var measured = sync.OnceValues(func() (*measurement, error) {
	dir, err := corpus.Dir()
	if err != nil {
		return nil, err
	}
	return measure(dir)
})

// measurements measures once for all tests.
func measurements(t *testing.T) *measurement {
	t.Helper()
	if _, err := corpus.Dir(); err != nil {
		t.Skip(err)
	}
	m, err := measured()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// rowsOf returns the rows of a detector or rule in corpora whose names begin so; there
// must be some, with at least so many texts in all.
func rowsOf(t *testing.T, m *measurement, what, corpus string, texts int) []row {
	t.Helper()
	var rows []row
	n := 0
	for _, r := range m.rows {
		if r.What == what && strings.HasPrefix(r.Corpus, corpus) {
			rows = append(rows, r)
			n += r.Of
		}
	}
	if n < texts {
		t.Fatalf("%s in %s: %d texts, want at least %d", what, corpus, n, texts)
	}
	return rows
}

// TestDetectorsOnVectors: every valid value is found, and next to nothing else.
func TestDetectorsOnVectors(t *testing.T) {
	m := measurements(t)
	expected := map[string]int{"ssn": 20, "card": 70, "iban": 35, "npi": 10, "dea": 4, "aba": 4, "mbi": 8, "itin": 3, "isin": 8}
	for kind, want := range expected {
		values := 0
		for _, r := range rowsOf(t, m, kind, "pii-", 1) {
			values += r.Expected
			if r.recall() < 1 || r.precision() < 0.99 {
				t.Errorf("%s in %s: recall %.3f, precision %.3f", kind, r.Corpus, r.recall(), r.precision())
			}
		}
		if values < want {
			t.Errorf("%s: %d values, want at least %d", kind, values, want)
		}
	}
}

// TestDetectorsOnOrdinaryMail: what encrypts by itself is found nowhere.
func TestDetectorsOnOrdinaryMail(t *testing.T) {
	m := measurements(t)
	for _, kind := range []string{"ssn", "card", "iban", "npi", "dea", "aba", "mbi", "hicn", "itin"} {
		for corpus, texts := range map[string]int{"mail-enron": 231, "mail-spamassassin": 1400, "neg-medquad": 48, "neg-tracking": 40} {
			for _, r := range rowsOf(t, m, kind, corpus, texts) {
				if r.Found > 0 {
					t.Errorf("%s found %d times in %s", kind, r.Found, r.Corpus)
				}
			}
		}
	}
}

// TestRules holds the figures of rules in each corpus.
func TestRules(t *testing.T) {
	m := measurements(t)
	for _, tt := range []struct {
		what, corpus string
		texts        int
		most         float64 // false alarms in a thousand messages
	}{
		{"rule hipaa", "neg-medquad", 48, 0},
		{"rule hipaa", "mail-spamassassin", 1400, 2},
		{"rule hipaa", "mail-enron", 231, 2},
		{"rule profanity", "mail-enron", 231, 10},
		{"policy", "mail-enron", 231, 20},
		{"policy", "mail-spamassassin", 1400, 20},
	} {
		for _, r := range rowsOf(t, m, tt.what, tt.corpus, tt.texts) {
			if r.alarms() > tt.most {
				t.Errorf("%s in %s: %.2f false alarms in 1,000 messages, want at most %.2f", r.What, r.Corpus, r.alarms(), tt.most)
			}
		}
	}
	for _, r := range rowsOf(t, m, "rule hipaa", "phi-aci-bench", 87) {
		if r.recall() < 0.95 {
			t.Errorf("hipaa finds %d of %d notes with an identifier", r.Right, r.Expected)
		}
	}
	for _, r := range rowsOf(t, m, "rule profanity", "vocab", 150) {
		if r.recall() < 1 {
			t.Errorf("%s: %d of %d found", r.Corpus, r.Right, r.Expected)
		}
	}
}

// TestDisagreementsAreUsed: a reason for a vector that is not there, or on which we
// agree, explains nothing.
func TestDisagreementsAreUsed(t *testing.T) {
	m := measurements(t)
	for text := range disagreements {
		if !slices.ContainsFunc(m.findings, func(f finding) bool { return f.Kind == differs && f.Where == text }) {
			t.Errorf("%q is in no corpus, or we agree with its label", text)
		}
	}
}

// TestRecordIsCurrent compares what is measured with what is kept.
func TestRecordIsCurrent(t *testing.T) {
	m := measurements(t)
	var b bytes.Buffer
	m.record(&b)
	have, err := os.ReadFile(recordFile())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, b.Bytes()) {
		t.Errorf("%s differs from what is measured: run make quality, and look at what changed", recordFile())
	}
}
