// Package gateway is the backend that hands messages over to an external
// encryption gateway by SMTP, synchronously: the MTA gets its 250 only after the
// gateway has given its own.
package gateway

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/zixpolicy/zixpolicy/encryptor"
	"github.com/zixpolicy/zixpolicy/message"
)

// TLSMode says how the connection to the gateway is protected (RFC 3207).
type TLSMode string

// The TLS modes.
const (
	TLSRequired      TLSMode = "required"      // verified certificate, or no delivery
	TLSOpportunistic TLSMode = "opportunistic" // encrypted if offered, not verified
	TLSOff           TLSMode = "off"
)

const (
	// defaultTimeout is less than what an MTA waits for after the final dot
	// (Postfix: 600 s), so that it hears of our failure and not of none.
	defaultTimeout = 5 * time.Minute
	// maxIdle connections are kept for maxIdleTime, which is less than the
	// shortest idle timeout that RFC 5321 section 4.5.3.2 has for servers.
	maxIdle     = 4
	maxIdleTime = time.Minute
)

// Config says where the gateway is and how to reach it.
type Config struct {
	Address            string // host:port
	TLS                TLSMode
	CAFile             string // PEM; empty: the system's roots
	Username, Password string // SASL PLAIN; both empty: no authentication. Needs TLSRequired
	// Timeout bounds each step: connecting, each read and each write; zero is
	// five minutes.
	Timeout time.Duration
}

// Backend relays to one gateway, reusing connections. It is safe for concurrent use.
type Backend struct {
	Config
	tls  *tls.Config
	name string // what it calls itself in EHLO

	mu     sync.Mutex
	idle   []*client // the one used last is at the end
	closed bool
}

var _ encryptor.Backend = (*Backend)(nil)

// New returns the backend. It connects on first use.
func New(cfg Config) (*Backend, error) {
	host, _, err := net.SplitHostPort(cfg.Address)
	if err != nil {
		return nil, fmt.Errorf("gateway: address: %w", err)
	}
	if !slices.Contains([]TLSMode{TLSRequired, TLSOpportunistic, TLSOff}, cfg.TLS) {
		return nil, fmt.Errorf("gateway: tls is %q; it can be %q, %q or %q", cfg.TLS, TLSRequired, TLSOpportunistic, TLSOff)
	}
	if (cfg.Username == "") != (cfg.Password == "") {
		return nil, errors.New("gateway: authentication needs both user name and password")
	}
	if cfg.Username != "" && cfg.TLS != TLSRequired {
		return nil, fmt.Errorf("gateway: authentication needs tls = %q, or the password could be read on the way", TLSRequired)
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = defaultTimeout
	}
	roots, err := readRoots(cfg.CAFile)
	if err != nil {
		return nil, err
	}
	name, err := os.Hostname()
	if err != nil || name == "" {
		name = "localhost"
	}
	return &Backend{Config: cfg, name: name, tls: &tls.Config{
		ServerName:         host,
		RootCAs:            roots,
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: cfg.TLS == TLSOpportunistic,
	}}, nil
}

// readRoots returns the certificates of a PEM file; nil stands for the system's.
func readRoots(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("gateway: ca_file: %w", err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("gateway: ca_file: no certificate in %s", file)
	}
	return roots, nil
}

// Deliver implements [encryptor.Backend]. A connection that was idle may have been
// ended by the gateway; if that shows before the message was begun, it is sent over
// a new one. After that nothing is sent again: the gateway might have it.
func (b *Backend) Deliver(ctx context.Context, env message.Envelope, msg *encryptor.Message) error {
	c := b.takeIdle()
	if c == nil {
		return b.deliverAnew(ctx, env, msg)
	}
	err := b.deliverOver(ctx, c, env, msg)
	if c.broken && !c.begun && ctx.Err() == nil {
		return b.deliverAnew(ctx, env, msg)
	}
	return err
}

func (b *Backend) deliverAnew(ctx context.Context, env message.Envelope, msg *encryptor.Message) error {
	c, err := b.connect(ctx)
	if err != nil {
		return err
	}
	return b.deliverOver(ctx, c, env, msg)
}

// deliverOver sends a message over a connection and keeps it for the next one if it
// is still good.
func (b *Backend) deliverOver(ctx context.Context, c *client, env message.Envelope, msg *encryptor.Message) error {
	stop := context.AfterFunc(ctx, c.hangUp)
	err := c.send(env, msg)
	if !stop() {
		c.broken = true // ctx has ended: the connection is being closed
	}
	if c.broken {
		c.hangUp()
	} else {
		b.putIdle(c)
	}
	return err
}

// takeIdle returns the connection that was used last, or nil.
func (b *Backend) takeIdle() *client {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.idle) == 0 {
		return nil
	}
	c := b.idle[len(b.idle)-1]
	b.idle = b.idle[:len(b.idle)-1]
	if time.Since(c.used) > maxIdleTime {
		c.hangUp()
		b.closeIdle() // the others have been idle for longer
		return nil
	}
	c.begun = false
	return c
}

func (b *Backend) putIdle(c *client) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed || len(b.idle) >= maxIdle {
		c.hangUp()
		return
	}
	c.used = time.Now()
	b.idle = append(b.idle, c)
}

// closeIdle ends idle connections. Called with b.mu held.
func (b *Backend) closeIdle() {
	for _, c := range b.idle {
		c.hangUp()
	}
	b.idle = nil
}

// Close ends idle connections, and the others once they are.
func (b *Backend) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	b.closeIdle()
	return nil
}
