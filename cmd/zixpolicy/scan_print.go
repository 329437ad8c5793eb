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

// printVerdict writes a verdict for people: action, rule, message and hits on one
// line, or below it, if there is an explanation, everything that led to it.
func printVerdict(w io.Writer, v *judged, width int) error {
	action, rule := v.Action, v.Rule
	if v.Error != "" {
		action = "error"
	}
	if rule == "" {
		rule = "-"
	}
	line := fmt.Sprintf("%-7s  %-*s  %s", action, width, rule, printable(v.Message))
	if v.Explanation != nil {
		return printExplanation(w, v, line)
	}
	if notes := summary(v.Report); notes != "" {
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
