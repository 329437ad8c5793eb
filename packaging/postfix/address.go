package postfix

import (
	"fmt"
	"net"
	"path/filepath"
	"strings"
)

// socket is a listener's address in the notation of zixpolicy's configuration.
type socket struct {
	unix       string // absolute path; empty for TCP
	host, port string
}

// parseSocket reads "unix:/path" or "inet:host:port".
func parseSocket(key, address string) (socket, error) {
	kind, rest, _ := strings.Cut(address, ":")
	switch kind {
	case "unix":
		if !filepath.IsAbs(rest) || strings.ContainsAny(rest, " \t\n,{}$") {
			return socket{}, fmt.Errorf("postfix: %s: %q is not an absolute path that Postfix can be told of; use one without white space, commas, braces and dollar signs", key, rest)
		}
		return socket{unix: filepath.Clean(rest)}, nil
	case "inet":
		host, port, err := net.SplitHostPort(rest)
		if err != nil || port == "" {
			return socket{}, fmt.Errorf("postfix: %s: %q names no host and port; write inet:127.0.0.1:PORT", key, address)
		}
		return socket{host: reachable(host), port: port}, nil
	}
	return socket{}, fmt.Errorf("postfix: %s: %q is neither unix:/PATH nor inet:HOST:PORT", key, address)
}

// reachable returns where on this host a listener on the given host is found.
func reachable(host string) string {
	ip := net.ParseIP(host)
	switch {
	case host == "" || ip != nil && ip.IsUnspecified() && ip.To4() != nil:
		return "127.0.0.1"
	case ip != nil && ip.IsUnspecified():
		return "::1"
	}
	return host
}

// milterAddress returns the address for smtpd_milters. Where Postfix's own servers
// run in a chroot they see the queue directory only: a socket below it is named
// relative to it, which is right inside and outside, and any other is an error.
func milterAddress(s socket, queueDir string, chrooted []string) (string, error) {
	if s.unix == "" {
		return "inet:" + net.JoinHostPort(s.host, s.port), nil
	}
	if rel, err := filepath.Rel(queueDir, s.unix); err == nil && filepath.IsLocal(rel) {
		return "unix:" + rel, nil
	}
	if len(chrooted) > 0 {
		return "", fmt.Errorf("postfix: milter.listen: unix:%s cannot be reached by Postfix's %s, which master.cf runs in a chroot at %s; in zixpolicy's configuration set\n\n\t[milter]\n\tlisten = \"unix:%s\"\n\nor, after making sure that the port is free, listen = \"inet:127.0.0.1:11333\"",
			s.unix, strings.Join(chrooted, " and "), queueDir, filepath.Join(queueDir, "zixpolicy", "milter.sock"))
	}
	return "unix:" + s.unix, nil
}

// lmtpAddress returns the next hop for Postfix's LMTP client.
func lmtpAddress(s socket) string {
	if s.unix != "" {
		return "unix:" + s.unix
	}
	host := s.host
	if net.ParseIP(host) != nil {
		host = "[" + host + "]" // also for IPv4: an address, not a name to look up
	}
	return "inet:" + host + ":" + s.port
}
