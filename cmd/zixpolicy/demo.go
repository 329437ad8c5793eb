package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"

	"github.com/zixpolicy/zixpolicy/cmd/zixpolicy/demo"
)

// runDemo runs everything on loopback: until the person stops it, or with --once
// until the samples have come out.
func runDemo(ctx context.Context, in invocation) int {
	fs := in.flags()
	once := fs.Bool("once", false, "send the samples, print their verdicts and exit: 0 if all are as expected")
	smtpAddr := fs.String("smtp", demo.DefaultSMTP, "take mail on this loopback `address`")
	httpAddr := fs.String("http", demo.DefaultHTTP, "show the mailbox on this loopback `address`")
	operands, status, ok := in.parse(fs)
	if !ok {
		return status
	}
	if len(operands) > 0 {
		return in.usageError("unexpected argument %q", operands[0])
	}
	if err := errors.Join(demo.CheckAddress("smtp", *smtpAddr), demo.CheckAddress("http", *httpAddr)); err != nil {
		return in.usageError("%v", err)
	}
	if *once {
		// Nobody will visit it, so it must not fail because a demo is running.
		freeUnlessSet(fs, "smtp", smtpAddr)
		freeUnlessSet(fs, "http", httpAddr)
	}
	reader, err := new(config).newReader()
	if err != nil {
		return in.fail(exitFound, err)
	}
	defer reader.Close()
	d, err := demo.Start(demo.Options{SMTP: *smtpAddr, HTTP: *httpAddr, Reader: reader, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		fmt.Fprintln(in.stderr, "zixpolicy:", err)
		return exitFound
	}
	defer d.Close()
	if err := d.SendSamples(ctx); err != nil {
		fmt.Fprintln(in.stderr, "zixpolicy:", err)
		return exitFound
	}
	if *once {
		return in.demoVerdicts(d)
	}
	return in.demoUntilStopped(ctx, d)
}

// freeUnlessSet lets the system choose a port where the command line has not.
func freeUnlessSet(fs *flag.FlagSet, name string, address *string) {
	set := false
	fs.Visit(func(f *flag.Flag) { set = set || f.Name == name })
	if !set {
		*address = "127.0.0.1:0"
	}
}

// demoVerdicts prints what became of the samples.
func (in invocation) demoVerdicts(d *demo.Demo) int {
	ok, err := demo.WriteVerdicts(in.stdout, d.Outcomes())
	if err != nil {
		fmt.Fprintln(in.stderr, "zixpolicy:", err)
		return exitFound
	}
	if !ok {
		return exitFound
	}
	return exitOK
}

// demoUntilStopped says where to look and waits for the signal that ends it.
func (in invocation) demoUntilStopped(ctx context.Context, d *demo.Demo) int {
	fmt.Fprintf(in.stdout, `The demo is running. Nothing leaves this machine.

  mailbox   %s
  SMTP      %s

Write a message on the mailbox page, or send one by SMTP, for instance:

  curl smtp://%s --mail-from alice@maine.example --mail-rcpt bob@customer.example -T message.eml

maine.example is inside, every other domain is outside. Stop with Ctrl-C.
`, d.URL(), d.SMTPAddr(), d.SMTPAddr())
	select {
	case <-ctx.Done():
		fmt.Fprintln(in.stdout, "\nStopped.")
		return exitOK
	case err := <-d.Faults():
		fmt.Fprintln(in.stderr, "zixpolicy:", err)
		return exitFound
	}
}
