package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"syscall"
)

// The roles of "zixpolicy serve".
const (
	roleMilter    = "milter"
	roleEncryptor = "encryptor"
)

// runServe implements "zixpolicy serve".
func runServe(ctx context.Context, in invocation) int {
	fs := in.flags()
	configFile := fs.String("config", "", "configuration `FILE` (default "+defaultConfigFile+")")
	roles, status, ok := in.parse(fs)
	if !ok {
		return status
	}
	for _, role := range roles {
		if role != roleMilter && role != roleEncryptor {
			return in.usageError("unknown role %q; the roles are milter and encryptor", role)
		}
	}
	c, err := findConfig(*configFile)
	if err != nil {
		return in.fail(exitUsage, err)
	}
	if c.path == "" {
		return in.fail(exitUsage, errors.New(defaultConfigFile+" does not exist; create it with one line:\n"+
			`internal_domains = ["example.org"]`))
	}
	if roles, err = c.roles(roles); err != nil {
		return in.fail(exitUsage, err)
	}
	log := newLog(in.stderr, c.Log)
	d, err := newDaemon(c, roles, log)
	if err != nil {
		return in.fail(exitUsage, err)
	}
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	defer signal.Stop(hangups)
	if err := d.run(ctx, hangups); err != nil {
		log.Error("stopped", "error", err)
		return exitFound
	}
	return exitOK
}

// roles returns the named roles, or every role the configuration has.
func (c *config) roles(named []string) ([]string, error) {
	if slices.Contains(named, roleEncryptor) && c.Encryptor == nil {
		return nil, errors.New("the configuration has no [encryptor]")
	}
	if len(named) > 0 {
		return slices.Compact(slices.Sorted(slices.Values(named))), nil
	}
	if c.Encryptor == nil {
		return []string{roleMilter}, nil
	}
	return []string{roleEncryptor, roleMilter}, nil
}

// newLog returns the log that a configuration asks for.
func newLog(w io.Writer, c logConfig) *slog.Logger {
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(w, nil))
	}
	return slog.New(slog.NewTextHandler(w, nil))
}
