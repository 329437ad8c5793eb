package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"time"

	"github.com/zixpolicy/zixpolicy/message"
	"github.com/zixpolicy/zixpolicy/rules"
)

// replay is one "zixpolicy replay": two policies that judge the same messages.
type replay struct {
	live, candidate *rules.Policy
	pair            *rules.Pair // of both
	reader          *message.Reader
	limits          message.Limits
	envelope        envelopeFlags
}

// runReplay implements "zixpolicy replay": which verdicts would change if another
// policy directory were in force. It exits with 1 if any does or a message could not
// be read, with 0 if none does, and with 2 if one of the policies is not valid.
func runReplay(ctx context.Context, in invocation) int {
	fs := in.flags()
	configFile := configFlag(fs)
	candidate := fs.String("candidate", "", "the policy in `DIR` is compared with the one in force")
	page := fs.String("html", "", "write a report for people to `FILE`")
	asJSON := fs.Bool("json", false, "print the comparison as one JSON object")
	r := replay{}
	r.envelope.add(fs)
	operands, status, ok := in.parse(fs)
	if !ok {
		return status
	}
	if *candidate == "" {
		return in.usageError("name the policy directory to compare with: --candidate DIR")
	}
	if len(operands) == 0 {
		return in.usageError(`name a message, a folder, a maildir, an mbox file, or "-" for standard input`)
	}
	c, err := findConfig(*configFile)
	if err != nil {
		return in.fail(exitUsage, err)
	}
	if err := checkOperands(operands); err != nil {
		return in.fail(exitUsage, err)
	}
	if err := r.load(c, *candidate); err != nil {
		return in.fail(exitUsage, err)
	}
	if r.reader, err = c.newReader(); err != nil {
		return in.fail(exitUsage, err)
	}
	defer r.reader.Close()
	result, err := r.run(ctx, in, operands)
	if err != nil {
		return in.fail(exitFound, err)
	}
	result.describe(c, *candidate)
	if *page != "" {
		if err := writePrivate(*page, func(w io.Writer) error { return result.writeHTML(w, time.Now()) }); err != nil {
			return in.fail(exitFound, err)
		}
	}
	if *asJSON {
		err = jsonEncoder(in.stdout).Encode(result)
	} else {
		err = result.print(in.stdout)
	}
	if err != nil {
		return in.fail(exitFound, err)
	}
	if len(result.Changes) > 0 || result.Unread > 0 {
		return exitFound
	}
	return exitOK
}

// load compiles both policies: that of the configuration, and the same with another
// policy directory.
func (r *replay) load(c *config, candidate string) error {
	if info, err := os.Stat(candidate); err != nil {
		return err
	} else if !info.IsDir() {
		return fmt.Errorf("%s is not a directory", candidate)
	}
	other := *c
	other.PolicyDir = candidate
	var err error
	if r.live, err = loadPolicy(c); err != nil {
		return err
	}
	if r.candidate, err = loadPolicy(&other); err != nil {
		return err
	}
	r.limits = c.limits()
	r.pair, err = rules.NewPair(r.live, r.candidate)
	return err
}

// run judges every message by both policies and sums up.
func (r *replay) run(ctx context.Context, in invocation, operands []string) (*comparison, error) {
	result := newComparison()
	shown := newProgress(in.stderr, sizeOf(operands))
	defer shown.end()
	err := inOrder(ctx, runtime.GOMAXPROCS(0),
		func(yield func(item) bool) {
			input{stdin: in.stdin, limit: r.limits.Message, yield: yield}.readAll(operands)
		},
		func(i item) replayed { return r.judge(ctx, i) },
		func(m replayed) error {
			if m.err != nil {
				shown.end()
				in.fail(exitFound, m.err)
			}
			result.add(m)
			shown.add(m.bytes, result.progress)
			return nil
		})
	if err == nil {
		err = ctx.Err()
	}
	return result, err
}

// judge reads and scans a message once and judges it by both policies. It is a change if
// anything differs in what becomes of the message for any recipient.
func (r *replay) judge(ctx context.Context, i item) (result replayed) {
	result.bytes = int64(len(i.raw))
	defer recoverAs(i.name, &result.err)
	if i.err != nil {
		return replayed{err: fmt.Errorf("%s: %w", i.name, i.err)}
	}
	m := r.envelope.read(ctx, r.reader, i.raw, r.limits)
	if err := ctx.Err(); err != nil {
		return replayed{err: err} // what was read of it says nothing
	}
	live, candidate := r.pair.Evaluate(m)
	result.live, result.candidate = outcomeOf(live), outcomeOf(candidate)
	if effect := effectOf(live, candidate); effect != "" {
		result.change = newChange(effect,
			r.live.Report(i.name, m, live, false), r.candidate.Report(i.name, m, candidate, false))
	}
	return result
}

// writePrivate writes a file that only its owner can read.
func writePrivate(name string, write func(io.Writer) error) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}
