package demo

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
)

// CheckAddress returns an error unless the demo may listen on address. Anything but
// loopback is refused: the demo takes mail from whoever can connect, and shows it to
// whoever asks. flag is the command line's name for the address, for the remedy.
func CheckAddress(flag, address string) error {
	host, port, err := net.SplitHostPort(address)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return fmt.Errorf("--%s %q: want host:port, such as 127.0.0.1:2525", flag, address)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("--%s %s: the demo listens on loopback only: 127.0.0.1, [::1] or localhost", flag, address)
	}
	return nil
}

// listen opens a listener that CheckAddress allows.
func listen(flag, address string) (net.Listener, error) {
	if err := CheckAddress(flag, address); err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	host, port, _ := net.SplitHostPort(address)
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
