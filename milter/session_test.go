package milter

import (
	"context"
	"errors"
	"fmt"
	"net"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/d--j/go-milter"

	"github.com/zixpolicy/zixpolicy/message"
	"github.com/zixpolicy/zixpolicy/rules"
)

func TestAbortForgetsTheMessage(t *testing.T) {
	var got message.Envelope
	var size int64
	p := always(rules.Encrypt)
	p.before = func(m *message.Message) { got, size = m.Envelope, m.Size }
	r := start(t, p, nil)
	s := r.connect(t)
	first := letter("first@ext.example")
	first.from = "first@maine.example"
	if err := envelope(s, first); err != nil {
		t.Fatal(err)
	}
	if _, err := s.DataStart(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.HeaderField("X-Zixpolicy-Action", " first", nil); err != nil {
		t.Fatal(err)
	}
	if err := s.Abort(nil); err != nil {
		t.Fatal(err)
	}
	a := mustSend(t, s, letter("second@ext.example"))
	if got.Sender != "alice@maine.example" || !slices.Equal(got.Recipients, []string{"second@ext.example"}) {
		t.Errorf("judged with the envelope %+v", got)
	}
	if want := int64(len("Subject: secret subject\r\n\r\nsecret body\r\n")); size != want {
		t.Errorf("judged %d bytes, want %d", size, want)
	}
	for _, act := range a.acts {
		if act.Type == milter.ActionChangeHeader {
			t.Errorf("a field of the first message is removed from the second: %+v", act)
		}
	}
}

func TestManyMessagesInOneConnection(t *testing.T) {
	r := start(t, &scripted{decide: func(to string) rules.Decision {
		if strings.HasPrefix(to, "secret") {
			return rules.Decision{Action: rules.Encrypt, Rule: "r"}
		}
		return rules.Decision{}
	}}, nil)
	s := r.connect(t)
	for i := range 30 {
		want, to := "", ""
		switch i % 3 {
		case 0:
			to = fmt.Sprintf("in%d@maine.example", i)
			want = to
		case 1:
			to = fmt.Sprintf("open%d@ext.example", i)
			want = to
		case 2:
			to = fmt.Sprintf("secret%d@ext.example", i)
			want = to + ".encrypt.zixpolicy.invalid"
		}
		a := mustSend(t, s, letter(to))
		if got := a.recipients([]string{to}); !slices.Equal(got, []string{want}) || a.atData != (i%3 == 0) {
			t.Fatalf("message %d: %q, %+v", i, got, a)
		}
	}
	if free := r.memory.free.Load(); free != r.MaxMemory {
		t.Errorf("%d bytes were not given back", r.MaxMemory-free)
	}
}

func TestConnectionsAtTheSameTimeDoNotMix(t *testing.T) {
	r := start(t, always(rules.Encrypt), nil)
	var wg sync.WaitGroup
	for i := range 8 {
		s := r.connect(t)
		wg.Go(func() {
			for j := range 20 {
				to := fmt.Sprintf("u%d-%d@ext.example", i, j)
				a, err := send(s, letter(to))
				if err != nil {
					t.Error(err)
					return
				}
				if got := a.recipients([]string{to}); !slices.Equal(got, []string{to + ".encrypt.zixpolicy.invalid"}) {
					t.Errorf("%s: sent to %q", to, got)
				}
			}
		})
	}
	wg.Wait()
	if n := counted(r.Metrics.messages, "encrypt"); n != 160 {
		t.Errorf("messages_total{encrypt} = %v", n)
	}
}

func TestPolicyIsPinnedPerMessage(t *testing.T) {
	r := start(t, always(rules.Encrypt), nil)
	s := r.connect(t)
	policies := make(chan policy, 2)
	policies <- always(rules.Encrypt)
	policies <- always(rules.Deliver)
	r.Server.policy = func() policy { return <-policies } // before the connection's first message
	for i, want := range []string{"bob@ext.example.encrypt.zixpolicy.invalid", "bob@ext.example"} {
		got := mustSend(t, s, letter("bob@ext.example")).recipients([]string{"bob@ext.example"})
		if !slices.Equal(got, []string{want}) {
			t.Errorf("message %d: sent to %q, want %q", i, got, want)
		}
	}
}

func TestShutdownWaitsForTheMessageInFlight(t *testing.T) {
	judging, release := make(chan struct{}), make(chan struct{})
	p := always(rules.Encrypt)
	p.before = func(*message.Message) { close(judging); <-release }
	r := start(t, p, nil)
	idle := r.connect(t)
	busy := r.connect(t)
	mustSend(t, idle, letter("in@maine.example"))

	answered := make(chan answer, 1)
	go func() {
		a, err := send(busy, letter("bob@ext.example"))
		if err != nil {
			t.Error(err)
		}
		answered <- a
	}()
	<-judging
	stopped := make(chan error, 1)
	go func() { stopped <- r.Shutdown(context.Background()) }()
	if _, err := send(idle, letter("bob@ext.example")); err == nil {
		t.Error("an idle connection is still served")
	}
	select {
	case err := <-stopped:
		t.Fatalf("Shutdown returned %v with a message in flight", err)
	default:
	}
	close(release)
	if a := <-answered; a.action.Type != milter.ActionAccept || len(a.recipients(nil)) != 1 {
		t.Errorf("the message in flight was answered with %+v", a)
	}
	if err := <-stopped; err != nil {
		t.Errorf("Shutdown: %v", err)
	}
	if _, err := r.session(); err == nil {
		t.Error("a new connection is served")
	}
}

func TestShutdownCutsOffWhatDoesNotEnd(t *testing.T) {
	judging, release := make(chan struct{}), make(chan struct{})
	defer close(release)
	p := always(rules.Deliver)
	p.before = func(*message.Message) { close(judging); <-release }
	r := start(t, p, nil)
	s := r.connect(t)
	failed := make(chan error, 1)
	go func() {
		_, err := send(s, letter("bob@ext.example"))
		failed <- err
	}()
	<-judging
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := r.Shutdown(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Shutdown: %v", err)
	}
	if err := <-failed; err == nil {
		t.Error("the message was answered")
	}
}

func TestServeAfterShutdownReturns(t *testing.T) {
	r := start(t, always(rules.Deliver), nil)
	if err := r.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
	other := start(t, always(rules.Deliver), nil)
	if err := r.Serve(&singleListener{}); err != nil {
		t.Errorf("Serve: %v", err)
	}
	mustSend(t, other.connect(t), letter("bob@ext.example"))
}

func TestLogLineExplainsWithoutQuoting(t *testing.T) {
	for _, addresses := range []bool{false, true} {
		t.Run(fmt.Sprint(addresses), func(t *testing.T) {
			p := always(rules.Encrypt)
			p.verdict = func(v *rules.Verdict) *rules.Verdict {
				v.Matched = []string{"the-rule", "another"}
				return v
			}
			r := start(t, p, func(o *Options, _ *Server) { o.LogAddresses = addresses })
			mustSend(t, r.connect(t), letter("bob@ext.example"))
			log := r.log.String()
			if n := strings.Count(log, "\n"); n != 1 {
				t.Errorf("%d lines", n)
			}
			for _, want := range []string{`"queue_id":"4QUEUEID"`, `"action":"encrypt"`, `"rule":"the-rule"`,
				`"matched":["the-rule","another"]`, `"routed":1`, `"size":40`, `"seconds":`, `"defects":[`} {
				if !strings.Contains(log, want) {
					t.Errorf("no %s in %s", want, log)
				}
			}
			if strings.Contains(log, "secret") {
				t.Errorf("quotes the message: %s", log)
			}
			if strings.Contains(log, "bob@ext.example") != addresses || strings.Contains(log, "alice@") != addresses {
				t.Errorf("addresses in %s", log)
			}
			if n := counted(r.Metrics.ruleMatches, "another"); n != 1 {
				t.Errorf("rule_matches_total{another} = %v", n)
			}
		})
	}
}

// nagle dials as MTAs do, which leave Nagle's algorithm on.
type nagle struct{}

func (nagle) Dial(network, address string) (net.Conn, error) {
	conn, err := net.Dial(network, address)
	if tcp, ok := conn.(*net.TCPConn); ok {
		err = tcp.SetNoDelay(false)
	}
	return conn, err
}

func TestInetSocketDoesNotStall(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("TCP_QUICKACK is an option of Linux")
	}
	r := startOn(t, always(rules.Encrypt), "tcp", "127.0.0.1:0", nil)
	s := r.connect(t, milter.WithDialer(nagle{}))
	// Without TCP_QUICKACK every message takes 40 ms. The best of many is what a
	// loaded machine cannot spoil.
	best := time.Hour
	for range 50 {
		begin := time.Now()
		mustSend(t, s, letter("bob@ext.example"))
		best = min(best, time.Since(begin))
	}
	if best > 35*time.Millisecond {
		t.Errorf("the fastest message took %v", best)
	}
}

func TestCollectorRestoresTheMessage(t *testing.T) {
	tests := []struct {
		name      string
		withSpace bool
		fields    [][2]string
		want      string
	}{
		{"with leading space", true, [][2]string{{"Subject", " x"}, {"To", "  y"}, {"X-Empty", ""}}, "Subject: x\r\nTo:  y\r\nX-Empty:\r\n\r\nbody"},
		{"space eaten", false, [][2]string{{"Subject", "x"}, {"To", " y"}}, "Subject: x\r\nTo:  y\r\n\r\nbody"},
		{"folded", true, [][2]string{{"Subject", " a\n\tb\n c"}}, "Subject: a\r\n\tb\r\n c\r\n\r\nbody"},
		{"folded with CRLF", true, [][2]string{{"Subject", " a\r\n b"}}, "Subject: a\r\n b\r\n\r\nbody"},
		{"no fields", true, nil, "\r\nbody"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := collector{memory: newBudget(1000), limit: 1000}
			for _, f := range tt.fields {
				c.field(f[0], f[1], tt.withSpace)
			}
			c.chunk([]byte("bo"))
			c.chunk([]byte("dy"))
			raw, release := c.take()
			if string(raw) != tt.want {
				t.Errorf("got %q, want %q", raw, tt.want)
			}
			release()
			if free := c.memory.free.Load(); free != 1000 {
				t.Errorf("%d bytes free afterwards", free)
			}
		})
	}
}

func BenchmarkMessage(b *testing.B) {
	for _, network := range []string{"unix", "tcp"} {
		b.Run(network, func(b *testing.B) {
			var r *rig
			if network == "unix" {
				r = start(b, always(rules.Encrypt), nil)
			} else {
				r = startOn(b, always(rules.Encrypt), "tcp", "127.0.0.1:0", nil)
			}
			s := r.connect(b)
			m := letter("bob@ext.example", "carol@ext.example")
			m.body = strings.Repeat("0123456789abcdef\r\n", 1000)
			for b.Loop() {
				mustSend(b, s, m)
			}
		})
	}
}
