package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/zixpolicy/zixpolicy/rules"
)

// printExplanation writes the line of a verdict and the story of it below.
func printExplanation(w io.Writer, v *judged, line string) error {
	var b strings.Builder
	b.WriteString(line + "\n")
	for _, d := range v.Explanation.Recipients {
		why := "no rule"
		switch {
		case d.Internal:
			why = "internal"
		case d.Rule != "":
			why = "rule " + d.Rule
		}
		fmt.Fprintf(&b, "    %-7s  %s (%s)\n", d.Action, printable(d.Address), why)
	}
	for i := range v.Explanation.Rules {
		explainRule(&b, &v.Explanation.Rules[i])
	}
	explainHits(&b, v)
	for _, d := range v.Explanation.Unread {
		fmt.Fprintf(&b, "    not read: %s: %s: %s\n", printable(d.Part), d.Kind, d.Detail)
	}
	if v.Error != "" {
		fmt.Fprintf(&b, "    could not be judged: %s\n", v.Error)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// explainRule writes what became of a rule, and its condition part by part.
func explainRule(b *strings.Builder, r *rules.RuleExplanation) {
	state := "does not hold"
	switch {
	case r.Skipped != "":
		state = "skipped: " + r.Skipped
	case r.Holds && len(r.Decides) > 0:
		state = "holds and decides"
	case r.Holds && r.Observe:
		state = "holds, and only observes"
	case r.Holds:
		state = "holds"
	}
	fmt.Fprintf(b, "    rule %s (%s): %s\n", r.Name, r.Action, state)
	if r.When != nil {
		explainClause(b, r.When, "        ")
	}
}

// explainClause writes a condition: "+" before what holds, "-" before what does not.
func explainClause(b *strings.Builder, c *rules.ClauseExplanation, indent string) {
	mark := "-"
	if c.Holds {
		mark = "+"
	}
	text := c.Text
	if len(c.Parts) > 0 {
		text = c.Join
	}
	fmt.Fprintf(b, "%s%s %s", indent, mark, printable(text))
	if len(c.Facts) > 0 {
		fmt.Fprintf(b, "   (%s)", printable(strings.Join(c.Facts, "; ")))
	}
	b.WriteString("\n")
	for i := range c.Parts {
		explainClause(b, &c.Parts[i], indent+"    ")
	}
}

// explainHits writes the tally of each lexicon and its hits below it.
func explainHits(b *strings.Builder, v *judged) {
	done := map[string]bool{}
	for _, first := range v.Explanation.Hits {
		name := first.Lexicon
		if done[name] {
			continue
		}
		done[name] = true
		t := v.Lexicons[name]
		state := "below its threshold"
		if t.Matched {
			state = "matched"
		}
		fmt.Fprintf(b, "    lexicon %s: %s; score %d, hits %d, distinct %d\n", name, state, t.Score, t.Count, t.Distinct)
		for i := range v.Explanation.Hits {
			if h := &v.Explanation.Hits[i]; h.Lexicon == name {
				explainHit(b, h)
			}
		}
	}
}

func explainHit(b *strings.Builder, h *rules.HitExplanation) {
	value := h.Masked
	if h.Text != "" {
		value = oneLine(h.Text, 80)
	}
	fmt.Fprintf(b, "        %s  %s  %s %d–%d", h.Entry, value, printable(h.Part), h.Start, h.End)
	if h.Why != "" {
		fmt.Fprintf(b, "  %s", h.Why)
	}
	b.WriteString("\n")
	if h.Text != "" { // then so is what stands around it
		fmt.Fprintf(b, "            %s⟦%s⟧%s\n", h.Before, value, h.After)
	}
}
