package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/zixpolicy/zixpolicy/packaging/postfix"
)

// runSetup implements "zixpolicy setup": the MTA configuration that zixpolicy's own
// configuration needs, printed, or with --apply written.
func runSetup(_ context.Context, in invocation) int {
	fs := in.flags()
	configFile := fs.String("config", "", "read the configuration from `FILE`, not "+defaultConfigFile)
	dir := fs.String("config-dir", "/etc/postfix", "the Postfix configuration is in `DIR`")
	apply := fs.Bool("apply", false, "write it there; shows the changes and keeps backups")
	operands, status, ok := in.parse(fs)
	if !ok {
		return status
	}
	if len(operands) != 1 {
		return in.usageError("name the MTA to set up: postfix")
	}
	if operands[0] != "postfix" {
		return in.usageError("%q is not an MTA that it can set up; there is: postfix", operands[0])
	}
	c, err := findConfig(*configFile)
	if err != nil {
		return in.fail(exitUsage, err)
	}
	sockets := postfix.Sockets{Milter: c.Milter.Listen.String(), TLSPort: c.TLS.Port}
	if c.Encryptor != nil {
		sockets.Encryptor = c.Encryptor.Listen.String()
	}
	if *apply {
		return in.applyPostfix(*dir, sockets)
	}
	return in.printPostfix(*dir, sockets)
}

// printPostfix prints what belongs into a Postfix configuration directory. Where
// there is no Postfix yet, it prints what one needs as it comes.
func (in invocation) printPostfix(dir string, s postfix.Sockets) int {
	plan, err := postfix.NewPlan(dir, s)
	_, noConfig := os.Stat(filepath.Join(dir, "main.cf"))
	if errors.Is(err, postfix.ErrNotInstalled) || err != nil && errors.Is(noConfig, os.ErrNotExist) {
		fmt.Fprintf(in.stderr, "zixpolicy setup: there is no Postfix configuration in %s; this is what a plain one needs\n", dir)
		plan, err = postfix.Preview(dir, s)
	}
	if err != nil {
		return in.fail(exitUsage, err)
	}
	fmt.Fprint(in.stdout, plan.Text)
	in.printNotes(plan)
	return exitOK
}

// applyPostfix writes the configuration, after showing what changes.
func (in invocation) applyPostfix(dir string, s postfix.Sockets) int {
	plan, err := postfix.NewPlan(dir, s)
	if err != nil {
		return in.fail(exitUsage, err)
	}
	diff := plan.Diff()
	if diff == "" {
		fmt.Fprintf(in.stdout, "%s needs no change\n", dir)
		in.printNotes(plan)
		return exitOK
	}
	fmt.Fprint(in.stdout, diff)
	backups, err := plan.Apply(time.Now())
	for _, b := range backups {
		fmt.Fprintf(in.stdout, "kept %s\n", b)
	}
	if err != nil {
		return in.fail(exitFound, err)
	}
	in.printNotes(plan)
	fmt.Fprintf(in.stdout, "written; it takes effect with: postfix -c %s reload\n", dir)
	return exitOK
}

// printNotes tells what the plan cannot set right by itself.
func (in invocation) printNotes(plan *postfix.Plan) {
	for _, note := range plan.Notes {
		fmt.Fprintf(in.stderr, "zixpolicy setup: note: %s\n", note)
	}
}
