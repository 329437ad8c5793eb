package demo

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// Outcome is what became of a sample for one recipient, beside what should have.
type Outcome struct {
	Sample string
	Want   Want
	Lane   Lane   // "" where the sample never arrived
	Rule   string // the rule that decided
}

// AsExpected reports whether the sample did what it is there to show.
func (o Outcome) AsExpected() bool { return o.Lane == o.Want.Lane && o.Rule == o.Want.Rule }

// Outcomes compares the mailbox with what the samples must become.
func (d *Demo) Outcomes() []Outcome {
	var all []Outcome
	for _, s := range Samples() {
		e := d.Mailbox.FindMessageID(s.messageID())
		for _, w := range s.Want {
			o := Outcome{Sample: s.Name, Want: w}
			if e != nil {
				o.Lane, o.Rule = e.outcome(w.Recipient)
			}
			all = append(all, o)
		}
	}
	return all
}

// outcome returns the lane and the deciding rule for a recipient.
func (e *Entry) outcome(recipient string) (lane Lane, rule string) {
	for _, d := range e.Deliveries {
		if sameMailbox(d.Recipient, recipient) {
			lane = d.Lane
		}
	}
	v, _ := e.Verdict(recipient)
	return lane, v.Rule
}

// WriteVerdicts prints the outcomes as a table with a last line that sums up, and
// reports whether all were as expected.
func WriteVerdicts(w io.Writer, outcomes []Outcome) (ok bool, err error) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "SAMPLE\tRECIPIENT\tLANE\tRULE\tAS EXPECTED")
	wrong := 0
	for _, o := range outcomes {
		verdict := "yes"
		if !o.AsExpected() {
			wrong++
			verdict = fmt.Sprintf("NO: want %s by %s", o.Want.Lane, orDash(o.Want.Rule))
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", o.Sample, o.Want.Recipient, orDash(string(o.Lane)), orDash(o.Rule), verdict)
	}
	if err := t.Flush(); err != nil {
		return false, err
	}
	summary := fmt.Sprintf("%d verdicts, all as expected", len(outcomes))
	if wrong > 0 {
		summary = fmt.Sprintf("%d verdicts, %d not as expected", len(outcomes), wrong)
	}
	_, err = fmt.Fprintf(w, "\n%s\n", summary)
	return wrong == 0, err
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
