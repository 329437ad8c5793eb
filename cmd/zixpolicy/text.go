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

// messageText is what "zixpolicy text --json" prints for a message.
type messageText struct {
	Message string               `json:"message"`
	Parts   []partText           `json:"parts"`
	Defects []rules.ReportDefect `json:"defects"`
}

// partText is one part of it.
type partText struct {
	Part string `json:"part"`
	Type string `json:"type"`
	Name string `json:"name"`
	Text string `json:"text"`
}

// runText implements "zixpolicy text": the text of each part as policies see it,
// and what could not be read. It exits with 1 if a message could not be read.
func runText(ctx context.Context, in invocation) int {
	fs := in.flags()
	configFile := configFlag(fs)
	asJSON := fs.Bool("json", false, "print one JSON object a message")
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
	reader, err := c.newReader()
	if err != nil {
		return in.fail(exitUsage, err)
	}
	defer reader.Close()
	return in.text(ctx, reader, c.limits(), operands, *asJSON)
}

// text reads every message and prints its text, in order.
func (in invocation) text(ctx context.Context, reader *message.Reader, limits message.Limits, operands []string, asJSON bool) int {
	type read struct {
		text messageText
		err  error
	}
	status := exitOK
	out := bufio.NewWriter(in.stdout)
	encoder := jsonEncoder(out)
	err := inOrder(ctx, runtime.GOMAXPROCS(0),
		func(yield func(item) bool) {
			input{stdin: in.stdin, limit: limits.Message, yield: yield}.readAll(operands)
		},
		func(i item) (result read) {
			defer recoverAs(i.name, &result.err)
			if i.err != nil {
				return read{err: fmt.Errorf("%s: %w", i.name, i.err)}
			}
			return read{text: textOf(i.name, reader.Read(ctx, message.Envelope{}, i.raw, limits))}
		},
		func(r read) error {
			switch {
			case r.err != nil:
				status = in.fail(exitFound, r.err)
				return nil
			case asJSON:
				return encoder.Encode(r.text)
			}
			return r.text.print(out)
		})
	if flushErr := out.Flush(); err == nil {
		err = flushErr
	}
	if err != nil {
		return in.fail(exitFound, err)
	}
	return status
}

// textOf returns what there is to print of a message. Its lists are never null.
func textOf(name string, m *message.Message) messageText {
	t := messageText{Message: name, Parts: []partText{}, Defects: []rules.ReportDefect{}}
	for _, p := range m.Parts {
		t.Parts = append(t.Parts, partText{p.Path, p.Type, p.Name, p.Text})
	}
	for _, d := range m.Defects {
		t.Defects = append(t.Defects, rules.ReportDefect{Part: d.Part, Kind: string(d.Kind), Detail: d.Detail})
	}
	return t
}

// print writes the text for people, each part under a line that names it.
func (t messageText) print(w io.Writer) error {
	fmt.Fprintf(w, "=== %s\n", printable(t.Message))
	for _, p := range t.Parts {
		fmt.Fprintf(w, "--- %s  %s\n%s\n", printable(p.Part), printable(p.Type), printable(p.Text))
	}
	for _, d := range t.Defects {
		fmt.Fprintf(w, "!!! %s: %s: %s\n", printable(d.Part), d.Kind, d.Detail)
	}
	_, err := fmt.Fprintln(w)
	return err
}
