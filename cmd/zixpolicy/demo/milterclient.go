package demo

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/d--j/go-milter"
	"github.com/emersion/go-smtp"
)

// milterTimeout is how long the MTA waits for each of the milter's packets. The
// milter sends progress packets while it judges, so this is not the time it has.
const milterTimeout = 30 * time.Second

// milterClient is the MTA's side of the milter protocol.
type milterClient struct{ client *milter.Client }

func newMilterClient(socket string) milterClient {
	return milterClient{client: milter.NewClient("unix", socket,
		milter.WithReadTimeout(milterTimeout), milter.WithWriteTimeout(milterTimeout))}
}

// peer is who handed the message in, as the milter is told.
type peer struct {
	helo string
	addr string // host of the client's address
	port uint16
}

// answer is what the milter said about one message.
type answer struct {
	refusal *smtp.SMTPError // nil: go on
	discard bool
	whole   bool     // the milter has seen the whole message
	changes []string // the modifications in words
	took    time.Duration
}

// judge plays the transaction to the milter, as Postfix's cleanup does for mail that
// is already complete, and applies its modifications to t. With an error t may be
// half modified and must not be delivered. Every refusal, even one of a single
// recipient, is a refusal of the message: at this point there is one reply for all.
func (c milterClient) judge(t *transaction, queueID string, p peer) (a answer, err error) {
	start := time.Now()
	defer func() { a.took = time.Since(start) }()
	macros := milter.NewMacroBag()
	macros.Set(milter.MacroMTAFQDN, hostname)
	macros.Set(milter.MacroDaemonName, "demo")
	macros.Set(milter.MacroQueueId, queueID)
	macros.Set(milter.MacroMailAddr, t.sender)
	s, err := c.client.Session(macros)
	if err != nil {
		return a, err
	}
	defer s.Close()
	t.leadingSpace = s.ProtocolOption(milter.OptHeaderLeadingSpace)

	act, err := envelope(s, t, macros, p)
	if err != nil || act.Type != milter.ActionContinue {
		return a.with(act, err)
	}
	if act, err = header(s, t); err != nil || act.Type != milter.ActionContinue {
		return a.with(act, err)
	}
	mods, act, err := s.BodyReadFrom(bytes.NewReader(t.body))
	if err != nil {
		return a, err
	}
	a.whole = true
	for _, m := range mods {
		if err := t.apply(m); err != nil {
			return a, err
		}
		a.changes = append(a.changes, describe(m))
	}
	return a.with(act, nil)
}

// envelope sends everything up to DATA, and returns the first answer that ends it.
func envelope(s *milter.ClientSession, t *transaction, macros *milter.MacroBag, p peer) (*milter.Action, error) {
	steps := []func() (*milter.Action, error){
		func() (*milter.Action, error) { return s.Conn(p.addr, milter.FamilyInet, p.port, p.addr) },
		func() (*milter.Action, error) { return s.Helo(p.helo) },
		func() (*milter.Action, error) { return s.Mail(t.sender, "") },
	}
	for _, r := range t.recipients {
		steps = append(steps, func() (*milter.Action, error) {
			macros.Set(milter.MacroRcptAddr, r)
			return s.Rcpt(r, "")
		})
	}
	steps = append(steps, s.DataStart)
	var act *milter.Action
	for _, step := range steps {
		var err error
		if act, err = step(); err != nil || act.Type != milter.ActionContinue {
			return act, err
		}
	}
	return act, nil
}

// header sends the header fields. Folds go as bare line feeds, as Postfix and
// Sendmail send them.
func header(s *milter.ClientSession, t *transaction) (*milter.Action, error) {
	for _, f := range t.fields {
		value := strings.ReplaceAll(f.value, "\r\n", "\n")
		if !t.leadingSpace {
			value = strings.TrimPrefix(value, " ")
		}
		if act, err := s.HeaderField(f.name, value, nil); err != nil || act.Type != milter.ActionContinue {
			return act, err
		}
	}
	return s.HeaderEnd()
}

// with completes the answer by the action that ended the conversation.
func (a answer) with(act *milter.Action, err error) (answer, error) {
	if err != nil {
		return a, err
	}
	switch act.Type {
	case milter.ActionAccept, milter.ActionContinue:
	case milter.ActionDiscard:
		a.discard = true
	case milter.ActionReject:
		a.refusal = &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "Command rejected"}
	case milter.ActionTempFail:
		a.refusal = tempfail()
	case milter.ActionRejectWithCode:
		a.refusal = parseReply(act)
	default:
		return a, fmt.Errorf("demo: unexpected answer %d of the milter", act.Type)
	}
	return a, nil
}

// parseReply turns a milter's reply text ("550 5.7.1 …", perhaps of several lines,
// percent signs doubled) into the reply to the client, on one line.
func parseReply(act *milter.Action) *smtp.SMTPError {
	if act.SMTPCode < 400 {
		return tempfail() // a milter cannot accept by a reply
	}
	e := &smtp.SMTPError{Code: int(act.SMTPCode), EnhancedCode: smtp.EnhancedCode{int(act.SMTPCode) / 100, 7, 1}}
	var lines []string
	for line := range strings.Lines(strings.ReplaceAll(act.SMTPReply, "%%", "%")) {
		line = strings.TrimRight(line, "\r\n")
		if len(line) < 4 {
			continue
		}
		line = line[4:]
		code, text, _ := strings.Cut(line, " ")
		var x, y, z int
		if n, err := fmt.Sscanf(code, "%d.%d.%d", &x, &y, &z); err == nil && n == 3 {
			e.EnhancedCode, line = smtp.EnhancedCode{x, y, z}, text
		}
		lines = append(lines, line)
	}
	e.Message = strings.Join(lines, " ")
	return e
}

// tempfail is the reply where the milter cannot be asked: the message stays with
// the client (DESIGN: fail closed).
func tempfail() *smtp.SMTPError {
	return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "Service unavailable - try again later"}
}
