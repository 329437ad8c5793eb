package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"runtime"

	"github.com/zixpolicy/zixpolicy/message"
	"github.com/zixpolicy/zixpolicy/rules"
)

// scan is one "zixpolicy scan".
type scan struct {
	policy   *rules.Policy
	reader   *message.Reader
	limits   message.Limits
	envelope envelopeFlags
	explain  bool
	values   bool
}

// runScan implements "zixpolicy scan". It exits with 1 if any message comes out as
// anything but deliver, or could not be read; with 0 if all are delivered.
func runScan(ctx context.Context, in invocation) int {
	fs := in.flags()
	configFile := configFlag(fs)
	asJSON := fs.Bool("json", false, "print one JSON object a message")
	explain := fs.Bool("explain", false, "say below each message what led to its verdict")
	values := fs.Bool("show-values", false, "show what was hit, not only its shape")
	lines := fs.Bool("lines", false, "take each line of a FILE as one plain-text body")
	s := scan{}
	s.envelope.add(fs)
	operands, status, ok := in.parse(fs)
	if !ok {
		return status
	}
	if len(operands) == 0 {
		return in.usageError(`name a message, a document, a folder, an mbox file, or "-" for standard input`)
	}
	c, err := findConfig(*configFile)
	if err != nil {
		return in.fail(exitUsage, err)
	}
	if err := checkOperands(operands); err != nil {
		return in.fail(exitUsage, err)
	}
	if s.policy, err = loadPolicy(c); err != nil {
		return in.fail(exitUsage, err)
	}
	if s.reader, err = c.newReader(); err != nil {
		return in.fail(exitUsage, err)
	}
	defer s.reader.Close()
	s.limits, s.values, s.explain = c.limits(), *values, *explain
	out := newVerdictWriter(in.stdout, s.policy, *asJSON)
	return in.scan(ctx, s, input{stdin: in.stdin, limit: s.limits.Message, lines: *lines}, operands, out)
}

// scan judges every message and writes the verdicts in order.
func (in invocation) scan(ctx context.Context, s scan, from input, operands []string, out *verdictWriter) int {
	status := exitOK
	err := inOrder(ctx, runtime.GOMAXPROCS(0),
		func(yield func(item) bool) {
			from.yield = yield
			from.readAll(operands)
		},
		func(i item) scanned { return s.judge(ctx, i) },
		func(r scanned) error {
			if r.err != nil {
				status = in.fail(exitFound, r.err)
				return nil
			}
			if r.Action != rules.Deliver.String() || r.Error != "" {
				status = exitFound
			}
			return out.write(&r.judged)
		})
	if flushErr := out.Flush(); err == nil {
		err = flushErr
	}
	if err != nil {
		return in.fail(exitFound, err)
	}
	return status
}

// judged is the verdict on one message, as JSON shows it.
type judged struct {
	*rules.Report
	Explanation *rules.Explanation `json:"explanation,omitempty"` // only where it was asked for
}

// scanned is the verdict on one message, or why there is none.
type scanned struct {
	judged
	err error
}

// judge reads and judges one message as the milter does.
func (s scan) judge(ctx context.Context, i item) (result scanned) {
	defer recoverAs(i.name, &result.err)
	if i.err != nil {
		return scanned{err: fmt.Errorf("%s: %w", i.name, i.err)}
	}
	m := s.envelope.read(ctx, s.reader, i.raw, s.limits)
	verdict := s.policy.Evaluate(m)
	result.Report = s.policy.Report(i.name, m, verdict, s.values)
	if s.explain {
		result.Explanation = s.policy.Explain(m, verdict, s.values)
	}
	return result
}

// recoverAs turns a panic over a message into an error, so that one message does not
// end the scan of all. What it panicked with may quote the message and is left out.
func recoverAs(name string, err *error) {
	if recover() != nil {
		*err = fmt.Errorf("%s: internal error: please report it with the message", name)
	}
}

// verdictWriter writes verdicts, as JSON or for people.
type verdictWriter struct {
	*bufio.Writer
	write func(*judged) error
}

func newVerdictWriter(w io.Writer, p *rules.Policy, asJSON bool) *verdictWriter {
	b := bufio.NewWriter(w)
	if asJSON {
		e := jsonEncoder(b)
		return &verdictWriter{b, func(v *judged) error { return e.Encode(v) }}
	}
	width := len("-")
	for _, r := range p.Rules() {
		width = max(width, len(r.Name))
	}
	return &verdictWriter{b, func(v *judged) error { return printVerdict(b, v, width) }}
}
