// Package demo is `zixpolicy demo`: the whole mail flow on loopback, without root
// and without an installed MTA. An embedded MTA asks the real milter over a unix
// socket, sends routed recipients over LMTP to the real encryptor, and puts
// everything that leaves into a mailbox with a web page. Nothing leaves the host
// and nothing is written to disk but two sockets in a temporary folder.
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/zixpolicy/zixpolicy/encryptor"
	"github.com/zixpolicy/zixpolicy/message"
	"github.com/zixpolicy/zixpolicy/milter"
	"github.com/zixpolicy/zixpolicy/rules"
)

// Where the demo listens unless it is told otherwise.
const (
	DefaultSMTP = "127.0.0.1:2525"
	DefaultHTTP = "127.0.0.1:8025"
)

// internalDomain is the organisation whose outbound mail the demo scans.
const internalDomain = "maine.example"

// stopWithin bounds how long Close waits for messages in flight.
const stopWithin = 3 * time.Second

// NewBackend makes the backend that the demo's encryptor hands messages to.
// reinject is the address of the demo MTA's listener without a milter: mail that
// the backend itself sends there (notifications, say) arrives in the same mailbox.
// A backend that is an [io.Closer] is closed with the demo.
type NewBackend func(reinject string) (encryptor.Backend, error)

// Options configure a [Demo].
type Options struct {
	SMTP, HTTP string          // loopback host:port; port 0 takes a free one
	Backend    NewBackend      // nil: the gateway backend with an embedded gateway behind it
	Reader     *message.Reader // nil reads no PDF files
	Log        *slog.Logger    // what milter and encryptor log; never nil
}

// Demo is a running demo.
type Demo struct {
	Mailbox *Mailbox

	policy   *rules.Policy
	smtpAddr string
	httpAddr string

	stops   []func(context.Context) // run last to first
	serving sync.WaitGroup
	faults  chan error // what ended a server early; room for every server
}

// Start builds every part and returns once all of them listen.
func Start(o Options) (*Demo, error) {
	d := &Demo{Mailbox: NewMailbox(), faults: make(chan error, 8)}
	if err := d.start(o); err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

// SMTPAddr returns the host:port that takes mail.
func (d *Demo) SMTPAddr() string { return d.smtpAddr }

// URL returns the address of the mailbox page.
func (d *Demo) URL() string { return "http://" + d.httpAddr + "/" }

// Faults reports a server that ended on its own; the demo is of no use after that.
func (d *Demo) Faults() <-chan error { return d.faults }

// Close stops every part, the way in first, and removes the sockets.
func (d *Demo) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	for i := len(d.stops) - 1; i >= 0; i-- {
		d.stops[i](ctx)
	}
	d.stops = nil
	d.serving.Wait()
}

// start builds the parts from the far end of the flow to its near end, so that
// nothing takes mail before everything behind it can.
func (d *Demo) start(o Options) error {
	// Both ports first: a taken port is the one mistake a newcomer will meet.
	smtpListener, err := listen("smtp", o.SMTP)
	if err != nil {
		return err
	}
	d.onClose(func(context.Context) { smtpListener.Close() })
	httpListener, err := listen("http", o.HTTP)
	if err != nil {
		return err
	}
	d.onClose(func(context.Context) { httpListener.Close() })
	d.smtpAddr, d.httpAddr = smtpListener.Addr().String(), httpListener.Addr().String()

	dir, err := os.MkdirTemp("", "zixpolicy-demo-")
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	d.onClose(func(context.Context) { os.RemoveAll(dir) })
	if d.policy, err = loadPolicy(); err != nil {
		return err
	}
	milterSocket, err := d.startMilter(dir, o)
	if err != nil {
		return err
	}
	return d.startMTA(o, smtpListener, httpListener, dir, milterSocket)
}

// startMTA starts the MTA's two listeners, the encryptor that it routes to and the
// page. The encryptor comes in between because a backend wants to know where the
// MTA takes mail without a milter.
func (d *Demo) startMTA(o Options, smtpListener, httpListener net.Listener, dir, milterSocket string) error {
	reinject, err := listen("smtp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	d.onClose(func(context.Context) { reinject.Close() })
	gateway := newGatewaySink()
	encryptorSocket, err := d.startEncryptor(dir, o, gateway, reinject.Addr().String())
	if err != nil {
		return err
	}
	m := &mta{
		milter:    newMilterClient(milterSocket),
		encryptor: lmtpClient{socket: encryptorSocket},
		gateway:   gateway,
		policy:    d.policy,
		limits:    message.DefaultLimits(),
		reader:    o.Reader,
		mailbox:   d.Mailbox,
	}
	d.serveSMTP("MTA without milter", m.server(false), reinject)
	d.serveSMTP("MTA", m.server(true), smtpListener)
	d.serveHTTP(newPage(d), httpListener)
	return nil
}

func (d *Demo) startMilter(dir string, o Options) (socket string, err error) {
	socket = filepath.Join(dir, "milter.sock")
	l, err := net.Listen("unix", socket)
	if err != nil {
		return "", fmt.Errorf("demo: milter: %w", err)
	}
	s := milter.NewServer(milter.Options{
		Policy:  func() *rules.Policy { return d.policy },
		Limits:  message.DefaultLimits(),
		Reader:  o.Reader,
		Log:     o.Log,
		Metrics: milter.NewMetrics(prometheus.NewRegistry()),
	})
	d.onClose(func(ctx context.Context) { _ = s.Shutdown(ctx); l.Close() })
	d.serve("milter", func() error { return s.Serve(l) })
	return socket, nil
}

func (d *Demo) startEncryptor(dir string, o Options, sink *gatewaySink, reinject string) (socket string, err error) {
	make, name := o.Backend, "backend"
	if make == nil {
		name = "gateway"
		l, err := listen("smtp", "127.0.0.1:0")
		if err != nil {
			return "", err
		}
		d.serveSMTP("gateway", sink.server(), l)
		make = gatewayBackend(l.Addr().String())
	}
	backend, err := make(reinject)
	if err != nil {
		return "", fmt.Errorf("demo: %s: %w", name, err)
	}
	if c, ok := backend.(io.Closer); ok {
		d.onClose(func(context.Context) { c.Close() })
	}
	socket = filepath.Join(dir, "encryptor.sock")
	l, err := net.Listen("unix", socket)
	if err != nil {
		return "", fmt.Errorf("demo: encryptor: %w", err)
	}
	s := encryptor.NewServer(encryptor.Options{
		Backend:    backend,
		Name:       name,
		MaxMessage: maxMessage + 64<<10, // what the milter and the MTA add to the header
		Log:        o.Log,
		Metrics:    encryptor.NewMetrics(prometheus.NewRegistry()),
	})
	d.onClose(func(ctx context.Context) { _ = s.Shutdown(ctx); l.Close() })
	d.serve("encryptor", func() error { return s.Serve(l) })
	return socket, nil
}

func (d *Demo) serveSMTP(name string, s *smtp.Server, l net.Listener) {
	d.onClose(func(context.Context) { s.Close() })
	d.serve(name, func() error { return s.Serve(l) })
}

func (d *Demo) serveHTTP(h http.Handler, l net.Listener) {
	s := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		IdleTimeout:       time.Minute,
	}
	d.onClose(func(ctx context.Context) {
		if s.Shutdown(ctx) != nil {
			s.Close()
		}
	})
	d.serve("page", func() error {
		if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
}

// serve runs one server and reports it where it fails.
func (d *Demo) serve(name string, run func() error) {
	d.serving.Go(func() {
		if err := run(); err != nil && !errors.Is(err, net.ErrClosed) {
			d.faults <- fmt.Errorf("demo: %s: %w", name, err)
		}
	})
}

func (d *Demo) onClose(stop func(context.Context)) { d.stops = append(d.stops, stop) }

// loadPolicy compiles the shipped policy for the demo's organisation.
func loadPolicy() (*rules.Policy, error) {
	internal, err := message.NewDomains(internalDomain, "."+internalDomain)
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	p, err := rules.Load(rules.Options{Internal: internal, Limits: message.DefaultLimits()})
	if err != nil {
		return nil, fmt.Errorf("demo: the shipped policy: %w", err)
	}
	return p, nil
}
