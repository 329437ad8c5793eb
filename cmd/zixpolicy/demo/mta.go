package demo

import (
	"context"
	"crypto/rand"
	"io"
	"log"
	"net"
	"strings"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/zixpolicy/zixpolicy/message"
	"github.com/zixpolicy/zixpolicy/rules"
)

// hostname is what the embedded MTA calls itself.
const hostname = "mta." + internalDomain

// maxMessage and maxRecipients bound one message.
const (
	maxMessage    = 25 << 20
	maxRecipients = 100
)

// mta is the embedded mail server. It has no queue: it answers the client only
// when the message has been taken over for every recipient, or for none.
type mta struct {
	milter    milterClient
	encryptor lmtpClient
	gateway   *gatewaySink
	policy    *rules.Policy
	limits    message.Limits
	reader    *message.Reader
	mailbox   *Mailbox
}

// server returns the SMTP server of one listener. Mail that comes in without the
// milter is the encryption backend's own.
func (m *mta) server(withMilter bool) *smtp.Server {
	s := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &session{mta: m, conn: c, withMilter: withMilter}, nil
	}))
	configure(s)
	return s
}

// configure sets what all of the demo's SMTP servers have in common.
func configure(s *smtp.Server) {
	s.Domain = hostname
	s.MaxMessageBytes = maxMessage
	s.MaxRecipients = maxRecipients
	s.ReadTimeout, s.WriteTimeout = time.Minute, time.Minute
	s.EnableSMTPUTF8 = true
	s.ErrorLog = log.New(io.Discard, "", 0) // a client that hangs up is no news here
}

// session is one SMTP connection.
type session struct {
	mta        *mta
	conn       *smtp.Conn
	withMilter bool
	sender     string
	recipients []string
}

func (s *session) Reset()        { s.sender, s.recipients = "", nil }
func (s *session) Logout() error { return nil }

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.sender = quoteMailbox(from)
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.recipients = append(s.recipients, quoteMailbox(to))
	return nil
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	p := peer{helo: s.conn.Hostname()}
	if a, ok := s.conn.Conn().RemoteAddr().(*net.TCPAddr); ok {
		p.addr, p.port = a.IP.String(), uint16(a.Port)
	}
	return s.mta.accept(s.sender, s.recipients, raw, p, s.withMilter)
}

// accept takes one message through the milter and on to its recipients, and keeps
// what became of it in the mailbox. The error is the reply to the client.
func (m *mta) accept(sender string, recipients []string, raw []byte, p peer, withMilter bool) error {
	t := &transaction{sender: sender, recipients: recipients}
	t.fields, t.body = parseHeader(raw)
	e := newEntry(newQueueID(), sender, recipients, raw, t.fields)
	e.FromBackend = !withMilter
	err := m.process(e, t, p, withMilter)
	e.Reply = replyText(err)
	m.mailbox.Add(e)
	return err
}

func (m *mta) process(e *Entry, t *transaction, p peer, withMilter bool) error {
	if withMilter {
		env := message.Envelope{QueueID: e.ID, Sender: e.Sender, Recipients: e.Recipients}
		a, err := m.milter.judge(t, e.ID, p)
		if err != nil {
			e.settle(LaneTempfailed, "the milter did not answer: nothing is delivered unjudged")
			return tempfail()
		}
		e.Changes, e.JudgedIn = a.changes, a.took
		if a.whole {
			e.Report, e.Explanation = m.explain(env, e.Raw)
		}
		switch {
		case a.refusal != nil && a.refusal.Temporary():
			e.settle(LaneTempfailed, "the milter could not judge it: the client keeps the message")
			return a.refusal
		case a.refusal != nil:
			e.settle(LaneRejected, "refused on the milter's word")
			return a.refusal
		case a.discard:
			e.settle(LaneRejected, "discarded on the milter's word")
			return nil
		case t.hold != "":
			e.settle(LaneHeld, t.hold)
			return nil
		}
	}
	m.stamp(e, t, p)
	return m.deliver(e, t)
}

// explain judges the message once more, with the code and the policy of the milter,
// to get the reasons that the milter protocol has no place for.
func (m *mta) explain(env message.Envelope, raw []byte) (*rules.Report, *rules.Explanation) {
	msg := m.reader.Read(context.Background(), env, raw, m.limits)
	v := m.policy.Evaluate(msg)
	return m.policy.Report(env.QueueID, msg, v, false), m.policy.Explain(msg, v, false)
}

// stamp adds the trace field that every MTA adds (RFC 5321 section 4.4). The
// gateway sink reads the queue ID back from it.
func (m *mta) stamp(e *Entry, t *transaction, p peer) {
	helo := strings.Map(func(r rune) rune {
		if r <= ' ' || r >= 0x7f || strings.ContainsRune("()<>;", r) {
			return -1
		}
		return r
	}, p.helo)
	value := " from " + helo + " ([" + p.addr + "])\r\n\tby " + hostname + " with ESMTP id " + e.ID +
		";\r\n\t" + e.Time.Format(time.RFC1123Z)
	t.fields = append([]field{{name: "Received", value: value}}, t.fields...)
}

// newQueueID returns a name for a message that no other message has.
func newQueueID() string { return rand.Text()[:12] }

// replyText is what the client was told.
func replyText(err error) string {
	if err == nil {
		return "250 2.0.0 OK"
	}
	e := asSMTPError(err)
	return formatReply(e)
}
