// Command zixpolicy scans outbound mail and routes what a policy selects to
// encryption.
//
// Every subcommand exits with 0 if all is well, 1 on a finding or a failure, and 2
// on bad configuration or usage.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// The exit statuses.
const (
	exitOK    = 0
	exitFound = 1 // a finding or a failure
	exitUsage = 2 // bad configuration or usage
)

// invocation is what a subcommand is called with.
type invocation struct {
	command        command
	args           []string // after the subcommand's name
	stdin          io.Reader
	stdout, stderr io.Writer
}

// command is one subcommand.
type command struct {
	name      string
	arguments string // as its usage line shows them
	summary   string // one line for help
	// run does the work until it is done or ctx ends (SIGTERM, SIGINT), and
	// returns the exit status.
	run func(ctx context.Context, in invocation) int
}

// commands returns the subcommands in the order of help.
func commands() []command {
	return []command{
		{"serve", "[milter] [encryptor]", "answer the MTA: the named roles, or every role the configuration has", runServe},
		{"demo", "[--once]", "everything on loopback, with an embedded MTA and mailbox: no root, no install", runDemo},
		{"check", "", "check configuration, rules, lexicons and all their tests", runCheck},
		{"test", "[FILE…]", "run the tests of rules and lexicons, one line each", runTest},
		{"scan", "FILE|DIR|mbox|- …", "judge messages as the milter would", runScan},
		{"replay", "--candidate DIR FILE|DIR|mbox|- …", "tell which verdicts would change, before a policy goes live", runReplay},
		{"explain", "QUEUE-ID", "tell from the audit log what became of a message, and why", runExplain},
		{"text", "FILE|DIR|mbox|- …", "print the text the policy sees, part by part", runText},
		{"held", "list|show|release|delete [QUEUE-ID…]", "the messages that the policy has put on hold, and what becomes of them", runHeld},
		{"setup", "postfix [--apply]", "print or apply the MTA configuration that this configuration needs", runSetup},
		{"version", "", "print the version", runVersion},
		{"help", "[COMMAND]", "print this list, or a command's options", runHelp},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run runs one command line and returns its exit status.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	in := invocation{stdin: stdin, stdout: stdout, stderr: stderr}
	if len(args) == 0 {
		printHelp(stderr)
		return exitUsage
	}
	name := args[0]
	switch name {
	case "-h", "-help", "--help":
		name = "help"
	case "-version", "--version":
		name = "version"
	}
	for _, c := range commands() {
		if c.name == name {
			in.command, in.args = c, args[1:]
			return c.run(ctx, in)
		}
	}
	return in.usageError("%s", unknownCommand(name))
}
