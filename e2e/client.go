package e2e

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"time"
)

// Refusal is an SMTP server's negative reply (RFC 5321).
type Refusal struct {
	Command string // without its argument: "RCPT"
	Code    int
	Text    string
}

// Error is the reply as the client saw it.
func (r *Refusal) Error() string { return fmt.Sprintf("%s: %d %s", r.Command, r.Code, r.Text) }

// Client is one SMTP session with a server, on the wire level: addresses are sent
// exactly as they are given.
type Client struct {
	socket net.Conn
	conn   *textproto.Conn
}

// Submit hands one message over in a session of its own. The error is a *Refusal
// where the server refused.
func Submit(addr, sender string, recipients []string, data []byte) error {
	c, err := Dial(addr)
	if err != nil {
		return err
	}
	defer c.Close()
	return c.Send(sender, recipients, data)
}

// Dial begins a session.
func Dial(addr string) (*Client, error) {
	socket, err := net.DialTimeout("tcp", addr, deadline)
	if err != nil {
		return nil, err
	}
	c := &Client{socket: socket, conn: textproto.NewConn(socket)}
	if err = socket.SetDeadline(time.Now().Add(deadline)); err == nil {
		_, _, err = c.conn.ReadResponse(220)
	}
	if err == nil {
		err = c.Command("EHLO client.maine.example", 250)
	}
	if err != nil {
		socket.Close()
		return nil, refused("CONNECT", err)
	}
	return c, nil
}

// Send hands one message over. The session can go on after a refusal.
func (c *Client) Send(sender string, recipients []string, data []byte) error {
	if err := c.socket.SetDeadline(time.Now().Add(deadline)); err != nil {
		return err
	}
	if err := c.Envelope(sender, recipients, data); err != nil {
		c.Command("RSET", 250)
		return err
	}
	if err := c.Command("DATA", 354); err != nil {
		return err
	}
	w := c.conn.DotWriter()
	if _, err := w.Write(data); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	_, _, err := c.conn.ReadResponse(250)
	return refused("DATA", err)
}

// Envelope sends MAIL and RCPT for a message.
func (c *Client) Envelope(sender string, recipients []string, data []byte) error {
	mail := "MAIL FROM:<" + sender + ">"
	head, _, _ := bytes.Cut(data, []byte("\r\n\r\n"))
	if !ascii(sender) || !ascii(fmt.Sprint(recipients)) || !ascii(string(head)) {
		mail += " SMTPUTF8 BODY=8BITMIME"
	}
	if err := c.Command(mail, 250); err != nil {
		return err
	}
	for _, r := range recipients {
		if err := c.Command("RCPT TO:<"+r+">", 250); err != nil {
			return err
		}
	}
	return nil
}

// Command sends one line and expects a reply with the code.
func (c *Client) Command(line string, code int) error {
	if _, err := io.WriteString(c.conn.W, line+"\r\n"); err != nil {
		return err
	}
	if err := c.conn.W.Flush(); err != nil {
		return err
	}
	_, _, err := c.conn.ReadResponse(code)
	return refused(line[:4], err)
}

// Close ends the session.
func (c *Client) Close() {
	c.Command("QUIT", 221)
	c.socket.Close()
}

// refused turns a negative reply into a *Refusal.
func refused(verb string, err error) error {
	if reply, ok := err.(*textproto.Error); ok {
		return &Refusal{Command: verb, Code: reply.Code, Text: reply.Msg}
	}
	return err
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
