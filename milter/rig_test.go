package milter

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/d--j/go-milter"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/zixpolicy/zixpolicy/lexicon"
	"github.com/zixpolicy/zixpolicy/message"
	"github.com/zixpolicy/zixpolicy/rules"
)

// The tests of this package drive a running server over a socket, with the client
// half of go-milter in the MTA's place. testtrx, which go-milter offers for unit
// tests, replaces its upper layer; this package stands on the lower one, and what it
// negotiates and how it ends connections can only be seen on the wire.

// scripted is a policy that does what the test says.
type scripted struct {
	decide  func(recipient string) rules.Decision         // nil: deliver
	before  func(m *message.Message)                      // called in Evaluate; may be nil
	verdict func(v *rules.Verdict) *rules.Verdict         // changes the verdict; may be nil
	outside func(recipient string) (external, known bool) // may be nil
}

func (p *scripted) External(recipient string) bool {
	if p.outside != nil {
		if external, known := p.outside(recipient); known {
			return external
		}
	}
	return !strings.HasSuffix(recipient, "@maine.example")
}

func (p *scripted) Lexicons() *lexicon.Set { return nil }

func (p *scripted) Evaluate(m *message.Message) *rules.Verdict {
	if p.before != nil {
		p.before(m)
	}
	v := &rules.Verdict{}
	for _, r := range m.Envelope.Recipients {
		d := rules.Decision{}
		if p.External(r) && p.decide != nil {
			d = p.decide(r)
		}
		d.Recipient, d.Internal = r, !p.External(r)
		if d.Action > v.Action {
			v.Action, v.Rule = d.Action, d.Rule
		}
		v.Recipients = append(v.Recipients, d)
	}
	if p.verdict != nil {
		return p.verdict(v)
	}
	return v
}

// always is a policy with one rule for every external recipient.
func always(a rules.Action) *scripted {
	return &scripted{decide: func(string) rules.Decision { return rules.Decision{Action: a, Rule: "the-rule"} }}
}

// rig is a running server.
type rig struct {
	*Server
	network, address string
	log              *logBuffer
	served           chan error
}

type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// start runs a server under the policy. change may adjust it before it serves.
func start(t testing.TB, p policy, change func(*Options, *Server)) *rig {
	t.Helper()
	dir, err := os.MkdirTemp("", "zx") // t.TempDir is too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return startOn(t, p, "unix", filepath.Join(dir, "s"), change)
}

func startOn(t testing.TB, p policy, network, address string, change func(*Options, *Server)) *rig {
	t.Helper()
	l, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{network: network, address: l.Addr().String(), log: &logBuffer{}, served: make(chan error, 1)}
	o := Options{
		Policy:  func() *rules.Policy { return nil },
		Log:     slog.New(slog.NewJSONHandler(r.log, nil)),
		Metrics: NewMetrics(prometheus.NewRegistry()),
	}
	if change != nil {
		change(&o, nil)
	}
	r.Server = NewServer(o)
	if p != nil {
		r.Server.policy = func() policy { return p }
	}
	if change != nil {
		change(&o, r.Server)
	}
	go func() { r.served <- r.Serve(l) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := r.Shutdown(ctx); err != nil {
			t.Errorf("Shutdown: %v", err)
		}
		if err := <-r.served; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	return r
}

// connect opens a session as an MTA does, up to HELO.
func (r *rig) connect(t testing.TB, opts ...milter.Option) *milter.ClientSession {
	t.Helper()
	s, err := r.session(opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if _, err := s.Conn("client.example", milter.FamilyInet, 2525, "192.0.2.9"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Helo("client.example"); err != nil {
		t.Fatal(err)
	}
	return s
}

func (r *rig) session(opts ...milter.Option) (*milter.ClientSession, error) {
	macros := milter.NewMacroBag()
	macros.Set(milter.MacroQueueId, "4QUEUEID")
	opts = append([]milter.Option{milter.WithReadTimeout(time.Minute),
		milter.WithMacroRequest(milter.StageData, []string{milter.MacroQueueId})}, opts...) // as Postfix does
	return milter.NewClient(r.network, r.address, opts...).Session(macros)
}

// mail is a message as an MTA holds it.
type mail struct {
	from   string
	to     []string
	header [][2]string // values with their leading space
	body   string
}

func letter(to ...string) mail {
	return mail{from: "alice@maine.example", to: to,
		header: [][2]string{{"Subject", " secret subject"}}, body: "secret body\r\n"}
}

// answer is all an MTA hears about a message.
type answer struct {
	atData bool // answered before the body was sent
	action milter.Action
	acts   []milter.ModifyAction
}

// send transfers one message in an open session.
func send(s *milter.ClientSession, m mail) (answer, error) {
	if err := envelope(s, m); err != nil {
		return answer{}, err
	}
	act, err := s.DataStart()
	if err != nil {
		return answer{}, err
	}
	if act.Type != milter.ActionContinue {
		// The MTA goes on with its next message.
		return answer{atData: true, action: *act}, s.Abort(nil)
	}
	return transfer(s, m)
}

func envelope(s *milter.ClientSession, m mail) error {
	if _, err := s.Mail(m.from, ""); err != nil {
		return err
	}
	for _, to := range m.to {
		if _, err := s.Rcpt(to, ""); err != nil {
			return err
		}
	}
	return nil
}

func transfer(s *milter.ClientSession, m mail) (answer, error) {
	for _, field := range m.header {
		value := field[1]
		if !s.ProtocolOption(milter.OptHeaderLeadingSpace) {
			value = strings.TrimPrefix(value, " ")
		}
		if _, err := s.HeaderField(field[0], value, nil); err != nil {
			return answer{}, err
		}
	}
	if _, err := s.HeaderEnd(); err != nil {
		return answer{}, err
	}
	acts, act, err := s.BodyReadFrom(strings.NewReader(m.body))
	if err != nil {
		return answer{}, err
	}
	return answer{action: *act, acts: acts}, nil
}

func mustSend(t testing.TB, s *milter.ClientSession, m mail) answer {
	t.Helper()
	a, err := send(s, m)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// recipients returns to whom the MTA sends after the modifications, by the rules of
// Postfix: of addresses that differ in case it keeps the first, and a removal takes
// away exactly the spelling it names.
func (a answer) recipients(to []string) []string {
	kept := []string{}
	add := func(address string) {
		for _, have := range kept {
			if strings.EqualFold(have, address) {
				return
			}
		}
		kept = append(kept, address)
	}
	for _, address := range to {
		add(address)
	}
	for _, act := range a.acts {
		address := milter.RemoveAngle(act.Rcpt)
		switch act.Type {
		case milter.ActionDelRcpt:
			for i := len(kept) - 1; i >= 0; i-- {
				if kept[i] == address {
					kept = append(kept[:i], kept[i+1:]...)
				}
			}
		case milter.ActionAddRcpt:
			add(address)
		}
	}
	return kept
}

// counted returns the value of a counter.
func counted(c *prometheus.CounterVec, label string) float64 {
	return testutil.ToFloat64(c.WithLabelValues(label))
}
