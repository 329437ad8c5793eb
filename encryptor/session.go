package encryptor

import (
	"errors"
	"fmt"
	"io"
	"net"
	"runtime/debug"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/zixpolicy/zixpolicy/message"
)

// session is one LMTP connection. go-smtp calls its methods one after the other,
// and Reset once the replies to a message are sent.
type session struct {
	server *Server
	conn   net.Conn
	busy   bool // guarded by server.mu

	env    message.Envelope
	routed []string // the recipients as go-smtp knows them, in envelope order
	opts   smtp.MailOptions
}

var _ smtp.LMTPSession = (*session)(nil)

// Mail implements smtp.Session.
func (s *session) Mail(from string, opts *smtp.MailOptions) error {
	if !s.server.begin(s) {
		return errShuttingDown
	}
	s.env = message.Envelope{Sender: requote(from)}
	s.routed = nil
	s.opts = smtp.MailOptions{}
	if opts != nil {
		s.opts = *opts
	}
	return nil
}

// Rcpt implements smtp.Session. It refuses what the MTA should not have sent here.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	recipient, route, err := message.DecodeRoute(requote(to))
	if err != nil || route != message.RouteEncrypt {
		return errNotRouted
	}
	s.routed = append(s.routed, to)
	s.env.Recipients = append(s.env.Recipients, recipient)
	return nil
}

// Data implements smtp.Session. It is not called: LMTPData is.
func (s *session) Data(io.Reader) error { return errTemporary }

// LMTPData implements smtp.LMTPSession: it sets a status for each recipient, also
// where two have the same address.
func (s *session) LMTPData(r io.Reader, status smtp.StatusCollector) error {
	start := time.Now()
	body := &countedReader{r: r}
	msg, err := s.open(body)
	if err == nil {
		err = s.deliver(msg, body)
	}
	statuses := statusesOf(err, len(s.routed))
	if !errors.Is(body.err, io.EOF) {
		refuseDelivered(statuses)
	}
	for i, to := range s.routed {
		if statuses[i] == nil {
			status.SetStatus(to, nil) // not a typed nil
		} else {
			status.SetStatus(to, statuses[i])
		}
	}
	s.server.record(delivery{env: s.env, msg: msg, err: err, statuses: statuses, size: body.n, took: time.Since(start)})
	return nil
}

// open reads the header of the message that follows in r.
func (s *session) open(r io.Reader) (*Message, error) {
	h, rest, err := readHeader(r)
	if err != nil {
		return nil, err
	}
	s.env.QueueID = h.queueID
	return &Message{
		Policy:   h.policy,
		Size:     s.opts.Size,
		EightBit: s.opts.Body == smtp.Body8BitMIME,
		UTF8:     s.opts.UTF8,
		Reader:   rest,
	}, nil
}

// deliver hands the message to the backend.
func (s *session) deliver(msg *Message, body *countedReader) (err error) {
	defer func() {
		if v := recover(); v != nil {
			// The value may quote the message.
			s.server.Log.Error("encryptor: panic", "type", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
			err = fmt.Errorf("encryptor: panic with a %T", v)
		}
	}()
	err = s.server.Backend.Deliver(s.server.ctx, s.env, msg)
	if errors.Is(body.err, smtp.ErrDataTooLarge) {
		return smtp.ErrDataTooLarge
	}
	return err
}

// refuseDelivered turns success into a temporary failure: what was not read to its
// end was not taken over, whatever the backend says.
func refuseDelivered(statuses []*smtp.SMTPError) {
	for i, status := range statuses {
		if status == nil {
			statuses[i] = errTemporary
		}
	}
}

// Reset implements smtp.Session.
func (s *session) Reset() { s.server.end(s) }

// Logout implements smtp.Session.
func (s *session) Logout() error {
	s.server.leave(s)
	return nil
}

// hangUp ends the connection. Called with server.mu held.
func (s *session) hangUp() { _ = s.conn.Close() }

// countedReader counts what is read and remembers how reading ended.
type countedReader struct {
	r   io.Reader
	n   int64
	err error
}

func (r *countedReader) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	r.n += int64(n)
	if err != nil {
		r.err = err
	}
	return n, err
}
