package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"runtime/debug"

	"github.com/zixpolicy/zixpolicy/internal/tomlfile"
)

// flags returns the subcommand's flag set; parse reads it.
func (in invocation) flags() *flag.FlagSet {
	fs := flag.NewFlagSet(in.command.name, flag.ContinueOnError)
	fs.SetOutput(io.Discard) // parse reports errors and help itself
	return fs
}

// parse reads the arguments, flags and operands in any order, and returns the
// operands. Where ok is false the subcommand is over and returns status.
func (in invocation) parse(fs *flag.FlagSet) (operands []string, status int, ok bool) {
	args := in.args
	for {
		err := fs.Parse(args)
		if errors.Is(err, flag.ErrHelp) {
			in.command.printUsage(in.stdout, fs)
			return nil, exitOK, false
		}
		if err != nil {
			return nil, in.usageError("%v", err), false
		}
		rest := fs.Args()
		if read := len(args) - len(rest); len(rest) == 0 || read > 0 && args[read-1] == "--" {
			return append(operands, rest...), exitOK, true
		}
		operands, args = append(operands, rest[0]), rest[1:]
	}
}

// printUsage prints how a subcommand is called, and its flags.
func (c command) printUsage(w io.Writer, fs *flag.FlagSet) {
	fmt.Fprintf(w, "usage: zixpolicy %s", c.name)
	hasFlags := false
	fs.VisitAll(func(*flag.Flag) { hasFlags = true })
	if hasFlags {
		fmt.Fprint(w, " [options]")
	}
	if c.arguments != "" {
		fmt.Fprintf(w, " %s", c.arguments)
	}
	fmt.Fprintf(w, "\n\n%s\n", c.summary)
	if hasFlags {
		fmt.Fprint(w, "\noptions:\n")
		fs.VisitAll(func(f *flag.Flag) {
			value, text := flag.UnquoteUsage(f)
			name := "--" + f.Name
			if value != "" {
				name += " " + value
			}
			fmt.Fprintf(w, "  %-20s %s\n", name, text)
		})
	}
}

// usageError says what is wrong with the command line.
func (in invocation) usageError(format string, args ...any) int {
	if in.command.name == "" {
		fmt.Fprintf(in.stderr, "zixpolicy: %s\n", fmt.Sprintf(format, args...))
		fmt.Fprintln(in.stderr, `"zixpolicy help" lists the commands`)
		return exitUsage
	}
	fmt.Fprintf(in.stderr, "zixpolicy %s: %s\n", in.command.name, fmt.Sprintf(format, args...))
	fmt.Fprintf(in.stderr, "\"zixpolicy help %s\" shows its options\n", in.command.name)
	return exitUsage
}

// fail reports an error and returns status. Mistakes in a person's files stand as
// they are, so that editors find file and line at the beginning.
func (in invocation) fail(status int, err error) int {
	var mistake *tomlfile.Error
	if errors.As(err, &mistake) {
		fmt.Fprintln(in.stderr, err)
	} else {
		fmt.Fprintf(in.stderr, "zixpolicy %s: %v\n", in.command.name, err)
	}
	return status
}

func unknownCommand(name string) string {
	var names []string
	for _, c := range commands() {
		names = append(names, c.name)
	}
	text := fmt.Sprintf("unknown command %q", name)
	if near := tomlfile.Nearest(name, names); near != "" {
		text += fmt.Sprintf("; did you mean %q?", near)
	}
	return text
}

// runHelp implements "zixpolicy help".
func runHelp(ctx context.Context, in invocation) int {
	if len(in.args) == 0 {
		printHelp(in.stdout)
		return exitOK
	}
	for _, c := range commands() {
		if c.name == in.args[0] && c.name != "help" {
			in.command, in.args = c, []string{"-h"}
			return c.run(ctx, in)
		}
	}
	if in.args[0] == "help" {
		printHelp(in.stdout)
		return exitOK
	}
	return in.usageError("%s", unknownCommand(in.args[0]))
}

func printHelp(w io.Writer) {
	fmt.Fprint(w, "zixpolicy scans outbound mail and routes what a policy selects to encryption\n\nusage: zixpolicy COMMAND [options] …\n\n")
	for _, c := range commands() {
		fmt.Fprintf(w, "  %-8s %s\n", c.name, c.summary)
	}
	fmt.Fprint(w, "\nexit status: 0 ok, 1 a finding or failure, 2 bad configuration or usage\n")
}

// version is set by the linker (-X main.version=…).
var version string

// runVersion implements "zixpolicy version".
func runVersion(_ context.Context, in invocation) int {
	if _, status, ok := in.parse(in.flags()); !ok {
		return status
	}
	v, goVersion := buildVersion()
	fmt.Fprintf(in.stdout, "zixpolicy %s (%s)\n", v, goVersion)
	return exitOK
}

// buildVersion returns the version of this binary and of the Go that built it.
func buildVersion() (v, goVersion string) {
	v = version
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v, "unknown"
	}
	if v == "" {
		v = info.Main.Version
	}
	return v, info.GoVersion
}
