package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/zixpolicy/zixpolicy/rules"
)

// movesShown bounds the messages shown of one kind of change in the terminal.
const movesShown = 20

// print writes the comparison for people: counts, and the changes by rule.
func (c *comparison) print(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s judged by both policies, %d changed\n", plural(c.Messages, "message"), len(c.Changes))
	if c.Unread > 0 {
		fmt.Fprintf(&b, "%s could not be compared\n", plural(c.Unread, "message"))
	}
	b.WriteString("\n")
	c.printActions(&b)
	for _, m := range c.moves() {
		m.print(&b)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// printActions writes how many messages have each action.
func (c *comparison) printActions(w io.Writer) {
	rows := columns{{"action", "  live", "candidate", "difference"}}
	for _, a := range c.Actions {
		if a.Live+a.Candidate > 0 {
			rows.add(a.Name, fmt.Sprintf("%6d", a.Live), fmt.Sprintf("%9d", a.Candidate), fmt.Sprintf("%10s", signed(a.Difference())))
		}
	}
	rows.write(w, "  ")
}

// signed returns a difference with its sign.
func signed(n int) string {
	if n == 0 {
		return "0"
	}
	return fmt.Sprintf("%+d", n)
}

// print writes one kind of change and the messages it is about.
func (m *move) print(w io.Writer) {
	fmt.Fprintf(w, "\n%s: %s\n", m.title(), plural(len(m.Changes), "message"))
	var rows columns
	for _, ch := range m.Changes[:min(len(m.Changes), movesShown)] {
		rows.add(printable(ch.Message), strings.Join(ch.reasons(), "; "))
	}
	rows.write(w, "    ")
	if n := len(m.Changes) - movesShown; n > 0 {
		fmt.Fprintf(w, "    … and %d more, which --json and --html show\n", n)
	}
}

// title says what the change is: "stricter, deliver (no rule) → encrypt (hipaa)".
func (m *move) title() string {
	switch {
	case m.Effect == effectOptions:
		return "other options, " + m.Live
	case m.Live == m.Candidate: // it differs for single recipients
		return m.effect() + " for some recipients, " + m.Live
	}
	return m.effect() + ", " + m.Live + " → " + m.Candidate
}

func (m *move) effect() string {
	if m.Effect == effectRule {
		return "another rule"
	}
	return m.Effect
}

// reasonsShown bounds the hits of one lexicon among the reasons of a change.
const reasonsShown = 3

// reasons says what the two policies see differently in the message: hits, masked as
// scan shows them, and where there are none rules whose conditions hold no longer or
// only now. Signs say which policy: "+" the candidate, "-" the live one, "=" both,
// which is told where neither sees more than the other.
func (c *change) reasons() []string {
	list := append(hitReasons("+", c.Gained), hitReasons("-", c.Lost)...)
	for _, name := range c.Candidate.Matched {
		if !slices.Contains(c.Live.Matched, name) {
			list = append(list, "+ rule "+name)
		}
	}
	for _, name := range c.Live.Matched {
		if !slices.Contains(c.Candidate.Matched, name) {
			list = append(list, "- rule "+name)
		}
	}
	if c.Live.Error != c.Candidate.Error {
		list = append(list, strings.TrimSpace(c.Live.Error+" "+c.Candidate.Error))
	}
	if len(c.Gained)+len(c.Lost) == 0 {
		list = append(list, hitReasons("=", c.Common)...)
	}
	if len(list) == 0 {
		list = append(list, "the same rules hold; what they do differs")
	}
	return list
}

// hitReasons sums up hits by lexicon, those of a list being in one order always.
func hitReasons(sign string, hits []rules.ReportHit) (list []string) {
	var order []string
	shown := map[string][]string{}
	for _, h := range hits {
		if shown[h.Lexicon] == nil {
			order = append(order, h.Lexicon)
		}
		if s := shape(h); !slices.Contains(shown[h.Lexicon], s) {
			shown[h.Lexicon] = append(shown[h.Lexicon], s)
		}
	}
	for _, name := range order {
		shapes := shown[name]
		if n := len(shapes) - reasonsShown; n > 0 {
			shapes = append(shapes[:reasonsShown:reasonsShown], fmt.Sprintf("+%d", n))
		}
		list = append(list, sign+" "+name+": "+strings.Join(shapes, ", "))
	}
	return list
}
