package encryptor

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

const (
	// maxLine is the longest line taken from the MTA, which may have let lines
	// through that are longer than RFC 5321 allows.
	maxLine = 1 << 20
	// readTimeout bounds the wait for a command and, as go-smtp counts, the whole
	// transfer of a message, which goes as slowly as the backend takes it.
	readTimeout  = 30 * time.Minute
	writeTimeout = 5 * time.Minute
)

// Options configure a [Server].
type Options struct {
	Backend    Backend
	Name       string       // the backend's name in logs and metrics: "gateway"
	MaxMessage int64        // bytes; beyond: 552 5.3.4. Zero: no limit
	Log        *slog.Logger // one line per message
	Metrics    *Metrics     // never nil
}

// Server takes routed messages from the MTA over LMTP. It is safe for concurrent use.
type Server struct {
	Options
	lmtp   *smtp.Server
	ctx    context.Context // of all deliveries
	cancel context.CancelFunc

	mu       sync.Mutex
	draining bool
	sessions map[*session]bool
	running  sync.WaitGroup // one for each member of sessions
}

// NewServer returns a server that is ready to Serve.
func NewServer(o Options) *Server {
	s := &Server{Options: o, sessions: map[*session]bool{}}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.lmtp = smtp.NewServer(smtp.BackendFunc(s.newSession))
	s.lmtp.LMTP = true
	s.lmtp.Domain = "localhost"
	s.lmtp.EnableSMTPUTF8 = true
	s.lmtp.MaxMessageBytes = o.MaxMessage
	s.lmtp.MaxLineLength = maxLine
	s.lmtp.ReadTimeout = readTimeout
	s.lmtp.WriteTimeout = writeTimeout
	s.lmtp.ErrorLog = errorLog{o.Log}
	return s
}

// Serve answers connections on l (unix or loopback TCP) until Shutdown, then
// returns nil.
func (s *Server) Serve(l net.Listener) error {
	s.mu.Lock()
	draining := s.draining
	s.mu.Unlock()
	if draining {
		return l.Close()
	}
	if err := s.lmtp.Serve(l); err != nil {
		return fmt.Errorf("encryptor: %w", err)
	}
	return nil
}

// Shutdown stops accepting, ends connections between two messages and waits for
// deliveries in flight, until ctx ends. Then it cuts them off, so that the MTA keeps
// their messages, and returns the context's error.
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
		for session := range s.sessions {
			session.hangUp()
		}
		return fmt.Errorf("encryptor: shutdown: %w", ctx.Err())
	}
}

func (s *Server) drain() {
	s.mu.Lock()
	s.draining = true
	for session := range s.sessions {
		if !session.busy {
			session.hangUp()
		}
	}
	s.mu.Unlock()
	// With a context that has ended, this closes the listeners and does not wait for
	// clients to leave, which they would do in their own time.
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	_ = s.lmtp.Shutdown(ended)
}

// newSession is called when a client has introduced itself.
func (s *Server) newSession(c *smtp.Conn) (smtp.Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.draining {
		return nil, errShuttingDown
	}
	session := &session{server: s, conn: c.Conn()}
	s.sessions[session] = true
	s.running.Add(1)
	return session, nil
}

// begin marks a session as having a message in progress; it reports false where
// none may begin.
func (s *Server) begin(session *session) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	session.busy = !s.draining
	return session.busy
}

// end marks a session as having no message in progress: all replies are sent.
func (s *Server) end(session *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	session.busy = false
	if s.draining {
		session.hangUp()
	}
}

// leave forgets a session whose connection has ended.
func (s *Server) leave(session *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sessions[session] {
		delete(s.sessions, session)
		s.running.Done()
	}
}

// errorLog sends go-smtp's complaints to the log. They are about connections; the
// value of a panic, which could quote a message, never gets there, as the session
// recovers by itself.
type errorLog struct{ log *slog.Logger }

func (l errorLog) Printf(format string, v ...any) {
	l.log.Warn("encryptor: connection", "warning", fmt.Sprintf(format, v...))
}

func (l errorLog) Println(v ...any) {
	l.log.Warn("encryptor: connection", "warning", strings.TrimSuffix(fmt.Sprintln(v...), "\n"))
}
