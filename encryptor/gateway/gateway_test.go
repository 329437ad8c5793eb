package gateway

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/zixpolicy/zixpolicy/encryptor"
	"github.com/zixpolicy/zixpolicy/message"
)

func newBackend(t *testing.T, cfg Config) *Backend {
	t.Helper()
	if cfg.TLS == "" {
		cfg.TLS = TLSOff
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = time.Minute
	}
	b, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	return b
}

const text = "Subject: secret\r\n\r\n.dot\r\nbody\r\n"

func deliver(b *Backend, to ...string) error {
	return b.Deliver(context.Background(), message.Envelope{Sender: "alice@maine.example", Recipients: to},
		&encryptor.Message{Reader: strings.NewReader(text)})
}

func refuse(code int) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 7, 9}, Message: "no"}
}

// codeOf returns the code of a reply, 0 where err is not one, 250 where it is nil.
func codeOf(err error) int {
	var reply *smtp.SMTPError
	switch {
	case err == nil:
		return 250
	case errors.As(err, &reply):
		return reply.Code
	}
	return 0
}

func TestMessageIsHandedOverOnceAndConnectionsAreReused(t *testing.T) {
	p := startPeer(t, nil)
	b := newBackend(t, Config{Address: p.address})
	for range 3 {
		if err := deliver(b, `"odd user"@ext.example`, "carol@ext.example"); err != nil {
			t.Fatal(err)
		}
	}
	taken := p.letters()
	if len(taken) != 3 || p.connections != 1 {
		t.Fatalf("%d messages over %d connections", len(taken), p.connections)
	}
	l := taken[2]
	if l.text != text || l.from != "alice@maine.example" || !slices.Equal(l.to, []string{"odd user@ext.example", "carol@ext.example"}) {
		t.Errorf("taken over: %+v", l)
	}
}

func TestRepliesReachTheirRecipients(t *testing.T) {
	tests := []struct {
		name   string
		change func(*peer)
		want   []int // for bob, carol, dave
		taken  int
	}{
		{"sender refused", func(p *peer) { p.mail = func(string, *smtp.MailOptions) error { return refuse(553) } }, []int{553, 553, 553}, 0},
		{"sender deferred", func(p *peer) { p.mail = func(string, *smtp.MailOptions) error { return refuse(451) } }, []int{451, 451, 451}, 0},
		{"authentication wanted", func(p *peer) { p.mail = func(string, *smtp.MailOptions) error { return refuse(530) } }, []int{0, 0, 0}, 0},
		{"one recipient refused, one deferred", func(p *peer) {
			p.rcpt = func(to string) error {
				return map[string]error{"bob@ext.example": refuse(550), "dave@ext.example": refuse(450)}[to]
			}
		}, []int{550, 250, 450}, 1},
		{"all recipients refused", func(p *peer) { p.rcpt = func(string) error { return refuse(550) } }, []int{550, 550, 550}, 0},
		{"message refused", func(p *peer) { p.data = func(net.Conn) error { return refuse(554) } }, []int{554, 554, 554}, 0},
		{"message deferred", func(p *peer) { p.done = func(net.Conn) error { return refuse(452) } }, []int{452, 452, 452}, 0},
		{"one recipient and the message refused", func(p *peer) {
			p.rcpt = func(to string) error {
				return map[string]error{"bob@ext.example": refuse(550)}[to]
			}
			p.done = func(net.Conn) error { return refuse(452) }
		}, []int{550, 452, 452}, 0},
		{"connection lost before the message", func(p *peer) {
			p.rcpt = func(string) error { p.hangUp(); return nil }
		}, []int{0, 0, 0}, 0},
		{"connection lost in the message", func(p *peer) {
			p.data = func(c net.Conn) error { _ = c.Close(); return nil }
		}, []int{0, 0, 0}, 0},
		{"connection lost after the message", func(p *peer) {
			p.done = func(c net.Conn) error { _ = c.Close(); return nil }
		}, []int{0, 0, 0}, 1}, // the peer has it, and nobody can know
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := startPeer(t, tt.change)
			b := newBackend(t, Config{Address: p.address})
			to := []string{"bob@ext.example", "carol@ext.example", "dave@ext.example"}
			checkCodes(t, deliver(b, to...), tt.want)
			p.Server.Close() // waits for nothing, but no new connection comes
			if got := len(p.letters()); got > tt.taken {
				t.Errorf("%d messages taken over, want %d", got, tt.taken)
			}
			if p.connections != 1 {
				t.Errorf("%d connections: the message was sent again", p.connections)
			}
		})
	}
}

// hangUp ends all connections of the peer.
func (p *peer) hangUp() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.conns {
		_ = c.Close()
	}
}

func checkCodes(t *testing.T, err error, want []int) {
	t.Helper()
	var each encryptor.RecipientErrors
	errors.As(err, &each)
	for i, code := range want {
		got := codeOf(err)
		if each != nil {
			got = codeOf(each[i])
		}
		if got != code {
			t.Errorf("recipient %d: %d (%v), want %d", i, got, err, code)
		}
	}
}

func TestConnectionIsGoodAfterRefusals(t *testing.T) {
	refusing := true
	p := startPeer(t, func(p *peer) {
		p.rcpt = func(string) error {
			if refusing {
				return refuse(550)
			}
			return nil
		}
	})
	b := newBackend(t, Config{Address: p.address})
	if err := deliver(b, "bob@ext.example", "carol@ext.example"); err == nil {
		t.Fatal("delivered")
	}
	refusing = false
	if err := deliver(b, "dave@ext.example"); err != nil {
		t.Fatal(err)
	}
	taken := p.letters()
	if p.connections != 1 || len(taken) != 1 || !slices.Equal(taken[0].to, []string{"dave@ext.example"}) {
		t.Errorf("%d connections, %+v", p.connections, taken)
	}
}

func TestStaleConnectionIsReplacedBeforeTheMessage(t *testing.T) {
	tests := []struct {
		name string
		end  func(p *peer)
	}{
		{"closed by the gateway", func(p *peer) { p.hangUp() }},
		{"421 to MAIL", func(p *peer) {
			first := true
			p.mail = func(string, *smtp.MailOptions) error {
				if first {
					first = false
					return refuse(421)
				}
				return nil
			}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := startPeer(t, nil)
			b := newBackend(t, Config{Address: p.address})
			if err := deliver(b, "bob@ext.example"); err != nil {
				t.Fatal(err)
			}
			tt.end(p)
			if err := deliver(b, "carol@ext.example"); err != nil {
				t.Fatal(err)
			}
			if taken := p.letters(); len(taken) != 2 || p.connections != 2 || taken[1].text != text {
				t.Errorf("%d messages over %d connections", len(taken), p.connections)
			}
		})
	}
}

func TestConnectionLostInTheMessageIsNotTriedAgain(t *testing.T) {
	p := startPeer(t, nil)
	b := newBackend(t, Config{Address: p.address})
	if err := deliver(b, "bob@ext.example"); err != nil {
		t.Fatal(err)
	}
	p.mu.Lock()
	p.done = func(c net.Conn) error { return c.Close() } // taken over, and the reply lost
	p.mu.Unlock()
	if err := deliver(b, "bob@ext.example"); codeOf(err) != 0 {
		t.Errorf("error %v, want a temporary one", err)
	}
	if p.connections != 1 {
		t.Errorf("%d connections: the message was sent again", p.connections)
	}
}

func TestHalfAMessageIsNotSentAsAWholeOne(t *testing.T) {
	p := startPeer(t, nil)
	b := newBackend(t, Config{Address: p.address})
	broken := errors.New("broken")
	err := b.Deliver(context.Background(), message.Envelope{Recipients: []string{"bob@ext.example"}},
		&encryptor.Message{Reader: io.MultiReader(strings.NewReader(text), failing{broken})})
	if !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
	if err := deliver(b, "bob@ext.example"); err != nil {
		t.Fatal(err)
	}
	if taken := p.letters(); len(taken) != 1 || p.connections != 2 {
		t.Errorf("%d messages over %d connections", len(taken), p.connections)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestGatewayThatHangs(t *testing.T) {
	block := make(chan struct{})
	defer close(block)
	wait := func(net.Conn) error { <-block; return nil }
	for name, change := range map[string]func(*peer){
		"at MAIL":           func(p *peer) { p.mail = func(string, *smtp.MailOptions) error { return wait(nil) } },
		"after the message": func(p *peer) { p.done = wait },
	} {
		t.Run(name+", timeout", func(t *testing.T) {
			b := newBackend(t, Config{Address: startPeer(t, change).address, Timeout: 50 * time.Millisecond})
			if err := deliver(b, "bob@ext.example"); !isTimeout(err) {
				t.Errorf("error %v", err)
			}
		})
		t.Run(name+", cancelled", func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			reached := make(chan struct{})
			p := startPeer(t, change)
			if p.mail != nil {
				p.mail = func(string, *smtp.MailOptions) error { close(reached); return wait(nil) }
			} else {
				p.done = func(net.Conn) error { close(reached); return wait(nil) }
			}
			b := newBackend(t, Config{Address: p.address})
			go func() { <-reached; cancel() }()
			err := b.Deliver(ctx, message.Envelope{Recipients: []string{"bob@ext.example"}}, &encryptor.Message{Reader: strings.NewReader(text)})
			if codeOf(err) != 0 {
				t.Errorf("error %v", err)
			}
		})
	}
	t.Run("without a greeting", func(t *testing.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0") // the kernel accepts, nobody speaks
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		for _, mode := range []TLSMode{TLSOff, TLSOpportunistic, TLSRequired} {
			b := newBackend(t, Config{Address: l.Addr().String(), TLS: mode, Timeout: 50 * time.Millisecond})
			if err := deliver(b, "bob@ext.example"); !isTimeout(err) {
				t.Errorf("%s: error %v", mode, err)
			}
		}
	})
	t.Run("without reading", func(t *testing.T) {
		b := newBackend(t, Config{Address: startPeer(t, func(p *peer) { p.data = wait }).address, Timeout: 50 * time.Millisecond})
		err := b.Deliver(context.Background(), message.Envelope{Recipients: []string{"bob@ext.example"}},
			&encryptor.Message{Reader: io.LimitReader(zeros{}, 1<<30)})
		if !isTimeout(err) {
			t.Errorf("error %v", err)
		}
	})
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

func TestUnreachableGatewayIsTemporary(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	if err := deliver(newBackend(t, Config{Address: l.Addr().String()}), "bob@ext.example"); codeOf(err) != 0 {
		t.Errorf("error %v", err)
	}
}

func TestExtensionsThatTheMessageNeeds(t *testing.T) {
	send := func(b *Backend, to string, msg encryptor.Message) error {
		msg.Reader = strings.NewReader(text)
		return b.Deliver(context.Background(), message.Envelope{Sender: "a@maine.example", Recipients: []string{to}}, &msg)
	}
	full := startPeer(t, nil)
	b := newBackend(t, Config{Address: full.address})
	if err := send(b, "müller@bücher.example", encryptor.Message{EightBit: true, Size: 77}); err != nil {
		t.Fatal(err)
	}
	if l := full.letters()[0]; !l.opts.UTF8 || l.opts.Body != smtp.Body8BitMIME || l.opts.Size != 77 || l.to[0] != "müller@bücher.example" {
		t.Errorf("taken over: %+v", l)
	}
	bare := bareGateway(t)
	b = newBackend(t, Config{Address: bare})
	for _, tt := range []struct {
		to   string
		msg  encryptor.Message
		want int
	}{
		{"müller@ext.example", encryptor.Message{}, 550},
		{"bob@ext.example", encryptor.Message{UTF8: true}, 550},
		{"bob@ext.example", encryptor.Message{EightBit: true}, 554},
		{"bob@ext.example", encryptor.Message{}, 250},
	} {
		if err := send(b, tt.to, tt.msg); codeOf(err) != tt.want {
			t.Errorf("%s %+v: %v, want %d", tt.to, tt.msg, err, tt.want)
		}
	}
}

func TestNewRefusesWhatCannotWork(t *testing.T) {
	noCertificate := filepath.Join(t.TempDir(), "x.pem")
	if err := os.WriteFile(noCertificate, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		cfg  Config
		want string
	}{
		{Config{Address: "gateway.example", TLS: TLSOff}, "address"},
		{Config{Address: "gateway.example:25", TLS: "maybe"}, `"maybe"`},
		{Config{Address: "gateway.example:25"}, "tls"},
		{Config{Address: "gateway.example:25", TLS: TLSRequired, CAFile: "/nonexistent"}, "ca_file"},
		{Config{Address: "gateway.example:25", TLS: TLSRequired, CAFile: noCertificate}, "no certificate"},
		{Config{Address: "gateway.example:25", TLS: TLSRequired, Username: "a"}, "both"},
		{Config{Address: "gateway.example:25", TLS: TLSOff, Username: "a", Password: "secret"}, "authentication"},
		{Config{Address: "gateway.example:25", TLS: TLSOpportunistic, Username: "a", Password: "secret"}, "authentication"},
	}
	for _, tt := range tests {
		if _, err := New(tt.cfg); err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("New(%+v): %v, want %s", tt.cfg, err, tt.want)
		}
	}
}

func TestConcurrentDeliveries(t *testing.T) {
	p := startPeer(t, nil)
	b := newBackend(t, Config{Address: p.address})
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			for range 10 {
				if err := deliver(b, "bob@ext.example"); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if n := len(p.letters()); n != 100 {
		t.Errorf("%d messages taken over", n)
	}
	if n := len(b.idle); n == 0 || n > maxIdle {
		t.Errorf("%d idle connections", n)
	}
}
