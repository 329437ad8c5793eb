package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"syscall"
	"time"
)

// listen opens a listener. A unix socket gets the given mode.
func listen(a address, mode fileMode) (net.Listener, error) {
	if a.network != "unix" {
		return net.Listen(a.network, a.name)
	}
	if err := removeStale(a.name); err != nil {
		return nil, err
	}
	// No one else may connect before the mode is set. The umask is the process's;
	// listeners are opened one by one before anything else runs.
	mask := syscall.Umask(0o177)
	l, err := net.Listen("unix", a.name)
	syscall.Umask(mask)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(a.name, fs.FileMode(mode)); err != nil {
		l.Close()
		return nil, err
	}
	return l, nil
}

// removeStale removes the socket that a process which is gone has left at path. It
// fails if anyone still listens there, or if something else than a socket is there.
func removeStale(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.Mode().Type() != fs.ModeSocket {
		return fmt.Errorf("%s exists and is not a socket", path)
	}
	conn, err := net.DialTimeout("unix", path, time.Second)
	if err == nil {
		conn.Close()
		return fmt.Errorf("another process listens on %s", path)
	}
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return fmt.Errorf("%s exists, and whether anyone listens there is not sure: %w", path, err)
	}
	return os.Remove(path)
}
