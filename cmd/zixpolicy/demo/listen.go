package demo

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
)

// listen opens a loopback listener. Anything but loopback is refused: the demo
// takes mail from whoever can connect, and shows it to whoever asks. flag is the
// command line's name for the address, for the error's remedy.
func listen(flag, address string) (net.Listener, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("demo: --%s %q: want host:port, such as 127.0.0.1:2525", flag, address)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("demo: --%s %s: the demo listens on loopback only (127.0.0.1, ::1 or localhost)", flag, address)
	}
	l, err := net.Listen("tcp", address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("demo: %s is in use: stop what listens there, or choose another port, such as --%s %s",
			address, flag, net.JoinHostPort(host, nextPort(port)))
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("demo: %s needs privileges: choose a port above 1023, such as --%s %s",
			address, flag, net.JoinHostPort(host, "2525"))
	case err != nil:
		return nil, fmt.Errorf("demo: --%s: %w", flag, err)
	}
	return l, nil
}

// nextPort returns the port after port; 0 ("any free one") after the last.
func nextPort(port string) string {
	n, err := strconv.Atoi(port)
	if err != nil || n >= 65535 {
		return "0"
	}
	return strconv.Itoa(n + 1)
}
