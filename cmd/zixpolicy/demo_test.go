package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
)

// TestDemoRunsUntilStopped: the demo says where it is, is there, and ends with 0
// when it is told to, with its ports free again.
func TestDemoRunsUntilStopped(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	out, in := io.Pipe()
	status := make(chan int, 1)
	go func() {
		status <- run(ctx, []string{"demo", "--http", "127.0.0.1:0", "--smtp", "127.0.0.1:0"}, strings.NewReader(""), in, io.Discard)
		in.Close()
	}()
	said := map[string]string{}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if words := strings.Fields(lines.Text()); len(words) == 2 {
			said[words[0]] = words[1]
		}
		if strings.Contains(lines.Text(), "Ctrl-C") {
			break
		}
	}
	resp, err := http.Get(said["mailbox"])
	if err != nil {
		t.Fatal(err)
	}
	page, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil || !strings.Contains(string(page), "intake@clinic.example") {
		t.Errorf("%v: the page does not list the samples", err)
	}
	stop()
	for lines.Scan() { // let it say goodbye
	}
	if got := <-status; got != exitOK {
		t.Errorf("status %d", got)
	}
	l, err := net.Listen("tcp", said["SMTP"])
	if err != nil {
		t.Fatalf("the port is not free again: %v", err)
	}
	l.Close()
	if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}
