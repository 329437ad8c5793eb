package rules

import (
	"fmt"
	"io"
	"strings"
)

// WriteTo writes the explanation as plain text for people. It implements
// io.WriterTo.
func (x *Explanation) WriteTo(w io.Writer) (int64, error) {
	var b strings.Builder
	if x.Error != "" {
		fmt.Fprintf(&b, "not judged: %s\n\n", printable(x.Error))
	}
	for _, r := range x.Recipients {
		fmt.Fprintf(&b, "%s: %s\n", printable(r.Address), reason(r))
	}
	b.WriteString("\nrules\n")
	for i := range x.Rules {
		x.Rules[i].write(&b)
	}
	if len(x.Hits) > 0 {
		b.WriteString("\nhits\n")
	}
	for i := range x.Hits {
		x.Hits[i].write(&b)
	}
	if len(x.Unread) > 0 {
		b.WriteString("\nnot read\n")
	}
	for _, d := range x.Unread {
		fmt.Fprintf(&b, "  %s: %s: %s\n", printable(d.Part), d.Kind, printable(d.Detail))
	}
	n, err := io.WriteString(w, b.String())
	return int64(n), err
}

// reason says in words what was decided for a recipient.
func reason(r ReportRecipient) string {
	switch {
	case r.Internal:
		return r.Action + ", internal"
	case r.Rule == "":
		return r.Action + ", no rule holds"
	}
	return fmt.Sprintf("%s by rule %q", r.Action, r.Rule)
}

func (r *RuleExplanation) write(b *strings.Builder) {
	mark := "-"
	if r.Holds {
		mark = "+"
	}
	fmt.Fprintf(b, "%s %s → %s", mark, r.Name, r.Action)
	if r.Observe {
		b.WriteString(" (observed only)")
	}
	switch {
	case r.Skipped != "":
		fmt.Fprintf(b, ": %s", r.Skipped)
	case len(r.Decides) > 0:
		fmt.Fprintf(b, ": decides for %s", printable(strings.Join(r.Decides, ", ")))
	case r.Holds && !r.Observe:
		b.WriteString(": an earlier rule decides")
	}
	b.WriteString("\n")
	if r.Because != "" {
		fmt.Fprintf(b, "      because %s\n", printable(r.Because))
	}
	if r.When != nil {
		r.When.write(b)
	}
}

// write lists the statements that decided.
func (c *ClauseExplanation) write(b *strings.Builder) {
	if c.Decided {
		holds := "no "
		if c.Holds {
			holds = "yes"
		}
		fmt.Fprintf(b, "      %s  %s", holds, c.Text)
		if len(c.Facts) > 0 {
			fmt.Fprintf(b, "   (%s)", strings.Join(c.Facts, "; "))
		}
		b.WriteString("\n")
	}
	for i := range c.Parts {
		c.Parts[i].write(b)
	}
}

func (h *HitExplanation) write(b *strings.Builder) {
	value := h.Masked
	if h.Text != "" {
		value = h.Text
	}
	fmt.Fprintf(b, "  %s, %s at %s:%d", h.Lexicon, printable(h.Entry), printable(h.Part), h.Start)
	if h.Why != "" {
		fmt.Fprintf(b, ", %s", printable(h.Why))
	}
	fmt.Fprintf(b, "\n      %s\n", strings.TrimSpace(h.Before+"⟦"+printable(value)+"⟧"+h.After))
}
