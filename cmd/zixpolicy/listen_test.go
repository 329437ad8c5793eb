package main

import (
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

func TestListenSetsTheModeOfASocket(t *testing.T) {
	for _, mode := range []fs.FileMode{0o600, 0o660, 0o666} {
		path := filepath.Join(t.TempDir(), "s")
		l, err := listen(address{"unix", path}, fileMode(mode))
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != mode {
			t.Errorf("mode %v, %v; want %v", info.Mode(), err, mode)
		}
		l.Close()
		if _, err := os.Stat(path); !os.IsNotExist(err) {
			t.Error("the socket outlives its listener")
		}
	}
}

func TestListenReplacesASocketThatNobodyListensOn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	dead, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	dead.SetUnlinkOnClose(false)
	dead.Close()
	l, err := listen(address{"unix", path}, 0o660)
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
}

func TestListenLeavesWhatIsNotStaleAlone(t *testing.T) {
	live := filepath.Join(t.TempDir(), "live")
	l, err := net.Listen("unix", live)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	file := filepath.Join(t.TempDir(), "file")
	writeFile(t, file, "precious")
	for path, want := range map[string]string{live: "another process listens", file: "not a socket"} {
		if _, err := listen(address{"unix", path}, 0o660); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", path, err)
		}
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%s is gone", path)
		}
	}
}

// TestInheritedListeners passes sockets as systemd does, to a process of its own.
func TestInheritedListeners(t *testing.T) {
	if os.Getenv("ZIXPOLICY_INHERIT") != "" {
		acceptInherited(t)
		return
	}
	var files []*os.File
	var addresses []string
	for range 2 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		f, err := l.(*net.TCPListener).File()
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		files, addresses = append(files, f), append(addresses, l.Addr().String())
	}
	// The shell's process becomes the test's, so that its id is the one in LISTEN_PID.
	c := exec.Command("/bin/sh", "-c", `LISTEN_PID=$$ exec "$0" -test.run='^TestInheritedListeners$'`, os.Args[0])
	c.Env = append(os.Environ(), "LISTEN_FDS=2", "LISTEN_FDNAMES=milter:zixpolicy-encryptor.socket",
		"ZIXPOLICY_INHERIT="+strings.Join(addresses, " "))
	c.ExtraFiles = files
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func acceptInherited(t *testing.T) {
	got, err := inheritedListeners(os.Getenv, os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Fields(os.Getenv("ZIXPOLICY_INHERIT"))
	if len(got) != 2 || got["milter"].Addr().String() != want[0] || got["encryptor"].Addr().String() != want[1] {
		t.Errorf("inherited %v, want milter and encryptor on %v", got, want)
	}
}

func TestInheritedListenersOfAnotherProcess(t *testing.T) {
	env := map[string]string{"LISTEN_PID": strconv.Itoa(syscall.Getppid()), "LISTEN_FDS": "3"}
	got, err := inheritedListeners(func(k string) string { return env[k] }, os.Getpid())
	if len(got) != 0 || err != nil {
		t.Errorf("took %v, %v", got, err)
	}
}

func TestNotifySystemd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notify")
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	t.Setenv("NOTIFY_SOCKET", path)
	notifySystemd("READY=1")
	b := make([]byte, 100)
	n, err := conn.Read(b)
	if string(b[:n]) != "READY=1" || err != nil {
		t.Errorf("got %q, %v", b[:n], err)
	}
}
