package encryptor

import (
	"context"
	"log/slog"
	"net"

	"github.com/prometheus/client_golang/prometheus"
)

// Options configure a [Server].
type Options struct {
	Backend    Backend
	Name       string       // the backend's name in logs and metrics: "gateway"
	MaxMessage int64        // bytes; beyond: 552 5.3.4
	Log        *slog.Logger // one line per message
	Metrics    *Metrics     // never nil
}

// Server takes routed messages from the MTA over LMTP.
type Server struct{}

// NewServer returns a server that is ready to Serve.
func NewServer(o Options) *Server { return &Server{} }

// Serve answers connections on l (unix or loopback TCP) until Shutdown, then
// returns nil.
func (s *Server) Serve(l net.Listener) error { return nil }

// Shutdown stops accepting and waits for deliveries in flight, until ctx ends.
func (s *Server) Shutdown(ctx context.Context) error { return nil }

// Metrics are the encryptor's counters.
type Metrics struct{}

// NewMetrics registers the encryptor's metrics.
func NewMetrics(r prometheus.Registerer) *Metrics { return &Metrics{} }
