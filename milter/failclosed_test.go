package milter

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/d--j/go-milter"

	"github.com/zixpolicy/zixpolicy/message"
	"github.com/zixpolicy/zixpolicy/rules"
)

func wantTempfail(t *testing.T, a answer) {
	t.Helper()
	if a.action.SMTPCode != 451 || !strings.HasPrefix(a.action.SMTPReply, "451 4.7.1 ") || len(a.acts) != 0 {
		t.Errorf("answer %+v, want a bare 451", a)
	}
}

func TestWhatCannotBeJudgedStaysWithTheClient(t *testing.T) {
	tests := []struct {
		name, cause string
		policy      *scripted
	}{
		{"no policy", causeError, nil},
		{"panic at DATA", causePanic, &scripted{outside: func(string) (bool, bool) { panic("secret subject") }}},
		{"panic in judging", causePanic, &scripted{before: func(*message.Message) { panic(errors.New("secret body")) }}},
		{"nil dereference in judging", causePanic, &scripted{before: func(*message.Message) { _ = *(*int)(nil) }}},
		{"no verdict", causeError, &scripted{verdict: func(*rules.Verdict) *rules.Verdict { return nil }}},
		{"a verdict that says it is none", causeError, &scripted{verdict: func(v *rules.Verdict) *rules.Verdict {
			v.Err = errors.New("rules: no")
			return v
		}}},
		{"a recipient without verdict", causeError, &scripted{verdict: func(v *rules.Verdict) *rules.Verdict {
			v.Recipients = v.Recipients[1:]
			return v
		}}},
		{"another's verdict", causeError, &scripted{verdict: func(v *rules.Verdict) *rules.Verdict {
			v.Recipients[0], v.Recipients[1] = v.Recipients[1], v.Recipients[0]
			return v
		}}},
		{"a recipient judged more strictly than the whole", causeError, &scripted{verdict: func(v *rules.Verdict) *rules.Verdict {
			v.Recipients[0].Action = rules.Reject
			return v
		}}},
		{"an unknown action", causeError, &scripted{verdict: func(v *rules.Verdict) *rules.Verdict {
			v.Action, v.Recipients[0].Action = 99, 99
			return v
		}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var p policy
			if tt.policy != nil {
				p = tt.policy
			}
			r := start(t, p, nil)
			s := r.connect(t)
			for range 2 { // the connection goes on
				wantTempfail(t, mustSend(t, s, letter("bob@ext.example", "carol@ext.example")))
			}
			if n := counted(r.Metrics.tempfails, tt.cause); n != 2 {
				t.Errorf("tempfails_total{%s} = %v, want 2", tt.cause, n)
			}
			log := r.log.String()
			if !strings.Contains(log, `"action":"tempfail"`) || !strings.Contains(log, `"queue_id":"4QUEUEID"`) {
				t.Errorf("log: %s", log)
			}
			if strings.Contains(log, "secret") || strings.Contains(log, "bob@") {
				t.Errorf("the log quotes the message: %s", log)
			}
			if tt.cause == causePanic && !strings.Contains(log, "failclosed_test.go") {
				t.Errorf("the log does not say where: %s", log)
			}
			if free := r.memory.free.Load(); free != r.MaxMemory {
				t.Errorf("%d bytes were not given back", r.MaxMemory-free)
			}
		})
	}
}

func TestMessageBeyondTheLimitIsSeenAsSuch(t *testing.T) {
	var size int64
	p := always(rules.Encrypt)
	p.before = func(m *message.Message) { size = m.Size }
	r := start(t, p, func(o *Options, _ *Server) { o.Limits.Message = 100_000 })
	m := letter("bob@ext.example")
	m.body = strings.Repeat("0123456789abcdef\r\n", 20_000)
	a := mustSend(t, r.connect(t), m)
	if got := a.recipients(m.to); len(got) != 1 || !message.Routed(got[0]) {
		t.Errorf("sent to %q", got)
	}
	if size != 100_001 {
		t.Errorf("message.Read was given %d bytes, want one past the limit", size)
	}
	if !strings.Contains(r.log.String(), `"size":360027`) {
		t.Errorf("the log does not have the whole size: %s", r.log)
	}
}

func TestNoMemoryIsATemporaryFailure(t *testing.T) {
	r := start(t, always(rules.Deliver), func(o *Options, _ *Server) { o.MaxMemory = 50_000 })
	s := r.connect(t)
	m := letter("bob@ext.example")
	m.body = strings.Repeat("0123456789abcdef\r\n", 5_000)
	wantTempfail(t, mustSend(t, s, m))
	if n := counted(r.Metrics.tempfails, causeBusy); n != 1 {
		t.Errorf("tempfails_total{busy} = %v", n)
	}
	if a := mustSend(t, s, letter("bob@ext.example")); a.action.Type != milter.ActionAccept {
		t.Errorf("the next message: %+v", a)
	}
	if free := r.memory.free.Load(); free != 50_000 {
		t.Errorf("%d bytes free afterwards", free)
	}
}

// TestJudgingThatNeverEnds also shows that it keeps its slot: others wait for one,
// in vain.
func TestJudgingThatNeverEnds(t *testing.T) {
	blocked := make(chan struct{})
	defer close(blocked)
	p := always(rules.Deliver)
	p.before = func(*message.Message) { <-blocked }
	r := start(t, p, func(o *Options, s *Server) {
		o.MaxJudging, o.Limits.Time = 1, time.Millisecond
		if s != nil {
			s.patience = 10 * time.Millisecond
		}
	})
	s := r.connect(t)
	wantTempfail(t, mustSend(t, s, letter("bob@ext.example")))
	if n := counted(r.Metrics.tempfails, causeTimeout); n != 1 {
		t.Errorf("tempfails_total{timeout} = %v", n)
	}
	wantTempfail(t, mustSend(t, s, letter("bob@ext.example")))
	if n := counted(r.Metrics.tempfails, causeBusy); n != 1 {
		t.Errorf("tempfails_total{busy} = %v", n)
	}
}

func TestMessageWithoutRecipientsIsNotAccepted(t *testing.T) {
	r := start(t, always(rules.Deliver), nil)
	s := r.connect(t, milter.WithProtocols(milter.OptNoRcptTo)) // not ours to ask for, so RCPT comes
	// An MTA that hides its recipients: an empty RCPT list is only possible by hand.
	_ = s.Close()
	c := dial(t, r)
	for _, p := range [][]byte{packet('M', "<a@maine.example>\x00"), packet('T', ""), packet('E', "")} {
		c.write(p)
	}
	if code := c.read(); code != 'c' {
		t.Errorf("DATA was answered with %q", code)
	}
	if code := c.read(); code != 'y' {
		t.Errorf("the end of the message was answered with %q", code)
	}
	if n := counted(r.Metrics.tempfails, causeProtocol); n != 1 {
		t.Errorf("tempfails_total{protocol} = %v", n)
	}
}

func TestBrokenPacketsEndTheirConnectionOnly(t *testing.T) {
	tests := []struct {
		name string
		data []byte
	}{
		{"no command", []byte{0, 0, 0, 0}},
		{"too long", []byte{0xff, 0xff, 0xff, 0xff, 'B'}},
		{"longer than the limit", binary.BigEndian.AppendUint32(nil, maxPacket+1)},
		{"sender without end", packet('M', "<a@maine.example>")},
		{"recipient without end", packet('R', "<a@maine.example>")},
		{"connect without family", packet('C', "host\x00")},
		{"connect without end", packet('C', "host")},
		{"unknown command", packet('?', "")},
		{"negotiated twice", packet('O', strings.Repeat("\x00", 12))},
		{"header without value", packet('L', "Subject\x00")},
		{"macro without command", packet('D', "")},
	}
	r := start(t, always(rules.Deliver), nil)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := dial(t, r)
			c.write(tt.data)
			if code := c.read(); code != 0 {
				t.Errorf("answered with %q", code)
			}
		})
	}
	if a := mustSend(t, r.connect(t), letter("bob@ext.example")); a.action.Type != milter.ActionAccept {
		t.Errorf("afterwards: %+v", a)
	}
}

func TestMTAThatHangsUpInTheMiddle(t *testing.T) {
	r := start(t, always(rules.Deliver), nil)
	c := dial(t, r)
	c.write(packet('M', "<a@maine.example>\x00"))
	c.write(packet('R', "<b@ext.example>\x00"))
	c.write(packet('T', ""))
	if code := c.read(); code != 'c' {
		t.Fatalf("DATA was answered with %q", code)
	}
	c.write(packet('L', "Subject\x00 x\x00"))
	c.write(packet('B', "half a bo")[:8])
	_ = c.conn.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := r.Shutdown(ctx); err != nil { // waits for the connection's end
		t.Fatal(err)
	}
	if free := r.memory.free.Load(); free != r.MaxMemory {
		t.Errorf("%d bytes were not given back", r.MaxMemory-free)
	}
	if n := counted(r.Metrics.messages, "deliver"); n != 0 {
		t.Errorf("messages_total{deliver} = %v", n)
	}
}

// wire speaks the protocol by hand, for what no proper MTA says.
type wire struct {
	t    *testing.T
	conn net.Conn
}

// dial opens a connection and negotiates.
func dial(t *testing.T, r *rig) *wire {
	t.Helper()
	conn, err := net.Dial(r.network, r.address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(time.Minute))
	w := &wire{t, conn}
	w.write(packet('O', "\x00\x00\x00\x06"+"\x00\x00\x01\xff"+"\x00\x1f\xff\xff"))
	if code := w.read(); code != 'O' {
		t.Fatalf("negotiation was answered with %q", code)
	}
	return w
}

func packet(command byte, data string) []byte {
	return append(append(binary.BigEndian.AppendUint32(nil, uint32(len(data)+1)), command), data...)
}

func (w *wire) write(p []byte) {
	w.t.Helper()
	if _, err := w.conn.Write(p); err != nil {
		w.t.Fatal(err)
	}
}

// read returns the code of the next answer, or 0 where the connection has ended.
func (w *wire) read() byte {
	p, err := readPacket(w.conn)
	if err != nil {
		return 0
	}
	return p[4]
}
