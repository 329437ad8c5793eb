package notice

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/smtp"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

const (
	// waiting is how many notices may wait to be sent; further ones are dropped.
	waiting = 100
	// perHour is how many one person gets within an hour.
	perHour = 20
	// people bounds for how many persons this is counted.
	people = 10_000
	// patience is how long the MTA may take over one notice.
	patience = time.Minute
)

// Options configure a [Sender].
type Options struct {
	Server     string // host:port of the MTA that notices are handed to
	From       string // address that notices are from; their envelope sender is null
	Log        *slog.Logger
	Registerer prometheus.Registerer

	now func() time.Time // for tests; nil: time.Now
}

// Sender sends notices one after the other. It is safe for concurrent use.
type Sender struct {
	Options
	notices *prometheus.CounterVec // by result
	queue   chan *Notice
	stop    context.CancelFunc
	done    chan struct{}

	mu    sync.Mutex
	hour  time.Time      // the one that is being counted
	given map[string]int // notices in that hour, by lower-case mailbox
}

// The results of a notice: labels of a metric.
const (
	resultSent    = "sent"
	resultFailed  = "failed"  // the MTA did not take it
	resultDropped = "dropped" // too many were waiting
	resultLimited = "limited" // its addressee has had enough for an hour
	resultInvalid = "invalid" // it cannot be addressed
)

// New returns a sender that is ready. It panics where its metric is registered
// already.
func New(o Options) *Sender {
	if o.now == nil {
		o.now = time.Now
	}
	s := &Sender{Options: o, queue: make(chan *Notice, waiting), done: make(chan struct{}), given: map[string]int{},
		notices: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "zixpolicy_notices_total",
			Help: "Notices to people inside about their messages, by result.",
		}, []string{"result"})}
	o.Registerer.MustRegister(s.notices)
	for _, result := range []string{resultSent, resultFailed, resultDropped, resultLimited, resultInvalid} {
		s.notices.WithLabelValues(result)
	}
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	go s.run(ctx)
	return s
}

// Queue takes a notice. It never waits: a notice for which there is no room is lost.
func (s *Sender) Queue(n *Notice) {
	switch {
	case !isMailbox(n.To):
		s.count(resultInvalid)
	case !s.allow(n.To):
		s.count(resultLimited)
	default:
		select {
		case s.queue <- n:
		default:
			s.count(resultDropped)
		}
	}
}

// Close gives up what is not sent yet.
func (s *Sender) Close() error {
	s.stop()
	<-s.done
	return nil
}

func (s *Sender) count(result string) { s.notices.WithLabelValues(result).Inc() }

// allow counts a notice to a person and reports whether it may be sent.
func (s *Sender) allow(to string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if hour := s.now().Truncate(time.Hour); !hour.Equal(s.hour) {
		s.hour, s.given = hour, map[string]int{}
	}
	key := strings.ToLower(to)
	if n, known := s.given[key]; n >= perHour || !known && len(s.given) >= people {
		return false
	}
	s.given[key]++
	return true
}

func (s *Sender) run(ctx context.Context) {
	defer close(s.done)
	for {
		select {
		case <-ctx.Done():
			return
		case n := <-s.queue:
			if err := s.send(ctx, n); err != nil {
				s.count(resultFailed)
				// The error of an SMTP client quotes replies, and those addresses.
				s.Log.Warn("notice not sent", "server", s.Server, "error", describe(err))
				continue
			}
			s.count(resultSent)
		}
	}
}

// send hands one notice to the MTA, from the null sender, so that nothing returns.
func (s *Sender) send(ctx context.Context, n *Notice) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", s.Server)
	if err != nil {
		return err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	host, _, _ := net.SplitHostPort(s.Server)
	c, err := smtp.NewClient(conn, host)
	if err != nil {
		return err
	}
	_, domain, _ := strings.Cut(s.From, "@")
	if err := c.Hello(domain); err != nil {
		return err
	}
	if err := c.Mail(""); err != nil {
		return err
	}
	if err := c.Rcpt(n.To); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err = w.Write(n.compose(s.From, "<"+rand.Text()+"@"+domain+">", s.now())); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	_ = c.Quit() // the notice is taken over already
	return nil
}

// describe is an error without what a server said.
func describe(err error) string {
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Error()
	}
	var code int
	if _, scanErr := fmt.Sscanf(err.Error(), "%d", &code); scanErr == nil && code >= 400 && code < 600 {
		return fmt.Sprintf("reply %d", code)
	}
	return fmt.Sprintf("%T", err)
}
