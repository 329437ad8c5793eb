package encryptor

import (
	"bytes"
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
	sets   []int    // of instructions; the same order
	opts   smtp.MailOptions
}

var _ smtp.LMTPSession = (*session)(nil)

// Mail implements smtp.Session.
func (s *session) Mail(from string, opts *smtp.MailOptions) error {
	if !s.server.begin(s) {
		return errShuttingDown
	}
	s.env = message.Envelope{Sender: requote(from)}
	s.routed, s.sets = nil, nil
	s.opts = smtp.MailOptions{}
	if opts != nil {
		s.opts = *opts
	}
	return nil
}

// Rcpt implements smtp.Session. It refuses what the MTA should not have sent here.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	recipient, route, err := message.DecodeRoute(requote(to))
	base, set := route.Set()
	if err != nil || base != message.RouteEncrypt {
		return errNotRouted
	}
	s.sets = append(s.sets, set)
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
	shares := s.shares()
	s.transfer(body, shares)
	for _, sh := range shares {
		for i, reply := range s.finish(sh, body, start) {
			to := s.routed[sh.members[i]]
			if reply == nil {
				status.SetStatus(to, nil) // not a typed nil
			} else {
				status.SetStatus(to, reply)
			}
		}
	}
	return nil
}

// envelope is the envelope of one share.
func (s *session) envelope(sh *share) message.Envelope {
	env := s.env
	env.Recipients = make([]string, 0, len(sh.members))
	for _, i := range sh.members {
		env.Recipients = append(env.Recipients, s.env.Recipients[i])
	}
	return env
}

// deliver hands the message to the backend for one share; rest gives what follows
// the header.
func (s *session) deliver(h header, sh *share, rest io.Reader) {
	defer func() {
		if v := recover(); v != nil {
			// The value may quote the message.
			s.server.Log.Error("encryptor: panic", "type", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
			sh.err = fmt.Errorf("encryptor: panic with a %T", v)
		}
	}()
	policy, text, ok := h.forSet(sh.set)
	if !ok {
		sh.err = errNoInstructions
		return
	}
	sh.source = &countedReader{r: io.MultiReader(bytes.NewReader(text), rest)}
	sh.msg = &Message{
		Policy:   policy,
		Size:     s.opts.Size,
		EightBit: s.opts.Body == smtp.Body8BitMIME,
		UTF8:     s.opts.UTF8,
		Reader:   sh.source,
	}
	sh.err = s.server.Backend.Deliver(s.server.ctx, s.envelope(sh), sh.msg)
	if errors.Is(sh.source.err, smtp.ErrDataTooLarge) {
		sh.err = smtp.ErrDataTooLarge
	}
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
