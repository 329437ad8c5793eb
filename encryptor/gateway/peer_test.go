package gateway

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// peer is a gateway that fails where the test says. A real one stands in the
// end-to-end tests.
type peer struct {
	*smtp.Server
	address string

	mail func(from string, opts *smtp.MailOptions) error // may be nil, as all of these
	rcpt func(to string) error
	data func(c net.Conn) error // before the message is read
	done func(c net.Conn) error // after

	mu          sync.Mutex
	connections int
	taken       []letter
	conns       []net.Conn
}

// letter is what the peer has taken over.
type letter struct {
	from string
	to   []string
	opts smtp.MailOptions
	text string
	tls  bool
	user string
}

type peerSession struct {
	peer   *peer
	conn   *smtp.Conn
	letter letter
	user   string
}

func startPeer(t *testing.T, change func(*peer)) *peer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &peer{address: l.Addr().String()}
	p.Server = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.connections++
		p.conns = append(p.conns, c.Conn())
		return &peerSession{peer: p, conn: c}, nil
	}))
	p.Domain = "gateway.example"
	p.EnableSMTPUTF8 = true
	p.ErrorLog = log.New(io.Discard, "", 0)
	if change != nil {
		change(p)
	}
	go func() { _ = p.Serve(l) }()
	t.Cleanup(func() { _ = p.Server.Close() })
	return p
}

func (p *peer) letters() []letter {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.taken)
}

func (s *peerSession) Mail(from string, opts *smtp.MailOptions) error {
	s.letter = letter{from: from, opts: *opts, user: s.user}
	_, s.letter.tls = s.conn.TLSConnectionState()
	if s.peer.mail != nil {
		return s.peer.mail(from, opts)
	}
	return nil
}

func (s *peerSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	if s.peer.rcpt != nil {
		if err := s.peer.rcpt(to); err != nil {
			return err
		}
	}
	s.letter.to = append(s.letter.to, to)
	return nil
}

func (s *peerSession) Data(r io.Reader) error {
	if s.peer.data != nil {
		if err := s.peer.data(s.conn.Conn()); err != nil {
			return err
		}
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if s.peer.done != nil {
		if err := s.peer.done(s.conn.Conn()); err != nil {
			return err
		}
	}
	s.letter.text = string(text)
	s.peer.mu.Lock()
	defer s.peer.mu.Unlock()
	s.peer.taken = append(s.peer.taken, s.letter)
	return nil
}

func (s *peerSession) Reset()        { s.letter = letter{} }
func (s *peerSession) Logout() error { return nil }

func (s *peerSession) AuthMechanisms() []string { return []string{sasl.Plain} }
func (s *peerSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if password != "right" {
			return errors.New("no")
		}
		s.user = user
		return nil
	}), nil
}

// bareGateway knows RFC 821 only, and serves one connection at a time.
func bareGateway(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			serveBare(c)
		}
	}()
	return l.Addr().String()
}

func serveBare(c net.Conn) {
	defer c.Close()
	fmt.Fprint(c, "220 gateway.example\r\n")
	var buffer strings.Builder
	one := make([]byte, 1)
	inData := false
	for {
		if _, err := c.Read(one); err != nil {
			return
		}
		buffer.Write(one)
		line := buffer.String()
		if !strings.HasSuffix(line, "\r\n") {
			continue
		}
		buffer.Reset()
		switch {
		case inData && line == ".\r\n":
			inData = false
			fmt.Fprint(c, "250 ok\r\n")
		case inData:
		case strings.HasPrefix(line, "EHLO"):
			fmt.Fprint(c, "502 what?\r\n")
		case strings.HasPrefix(line, "DATA"):
			inData = true
			fmt.Fprint(c, "354 go\r\n")
		default:
			fmt.Fprint(c, "250 ok\r\n")
		}
	}
}
