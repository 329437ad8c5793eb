// Package milter is the edge on which mail enters: it speaks the milter protocol
// with Postfix or Sendmail, collects one transaction, asks the policy for a verdict
// and applies it. It holds no message longer than the MTA waits for its answer.
package milter

import (
	"context"
	"log/slog"
	"net"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/zixpolicy/zixpolicy/message"
	"github.com/zixpolicy/zixpolicy/rules"
)

// Options configure a [Server].
type Options struct {
	// Policy returns the policy in force. It is called once per message; that
	// message is judged by that policy to its end.
	Policy func() *rules.Policy
	// Limits bound the cost of one message.
	Limits message.Limits
	// Log gets one line per message and one per fault.
	Log *slog.Logger
	// LogAddresses adds sender and recipients to the log lines.
	LogAddresses bool
	// Metrics are counted into; never nil.
	Metrics *Metrics
}

// Server answers MTAs.
type Server struct{}

// NewServer returns a server that is ready to Serve.
func NewServer(o Options) *Server { return &Server{} }

// Serve answers connections on l until Shutdown, then returns nil.
func (s *Server) Serve(l net.Listener) error { return nil }

// Shutdown stops accepting and waits for messages in flight, until ctx ends.
func (s *Server) Shutdown(ctx context.Context) error { return nil }

// Metrics are the milter's counters (DESIGN: names are a contract).
type Metrics struct{}

// NewMetrics registers the milter's metrics.
func NewMetrics(r prometheus.Registerer) *Metrics { return &Metrics{} }
