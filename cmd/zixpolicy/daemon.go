package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/zixpolicy/zixpolicy/encryptor"
	"github.com/zixpolicy/zixpolicy/encryptor/gateway"
	"github.com/zixpolicy/zixpolicy/milter"
	"github.com/zixpolicy/zixpolicy/milter/notice"
	"github.com/zixpolicy/zixpolicy/rules"
)

// stopWithin bounds how long a stopping daemon waits for messages in flight. The
// MTA keeps what is cut off then.
const stopWithin = 30 * time.Second

// server is what a daemon runs on a listener.
type server interface {
	Serve(net.Listener) error
	Shutdown(context.Context) error
}

// running is a server and what it listens on.
type running struct {
	name     string
	server   server
	listener net.Listener
}

// daemon is the process of "zixpolicy serve".
type daemon struct {
	log      *slog.Logger
	registry *prometheus.Registry
	policy   *livePolicy // nil without the milter: the encryptor has no policy
	audit    *audit      // nil where verdicts are not recorded
	watcher  *watcher    // nil where only SIGHUP has the policy read anew
	monitor  *monitor
	servers  []running // the monitor first: what starts first stops last
	closers  []func() error
}

// newDaemon builds and opens everything that the roles need. It answers nobody
// until run.
func newDaemon(c *config, roles []string, log *slog.Logger) (*daemon, error) {
	registry := newRegistry()
	d := &daemon{log: log, registry: registry, monitor: newMonitor(registry)}
	if err := d.open(c, roles); err != nil {
		d.close()
		return nil, err
	}
	return d, nil
}

func (d *daemon) open(c *config, roles []string) error {
	inherited, err := inheritedListeners(os.Getenv, os.Getpid())
	if err != nil {
		return err
	}
	if c.Metrics.Listen != (address{}) || inherited["metrics"] != nil {
		if err := d.add("metrics", d.monitor, c.Metrics.Listen, 0o666, inherited); err != nil {
			return err
		}
	}
	for _, role := range roles {
		switch role {
		case roleMilter:
			err = d.addMilter(c, inherited)
		case roleEncryptor:
			err = d.addEncryptor(c, inherited)
		}
		if err != nil {
			return err
		}
	}
	for name, l := range inherited {
		l.Close()
		return fmt.Errorf("systemd passed a socket %q that nothing here listens on", name)
	}
	return nil
}

func (d *daemon) addMilter(c *config, inherited map[string]net.Listener) error {
	var err error
	if d.policy, err = newLivePolicy(c, d.log, d.registry); err != nil {
		return err
	}
	if c.Reload == reloadOnChange {
		if d.watcher, err = newWatcher(c.PolicyDir, d.log); err != nil {
			return err
		}
		d.closers = append(d.closers, d.watcher.close)
	}
	reader, err := c.newReader()
	if err != nil {
		return err
	}
	d.closers = append(d.closers, reader.Close)
	reader.Start() // so that no message waits for it
	record, err := d.openAudit(c.Audit)
	if err != nil {
		return err
	}
	notifier := notice.New(notice.Options{Server: c.Notify.Server, From: c.Notify.From, Log: d.log, Registerer: d.registry})
	d.closers = append(d.closers, notifier.Close)
	s := milter.NewServer(milter.Options{
		Policy:       func() *rules.Policy { return d.policy.current.Load() },
		Limits:       c.limits(),
		Reader:       reader,
		Log:          d.log,
		LogAddresses: c.Log.Addresses,
		Notifier:     notifier,
		Metrics:      milter.NewMetrics(d.registry),
		Audit:        record,
	})
	return d.add(roleMilter, s, c.Milter.Listen, c.Milter.SocketMode, inherited)
}

func (d *daemon) addEncryptor(c *config, inherited map[string]net.Listener) error {
	backend, err := newBackend(c.Encryptor)
	if err != nil {
		return err
	}
	d.closers = append(d.closers, backend.Close)
	s := encryptor.NewServer(encryptor.Options{
		Backend:    backend,
		Name:       c.Encryptor.Backend,
		MaxMessage: c.limits().Message + routedOverhead,
		Log:        d.log,
		Metrics:    encryptor.NewMetrics(d.registry),
	})
	return d.add(roleEncryptor, s, c.Encryptor.Listen, c.Encryptor.SocketMode, inherited)
}

// newBackend returns the backend that the configuration asks for.
func newBackend(e *encryptorConfig) (*gateway.Backend, error) {
	password, err := e.Gateway.password()
	if err != nil {
		return nil, err
	}
	return gateway.New(gateway.Config{
		Address: e.Gateway.Address, TLS: gateway.TLSMode(e.Gateway.TLS), CAFile: e.Gateway.CAFile,
		Username: e.Gateway.Username, Password: password, Timeout: e.Gateway.Timeout.Duration(),
	})
}

// routedOverhead is what a message may have grown by since the milter saw it:
// Received and X-Zixpolicy fields.
const routedOverhead = 1 << 20

// add opens a server's listener, or takes over the one that systemd has opened.
func (d *daemon) add(name string, s server, a address, mode fileMode, inherited map[string]net.Listener) error {
	l := inherited[name]
	delete(inherited, name)
	if l == nil {
		var err error
		if l, err = listen(a, mode); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	d.servers = append(d.servers, running{name, s, l})
	return nil
}

// run answers until ctx ends or a server fails, reloading the policy whenever
// hangups receives, and on changes if that is configured. It returns nil after an orderly stop.
func (d *daemon) run(ctx context.Context, hangups <-chan os.Signal) error {
	ended := make(chan error, len(d.servers))
	for _, r := range d.servers {
		go func() { ended <- r.serve() }()
		d.log.Info("listening", "role", r.name, "address", r.listener.Addr().String())
	}
	d.monitor.ready.Store(true)
	notifySystemd("READY=1")
	var changed <-chan struct{}
	if d.watcher != nil {
		changed = d.watcher.changed
	}
	var fault error
	for stop := false; !stop; {
		select {
		case <-hangups:
			d.reopenAudit()
			d.reload()
		case <-changed:
			d.log.Info("the policy directory has changed")
			d.reload()
		case fault = <-ended:
			stop = true
		case <-ctx.Done():
			stop = true
		}
	}
	d.monitor.ready.Store(false)
	notifySystemd("STOPPING=1")
	d.log.Info("stopping")
	return errors.Join(fault, d.stop())
}

// serve answers on the listener. A server that ends unasked is a fault.
func (r running) serve() error {
	if err := r.server.Serve(r.listener); err != nil {
		return fmt.Errorf("%s: %w", r.name, err)
	}
	return fmt.Errorf("%s: stopped listening", r.name)
}

func (d *daemon) reload() {
	if d.policy == nil {
		d.log.Info("nothing to reload: no milter here")
		return
	}
	notifySystemd(reloading())
	d.policy.reload()
	if d.watcher != nil {
		d.watcher.follow(d.policy.dir)
	}
	notifySystemd("READY=1")
}

// stop ends the servers, last to first, waiting for messages in flight.
func (d *daemon) stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	var errs []error
	for i := len(d.servers) - 1; i >= 0; i-- {
		if err := d.servers[i].server.Shutdown(ctx); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", d.servers[i].name, err))
		}
	}
	d.close()
	return errors.Join(errs...)
}

// close releases what is open; what a server has closed already stays closed.
func (d *daemon) close() {
	for _, r := range d.servers {
		r.listener.Close()
	}
	for _, c := range d.closers {
		if err := c(); err != nil {
			d.log.Warn("closing", "error", err)
		}
	}
}
