package main

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// firstInherited is the first file descriptor that systemd passes, sd_listen_fds(3).
const firstInherited = 3

// inheritedListeners returns the sockets that systemd has opened for the process
// of that pid, by role. A socket unit names its role with FileDescriptorName=milter,
// or by its own name, zixpolicy-milter.socket. A socket without either is an error.
func inheritedListeners(getenv func(string) string, pid int) (map[string]net.Listener, error) {
	listeners := map[string]net.Listener{}
	if getenv("LISTEN_PID") != strconv.Itoa(pid) {
		return listeners, nil
	}
	n, err := strconv.Atoi(getenv("LISTEN_FDS"))
	if err != nil || n < 0 || n > 16 {
		return nil, fmt.Errorf("systemd: LISTEN_FDS is %q", getenv("LISTEN_FDS"))
	}
	names := strings.Split(getenv("LISTEN_FDNAMES"), ":")
	for i := range n {
		name := ""
		if i < len(names) {
			name = roleOfSocket(names[i])
		}
		file := os.NewFile(uintptr(firstInherited+i), name)
		l, err := net.FileListener(file)
		file.Close() // the listener has its own descriptor
		if err != nil {
			return nil, fmt.Errorf("systemd: socket %q: %w", name, err)
		}
		if listeners[name] != nil {
			return nil, fmt.Errorf("systemd: two sockets %q", name)
		}
		listeners[name] = l
	}
	return listeners, nil
}

// roleOfSocket turns a socket unit's name into that of a role.
func roleOfSocket(name string) string {
	return strings.TrimPrefix(strings.TrimSuffix(name, ".socket"), "zixpolicy-")
}

// notifySystemd tells the service manager, if there is one, of a change of state,
// sd_notify(3).
func notifySystemd(state string) {
	socket := os.Getenv("NOTIFY_SOCKET")
	if socket == "" {
		return
	}
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		return // nobody there to tell
	}
	defer conn.Close()
	conn.Write([]byte(state))
}

// reloading returns the state that begins a reload of a Type=notify-reload unit.
func reloading() string {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &now); err != nil {
		return "RELOADING=1"
	}
	return fmt.Sprintf("RELOADING=1\nMONOTONIC_USEC=%d", now.Nano()/1000)
}
