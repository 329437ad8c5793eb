package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// heading is the heading of the table.
var heading = []string{"detector or rule", "corpus", "messages", "expected", "found", "right", "precision", "recall", "false alarms/1,000"}

// cells are the cells of a row.
func (r row) cells() []string {
	return []string{
		r.What, r.Corpus, fmt.Sprint(r.Of), fmt.Sprint(r.Expected), fmt.Sprint(r.Found), fmt.Sprint(r.Right),
		fmt.Sprintf("%.3f", r.precision()), fmt.Sprintf("%.3f", r.recall()), fmt.Sprintf("%.2f", r.alarms()),
	}
}

// worth reports whether a row says anything: nothing to find and nothing found is said
// once for all detectors of a corpus.
func (r row) worth() bool {
	if r.Of == 0 {
		return false
	}
	return r.Expected+r.Found > 0 || strings.HasPrefix(r.What, "rule") || r.What == "policy" || named[r.What]
}

// named are the detectors that every corpus is asked about.
var named = map[string]bool{"ssn": true, "card": true, "iban": true, "npi": true, "dea": true, "aba": true, "mbi": true}

// table prints the rows for a terminal.
func (m *measurement) table(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(t, strings.Join(heading, "\t"))
	for _, r := range m.rows {
		if r.worth() {
			fmt.Fprintln(t, strings.Join(r.cells(), "\t"))
		}
	}
	t.Flush()
}

// list prints every finding.
func (m *measurement) list(w io.Writer) {
	for _, f := range m.findings {
		fmt.Fprintf(w, "%s\t%s\t%s\t%q\t%s\n", f.Kind, f.What, f.Corpus, f.Where, f.Why)
	}
}

// record writes what is kept: nothing in it changes unless quality does.
func (m *measurement) record(w io.Writer) {
	fmt.Fprint(w, "# Quality on the development corpora\n\nMade by `make quality`; see bench/quality. Rows with nothing to find and nothing found are left out, but for\nthe detectors that encrypt by themselves.\n\n")
	line := func(cells []string) { fmt.Fprintf(w, "| %s |\n", strings.Join(cells, " | ")) }
	line(heading)
	line([]string{"---", "---", "---:", "---:", "---:", "---:", "---:", "---:", "---:"})
	for _, r := range m.rows {
		if r.worth() {
			line(r.cells())
		}
	}
	for _, section := range []struct {
		title, kind string
		of          func(finding) bool
	}{
		{"Messages that the shipped policy does not deliver, and why", falseAlarm, func(f finding) bool { return f.What == "policy" }},
		{"False alarms of detectors", falseAlarm, func(f finding) bool { return f.What != "policy" && !strings.HasPrefix(f.What, "rule") }},
		{"Misses", miss, func(finding) bool { return true }},
		{"Disagreements with the labels of vectors", differs, func(finding) bool { return true }},
	} {
		fmt.Fprintf(w, "\n## %s\n\n", section.title)
		line([]string{"what", "corpus", "where", "why"})
		line([]string{"---", "---", "---", "---"})
		for _, f := range m.findings {
			if f.Kind == section.kind && section.of(f) {
				line([]string{f.What, f.Corpus, "`" + strings.ReplaceAll(f.Where, "|", "\\|") + "`", strings.ReplaceAll(f.Why, "|", "\\|")})
			}
		}
	}
}
