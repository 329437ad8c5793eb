package milter

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/d--j/go-milter"

	"github.com/zixpolicy/zixpolicy/message"
	"github.com/zixpolicy/zixpolicy/rules"
)

// transaction is one message on its way through the MTA. go-milter makes a new one
// after each answer; after an Abort it goes on with the same.
type transaction struct {
	milter.NoOpMilter
	server    *Server
	conn      *conn
	withSpace bool // header values come with their leading space, and are sent so

	policy  policy // in force for this message
	env     message.Envelope
	message collector

	subjects    []string  // raw values of the Subject fields
	oddSubjects bool      // there are too many, or too long ones: tags stay in them
	started     time.Time // when the event came in that is being answered
}

var _ milter.Milter = (*transaction)(nil)

func newTransaction(s *Server, c *conn, p milter.OptProtocol) *transaction {
	t := &transaction{server: s, conn: c, withSpace: p&milter.OptHeaderLeadingSpace != 0}
	t.reset()
	return t
}

// reset forgets the message in progress.
func (t *transaction) reset() {
	t.message.release()
	t.message = collector{memory: t.server.memory, limit: t.server.Limits.Message}
	t.policy = nil
	t.env = message.Envelope{}
	t.subjects, t.oddSubjects = nil, false
	t.started = time.Time{}
}

// MailFrom implements milter.Milter.
func (t *transaction) MailFrom(from, _ string, m *milter.Modifier) (*milter.Response, error) {
	t.reset()
	t.env.Sender = from
	t.env.Authenticated = m.Macros.Get(milter.MacroAuthAuthen)
	return milter.RespContinue, nil
}

// RcptTo implements milter.Milter.
func (t *transaction) RcptTo(to, _ string, _ *milter.Modifier) (*milter.Response, error) {
	t.env.Recipients = append(t.env.Recipients, to)
	return milter.RespContinue, nil
}

// Data implements milter.Milter. It comes after the last recipient (with MTAs older
// than protocol version 4, not at all).
func (t *transaction) Data(m *milter.Modifier) (*milter.Response, error) {
	return t.guard(m, t.data)
}

func (t *transaction) data(m *milter.Modifier) (*milter.Response, error) {
	if err := t.pin(); err != nil {
		return t.tempfail(m, err)
	}
	if resp := t.byEnvelope(m); resp != nil {
		return resp, nil
	}
	return milter.RespContinue, nil
}

// pin takes the policy that judges this message.
func (t *transaction) pin() error {
	if t.policy != nil {
		return nil
	}
	if t.policy = t.server.policy(); t.policy == nil {
		return &fault{cause: causeError, err: errors.New("there is no policy")}
	}
	return nil
}

// byEnvelope answers a message that needs no look inside, else returns nil.
func (t *transaction) byEnvelope(m *milter.Modifier) *milter.Response {
	// A sender who writes a routing address chooses a lane past the rules that
	// name the recipient.
	if slices.ContainsFunc(t.env.Recipients, message.Routed) {
		return t.answer(m, outcome{action: rules.Reject, reason: "a recipient is in the routing domain"},
			reply(550, "5.1.2 Bad destination mailbox address"))
	}
	// Without a recipient something is missing: such a message is judged.
	if len(t.env.Recipients) > 0 && !slices.ContainsFunc(t.env.Recipients, t.policy.External) {
		return t.answer(m, outcome{action: rules.Deliver, reason: "no recipient is external"}, milter.RespAccept)
	}
	return nil
}

// Header implements milter.Milter.
func (t *transaction) Header(name, value string, _ *milter.Modifier) (*milter.Response, error) {
	t.message.field(name, value, t.withSpace)
	t.keepSubject(name, value)
	return milter.RespContinue, nil
}

// keepSubject keeps a Subject field as the message has it.
func (t *transaction) keepSubject(name, value string) {
	if t.oddSubjects || !strings.EqualFold(strings.TrimRight(name, " \t"), "Subject") {
		return
	}
	if len(t.subjects) == maxSubjects || len(value) > maxSubject {
		t.subjects, t.oddSubjects = nil, true
		return
	}
	if t.withSpace {
		value = strings.TrimPrefix(value, " ")
	}
	t.subjects = append(t.subjects, strings.ReplaceAll(value, "\r\n", "\n"))
}

// BodyChunk implements milter.Milter.
func (t *transaction) BodyChunk(chunk []byte, _ *milter.Modifier) (*milter.Response, error) {
	t.message.chunk(chunk)
	return milter.RespContinue, nil
}

// EndOfMessage implements milter.Milter.
func (t *transaction) EndOfMessage(m *milter.Modifier) (*milter.Response, error) {
	return t.guard(m, t.endOfMessage)
}

func (t *transaction) endOfMessage(m *milter.Modifier) (*milter.Response, error) {
	t.started = time.Now()
	t.env.QueueID = m.Macros.Get(milter.MacroQueueId)
	if len(t.env.Recipients) == 0 {
		return t.tempfail(m, &fault{cause: causeProtocol, err: errors.New("a message without recipients")})
	}
	if t.message.broken {
		return t.tempfail(m, &fault{cause: causeBusy, err: errors.New("no memory left for messages")})
	}
	if err := t.pin(); err != nil {
		return t.tempfail(m, err)
	}
	if resp := t.byEnvelope(m); resp != nil {
		return resp, nil
	}
	raw, release := t.message.take()
	j, err := t.server.judge(t.policy, t.env, raw, release)
	if err != nil {
		return t.tempfail(m, err)
	}
	if err := t.server.audit(t.policy, j); err != nil {
		return t.tempfail(m, err)
	}
	resp, err := t.apply(m, j)
	if err == nil {
		t.notify(j)
	}
	return resp, err
}

// guard runs one step of a transaction and turns a panic into an answer.
func (t *transaction) guard(m *milter.Modifier, step func(*milter.Modifier) (*milter.Response, error)) (resp *milter.Response, err error) {
	if t.started.IsZero() {
		t.started = time.Now()
	}
	defer func() {
		if v := recover(); v != nil {
			resp, err = t.tempfail(m, panicFault(v))
		}
	}()
	return step(m)
}

// Abort implements milter.Milter: the client has given up or started anew.
func (t *transaction) Abort(*milter.Modifier) error {
	t.reset()
	t.conn.end()
	return nil
}

// Cleanup implements milter.Milter: the message is answered or its connection gone.
func (t *transaction) Cleanup() {
	t.reset()
	t.conn.end()
}
