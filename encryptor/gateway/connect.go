package gateway

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// connect opens a connection that is ready for MAIL. All its errors are temporary,
// also where the gateway refuses for good: what is wrong is the configuration, not
// the message, and no message should bounce for it.
func (b *Backend) connect(ctx context.Context) (*client, error) {
	c, err := b.open(ctx)
	if err != nil {
		return nil, fmt.Errorf("gateway: %w", withoutReply(err))
	}
	return c, nil
}

func (b *Backend) open(ctx context.Context) (*client, error) {
	conn, err := b.dial(ctx)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	var c *smtp.Client
	switch b.TLS {
	case TLSRequired:
		c, err = b.startTLS(conn)
	case TLSOpportunistic:
		c, err = b.startTLSIfOffered(ctx, conn)
	default:
		c, err = b.hello(smtp.NewClient(conn))
	}
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	if err := b.authenticate(c); err != nil {
		_ = c.Close()
		return nil, err
	}
	return &client{Client: c}, nil
}

func (b *Backend) dial(ctx context.Context) (net.Conn, error) {
	dialer := net.Dialer{Timeout: b.Timeout}
	conn, err := dialer.DialContext(ctx, "tcp", b.Address)
	if err != nil {
		return nil, err
	}
	return &timedConn{conn, b.Timeout}, nil
}

// startTLS turns the connection into one that is verified and encrypted.
func (b *Backend) startTLS(conn net.Conn) (*smtp.Client, error) {
	c, err := smtp.NewClientStartTLS(conn, b.tls)
	if err != nil {
		return nil, err
	}
	return b.hello(c) // the handshake happens here
}

// startTLSIfOffered looks whether the gateway offers STARTTLS. go-smtp can start TLS
// on a fresh connection only, so a second one is opened then. A handshake that fails
// is a failure and no reason to go on in clear.
func (b *Backend) startTLSIfOffered(ctx context.Context, conn net.Conn) (*smtp.Client, error) {
	c, err := b.hello(smtp.NewClient(conn))
	if err != nil {
		return nil, err
	}
	if offered, _ := c.Extension("STARTTLS"); !offered {
		return c, nil
	}
	_ = c.Quit()
	_ = conn.Close()
	second, err := b.dial(ctx)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = second.Close() })
	defer stop()
	c, err = b.startTLS(second)
	if err != nil {
		_ = second.Close()
	}
	return c, err
}

func (b *Backend) hello(c *smtp.Client) (*smtp.Client, error) {
	return c, c.Hello(b.name)
}

// authenticate logs in where a user name is configured. New has made sure that the
// connection is verified and encrypted then; the password goes nowhere else.
func (b *Backend) authenticate(c *smtp.Client) error {
	if b.Username == "" {
		return nil
	}
	if _, encrypted := c.TLSConnectionState(); !encrypted {
		return errors.New("the connection is not encrypted: no authentication")
	}
	if !c.SupportsAuth(sasl.Plain) {
		return errors.New("the gateway does not offer AUTH PLAIN")
	}
	if err := c.Auth(sasl.NewPlainClient("", b.Username, b.Password)); err != nil {
		return fmt.Errorf("authentication: %w", err)
	}
	return nil
}

// withoutReply returns an error that is not an SMTP reply, so that it is temporary.
func withoutReply(err error) error {
	var reply *smtp.SMTPError
	if errors.As(err, &reply) {
		return fmt.Errorf("refused with %d before the message", reply.Code)
	}
	return err
}

// timedConn bounds each read and each write, where go-smtp bounds whole commands and
// the transfer of a message not at all.
type timedConn struct {
	net.Conn
	timeout time.Duration
}

func (c *timedConn) Read(p []byte) (int, error) {
	_ = c.Conn.SetReadDeadline(time.Now().Add(c.timeout))
	return c.Conn.Read(p)
}

func (c *timedConn) Write(p []byte) (int, error) {
	_ = c.Conn.SetWriteDeadline(time.Now().Add(c.timeout))
	return c.Conn.Write(p)
}

// The deadlines of go-smtp are not taken over.

func (c *timedConn) SetDeadline(time.Time) error      { return nil }
func (c *timedConn) SetReadDeadline(time.Time) error  { return nil }
func (c *timedConn) SetWriteDeadline(time.Time) error { return nil }
