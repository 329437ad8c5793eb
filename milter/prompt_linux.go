package milter

import (
	"io"
	"net"
	"syscall"
)

// promptReader returns a reader of a connection that acknowledges at once what it
// reads. MTAs send a message as many small writes; where we answer none of them,
// Nagle's algorithm at their end waits for the acknowledgement that ours delays, and
// each message stalls for 40 ms. The kernel forgets the option, so it is set again
// after each read. Unix sockets do not need it.
func promptReader(nc net.Conn) io.Reader {
	tcp, ok := nc.(*net.TCPConn)
	if !ok {
		return nc
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return nc
	}
	return &prompt{tcp, raw}
}

type prompt struct {
	io.Reader
	raw syscall.RawConn
}

func (p *prompt) Read(b []byte) (int, error) {
	n, err := p.Reader.Read(b)
	_ = p.raw.Control(func(fd uintptr) {
		_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_QUICKACK, 1)
	})
	return n, err
}
