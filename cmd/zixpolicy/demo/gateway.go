package demo

import (
	"io"
	"strings"
	"sync"

	"github.com/emersion/go-smtp"

	"github.com/zixpolicy/zixpolicy/encryptor"
	"github.com/zixpolicy/zixpolicy/encryptor/gateway"
)

// gatewaySink stands for the external encryption gateway: it takes every message
// and keeps the bytes until the MTA asks what arrived.
type gatewaySink struct {
	mu      sync.Mutex
	arrived map[arrival][]byte
}

// arrival names what the gateway got: the queue ID of the MTA in front of it, and a
// recipient.
type arrival struct{ queueID, recipient string }

// maxArrivals bounds what waits for the MTA to ask; it asks at once.
const maxArrivals = 1000

func newGatewaySink() *gatewaySink { return &gatewaySink{arrived: map[arrival][]byte{}} }

// gatewayBackend returns the real gateway backend, pointed at the sink. The
// connection stays on loopback, so it has no TLS.
func gatewayBackend(address string) NewBackend {
	return func(string) (encryptor.Backend, error) {
		return gateway.New(gateway.Config{Address: address, TLS: gateway.TLSOff, Timeout: milterTimeout})
	}
}

func (g *gatewaySink) server() *smtp.Server {
	s := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) {
		return &gatewaySession{sink: g}, nil
	}))
	configure(s)
	s.Domain = "gateway.demo.example"
	s.MaxMessageBytes = maxMessage + 128<<10
	return s
}

// take returns, once, what arrived for the recipient under the queue ID.
func (g *gatewaySink) take(queueID, recipient string) ([]byte, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	k := arrival{queueID, recipient}
	raw, ok := g.arrived[k]
	delete(g.arrived, k)
	return raw, ok
}

func (g *gatewaySink) put(recipients []string, raw []byte) {
	id := queueIDOf(raw)
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.arrived) > maxArrivals {
		clear(g.arrived)
	}
	for _, r := range recipients {
		g.arrived[arrival{id, r}] = raw
	}
}

// queueIDOf returns the queue ID in the newest trace field of the demo's MTA, or "".
func queueIDOf(raw []byte) string {
	fields, _ := parseHeader(raw)
	for _, f := range fields {
		if !strings.EqualFold(f.name, "Received") {
			continue
		}
		if _, after, ok := strings.Cut(f.value, "by "+hostname+" with ESMTP id "); ok {
			id, _, _ := strings.Cut(after, ";")
			return id
		}
	}
	return ""
}

// gatewaySession is one connection of the gateway backend.
type gatewaySession struct {
	sink       *gatewaySink
	recipients []string
}

func (s *gatewaySession) Reset()                               { s.recipients = nil }
func (s *gatewaySession) Logout() error                        { return nil }
func (s *gatewaySession) Mail(string, *smtp.MailOptions) error { return nil }
func (s *gatewaySession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.recipients = append(s.recipients, quoteMailbox(to))
	return nil
}

func (s *gatewaySession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.sink.put(s.recipients, raw)
	return nil
}
