package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// monitor is the HTTP server that tells how the process is: /metrics, /healthz
// (the process answers) and /readyz (it takes mail).
type monitor struct {
	http.Server
	ready atomic.Bool
}

var _ server = (*monitor)(nil)

func newMonitor(registry *prometheus.Registry) *monitor {
	m := &monitor{}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if !m.ready.Load() {
			http.Error(w, "not ready", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ready")
	})
	m.Server = http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: time.Minute}
	return m
}

// Serve answers on l until Shutdown, then returns nil.
func (m *monitor) Serve(l net.Listener) error {
	if err := m.Server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// Shutdown stops answering; scrapes in flight are finished until ctx ends.
func (m *monitor) Shutdown(ctx context.Context) error { return m.Server.Shutdown(ctx) }

// newRegistry returns a registry with the metrics of the process itself.
func newRegistry() *prometheus.Registry {
	r := prometheus.NewRegistry()
	version, goVersion := buildVersion()
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name:        "zixpolicy_build_info",
		Help:        "A constant 1, labelled with the version that is running.",
		ConstLabels: prometheus.Labels{"version": version, "goversion": goVersion},
	})
	info.Set(1)
	r.MustRegister(info, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return r
}
