package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/zixpolicy/zixpolicy/rules"
)

// jsonEncoder returns an encoder that writes one object a line.
func jsonEncoder(w io.Writer) *json.Encoder {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e
}

// printVerdict writes a report for people: action, rule, message and hits on one
// line, and with explain what led there below it.
func printVerdict(w io.Writer, r *rules.Report, width int, explain bool) error {
	action, rule := r.Action, r.Rule
	if r.Error != "" {
		action = "error"
	}
	if rule == "" {
		rule = "-"
	}
	line := fmt.Sprintf("%-7s  %-*s  %s", action, width, rule, printable(r.Message))
	if explain {
		return printExplained(w, r, line)
	}
	if notes := summary(r); notes != "" {
		line += "  " + notes
	}
	_, err := fmt.Fprintln(w, line)
	return err
}

// hitsShown bounds the hits of one lexicon on a message's line.
const hitsShown = 3

// summary returns the hits of a report by lexicon, and its defects.
func summary(r *rules.Report) string {
	var notes []string
	var order []string
	shown := map[string][]string{}
	for _, h := range r.Hits {
		if shown[h.Lexicon] == nil {
			order = append(order, h.Lexicon)
		}
		shown[h.Lexicon] = append(shown[h.Lexicon], shape(h))
	}
	for _, name := range order {
		hits := shown[name]
		if n := len(hits) - hitsShown; n > 0 {
			hits = append(hits[:hitsShown:hitsShown], fmt.Sprintf("+%d", n))
		}
		notes = append(notes, name+": "+strings.Join(hits, ", "))
	}
	for _, d := range r.Defects {
		notes = append(notes, printable(d.Part)+" is "+d.Kind)
	}
	if r.Error != "" {
		notes = append(notes, r.Error)
	}
	return strings.Join(notes, "; ")
}

// shape returns how a hit is shown: its value if that was asked for, else the term
// as its author wrote it, or the shape of what a detector or a pattern has found.
func shape(h rules.ReportHit) string {
	switch {
	case h.Text != "":
		return oneLine(h.Text, 80)
	case h.Detector != "":
		return h.Masked
	}
	return h.Entry
}

// printExplained writes a report with everything that led to its verdict.
func printExplained(w io.Writer, r *rules.Report, line string) error {
	var b strings.Builder
	b.WriteString(line + "\n")
	for _, d := range r.Recipients {
		why := "no rule"
		switch {
		case d.Internal:
			why = "internal"
		case d.Rule != "":
			why = "rule " + d.Rule
		}
		fmt.Fprintf(&b, "    %-7s  %s (%s)\n", d.Action, printable(d.Address), why)
	}
	if len(r.Matched) > 0 {
		fmt.Fprintf(&b, "    rules that hold: %s\n", strings.Join(r.Matched, ", "))
	}
	explainHits(&b, r)
	for _, d := range r.Defects {
		fmt.Fprintf(&b, "    not read: %s: %s: %s\n", printable(d.Part), d.Kind, d.Detail)
	}
	if r.Error != "" {
		fmt.Fprintf(&b, "    could not be judged: %s\n", r.Error)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// explainHits writes the tally of each lexicon and its hits below it.
func explainHits(b *strings.Builder, r *rules.Report) {
	done := map[string]bool{}
	for _, first := range r.Hits {
		name := first.Lexicon
		if done[name] {
			continue
		}
		done[name] = true
		t := r.Lexicons[name]
		state := "below its threshold"
		if t.Matched {
			state = "matched"
		}
		fmt.Fprintf(b, "    lexicon %s: %s, score %d, %d hits, %d distinct\n", name, state, t.Score, t.Count, t.Distinct)
		for _, h := range r.Hits {
			if h.Lexicon == name {
				explainHit(b, h)
			}
		}
	}
}

func explainHit(b *strings.Builder, h rules.ReportHit) {
	value := h.Masked
	if h.Text != "" {
		value = oneLine(h.Text, 80)
	}
	fmt.Fprintf(b, "        %s  %s  %s %d–%d", h.Entry, value, printable(h.Part), h.Start, h.End)
	if h.Why != "" {
		fmt.Fprintf(b, "  %s", h.Why)
	}
	b.WriteString("\n")
}

// printable returns text with question marks, byte for byte, in the place of
// control characters other than tab and line feed: mail must not control the
// terminal it is shown on.
func printable(text string) string {
	if !strings.ContainsFunc(text, controls) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if controls(r) {
			b.WriteString(strings.Repeat("?", utf8.RuneLen(r)))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func controls(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }
