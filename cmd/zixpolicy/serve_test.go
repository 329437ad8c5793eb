package main

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/zixpolicy/zixpolicy/message"
	"github.com/zixpolicy/zixpolicy/rules"
)

// logBuffer collects a log that several goroutines write.
type logBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// testDaemon is a daemon under test.
type testDaemon struct {
	*daemon
	config  string
	log     *logBuffer
	hangups chan os.Signal
	ended   chan error   // what run returned
	stop    func() error // ends run and returns that
}

// startDaemon runs a milter that listens on a free port, with monitor.
func startDaemon(t *testing.T) *testDaemon {
	t.Helper()
	return startDaemonWith(t, "")
}

// startDaemonWith does so with more in its configuration.
func startDaemonWith(t *testing.T, more string) *testDaemon {
	t.Helper()
	d := &testDaemon{log: &logBuffer{}, hangups: make(chan os.Signal), config: writeConfig(t, `
internal_domains = ["maine.example"]
policy_dir = "policy"
milter.listen = "inet:127.0.0.1:0"
metrics.listen = "127.0.0.1:0"
`+more)}
	c, err := loadConfig(d.config)
	if err != nil {
		t.Fatal(err)
	}
	d.daemon, err = newDaemon(c, []string{roleMilter}, slog.New(slog.NewTextHandler(d.log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	d.ended = make(chan error, 1)
	go func() { d.ended <- d.run(ctx, d.hangups); close(d.ended) }()
	d.stop = func() error { cancel(); return <-d.ended }
	t.Cleanup(func() { d.stop() })
	return d
}

// hangup has run reload, and returns once it is about to: run has begun then, and
// what an earlier hangup asked for is done.
func (d *testDaemon) hangup() { d.hangups <- syscall.SIGHUP }

// policyFile writes a file into the policy folder.
func (d *testDaemon) policyFile(t *testing.T, name, text string) {
	t.Helper()
	writeFile(t, filepath.Join(filepath.Dir(d.config), "policy", name), text)
}

// action judges a message by the policy in force.
func (d *testDaemon) action(raw string) rules.Action {
	env := message.Envelope{Sender: "alice@maine.example", Recipients: []string{"bob@ext.example"}}
	m := message.Read(context.Background(), env, []byte(raw), message.DefaultLimits())
	return d.policy.current.Load().Evaluate(m).Action
}

func (d *testDaemon) get(t *testing.T, path string) (status int, body string) {
	t.Helper()
	response, err := http.Get("http://" + d.servers[0].listener.Addr().String() + path)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

const harmless = "Subject: lunch\r\n\r\nat noon?\r\n"

func TestHangupPutsANewPolicyInForce(t *testing.T) {
	d := startDaemon(t)
	if got := d.action(harmless); got != rules.Deliver {
		t.Fatalf("before: %v", got)
	}
	d.policyFile(t, "lunch.toml", "[[rule]]\nname = 'lunch'\nwhen = 'subject == \"lunch\"'\naction = 'reject'\n")
	d.hangup()
	d.hangup()
	if got := d.action(harmless); got != rules.Reject {
		t.Errorf("after: %v, log:\n%s", got, d.log)
	}
}

func TestReloadKeepsTheOldPolicyWhereTheNewIsBroken(t *testing.T) {
	d := startDaemon(t)
	d.policyFile(t, "lunch.toml", "[[rule]]\nname = 'lunch'\nwhen = 'subject == \"lunch\"'\naction = 'reject'\n")
	d.reload()
	loaded := testutil.ToFloat64(d.policy.timestamp)
	for name, text := range map[string]string{
		"syntax":       "[[rule]\n",
		"unknown key":  "[[rule]]\nname = 'x'\nwhne = 'true'\naction = 'deliver'\n",
		"failing test": "[[rule]]\nname = 'x'\nwhen = 'true'\naction = 'deliver'\n[[rule.test]]\naction = 'reject'\n",
	} {
		t.Run(name, func(t *testing.T) {
			d.policyFile(t, "broken.toml", text)
			d.reload()
			if got := d.action(harmless); got != rules.Reject {
				t.Errorf("the policy in force says %v", got)
			}
			if got := testutil.ToFloat64(d.policy.successful); got != 0 {
				t.Errorf("last_reload_successful = %v", got)
			}
			if got := testutil.ToFloat64(d.policy.timestamp); got != loaded {
				t.Errorf("the timestamp of the last success has moved")
			}
		})
	}
	for _, want := range []string{"the old one stays in force", "broken.toml:3:1", "unknown key"} {
		if !strings.Contains(d.log.String(), want) {
			t.Errorf("the log does not say %q:\n%s", want, d.log)
		}
	}
	d.policyFile(t, "broken.toml", "[[rule]]\nname = 'x'\nwhen = 'false'\naction = 'deliver'\n")
	d.reload()
	if got := testutil.ToFloat64(d.policy.successful); got != 1 {
		t.Errorf("once mended: last_reload_successful = %v, log:\n%s", got, d.log)
	}
}

func TestReloadSaysWhatNeedsARestart(t *testing.T) {
	d := startDaemon(t)
	writeFile(t, d.config, `
internal_domains = ["maine.example", "ext.example"]
milter.listen = "inet:127.0.0.1:0"
metrics.listen = "127.0.0.1:0"
limits.depth = 3
`)
	d.reload()
	if d.policy.current.Load().External("bob@ext.example") {
		t.Error("internal_domains are not reloaded")
	}
	if log := d.log.String(); !strings.Contains(log, "section=limits") || strings.Contains(log, "section=milter") {
		t.Errorf("log:\n%s", log)
	}
}

func TestMonitor(t *testing.T) {
	d := startDaemon(t)
	if status, _ := d.get(t, "/healthz"); status != http.StatusOK {
		t.Errorf("/healthz: %d", status)
	}
	d.hangup() // run has begun, hence is ready
	if status, _ := d.get(t, "/readyz"); status != http.StatusOK {
		t.Errorf("/readyz: %d", status)
	}
	_, metrics := d.get(t, "/metrics")
	for _, want := range []string{
		"zixpolicy_build_info{", "zixpolicy_policy_last_reload_successful 1",
		"zixpolicy_policy_last_reload_success_timestamp_seconds 1", "process_open_fds",
		`zixpolicy_messages_total{action="deliver"} 0`,
	} {
		if !strings.Contains(metrics, want) {
			t.Errorf("/metrics lacks %s", want)
		}
	}
	d.monitor.ready.Store(false)
	if status, _ := d.get(t, "/readyz"); status != http.StatusServiceUnavailable {
		t.Errorf("/readyz while stopping: %d", status)
	}
}

func TestStopEndsInOrder(t *testing.T) {
	d := startDaemon(t)
	idle, err := net.Dial("tcp", d.servers[1].listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer idle.Close()
	begun := time.Now()
	if err := d.stop(); err != nil {
		t.Errorf("stop: %v", err)
	}
	if took := time.Since(begun); took > stopWithin/2 {
		t.Errorf("stopping took %v although no message was in flight", took)
	}
	if _, err := net.Dial("tcp", d.servers[1].listener.Addr().String()); err == nil {
		t.Error("the milter still listens")
	}
}

func TestAFailingServerStopsTheDaemon(t *testing.T) {
	d := startDaemon(t)
	d.hangup()
	d.servers[0].listener.Close() // the monitor's
	select {
	case err := <-d.ended:
		if err == nil || !strings.Contains(err.Error(), "metrics: ") {
			t.Errorf("run returned %v", err)
		}
	case <-time.After(2 * stopWithin):
		t.Error("still running")
	}
}
