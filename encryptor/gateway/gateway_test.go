package gateway

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/zixpolicy/zixpolicy/encryptor"
	"github.com/zixpolicy/zixpolicy/message"
)

// peer is a gateway that fails where the test says. A real one stands in the
// end-to-end tests.
type peer struct {
	*smtp.Server
	address string

	mail func(from string, opts *smtp.MailOptions) error // may be nil, as all of these
	rcpt func(to string) error
	data func(c net.Conn) error // before the message is read
	done func(c net.Conn) error // after

	mu          sync.Mutex
	connections int
	taken       []letter
	conns       []net.Conn
}

// letter is what the peer has taken over.
type letter struct {
	from string
	to   []string
	opts smtp.MailOptions
	text string
	tls  bool
	user string
}

type peerSession struct {
	peer   *peer
	conn   *smtp.Conn
	letter letter
	user   string
}

func startPeer(t *testing.T, change func(*peer)) *peer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &peer{address: l.Addr().String()}
	p.Server = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.connections++
		p.conns = append(p.conns, c.Conn())
		return &peerSession{peer: p, conn: c}, nil
	}))
	p.Domain = "gateway.example"
	p.EnableSMTPUTF8 = true
	p.ErrorLog = log.New(io.Discard, "", 0)
	if change != nil {
		change(p)
	}
	go func() { _ = p.Serve(l) }()
	t.Cleanup(func() { _ = p.Server.Close() })
	return p
}

func (p *peer) letters() []letter {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.taken)
}

func (s *peerSession) Mail(from string, opts *smtp.MailOptions) error {
	s.letter = letter{from: from, opts: *opts, user: s.user}
	_, s.letter.tls = s.conn.TLSConnectionState()
	if s.peer.mail != nil {
		return s.peer.mail(from, opts)
	}
	return nil
}

func (s *peerSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	if s.peer.rcpt != nil {
		if err := s.peer.rcpt(to); err != nil {
			return err
		}
	}
	s.letter.to = append(s.letter.to, to)
	return nil
}

func (s *peerSession) Data(r io.Reader) error {
	if s.peer.data != nil {
		if err := s.peer.data(s.conn.Conn()); err != nil {
			return err
		}
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if s.peer.done != nil {
		if err := s.peer.done(s.conn.Conn()); err != nil {
			return err
		}
	}
	s.letter.text = string(text)
	s.peer.mu.Lock()
	defer s.peer.mu.Unlock()
	s.peer.taken = append(s.peer.taken, s.letter)
	return nil
}

func (s *peerSession) Reset()        { s.letter = letter{} }
func (s *peerSession) Logout() error { return nil }

func (s *peerSession) AuthMechanisms() []string { return []string{sasl.Plain} }
func (s *peerSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if password != "right" {
			return errors.New("no")
		}
		s.user = user
		return nil
	}), nil
}

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

// bareGateway knows RFC 821 only, and serves one connection at a time.
func bareGateway(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			serveBare(c)
		}
	}()
	return l.Addr().String()
}

func serveBare(c net.Conn) {
	defer c.Close()
	fmt.Fprint(c, "220 gateway.example\r\n")
	var buffer strings.Builder
	one := make([]byte, 1)
	inData := false
	for {
		if _, err := c.Read(one); err != nil {
			return
		}
		buffer.Write(one)
		line := buffer.String()
		if !strings.HasSuffix(line, "\r\n") {
			continue
		}
		buffer.Reset()
		switch {
		case inData && line == ".\r\n":
			inData = false
			fmt.Fprint(c, "250 ok\r\n")
		case inData:
		case strings.HasPrefix(line, "EHLO"):
			fmt.Fprint(c, "502 what?\r\n")
		case strings.HasPrefix(line, "DATA"):
			inData = true
			fmt.Fprint(c, "354 go\r\n")
		default:
			fmt.Fprint(c, "250 ok\r\n")
		}
	}
}

// certificate makes a CA, in a file, and a certificate for 127.0.0.1 signed by it.
func certificate(t *testing.T) (caFile string, cert tls.Certificate) {
	t.Helper()
	newKey := func() *ecdsa.PrivateKey {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	caKey, key := newKey(), newKey()
	ca := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test CA"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	leaf := &x509.Certificate{SerialNumber: big.NewInt(2), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: ca.NotBefore, NotAfter: ca.NotAfter}
	caDER, err := x509.CreateCertificate(rand.Reader, ca, ca, caKey.Public(), caKey)
	if err != nil {
		t.Fatal(err)
	}
	leafDER, err := x509.CreateCertificate(rand.Reader, leaf, ca, key.Public(), caKey)
	if err != nil {
		t.Fatal(err)
	}
	caFile = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(caFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caDER}), 0o600); err != nil {
		t.Fatal(err)
	}
	return caFile, tls.Certificate{Certificate: [][]byte{leafDER}, PrivateKey: key}
}

func TestTLSModes(t *testing.T) {
	caFile, cert := certificate(t)
	otherCA, _ := certificate(t)
	tests := []struct {
		name      string
		mode      TLSMode
		offered   bool
		caFile    string
		delivered bool
		encrypted bool
	}{
		{"required, offered", TLSRequired, true, caFile, true, true},
		{"required, not offered", TLSRequired, false, caFile, false, false},
		{"required, unknown CA", TLSRequired, true, otherCA, false, false},
		{"required, system's roots", TLSRequired, true, "", false, false},
		{"opportunistic, offered", TLSOpportunistic, true, "", true, true},
		{"opportunistic, not offered", TLSOpportunistic, false, "", true, false},
		{"off, offered", TLSOff, true, "", true, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := startPeer(t, func(p *peer) {
				if tt.offered {
					p.TLSConfig = &tls.Config{Certificates: []tls.Certificate{cert}}
				}
			})
			b := newBackend(t, Config{Address: p.address, TLS: tt.mode, CAFile: tt.caFile})
			for range 2 {
				err := deliver(b, "bob@ext.example")
				if (err == nil) != tt.delivered || err != nil && codeOf(err) != 0 {
					t.Fatalf("error %v", err)
				}
			}
			for _, l := range p.letters() {
				if l.tls != tt.encrypted {
					t.Errorf("encrypted: %v", l.tls)
				}
			}
			if n := len(p.letters()); (n == 2) != tt.delivered {
				t.Errorf("%d messages taken over", n)
			}
		})
	}
}

func TestOpportunisticTLSDoesNotFallBackToClear(t *testing.T) {
	_, cert := certificate(t)
	p := startPeer(t, func(p *peer) {
		p.TLSConfig = &tls.Config{Certificates: []tls.Certificate{cert}, MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}
	})
	if err := deliver(newBackend(t, Config{Address: p.address, TLS: TLSOpportunistic}), "bob@ext.example"); codeOf(err) != 0 {
		t.Errorf("error %v", err)
	}
	if n := len(p.letters()); n != 0 {
		t.Errorf("%d messages went in clear", n)
	}
}

func TestAuthentication(t *testing.T) {
	caFile, cert := certificate(t)
	p := startPeer(t, func(p *peer) { p.TLSConfig = &tls.Config{Certificates: []tls.Certificate{cert}} })
	cfg := Config{Address: p.address, TLS: TLSRequired, CAFile: caFile, Username: "relay", Password: "right"}
	if err := deliver(newBackend(t, cfg), "bob@ext.example"); err != nil {
		t.Fatal(err)
	}
	if l := p.letters()[0]; l.user != "relay" {
		t.Errorf("taken over from %q", l.user)
	}
	cfg.Password = "wrong-password"
	err := deliver(newBackend(t, cfg), "bob@ext.example")
	if codeOf(err) != 0 || strings.Contains(err.Error(), "wrong-password") {
		t.Errorf("error %v, want a temporary one without the password", err)
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
