package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/zixpolicy/zixpolicy/rules"
)

// runExplain implements "zixpolicy explain": the records that the audit log has of one
// queue ID, told as a story. It exits with 1 if there is none.
func runExplain(_ context.Context, in invocation) int {
	fs := in.flags()
	configFile := configFlag(fs)
	file := fs.String("file", "", "read the audit log `FILE`, such as one that was rotated")
	asJSON := fs.Bool("json", false, "print the records as they stand in the log")
	operands, status, ok := in.parse(fs)
	if !ok {
		return status
	}
	if len(operands) != 1 {
		return in.usageError("name one queue ID, as it stands in the mail log")
	}
	name := *file
	if name == "" {
		c, err := findConfig(*configFile)
		if err != nil {
			return in.fail(exitUsage, err)
		}
		if name = c.Audit.File; name == "" {
			return in.fail(exitUsage, errors.New("the configuration has no audit log: [audit] file = …"))
		}
	}
	f, err := os.Open(name)
	if err != nil {
		return in.fail(exitUsage, err)
	}
	defer f.Close()
	found, err := in.explain(f, operands[0], *asJSON)
	if err != nil {
		return in.fail(exitFound, fmt.Errorf("%s: %w", name, err))
	}
	if found == 0 {
		return in.fail(exitFound, fmt.Errorf("%s has no verdict on %s", name, operands[0]))
	}
	return exitOK
}

// explain prints the records of a queue ID, in the order of the log: MTAs use their
// IDs more than once.
func (in invocation) explain(r io.Reader, queueID string, asJSON bool) (found int, err error) {
	out := bufio.NewWriter(in.stdout)
	defer out.Flush()
	mark, err := json.Marshal(queueID)
	if err != nil {
		return 0, err
	}
	lines := bufio.NewReaderSize(r, 1<<20)
	for n := 1; ; n++ {
		line, err := lines.ReadBytes('\n')
		if err != nil && err != io.EOF {
			return found, err
		}
		if bytes.Contains(line, mark) {
			record := auditRecord{}
			if mistake := json.Unmarshal(line, &record); mistake != nil {
				fmt.Fprintf(in.stderr, "zixpolicy explain: line %d is not a whole record\n", n)
			} else if record.QueueID == queueID {
				found++
				if asJSON {
					fmt.Fprintf(out, "%s\n", bytes.TrimSpace(line))
				} else {
					record.print(out)
				}
			}
		}
		if err == io.EOF {
			return found, nil
		}
	}
}

// print tells the story of a record, as scan --explain tells that of a message.
func (r *auditRecord) print(w io.Writer) {
	rule := r.Rule
	if rule == "" {
		rule = "-"
	}
	fmt.Fprintf(w, "%-7s  %s  %s  %s\n\n", r.Action, rule, printable(r.QueueID), r.Time.Format("2006-01-02 15:04:05 MST"))
	rows := columns{
		{"sender", shownAddress(r.Sender)},
		{"size", fmt.Sprintf("%s bytes", thousands(int(r.Size)))},
		{"policy", r.Policy},
		{"program", "zixpolicy " + r.Zixpolicy},
	}
	rows.write(w, chapterIndent)
	for i := range r.Recipient {
		r.Recipient[i].Address = shownAddress(r.Recipient[i].Address)
	}
	explainRecipients(w, r.Recipient)
	fmt.Fprintf(w, "\n%srules that hold (> marks what decided)\n", chapterIndent)
	if len(r.Because) == 0 {
		fmt.Fprintf(w, "%snone\n", rowIndent)
	}
	for i := range r.Because {
		explainRule(w, &r.Because[i])
	}
	explainLexicons(w, r.judged())
	if r.Omitted > 0 {
		fmt.Fprintf(w, "%sand %s that the record does not list\n", rowIndent, plural(r.Omitted, "hit"))
	}
	explainUnread(w, r.Defects)
	fmt.Fprintln(w)
}

// judged returns the hits of a record as scan has them. There is no context of hits in
// a record; in its place stands the beginning of the value's hash.
func (r *auditRecord) judged() *judged {
	v := &judged{&rules.Report{Lexicons: r.Lexicons}, &rules.Explanation{}}
	for _, h := range r.Hits {
		x := rules.HitExplanation{ReportHit: h.ReportHit}
		if h.Hash != "" {
			x.Why = strings.TrimSpace(x.Why + "  value " + h.Hash)
		}
		v.Explanation.Hits = append(v.Explanation.Hits, x)
	}
	return v
}

// shownAddress returns an address of a record for people.
func shownAddress(a string) string {
	if a == "" {
		return "(not recorded)"
	}
	return a
}
