package main

import (
	"context"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the scripts run this binary as zixpolicy.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"zixpolicy": main})
}

// TestScripts runs testdata/script: one file for each subcommand.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireUniqueNames:  true,
		RequireExplicitExec: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"expand": scriptExpand,
			"ready":  scriptReady,
			"signal": scriptSignal,
		},
	})
}

// TestEachSubcommandHasAScript keeps a new subcommand from being forgotten.
func TestEachSubcommandHasAScript(t *testing.T) {
	for _, c := range commands() {
		if _, err := os.Stat(filepath.Join("testdata", "script", c.name+".txt")); err != nil {
			t.Error(err)
		}
	}
}

// scriptExpand replaces $VARIABLES in files: "expand FILE…".
func scriptExpand(ts *testscript.TestScript, _ bool, files []string) {
	for _, name := range files {
		text := os.Expand(ts.ReadFile(name), ts.Getenv)
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o600))
	}
}

// scriptSignal sends a signal to the one background process: "signal TERM".
func scriptSignal(ts *testscript.TestScript, _ bool, args []string) {
	running := ts.BackgroundCmds()
	if len(args) != 1 || len(running) != 1 {
		ts.Fatalf("signal %v to %d processes", args, len(running))
	}
	ts.Check(running[0].Process.Signal(map[string]os.Signal{
		"TERM": syscall.SIGTERM, "INT": syscall.SIGINT, "HUP": syscall.SIGHUP, "KILL": syscall.SIGKILL,
	}[args[0]]))
}

// scriptReady waits until /readyz on a unix socket answers 200: "ready SOCKET".
func scriptReady(ts *testscript.TestScript, _ bool, args []string) {
	socket := ts.MkAbs(args[0])
	client := http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, "unix", socket)
		},
	}}
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		response, err := client.Get("http://zixpolicy/readyz")
		if err == nil {
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return
			}
		}
		if time.Now().After(deadline) {
			ts.Fatalf("%s is not ready: %v", args[0], err)
		}
	}
}
