// Package milter is the edge on which mail enters: it speaks the milter protocol
// with Postfix or Sendmail, collects one transaction, asks the policy for a verdict
// and applies it. It holds no message longer than the MTA waits for its answer.
//
// It stands on the lower layer of go-milter, where a milter sees each event of the
// protocol, because it decides at two points: at DATA, where mail without external
// recipients is accepted before its body is transferred, and at the end of the
// message. To all other events the MTA is asked not to wait for an answer.
//
// Whatever goes wrong between those points ends in "451 4.7.1": a message that
// could not be judged stays with its client.
package milter

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/d--j/go-milter"

	"github.com/zixpolicy/zixpolicy/lexicon"
	"github.com/zixpolicy/zixpolicy/message"
	"github.com/zixpolicy/zixpolicy/rules"
)

// Options configure a [Server].
type Options struct {
	// Policy returns the policy in force. It is called once per message; that
	// message is judged by that policy to its end.
	Policy func() *rules.Policy
	// Limits bound the cost of one message. A zero field means its default.
	Limits message.Limits
	// Reader reads the messages; nil reads no PDF files.
	Reader *message.Reader
	// MaxMemory bounds the bytes of all messages held at once; a message that
	// would exceed it is answered with 451. Zero means four messages of the
	// greatest size, and 256 MiB at least.
	MaxMemory int64
	// MaxJudging bounds the messages judged at once; further ones wait for as
	// long as Limits.Time. Zero means four for each processor.
	MaxJudging int
	// Log gets one line per message and one per fault of a connection.
	Log *slog.Logger
	// LogAddresses adds sender and recipients to the log lines.
	LogAddresses bool
	// Audit, if set, is called with every verdict before the MTA is answered, from
	// several goroutines at once. A message whose verdict it returns an error for
	// is answered with 451.
	Audit func(*rules.Policy, *message.Message, *rules.Verdict) error
	// Notifier sends what rules want people to be told; nil: nobody is told.
	Notifier Notifier
	// Metrics are counted into; never nil.
	Metrics *Metrics
}

// policy is what the milter asks of a *rules.Policy.
type policy interface {
	External(recipient string) bool
	Evaluate(m *message.Message) *rules.Verdict
	Lexicons() *lexicon.Set
}

var _ policy = (*rules.Policy)(nil)

// Server answers MTAs. It is safe for concurrent use.
type Server struct {
	Options
	policy   func() policy // nil where no policy is in force
	memory   *budget
	judging  chan struct{} // a slot for each message being judged
	patience time.Duration // with the judging of one message
	ctx      context.Context
	cancel   context.CancelFunc

	draining  atomic.Bool
	mu        sync.Mutex
	listeners map[net.Listener]bool
	conns     map[*conn]bool
	running   sync.WaitGroup // one for each member of conns
}

// NewServer returns a server that is ready to Serve. The warnings of the go-milter
// library, which are the process's own, go to the log of the first server.
func NewServer(o Options) *Server {
	defaults := message.DefaultLimits()
	if o.Limits.Message <= 0 {
		o.Limits.Message = defaults.Message
	}
	if o.Limits.Time <= 0 {
		o.Limits.Time = defaults.Time
	}
	if o.MaxMemory <= 0 {
		o.MaxMemory = max(256<<20, 4*o.Limits.Message)
	}
	if o.MaxJudging <= 0 {
		o.MaxJudging = 4 * runtime.GOMAXPROCS(0)
	}
	s := &Server{
		Options:   o,
		memory:    newBudget(o.MaxMemory),
		judging:   make(chan struct{}, o.MaxJudging),
		patience:  o.Limits.Time + scanTime,
		listeners: map[net.Listener]bool{},
		conns:     map[*conn]bool{},
	}
	s.policy = func() policy {
		if p := o.Policy(); p != nil {
			return p
		}
		return nil
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	redirectWarnings(o.Log)
	return s
}

// Serve answers connections on l until Shutdown, then returns nil.
func (s *Server) Serve(l net.Listener) error {
	if !s.startListening(l) {
		return l.Close()
	}
	defer s.stopListening(l)
	for {
		nc, err := l.Accept()
		switch {
		case err == nil:
			s.answer(nc)
		case s.draining.Load():
			return nil
		case errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) || errors.Is(err, syscall.ECONNABORTED):
			s.Log.Warn("milter: accept", "error", err)
			s.pause(100 * time.Millisecond)
		default:
			return fmt.Errorf("milter: %w", err)
		}
	}
}

// answer starts a session on one connection. Each gets a go-milter server of its
// own, for that is what ties its transactions to the connection.
func (s *Server) answer(nc net.Conn) {
	c := newConn(s, nc)
	if !s.startConn(c) {
		_ = nc.Close()
		return
	}
	server := milter.NewServer(
		milter.WithActions(requiredActions),
		milter.WithProtocol(wantedProtocol),
		milter.WithNegotiationCallback(s.negotiate),
		milter.WithDynamicMilter(func(_ uint32, _ milter.OptAction, p milter.OptProtocol, _ milter.DataSize) milter.Milter {
			return newTransaction(s, c, p)
		}))
	// Returns at once with net.ErrClosed: the session runs on by itself until it
	// closes its connection.
	_ = server.Serve(&singleListener{conn: c})
}

// Shutdown stops accepting, ends connections between two messages and waits for
// messages in flight, until ctx ends. Then it cuts them off, which the MTAs answer
// to their clients with a temporary failure, and returns the context's error.
func (s *Server) Shutdown(ctx context.Context) error {
	defer s.cancel()
	s.drain()
	done := make(chan struct{})
	go func() {
		s.running.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		s.mu.Lock()
		defer s.mu.Unlock()
		for c := range s.conns {
			_ = c.Conn.Close()
		}
		return fmt.Errorf("milter: shutdown: %w", ctx.Err())
	}
}

func (s *Server) drain() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.draining.Store(true) // before any conn is interrupted
	for l := range s.listeners {
		_ = l.Close()
	}
	for c := range s.conns {
		c.interrupt()
	}
}

func (s *Server) startListening(l net.Listener) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.draining.Load() {
		return false
	}
	s.listeners[l] = true
	return true
}

func (s *Server) stopListening(l net.Listener) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = l.Close()
	delete(s.listeners, l)
}

func (s *Server) startConn(c *conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.draining.Load() {
		return false
	}
	s.conns[c] = true
	s.running.Add(1)
	return true
}

func (s *Server) stopConn(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conns[c] {
		delete(s.conns, c)
		s.running.Done()
	}
}

func (s *Server) pause(d time.Duration) {
	select {
	case <-time.After(d):
	case <-s.ctx.Done():
	}
}
