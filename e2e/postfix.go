package e2e

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Postfix is an instance of its own: configuration, queue, log and port are not
// those of the system.
type Postfix struct {
	Dir  string // everything of this instance lies below it
	Addr string // where it takes mail by SMTP
	log  *maillog
}

// mainCF is a minimal relay for the domain maine.example. It says nothing about
// zixpolicy. Everything outside goes to one sink three times over: by the transport
// map's last entry, by the sender's default transport, and by relayhost. That is what
// a site may have already, and what a routed recipient must not fall into.
const mainCF = `# A relay for maine.example, in a directory of its own.
compatibility_level = 3.6
queue_directory = %[1]s/queue
data_directory = %[1]s/data
maillog_file = %[1]s/mail.log
maillog_file_prefixes = %[1]s
import_environment = MAIL_CONFIG MAIL_DEBUG MAIL_LOGTAG TZ LANG=C
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
disable_dns_lookups = yes
smtpd_peername_lookup = no
myhostname = mta.maine.example
myorigin = maine.example
mydestination =
mynetworks = 127.0.0.0/8
relay_domains = maine.example
alias_maps =
local_recipient_maps =
transport_maps = inline:{ { maine.example = smtp:[127.0.0.1]:%[3]s }, { .maine.example = smtp:[127.0.0.1]:%[3]s }, { * = smtp:[127.0.0.1]:%[2]s } }
parent_domain_matches_subdomains = relay_domains, transport_maps
sender_dependent_default_transport_maps = static:{smtp:[127.0.0.1]:%[2]s}
relayhost = [127.0.0.1]:%[2]s
message_size_limit = 52428800
smtpd_authorized_xclient_hosts = 127.0.0.0/8
`

// masterCF has the services of Debian's package, without chroot.
const masterCF = `%[1]s inet  n - n - - smtpd
pickup     unix  n - n 60 1 pickup
cleanup    unix  n - n - 0 cleanup
qmgr       unix  n - n 300 1 qmgr
tlsmgr     unix  - - n 1000? 1 tlsmgr
rewrite    unix  - - n - - trivial-rewrite
bounce     unix  - - n - 0 bounce
defer      unix  - - n - 0 bounce
trace      unix  - - n - 0 bounce
verify     unix  - - n - 1 verify
flush      unix  n - n 1000? 0 flush
proxymap   unix  - - n - - proxymap
proxywrite unix  - - n - 1 proxymap
smtp       unix  - - n - - smtp
relay      unix  - - n - - smtp
showq      unix  n - n - - showq
error      unix  - - n - - error
retry      unix  - - n - - error
discard    unix  - - n - - discard
local      unix  - n n - - local
lmtp       unix  - - n - - lmtp
anvil      unix  - - n - 1 anvil
scache     unix  - - n - 1 scache
postlog    unix-dgram n - n - 1 postlogd
`

// NewPostfix writes the configuration of an instance that relays inside mail to one
// sink and everything else to another. It is not started.
func NewPostfix(t testing.TB, dir string, inside, outside *Sink) *Postfix {
	t.Helper()
	if _, err := exec.LookPath("/usr/sbin/postfix"); err != nil {
		t.Fatal("Postfix is not installed; run e2e/install.sh (make e2e does)")
	}
	if os.Getuid() != 0 {
		t.Fatal("Postfix must be started by root; run the end-to-end tests as root")
	}
	p := &Postfix{Dir: dir, Addr: freeAddr(t), log: &maillog{path: filepath.Join(dir, "mail.log")}}
	for _, sub := range []string{p.ConfigDir(), filepath.Join(dir, "queue"), filepath.Join(dir, "data")} {
		if err := os.MkdirAll(sub, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	owner, err := user.Lookup("postfix")
	if err != nil {
		t.Fatal(err)
	}
	uid, _ := strconv.Atoi(owner.Uid)
	if err := os.Chown(filepath.Join(dir, "data"), uid, -1); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(p.ConfigDir(), "main.cf"), fmt.Sprintf(mainCF, dir, port(outside.Addr), port(inside.Addr)))
	write(t, filepath.Join(p.ConfigDir(), "master.cf"), fmt.Sprintf(masterCF, p.Addr))
	return p
}

// ConfigDir is the instance's configuration directory.
func (p *Postfix) ConfigDir() string { return filepath.Join(p.Dir, "etc") }

// Start runs the instance until the end of the test.
func (p *Postfix) Start(t testing.TB) {
	t.Helper()
	p.run(t, "postfix", "start")
	t.Cleanup(func() { p.run(t, "postfix", "stop") })
	Await(t, "Postfix to listen on "+p.Addr, func() bool { return accepts("tcp", p.Addr) })
}

// Flush makes Postfix try all queued mail now, and wakes up pickup(8).
func (p *Postfix) Flush(t testing.TB) {
	t.Helper()
	p.run(t, "postqueue", "-f")
}

// Sendmail submits a message through sendmail(1).
func (p *Postfix) Sendmail(t testing.TB, data []byte, args ...string) {
	t.Helper()
	cmd := exec.Command("/usr/sbin/sendmail", append([]string{"-C", p.ConfigDir()}, args...)...)
	cmd.Stdin = strings.NewReader(strings.ReplaceAll(string(data), "\r\n", "\n"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v: %s", cmd.Args, err, out)
	}
}

// Settled reports whether the message with this ID has been in the queue and has
// left it, with every notification that it caused.
func (p *Postfix) Settled(messageID string) bool { return p.log.read().settled(messageID) }

// Deferred reports whether a delivery of the message was put off.
func (p *Postfix) Deferred(messageID string) bool { return p.log.read().deferred(messageID) }

// Log returns the lines about the message, for the report of a failed test.
func (p *Postfix) Log(messageID string) string {
	return strings.Join(p.log.read().lines(messageID), "\n")
}

// LogContains reports whether any line has all of the given texts.
func (p *Postfix) LogContains(texts ...string) bool { return p.log.read().contains(texts...) }

// run calls one of Postfix's commands for this instance.
func (p *Postfix) run(t testing.TB, command string, args ...string) {
	t.Helper()
	cmd := exec.Command("/usr/sbin/"+command, append([]string{"-c", p.ConfigDir()}, args...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v: %s\n%s", cmd.Args, err, out, p.log.read().all())
	}
}

// freeAddr returns a loopback address that nothing listens on.
func freeAddr(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func accepts(network, addr string) bool {
	c, err := net.Dial(network, addr)
	if err != nil {
		return false
	}
	c.Close()
	return true
}

func port(addr string) string {
	_, p, _ := net.SplitHostPort(addr)
	return p
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
