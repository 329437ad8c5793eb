package main

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"

	"github.com/zixpolicy/zixpolicy/internal/tomlfile"
	"github.com/zixpolicy/zixpolicy/lexicon"
)

// configFlag adds --config to a subcommand that also runs without a file.
func configFlag(fs *flag.FlagSet) *string {
	return fs.String("config", "", "configuration `FILE` (default "+defaultConfigFile+" if it exists)")
}

// runCheck implements "zixpolicy check": everything that serve reads before it
// answers, and all tests of rules and lexicons. It exits with 2 if anything is wrong;
// it only warns of exceptions that have ended, rules that never decide, and what is
// hardly meant in a site's lexicons.
func runCheck(_ context.Context, in invocation) int {
	fs := in.flags()
	configFile := configFlag(fs)
	operands, status, ok := in.parse(fs)
	if !ok {
		return status
	}
	if len(operands) > 0 {
		return in.usageError("unexpected argument %q", operands[0])
	}
	c, err := findConfig(*configFile)
	if err != nil {
		return in.fail(exitUsage, err)
	}
	if c.Encryptor != nil {
		backend, err := newBackend(c.Encryptor)
		if err != nil {
			return in.fail(exitUsage, err)
		}
		backend.Close()
	}
	policy, err := loadPolicy(c)
	if err != nil {
		return in.fail(exitUsage, err)
	}
	if c.path == "" {
		fmt.Fprintln(in.stdout, "configuration: none; the shipped policy applies, every recipient is external")
	} else {
		fmt.Fprintf(in.stdout, "configuration: %s: ok\n", c.path)
	}
	lexicons := policy.Lexicons()
	fmt.Fprintf(in.stdout, "policy: %d rules, %d lexicons, %d tests: ok\n",
		len(policy.Rules()), len(lexicons.Lexicons()), len(lexicons.Test())+len(policy.Test()))
	for _, warning := range append(policy.Warnings(), siteWarnings(lexicons)...) {
		fmt.Fprintf(in.stdout, "warning: %v\n", warning)
	}
	return exitOK
}

// siteWarnings returns what is hardly meant in lexicons that are not shipped.
func siteWarnings(lexicons *lexicon.Set) []*tomlfile.Error {
	return slices.DeleteFunc(lexicons.Lint(), func(found *tomlfile.Error) bool {
		return strings.HasPrefix(found.File, "builtin:")
	})
}
