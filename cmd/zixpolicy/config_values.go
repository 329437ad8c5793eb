package main

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// size is a number of bytes, written "50MiB".
type size int64

// UnmarshalText reads digits and one of the units B, KiB, MiB, GiB, KB, MB, GB.
func (s *size) UnmarshalText(text []byte) error {
	n, unit, err := number(string(text))
	factor, known := map[string]int64{
		"B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "KB": 1e3, "MB": 1e6, "GB": 1e9,
	}[unit]
	if err != nil || !known || n == 0 || n > math.MaxInt64/factor {
		return fmt.Errorf(`%q is not a size such as "50MiB"`, text)
	}
	*s = size(n * factor)
	return nil
}

// duration is a span of time, written "20s", "1h30m" or "21d".
type duration time.Duration

// Duration returns d as the standard library has it.
func (d duration) Duration() time.Duration { return time.Duration(d) }

// UnmarshalText reads what time.ParseDuration does, and whole days.
func (d *duration) UnmarshalText(text []byte) error {
	const day = 24 * time.Hour
	parsed, err := time.ParseDuration(string(text))
	if n, unit, dayErr := number(string(text)); dayErr == nil && unit == "d" && n <= int64(math.MaxInt64/day) {
		parsed, err = time.Duration(n)*day, nil
	}
	if err != nil || parsed <= 0 {
		return fmt.Errorf(`%q is not a time such as "20s" or "21d"`, text)
	}
	*d = duration(parsed)
	return nil
}

// number splits "50MiB" into 50 and "MiB". A space between them is allowed.
func number(text string) (n int64, unit string, err error) {
	digits := len(text) - len(strings.TrimLeft(text, "0123456789"))
	n, err = strconv.ParseInt(text[:digits], 10, 64)
	return n, strings.TrimSpace(text[digits:]), err
}

// fileMode is the mode of a unix socket, written "0660".
type fileMode fs.FileMode

// UnmarshalText reads an octal number. Only the nine permission bits may be set.
func (m *fileMode) UnmarshalText(text []byte) error {
	n, err := strconv.ParseUint(string(text), 8, 32)
	if err != nil || n == 0 || n > 0o777 {
		return fmt.Errorf(`%q is not a file mode such as "0660"`, text)
	}
	*m = fileMode(n)
	return nil
}

// address is where a server listens: "unix:/path" or "inet:host:port".
type address struct {
	network string // "unix" or "tcp"
	name    string // a path, or host:port
}

// UnmarshalText reads an address. Without a prefix it is host:port.
func (a *address) UnmarshalText(text []byte) error {
	s := string(text)
	if path, ok := strings.CutPrefix(s, "unix:"); ok {
		if !filepath.IsAbs(path) {
			return errors.New("the path of a unix socket must be absolute: unix:/run/zixpolicy/milter.sock")
		}
		if len(path) > 107 { // sun_path of Linux, without its final zero byte
			return fmt.Errorf("the path of a unix socket can have at most 107 bytes; this has %d", len(path))
		}
		*a = address{"unix", path}
		return nil
	}
	hostPort := strings.TrimPrefix(s, "inet:")
	if err := checkHostPort(hostPort); err != nil {
		return fmt.Errorf(`%q is not an address such as "unix:/run/zixpolicy/milter.sock" or "inet:127.0.0.1:11332"`, text)
	}
	*a = address{"tcp", hostPort}
	return nil
}

// String returns the address as a configuration writes it.
func (a address) String() string {
	switch a.network {
	case "":
		return ""
	case "tcp":
		return "inet:" + a.name
	}
	return a.network + ":" + a.name
}

// checkHostPort reports whether s is host:port with a number for a port.
func checkHostPort(s string) error {
	_, port, err := net.SplitHostPort(s)
	if err != nil {
		return err
	}
	_, err = strconv.ParseUint(port, 10, 16)
	return err
}
