package encryptor

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/zixpolicy/zixpolicy/message"
)

const suffix = ".encrypt.zixpolicy.invalid"

// backend is a Backend that does what the test says and keeps what it got.
type backend struct {
	deliver func(ctx context.Context, env message.Envelope, msg *Message) error // nil: read all, take over

	mu   sync.Mutex
	env  message.Envelope
	msg  Message
	text string
}

func (b *backend) Deliver(ctx context.Context, env message.Envelope, msg *Message) error {
	b.mu.Lock()
	b.env, b.msg = env, *msg
	b.mu.Unlock()
	if b.deliver != nil {
		return b.deliver(ctx, env, msg)
	}
	text, err := io.ReadAll(msg)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text = string(text)
	return err
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

type rig struct {
	*Server
	address string
	log     *logBuffer
}

func start(t *testing.T, b Backend, maxMessage int64) *rig {
	t.Helper()
	dir, err := os.MkdirTemp("", "zx") // t.TempDir is too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	l, err := net.Listen("unix", filepath.Join(dir, "s"))
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{address: l.Addr().String(), log: &logBuffer{}}
	r.Server = NewServer(Options{Backend: b, Name: "test", MaxMessage: maxMessage,
		Log: slog.New(slog.NewJSONHandler(r.log, nil)), Metrics: NewMetrics(prometheus.NewRegistry())})
	served := make(chan error, 1)
	go func() { served <- r.Serve(l) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := r.Shutdown(ctx); err != nil {
			t.Errorf("Shutdown: %v", err)
		}
		if err := <-served; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	return r
}

func (r *rig) counted(result string) float64 {
	return testutil.ToFloat64(r.Metrics.deliveries.WithLabelValues("test", result))
}

// lmtp speaks LMTP by the line, since go-smtp's client keeps one reply per address.
type lmtp struct {
	t    *testing.T
	conn net.Conn
	r    *bufio.Reader
}

func (r *rig) connect(t *testing.T) *lmtp {
	t.Helper()
	conn, err := net.Dial("unix", r.address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(time.Minute))
	c := &lmtp{t, conn, bufio.NewReader(conn)}
	c.want("220")
	c.say("LHLO mail.maine.example", "250")
	return c
}

func (c *lmtp) write(s string) {
	c.t.Helper()
	if _, err := io.WriteString(c.conn, s); err != nil {
		c.t.Fatal(err)
	}
}

// reply returns the last line of the next reply; "" where the connection has ended.
func (c *lmtp) reply() string {
	for {
		line, err := c.r.ReadString('\n')
		if err != nil {
			return ""
		}
		if len(line) > 3 && line[3] == ' ' {
			return strings.TrimRight(line, "\r\n")
		}
	}
}

func (c *lmtp) want(prefix string) {
	c.t.Helper()
	if reply := c.reply(); !strings.HasPrefix(reply, prefix) {
		c.t.Fatalf("reply %q, want %s", reply, prefix)
	}
}

func (c *lmtp) say(command, prefix string) {
	c.t.Helper()
	c.write(command + "\r\n")
	c.want(prefix)
}

// send transfers a message and returns the reply for each recipient.
func (c *lmtp) send(text string, to ...string) []string {
	c.t.Helper()
	c.say("MAIL FROM:<alice@maine.example>", "250")
	for _, address := range to {
		c.say("RCPT TO:<"+address+">", "250")
	}
	c.say("DATA", "354")
	c.write(text + ".\r\n")
	var replies []string
	for range to {
		replies = append(replies, c.reply())
	}
	return replies
}

const letter = "Subject: secret\r\nX-Zixpolicy-Action: encrypt\r\nX-Zixpolicy-Rule: hipaa\r\n\r\nsecret body\r\n"

func TestRecipientsGetTheirOwnAddressesBack(t *testing.T) {
	tests := []struct{ name, routed, want string }{
		{"plain", "bob@ext.example" + suffix, "bob@ext.example"},
		{"quoted space", `"odd user"@ext.example` + suffix, `"odd user"@ext.example`},
		{"quoted @", `"a@b"@ext.example` + suffix, `"a@b"@ext.example`},
		{"quoted quote and backslash", `"a\"b\\c"@ext.example` + suffix, `"a\"b\\c"@ext.example`},
		{"quotes without need", `"bob"@ext.example` + suffix, "bob@ext.example"},
		{"two dots", `"a..b"@ext.example` + suffix, `"a..b"@ext.example`},
		{"IPv4 literal", "bob@192.0.2.1" + suffix, "bob@[192.0.2.1]"},
		{"IPv6 literal", "bob@20010db8000000000000000000000001.6" + suffix, "bob@[IPv6:2001:db8::1]"},
		{"UTF-8", "müller@bücher.example" + suffix, "müller@bücher.example"},
		{"capitals", "bob@ext.example.ENCRYPT.Zixpolicy.Invalid", "bob@ext.example"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := &backend{}
			c := start(t, b, 0).connect(t)
			if replies := c.send(letter, tt.routed); !strings.HasPrefix(replies[0], "250") {
				t.Fatalf("replies %q", replies)
			}
			if !slices.Equal(b.env.Recipients, []string{tt.want}) || b.env.Sender != "alice@maine.example" {
				t.Errorf("envelope %+v, want %q", b.env, tt.want)
			}
		})
	}
}

func TestSenderKeepsItsQuotes(t *testing.T) {
	for from, want := range map[string]string{`"odd user"@maine.example`: `"odd user"@maine.example`, "": ""} {
		b := &backend{}
		c := start(t, b, 0).connect(t)
		c.say("MAIL FROM:<"+from+">", "250")
		c.say("RCPT TO:<bob@ext.example"+suffix+">", "250")
		c.say("DATA", "354")
		c.write(letter)
		c.say(".", "250")
		if b.env.Sender != want {
			t.Errorf("sender %q, want %q", b.env.Sender, want)
		}
	}
}

func TestOnlyRoutedRecipientsAreTaken(t *testing.T) {
	c := start(t, &backend{}, 0).connect(t)
	c.say("MAIL FROM:<alice@maine.example>", "250")
	for _, to := range []string{"bob@ext.example", "bob@ext.example.tls.zixpolicy.invalid", "bob@encrypt.zixpolicy.invalid"} {
		c.say("RCPT TO:<"+to+">", "550 5.1.1 ")
	}
}

func TestOwnFieldsGoToTheBackendAndNotOut(t *testing.T) {
	tests := []struct {
		name, text, out string
		policy          map[string]string
	}{
		{"at the end", letter, "Subject: secret\r\n\r\nsecret body\r\n", map[string]string{"action": "encrypt", "rule": "hipaa"}},
		{"folded, in capitals, in between", "A: 1\r\nX-ZIXPOLICY-RULE:\r\n a\r\n\tb\r\nB: 2\r\n folded\r\n\r\n",
			"A: 1\r\nB: 2\r\n folded\r\n\r\n", map[string]string{"rule": "a b"}},
		{"first one counts", "X-Zixpolicy-Rule: a\r\nX-Zixpolicy-Rule : b\r\n\r\n", "\r\n", map[string]string{"rule": "a"}},
		{"in the body they are text", "A: 1\r\n\r\nX-Zixpolicy-Rule: a\r\n", "A: 1\r\n\r\nX-Zixpolicy-Rule: a\r\n", map[string]string{}},
		{"no body", "A: 1\r\nX-Zixpolicy-Rule: a\r\n", "A: 1\r\n", map[string]string{"rule": "a"}},
		{"no header", "\r\nbody\r\n", "\r\nbody\r\n", map[string]string{}},
		{"names that only look like it", "X-Zixpolicy: 1\r\nX-Zixpolicyx-A: 2\r\n\r\n", "X-Zixpolicy: 1\r\nX-Zixpolicyx-A: 2\r\n\r\n", map[string]string{}},
		{"dots and long lines", "A: " + strings.Repeat("x", 70_000) + "\r\n\r\n..dot\r\n" + strings.Repeat("y", 70_000) + "\r\n",
			"A: " + strings.Repeat("x", 70_000) + "\r\n\r\n.dot\r\n" + strings.Repeat("y", 70_000) + "\r\n", map[string]string{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := &backend{}
			c := start(t, b, 0).connect(t)
			if replies := c.send(tt.text, "bob@ext.example"+suffix); !strings.HasPrefix(replies[0], "250") {
				t.Fatalf("replies %q", replies)
			}
			if b.text != tt.out {
				t.Errorf("out went %.200q, want %.200q", b.text, tt.out)
			}
			if fmt.Sprint(b.msg.Policy) != fmt.Sprint(tt.policy) {
				t.Errorf("policy %v, want %v", b.msg.Policy, tt.policy)
			}
		})
	}
}

func TestAnnouncementsReachTheBackend(t *testing.T) {
	b := &backend{}
	c := start(t, b, 1000).connect(t)
	c.say("MAIL FROM:<a@maine.example> SIZE=90 BODY=8BITMIME SMTPUTF8", "250")
	c.say("RCPT TO:<bob@ext.example"+suffix+">", "250")
	c.say("DATA", "354")
	c.write("Received: from x (y [192.0.2.1])\r\n\tby mail.maine.example (Postfix) with ESMTPS id 4cXyZ1\r\n\tfor <z>\r\n" + letter)
	c.say(".", "250")
	if b.msg.Size != 90 || !b.msg.EightBit || !b.msg.UTF8 || b.env.QueueID != "4cXyZ1" {
		t.Errorf("message %+v, envelope %+v", b.msg, b.env)
	}
}

func TestBackendErrorsBecomeReplies(t *testing.T) {
	reply := func(code int) error {
		return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 7, 9}, Message: "words"}
	}
	tests := []struct {
		name string
		err  error
		want []string
	}{
		{"taken over", nil, []string{"250", "250", "250"}},
		{"permanent", reply(554), []string{"554 5.7.9", "554 5.7.9", "554 5.7.9"}},
		{"wrapped", fmt.Errorf("x: %w", reply(452)), []string{"452 4.7.9", "452 4.7.9", "452 4.7.9"}},
		{"not a reply", errors.New("bob@ext.example"), []string{"451 4.3.0", "451 4.3.0", "451 4.3.0"}},
		{"a reply that is no error", reply(250), []string{"451 4.3.0", "451 4.3.0", "451 4.3.0"}},
		{"closing another channel", reply(421), []string{"451 4.7.9", "451 4.7.9", "451 4.7.9"}},
		{"each its own, one address twice", RecipientErrors{reply(550), nil, errors.New("x")}, []string{"550 5.7.9", "250", "451 4.3.0"}},
		{"too few", RecipientErrors{nil, nil}, []string{"451 4.3.0", "451 4.3.0", "451 4.3.0"}},
	}
	to := []string{"bob@ext.example" + suffix, "carol@ext.example" + suffix, "bob@ext.example" + suffix}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := start(t, &backend{deliver: func(_ context.Context, _ message.Envelope, msg *Message) error {
				_, _ = io.Copy(io.Discard, msg)
				return tt.err
			}}, 0)
			c := r.connect(t)
			delivered := 0.0
			for i, got := range c.send(letter, to...) {
				if !strings.HasPrefix(got, tt.want[i]) {
					t.Errorf("recipient %d: %q, want %s", i, got, tt.want[i])
				}
				if tt.want[i] == "250" {
					delivered++
				}
			}
			c.say("NOOP", "250") // waits for the message's end
			if n := r.counted(resultDelivered); n != delivered {
				t.Errorf("deliveries_total{delivered} = %v, want %v", n, delivered)
			}
			if sum := r.counted(resultDelivered) + r.counted(resultTemporary) + r.counted(resultPermanent); sum != 3 {
				t.Errorf("%v deliveries counted", sum)
			}
			log := r.log.String()
			if !strings.Contains(log, `"rule":"hipaa"`) || !strings.Contains(log, `"backend":"test"`) || strings.Contains(log, "words") || strings.Contains(log, "secret") {
				t.Errorf("log: %s", log)
			}
		})
	}
}

func TestNothingIsTakenOverByAccident(t *testing.T) {
	tests := []struct {
		name    string
		deliver func(context.Context, message.Envelope, *Message) error
	}{
		{"unread", func(context.Context, message.Envelope, *Message) error { return nil }},
		{"half read", func(_ context.Context, _ message.Envelope, m *Message) error {
			_, err := io.CopyN(io.Discard, m, 5)
			return err
		}},
		{"half read, per recipient", func(_ context.Context, _ message.Envelope, m *Message) error {
			return RecipientErrors{nil}
		}},
		{"panic", func(context.Context, message.Envelope, *Message) error { panic("secret") }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := start(t, &backend{deliver: tt.deliver}, 0)
			c := r.connect(t)
			text := letter + strings.Repeat("secret\r\n", 50_000)
			for range 2 { // the connection goes on
				if got := c.send(text, "bob@ext.example"+suffix); !strings.HasPrefix(got[0], "451 4.3.0") {
					t.Errorf("reply %q", got)
				}
			}
			if log := r.log.String(); strings.Contains(log, "secret") {
				t.Errorf("the log quotes the message: %s", log)
			}
		})
	}
}

func TestTooLargeIsPermanent(t *testing.T) {
	b := &backend{}
	c := start(t, b, 10_000).connect(t)
	c.say("MAIL FROM:<a@maine.example> SIZE=10001", "552 5.3.4")
	got := c.send(letter+strings.Repeat("x\r\n", 10_000), "bob@ext.example"+suffix)
	if !strings.HasPrefix(got[0], "552 5.3.4") {
		t.Errorf("message: %q", got)
	}
	c = start(t, b, 0).connect(t)
	got = c.send(strings.Repeat("A: "+strings.Repeat("x", 1000)+"\r\n", maxHeader/1000)+"\r\n", "bob@ext.example"+suffix)
	if !strings.HasPrefix(got[0], "552 5.3.4") {
		t.Errorf("header: %q", got)
	}
}

func TestBodyIsStreamed(t *testing.T) {
	first := make(chan string, 1)
	c := start(t, &backend{deliver: func(_ context.Context, _ message.Envelope, m *Message) error {
		r := bufio.NewReader(m)
		for {
			line, err := r.ReadString('\n')
			if err != nil {
				return err
			}
			if line == "first\r\n" {
				first <- line
				_, err = io.Copy(io.Discard, r)
				return err
			}
		}
	}}, 0).connect(t)
	c.say("MAIL FROM:<a@maine.example>", "250")
	c.say("RCPT TO:<bob@ext.example"+suffix+">", "250")
	c.say("DATA", "354")
	// go-smtp fills the reader's buffer before it gives anything.
	c.write("A: 1\r\n\r\nfirst\r\n" + strings.Repeat("filler\r\n", 20_000))
	<-first // before the message has ended
	c.write("second\r\n")
	c.say(".", "250")
}

func TestClientThatHangsUpInTheMiddle(t *testing.T) {
	result := make(chan error, 1)
	r := start(t, &backend{deliver: func(_ context.Context, _ message.Envelope, m *Message) error {
		_, err := io.Copy(io.Discard, m)
		result <- err
		return nil // wrongly
	}}, 0)
	c := r.connect(t)
	c.say("MAIL FROM:<a@maine.example>", "250")
	c.say("RCPT TO:<bob@ext.example"+suffix+">", "250")
	c.say("DATA", "354")
	c.write("A: 1\r\n\r\nhalf")
	_ = c.conn.Close()
	if err := <-result; !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("the backend read half a message with %v", err)
	}
	if err := r.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
	if n := r.counted(resultDelivered); n != 0 {
		t.Errorf("deliveries_total{delivered} = %v", n)
	}
}

func TestShutdownWaitsForTheDeliveryInFlight(t *testing.T) {
	delivering, release := make(chan struct{}), make(chan struct{})
	r := start(t, &backend{deliver: func(_ context.Context, _ message.Envelope, m *Message) error {
		_, err := io.Copy(io.Discard, m)
		close(delivering)
		<-release
		return err
	}}, 0)
	idle, busy := r.connect(t), r.connect(t)
	replies := make(chan []string, 1)
	busy.say("MAIL FROM:<alice@maine.example>", "250")
	busy.say("RCPT TO:<bob@ext.example"+suffix+">", "250")
	busy.say("DATA", "354")
	go func() {
		_, _ = io.WriteString(busy.conn, letter+".\r\n")
		replies <- []string{busy.reply(), busy.reply()}
	}()
	<-delivering
	stopped := make(chan error, 1)
	go func() { stopped <- r.Shutdown(context.Background()) }()
	if reply := idle.reply(); reply != "" {
		t.Errorf("an idle connection heard %q", reply)
	}
	select {
	case err := <-stopped:
		t.Fatalf("Shutdown returned %v with a delivery in flight", err)
	default:
	}
	close(release)
	if got := <-replies; !strings.HasPrefix(got[0], "250") || got[1] != "" {
		t.Errorf("the delivery in flight was answered with %q", got)
	}
	if err := <-stopped; err != nil {
		t.Errorf("Shutdown: %v", err)
	}
}

func TestShutdownCutsOffWhatDoesNotEnd(t *testing.T) {
	delivering := make(chan struct{})
	r := start(t, &backend{deliver: func(ctx context.Context, _ message.Envelope, m *Message) error {
		_, _ = io.Copy(io.Discard, m)
		close(delivering)
		<-ctx.Done()
		return ctx.Err()
	}}, 0)
	c := r.connect(t)
	c.say("MAIL FROM:<alice@maine.example>", "250")
	c.say("RCPT TO:<bob@ext.example"+suffix+">", "250")
	c.say("DATA", "354")
	c.write(letter + ".\r\n")
	<-delivering
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := r.Shutdown(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Shutdown: %v", err)
	}
	if reply := c.reply(); strings.HasPrefix(reply, "2") {
		t.Errorf("answered %q", reply)
	}
}

func TestManyMessagesInOneConnection(t *testing.T) {
	r := start(t, &backend{}, 0)
	c := r.connect(t)
	for range 20 {
		if got := c.send(letter, "bob@ext.example"+suffix); !strings.HasPrefix(got[0], "250") {
			t.Fatal(got)
		}
		c.say("RSET", "250")
	}
	if n := r.counted(resultDelivered); n != 20 {
		t.Errorf("deliveries_total{delivered} = %v", n)
	}
}
