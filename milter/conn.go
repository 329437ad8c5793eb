package milter

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

const (
	// maxPacket is the longest packet read. MTAs send 64 KiB of body at a time, and
	// header fields as long as the administrator allows (Postfix: 100 KiB).
	maxPacket = 4 << 20
	// idleTimeout is as long as libmilter waits for the MTA, which itself waits
	// for its client.
	idleTimeout = 2 * time.Hour
	// writeTimeout is how long the MTA may take to read an answer.
	writeTimeout = time.Minute
)

// conn is a connection from an MTA. It hands whole packets to go-milter and only
// such as go-milter can take apart, since that library indexes into short ones and
// runs in goroutines whose panics would end the process. Answers are collected and
// sent together, before the next read. It knows whether a message is in progress,
// so that Shutdown can end the connection between two messages.
type conn struct {
	net.Conn
	server *Server
	r      *bufio.Reader
	w      *bufio.Writer
	packet []byte // what go-milter has not read yet of the present packet

	mu   sync.Mutex
	busy bool // from MAIL until the message is answered or aborted
}

func newConn(s *Server, nc net.Conn) *conn {
	return &conn{Conn: nc, server: s, r: bufio.NewReaderSize(promptReader(nc), 16<<10), w: bufio.NewWriter(nc)}
}

// Read implements net.Conn for go-milter. It returns io.EOF where the server is
// shutting down and no message is in progress.
func (c *conn) Read(p []byte) (int, error) {
	if len(c.packet) == 0 {
		if err := c.next(); err != nil {
			return 0, err
		}
	}
	n := copy(p, c.packet)
	c.packet = c.packet[n:]
	return n, nil
}

// next reads one packet: length, command, data.
func (c *conn) next() error {
	if err := c.flush(); err != nil {
		return err
	}
	if !c.await() {
		return io.EOF
	}
	packet, err := readPacket(c.r)
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return io.EOF // idle for too long, or interrupted by Shutdown
	case err != nil:
		return err
	case packet[4] == commandMail && !c.begin():
		return io.EOF
	}
	c.packet = packet
	return nil
}

// The milter commands whose data go-milter takes apart without looking.
const (
	commandConnect = 'C'
	commandMail    = 'M'
	commandRcpt    = 'R'
)

func readPacket(r io.Reader) ([]byte, error) {
	var length [4]byte
	if _, err := io.ReadFull(r, length[:]); err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint32(length[:])
	if n == 0 || n > maxPacket {
		return nil, fmt.Errorf("a packet of %d bytes", n)
	}
	packet := make([]byte, 4+n)
	copy(packet, length[:])
	if _, err := io.ReadFull(r, packet[4:]); err != nil {
		return nil, io.ErrUnexpectedEOF
	}
	end := bytes.IndexByte(packet[5:], 0) // of the first string
	switch packet[4] {
	case commandConnect:
		if end < 0 || 5+end+1 == len(packet) {
			return nil, fmt.Errorf("a connect packet without a protocol family")
		}
	case commandMail, commandRcpt:
		if end < 0 {
			return nil, fmt.Errorf("an address that is not terminated")
		}
	}
	return packet, nil
}

// await prepares a read. It reports false where none may follow.
func (c *conn) await() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.server.draining.Load() && !c.busy {
		return false
	}
	return c.Conn.SetReadDeadline(time.Now().Add(idleTimeout)) == nil
}

// begin marks a message as in progress. It reports false where none may begin.
func (c *conn) begin() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.busy = c.busy || !c.server.draining.Load()
	return c.busy
}

// end marks that no message is in progress.
func (c *conn) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.busy = false
}

// interrupt ends a read that waits for the next message. Called by Shutdown, after
// it has marked the server as draining.
func (c *conn) interrupt() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.busy {
		_ = c.Conn.SetReadDeadline(time.Unix(1, 0))
	}
}

// Write implements net.Conn for go-milter.
func (c *conn) Write(p []byte) (int, error) {
	if c.w.Buffered() == 0 {
		_ = c.Conn.SetWriteDeadline(time.Now().Add(writeTimeout))
	}
	return c.w.Write(p)
}

func (c *conn) flush() error {
	if c.w.Buffered() == 0 {
		return nil
	}
	return c.w.Flush()
}

// Close implements net.Conn for go-milter, which calls it as the last thing it does
// with a connection.
func (c *conn) Close() error {
	_ = c.flush()
	_ = c.Conn.Close()
	c.server.stopConn(c)
	return nil
}

// singleListener gives one connection to a go-milter server.
type singleListener struct {
	conn net.Conn
}

func (l *singleListener) Accept() (net.Conn, error) {
	if l.conn == nil {
		return nil, net.ErrClosed
	}
	conn := l.conn
	l.conn = nil
	return conn, nil
}

func (l *singleListener) Close() error   { return nil }
func (l *singleListener) Addr() net.Addr { return &net.UnixAddr{} }
