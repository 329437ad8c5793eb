package postfix

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// ErrNotInstalled means that this host has no Postfix.
var ErrNotInstalled = errors.New("postfix: postconf is not installed here; install Postfix first (Debian: apt-get install postfix)")

// instance is a Postfix configuration directory, read and edited by postconf(1).
type instance struct {
	dir      string
	postconf string
}

// open finds postconf and checks that dir is a Postfix configuration directory.
func open(dir string) (*instance, error) {
	postconf, err := exec.LookPath("postconf")
	if err != nil { // an ordinary user's PATH often lacks it
		postconf, err = exec.LookPath("/usr/sbin/postconf")
	}
	if err != nil {
		return nil, ErrNotInstalled
	}
	dir, err = filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("postfix: %w", err)
	}
	for _, name := range []string{"main.cf", "master.cf"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			return nil, fmt.Errorf("postfix: %s is not a Postfix configuration directory: %w; name the right one with --config-dir", dir, err)
		}
	}
	return &instance{dir: dir, postconf: postconf}, nil
}

// run calls postconf on the directory and returns what it prints.
func (i *instance) run(args ...string) (string, error) {
	cmd := exec.Command(i.postconf, append([]string{"-c", i.dir}, args...)...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("postfix: %s: %w: %s", strings.Join(cmd.Args, " "), err, strings.TrimSpace(stderr.String()))
	}
	return stdout.String(), nil
}

// values returns the named parameters as they are written, or their defaults. A
// parameter that this version of Postfix does not know is absent. All are asked for
// at once: postconf may take seconds to find out the host's name.
func (i *instance) values(names ...string) (map[string]string, error) {
	return i.ask(names...)
}

// expanded is values with the parameters they refer to filled in.
func (i *instance) expanded(names ...string) (map[string]string, error) {
	return i.ask(append([]string{"-x"}, names...)...)
}

func (i *instance) ask(args ...string) (map[string]string, error) {
	out, err := i.run(args...)
	if err != nil {
		return nil, err
	}
	values := map[string]string{}
	for line := range strings.Lines(out) {
		if name, value, found := strings.Cut(line, "="); found {
			values[strings.TrimSpace(name)] = strings.TrimSpace(value)
		}
	}
	return values, nil
}

// chrooted returns which of the servers that talk to milters run in a chroot. level
// is the compatibility level, on which the default depends.
func (i *instance) chrooted(level string) ([]string, error) {
	services, err := i.run("-M")
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for line := range strings.Lines(services) {
		f := strings.Fields(line)
		if len(f) >= 8 && (f[4] == "y" || f[4] == "-" && level == "0") {
			seen[f[7]] = true
		}
	}
	var names []string
	for _, name := range []string{"smtpd", "cleanup"} {
		if seen[name] {
			names = append(names, name)
		}
	}
	return names, nil
}

// override is one option in master.cf that replaces a parameter for one service.
type override struct{ service, parameter, value string }

// overrides returns the options of master.cf that replace one of the parameters.
func (i *instance) overrides(parameters ...string) ([]override, error) {
	out, err := i.run("-P")
	if err != nil {
		return nil, err
	}
	var all []override
	for line := range strings.Lines(out) {
		path, value, _ := strings.Cut(line, "=")
		path = strings.TrimSpace(path) // service/type/parameter
		slash := strings.LastIndexByte(path, '/')
		for _, p := range parameters {
			if slash > 0 && path[slash+1:] == p {
				all = append(all, override{path[:slash], p, strings.TrimSpace(value)})
			}
		}
	}
	return all, nil
}
