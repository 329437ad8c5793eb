package e2e

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// Build compiles zixpolicy into dir and returns the binary's path.
func Build(dir string) (string, error) {
	binary := filepath.Join(dir, "zixpolicy")
	cmd := exec.Command("go", "build", "-o", binary, "../cmd/zixpolicy")
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	return binary, cmd.Run()
}

// Daemon is one "zixpolicy serve" process.
type Daemon struct {
	Roles   []string // "milter", "encryptor"
	Sockets []string // paths that it answers on when it is ready
	Metrics string   // path of the socket that it serves its metrics on

	binary, config string
	cmd            *exec.Cmd
	exited         chan struct{}
	log            lockedBuffer
}

// Start runs the process and waits until it answers. Whoever starts it stops it.
func (d *Daemon) Start(t testing.TB) {
	t.Helper()
	cmd := exec.Command(d.binary, append(append([]string{"serve"}, d.Roles...), "--config", d.config)...)
	cmd.Stdout, cmd.Stderr = &d.log, &d.log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	exited := make(chan struct{})
	d.cmd, d.exited = cmd, exited
	go func() {
		cmd.Wait()
		close(exited)
	}()
	Await(t, "zixpolicy serve "+strings.Join(d.Roles, " ")+" to answer", func() bool {
		if d.gone() {
			t.Fatalf("zixpolicy serve %v ended: %v\n%s", d.Roles, cmd.ProcessState, d.Log())
		}
		for _, s := range d.Sockets {
			if !accepts("unix", s) {
				return false
			}
		}
		return true
	})
}

// Stop ends the process as an operator would, and waits for it.
func (d *Daemon) Stop(t testing.TB) {
	t.Helper()
	if d.cmd == nil || d.gone() {
		return
	}
	d.Signal(t, syscall.SIGTERM)
	Await(t, "zixpolicy to end after SIGTERM", d.gone)
}

// Signal sends a signal to the process.
func (d *Daemon) Signal(t testing.TB, s os.Signal) {
	t.Helper()
	if err := d.cmd.Process.Signal(s); err != nil {
		t.Fatalf("signal %v: %v", s, err)
	}
}

// Scrape returns the process's metrics in Prometheus's text format.
func (d *Daemon) Scrape(t testing.TB) string {
	t.Helper()
	client := http.Client{Timeout: deadline, Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", d.Metrics)
		},
	}}
	response, err := client.Get("http://zixpolicy/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("metrics: %s, %v", response.Status, err)
	}
	return string(text)
}

// Log is everything the process has written so far, over all its starts.
func (d *Daemon) Log() string { return d.log.String() }

func (d *Daemon) gone() bool {
	select {
	case <-d.exited:
		return true
	default:
		return false
	}
}

// lockedBuffer collects output while it is being read.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
