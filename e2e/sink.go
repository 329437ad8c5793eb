package e2e

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strings"
	"sync"
	"testing"
)

// Delivery is one message that a sink took over.
type Delivery struct {
	Sender     string   // between the angle brackets, as the client wrote it
	Recipients []string // the same, in order
	Data       []byte   // header and body, CRLF, dots unstuffed
	TLS        bool     // it came over TLS
}

// Sink is an SMTP server (RFC 5321) that records what it accepts. It is written on
// the wire level, not with a library: it sees each address exactly as it was sent,
// and it can misbehave.
type Sink struct {
	Name string
	Addr string // host:port; stays the same over Stop and Start

	mu         sync.Mutex
	listener   net.Listener
	conns      map[net.Conn]bool
	deliveries []Delivery
	refuse     Refusals
	tls        *tls.Config // nil: STARTTLS is not offered
	done       sync.WaitGroup
}

// NewSink returns a running sink on a free loopback port; it is stopped at the end
// of the test.
func NewSink(t testing.TB, name string) *Sink {
	t.Helper()
	return NewSinkOn(t, name, "127.0.0.1:0", nil)
}

// NewSinkOn returns a running sink on the address. With a TLS configuration it offers
// STARTTLS (RFC 3207).
func NewSinkOn(t testing.TB, name, addr string, config *tls.Config) *Sink {
	t.Helper()
	s := &Sink{Name: name, Addr: addr, tls: config, conns: map[net.Conn]bool{}}
	s.Start(t)
	t.Cleanup(s.Stop)
	return s
}

// Start listens on the sink's address.
func (s *Sink) Start(t testing.TB) {
	t.Helper()
	l, err := net.Listen("tcp", s.Addr)
	if err != nil {
		t.Fatalf("sink %s: %v", s.Name, err)
	}
	s.mu.Lock()
	s.listener, s.Addr = l, l.Addr().String()
	s.mu.Unlock()
	s.done.Go(func() { s.serve(l) })
}

// Stop closes the listener and every connection: the server is gone.
func (s *Sink) Stop() {
	s.mu.Lock()
	if s.listener != nil {
		s.listener.Close()
		s.listener = nil
	}
	for c := range s.conns {
		c.Close()
	}
	s.mu.Unlock()
	s.done.Wait()
}

// Refusals make a sink misbehave. A function that is nil, or returns "", refuses
// nothing; else it returns the reply: "550 5.1.1 no such user".
type Refusals struct {
	Recipient func(address string) string // answers RCPT
	Message   func() string               // answers the end of DATA
}

// Refuse makes the sink refuse, from the next command on.
func (s *Sink) Refuse(r Refusals) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = r
}

// Holding returns the deliveries whose bytes contain the mark.
func (s *Sink) Holding(mark string) []Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []Delivery
	for _, d := range s.deliveries {
		if bytes.Contains(d.Data, []byte(mark)) {
			found = append(found, d)
		}
	}
	return found
}

func (s *Sink) serve(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		gone := s.listener != l // stopped between Accept and here
		if !gone {
			s.conns[c] = true
		}
		s.mu.Unlock()
		if gone {
			c.Close()
			return
		}
		s.done.Go(func() {
			s.converse(c)
			c.Close()
			s.mu.Lock()
			delete(s.conns, c)
			s.mu.Unlock()
		})
	}
}

// converse is one SMTP session. It returns when the client has left.
func (s *Sink) converse(c net.Conn) {
	r, secure := bufio.NewReader(c), false
	reply := func(line string) { io.WriteString(c, line+"\r\n") }
	reply("220 " + s.Name + ".example ESMTP")
	var d Delivery
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		verb, _, _ := strings.Cut(strings.ToUpper(line), " ")
		switch verb {
		case "EHLO":
			offers := "250-" + s.Name + ".example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n"
			if s.offersTLS() && !secure {
				offers += "250-STARTTLS\r\n"
			}
			reply(offers + "250-DSN\r\n250 SMTPUTF8")
		case "STARTTLS":
			if !s.offersTLS() || secure {
				reply("502 5.5.1 not offered")
				continue
			}
			reply("220 2.0.0 go ahead")
			upgraded := tls.Server(c, s.tls)
			if upgraded.Handshake() != nil {
				return
			}
			c, r, secure, d = upgraded, bufio.NewReader(upgraded), true, Delivery{}
		case "HELO", "NOOP":
			reply("250 2.0.0 OK")
		case "RSET":
			d = Delivery{}
			reply("250 2.0.0 OK")
		case "MAIL":
			d = Delivery{Sender: path(line), TLS: secure}
			reply("250 2.1.0 OK")
		case "RCPT":
			reply(s.recipient(&d, path(line)))
		case "DATA":
			if len(d.Recipients) == 0 {
				reply("554 5.5.1 no valid recipients")
				continue
			}
			reply("354 go on")
			if d.Data, err = readData(r); err != nil {
				return
			}
			reply(s.message(d))
			d = Delivery{}
		case "QUIT":
			reply("221 2.0.0 bye")
			return
		default:
			reply("500 5.5.2 unknown command")
		}
	}
}

func (s *Sink) offersTLS() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tls != nil
}

// OfferTLS makes the sink offer STARTTLS, from the next session on.
func (s *Sink) OfferTLS(config *tls.Config) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tls = config
}

// recipient adds one recipient, unless the sink is told to refuse it.
func (s *Sink) recipient(d *Delivery, address string) string {
	s.mu.Lock()
	refuse := s.refuse.Recipient
	s.mu.Unlock()
	if refuse != nil {
		if reply := refuse(address); reply != "" {
			return reply
		}
	}
	d.Recipients = append(d.Recipients, address)
	return "250 2.1.5 OK"
}

// message records the delivery, unless the sink is told to refuse it.
func (s *Sink) message(d Delivery) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refuse.Message != nil {
		if reply := s.refuse.Message(); reply != "" {
			return reply
		}
	}
	s.deliveries = append(s.deliveries, d)
	return fmt.Sprintf("250 2.0.0 taken as %s-%d", s.Name, len(s.deliveries))
}

// readData reads up to the lone dot. textproto would turn CRLF into LF, and what a
// server does to line ends is worth seeing.
func readData(r *bufio.Reader) ([]byte, error) {
	var b bytes.Buffer
	for {
		line, err := r.ReadSlice('\n')
		if err != nil && err != bufio.ErrBufferFull {
			return nil, err
		}
		if string(line) == ".\r\n" {
			return b.Bytes(), nil
		}
		atStart := b.Len() == 0 || bytes.HasSuffix(b.Bytes(), []byte("\n"))
		if atStart && line[0] == '.' {
			line = line[1:]
		}
		b.Write(line)
	}
}

// path returns what stands between the angle brackets of MAIL or RCPT. A quoted
// local part may contain brackets, so it is the outermost pair.
func path(line string) string {
	start := strings.IndexByte(line, '<')
	quoted := false
	for i := start + 1; start >= 0 && i < len(line); i++ {
		switch {
		case quoted && line[i] == '\\':
			i++
		case line[i] == '"':
			quoted = !quoted
		case line[i] == '>' && !quoted:
			return line[start+1 : i]
		}
	}
	return line
}

// Body returns the part of a delivery after its header.
func (d Delivery) Body() []byte {
	_, body, _ := bytes.Cut(d.Data, []byte("\r\n\r\n"))
	return body
}

// Header returns the delivery's header fields.
func (d Delivery) Header() textproto.MIMEHeader {
	header, _, _ := bytes.Cut(d.Data, []byte("\r\n\r\n"))
	fields, _ := textproto.NewReader(bufio.NewReader(io.MultiReader(
		bytes.NewReader(header), strings.NewReader("\r\n\r\n")))).ReadMIMEHeader()
	return fields
}
