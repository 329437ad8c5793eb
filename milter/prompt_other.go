//go:build !linux

package milter

import (
	"io"
	"net"
)

// promptReader is the connection itself: TCP_QUICKACK is an option of Linux.
func promptReader(nc net.Conn) io.Reader { return nc }
