package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/zixpolicy/zixpolicy/rules"
)

// The story of a verdict is indented below its line: a heading for each chapter, and
// what it consists of in columns.
const (
	chapterIndent = "  "
	rowIndent     = "    "
	detailIndent  = "        "
)

// printExplanation writes the line of a verdict and the story of it below.
func printExplanation(w io.Writer, v *judged, line string) error {
	var b strings.Builder
	b.WriteString(line + "\n")
	if v.Error != "" {
		fmt.Fprintf(&b, "\n%scould not be judged: %s\n", chapterIndent, oneLine(v.Error, 200))
	}
	explainRecipients(&b, v.Explanation.Recipients)
	if len(v.Explanation.Rules) > 0 {
		fmt.Fprintf(&b, "\n%srules, in their order (> marks what decided)\n", chapterIndent)
	}
	for i := range v.Explanation.Rules {
		explainRule(&b, &v.Explanation.Rules[i])
	}
	explainLexicons(&b, v)
	explainUnread(&b, v.Explanation.Unread)
	b.WriteString("\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// explainRecipients writes what becomes of each recipient's copy, and by which rule.
func explainRecipients(w io.Writer, recipients []rules.ReportRecipient) {
	fmt.Fprintf(w, "\n%srecipients\n", chapterIndent)
	var rows columns
	for _, d := range recipients {
		why := "no rule"
		switch {
		case d.Internal:
			why = "internal"
		case d.Rule != "":
			why = "rule " + d.Rule
		}
		rows.add(d.Action, oneLine(d.Address, 80), why)
	}
	rows.write(w, rowIndent)
}

// explainRule writes what became of a rule, and its condition statement by statement.
func explainRule(w io.Writer, r *rules.RuleExplanation) {
	fmt.Fprintf(w, "%s%s (%s): %s\n", rowIndent, r.Name, r.Action, fate(r))
	if r.Because != "" {
		fmt.Fprintf(w, "%sbecause: %s\n", detailIndent, oneLine(r.Because, 100))
	}
	if r.When != nil {
		var rows columns
		rows.clause(r.When, "")
		rows.write(w, detailIndent)
	}
}

// fate says what became of a rule.
func fate(r *rules.RuleExplanation) string {
	switch {
	case r.Skipped != "":
		return "skipped, " + r.Skipped
	case !r.Holds:
		return "does not hold"
	case len(r.Decides) > 0:
		return "holds and decides"
	case r.Observe:
		return "holds, and only observes"
	}
	return "holds, but decides for no recipient"
}

// clause adds a condition and below it what it consists of.
func (rows *columns) clause(c *rules.ClauseExplanation, indent string) {
	mark, truth, text := " ", "no", oneLine(c.Text, 100)
	if c.Decided {
		mark = ">"
	}
	if c.Holds {
		truth = "yes"
	}
	switch c.Join {
	case "and":
		text = "all of"
	case "or":
		text = "any of"
	case "not":
		text = "not"
	}
	rows.add(mark, truth, indent+text, oneLine(strings.Join(c.Facts, "; "), 200))
	for i := range c.Parts {
		rows.clause(&c.Parts[i], indent+"  ")
	}
}

// explainLexicons writes the tally of each lexicon that was hit and its hits below it.
func explainLexicons(w io.Writer, v *judged) {
	fmt.Fprintf(w, "\n%slexicons\n", chapterIndent)
	if len(v.Explanation.Hits) == 0 {
		fmt.Fprintf(w, "%sno hits\n", rowIndent)
		return
	}
	var order []string
	hits := map[string][]*rules.HitExplanation{}
	for i := range v.Explanation.Hits {
		h := &v.Explanation.Hits[i]
		if hits[h.Lexicon] == nil {
			order = append(order, h.Lexicon)
		}
		hits[h.Lexicon] = append(hits[h.Lexicon], h)
	}
	for _, name := range order {
		t, state := v.Lexicons[name], "below its threshold"
		if t.Matched {
			state = "matches"
		}
		fmt.Fprintf(w, "%s%s: %s, %s, %d distinct, score %d\n",
			rowIndent, name, state, plural(t.Count, "hit"), t.Distinct, t.Score)
		var rows columns
		for _, h := range hits[name] {
			rows.hit(h)
		}
		rows.write(w, detailIndent)
	}
}

// hit adds a hit: where it stands, which entry it is of, what surrounds it and what
// confirmed it.
func (rows *columns) hit(h *rules.HitExplanation) {
	value := h.Masked
	if h.Text != "" {
		value = h.Text
	}
	context := strings.TrimLeft(h.Before, " ") + "⟦" + oneLine(value, 80) + "⟧" + strings.TrimRight(h.After, " ")
	rows.add(oneLine(h.Part, 60), fmt.Sprintf("%d–%d", h.Start, h.End), h.Entry, context, h.Why)
}

// explainUnread writes what could not be read.
func explainUnread(w io.Writer, unread []rules.ReportDefect) {
	fmt.Fprintf(w, "\n%snot read\n", chapterIndent)
	var rows columns
	for _, d := range unread {
		rows.add(oneLine(d.Part, 60), d.Kind, oneLine(d.Detail, 120))
	}
	if len(rows) == 0 {
		rows.add("nothing: every part was read")
	}
	rows.write(w, rowIndent)
}
