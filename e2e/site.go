package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Site is an organisation, maine.example: its Postfix, zixpolicy beside it, and
// around it the servers that mail can reach.
type Site struct {
	Postfix   *Postfix
	Milter    *Daemon
	Encryptor *Daemon

	Inside  *Sink // the mailboxes of maine.example
	Outside *Sink // everyone else's, over Postfix's relayhost
	Gateway *Sink // the encryption gateway

	Dir     string
	binary  string
	config  string // further lines
	tlsPort string
}

// siteConfig is zixpolicy's configuration. It names what an administrator has to
// name, and puts the sockets into the site's directory.
const siteConfig = `internal_domains = ["maine.example", ".maine.example"]
policy_dir = "%[1]s/policy"

[milter]
listen = "unix:%[1]s/run/milter.sock"
socket_mode = "0666"

[encryptor]
listen = "unix:%[1]s/run/encryptor.sock"
socket_mode = "0666"
backend = "gateway"

[encryptor.gateway]
address = "%[2]s"
tls = "off"

[metrics]
listen = "unix:%[1]s/run/%[3]s-metrics.sock"

[notify]
server = "%[5]s"

[held]
record = "%[1]s/run/held.jsonl"

[tls]
port = %[4]s
`

// siteConfigFor returns it for one role of a site in dir. The roles differ in where
// they serve their metrics, since each is a process of its own.
func siteConfigFor(dir, gateway, role, tlsPort, mta string) string {
	return fmt.Sprintf(siteConfig, dir, gateway, role, tlsPort, mta)
}

// NewSite returns a site that is up: Postfix is configured by "zixpolicy setup
// postfix --apply" and nothing else, and both roles answer. policy is the site's own
// policy file, which stands beside the shipped one.
func NewSite(t testing.TB, binary, policy string) *Site {
	t.Helper()
	return NewSiteWith(t, binary, policy, "", nil)
}

// NewSiteWith is NewSite with further lines in zixpolicy's configuration, first of its
// section [tls], and something to do after Postfix is set up and before it starts.
func NewSiteWith(t testing.TB, binary, policy, config string, prepare func(*Site)) *Site {
	t.Helper()
	s := &Site{
		Dir:     siteDir(t),
		binary:  binary,
		config:  config,
		tlsPort: port(freeAddr(t)),
		Inside:  NewSink(t, "inside"),
		Outside: NewSink(t, "outside"),
		Gateway: NewSink(t, "gateway"),
	}
	for _, sub := range []string{"policy", "run"} {
		if err := os.Mkdir(filepath.Join(s.Dir, sub), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	s.WritePolicy(t, policy)
	s.Postfix = NewPostfix(t, filepath.Join(s.Dir, "postfix"), s.Inside, s.Outside)
	s.Milter = s.daemon(t, "milter")
	s.Encryptor = s.daemon(t, "encryptor")
	s.Setup(t, "--apply")
	if prepare != nil {
		prepare(s)
	}
	for _, d := range []*Daemon{s.Milter, s.Encryptor} {
		d.Start(t)
		t.Cleanup(func() { d.Stop(t) })
	}
	s.Postfix.Start(t)
	return s
}

// siteDir makes a directory whose path is short enough for sockets, and that
// Postfix's own user may enter; t.TempDir's may not be.
func siteDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "zixpolicy-e2e-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the site is kept in %s", dir)
			return
		}
		os.RemoveAll(dir)
	})
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Config is the path of zixpolicy's configuration file, as the milter reads it.
func (s *Site) Config() string { return filepath.Join(s.Dir, "milter.toml") }

// WritePolicy replaces the site's policy file.
func (s *Site) WritePolicy(t testing.TB, policy string) {
	t.Helper()
	write(t, filepath.Join(s.Dir, "policy", "site.toml"), policy)
}

// Setup runs "zixpolicy setup postfix" on the site's Postfix and returns what it
// prints.
func (s *Site) Setup(t testing.TB, args ...string) string {
	t.Helper()
	cmd := exec.Command(s.binary, append([]string{"setup", "postfix", "--config", s.Config(), "--config-dir", s.Postfix.ConfigDir()}, args...)...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", cmd.Args, err, out)
	}
	return string(out)
}

// Run runs a zixpolicy command and returns what it prints, and whether it succeeded.
func (s *Site) Run(args ...string) (output string, ok bool) {
	out, err := exec.Command(s.binary, args...).CombinedOutput()
	return string(out), err == nil
}

// Settle waits until Postfix is through with the message, whatever became of it.
func (s *Site) Settle(t testing.TB, messageID string) {
	t.Helper()
	defer func() {
		if t.Failed() {
			t.Logf("Postfix about %s:\n%s", messageID, s.Postfix.Log(messageID))
		}
	}()
	Await(t, "the message "+messageID+" to leave the queue", func() bool { return s.Postfix.Settled(messageID) })
}

// Sinks are all servers around the site.
func (s *Site) Sinks() []*Sink { return []*Sink{s.Inside, s.Outside, s.Gateway} }

// daemon writes a role's configuration and returns its process, not started.
func (s *Site) daemon(t testing.TB, role string) *Daemon {
	t.Helper()
	config := filepath.Join(s.Dir, role+".toml")
	write(t, config, siteConfigFor(s.Dir, s.Gateway.Addr, role, s.tlsPort, s.Postfix.Addr)+s.config)
	return &Daemon{
		Roles:   []string{role},
		Sockets: []string{filepath.Join(s.Dir, "run", role+".sock")},
		Metrics: filepath.Join(s.Dir, "run", role+"-metrics.sock"),
		binary:  s.binary,
		config:  config,
	}
}

// Logs are what zixpolicy's roles have written.
func (s *Site) Logs() string {
	return strings.Join([]string{s.Milter.Log(), s.Encryptor.Log()}, "\n")
}
