package main

import (
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/zixpolicy/zixpolicy/internal/tomlfile"
	"github.com/zixpolicy/zixpolicy/rules"
)

// policyFiles returns what the configuration puts beside and over the shipped
// policy.
func policyFiles(c *config) ([]rules.Source, error) {
	if c.PolicyDir == "" {
		return nil, nil
	}
	return rules.ReadDir(c.PolicyDir)
}

// policyOptions returns what the configuration says to the policy.
func policyOptions(c *config) rules.Options {
	return rules.Options{Internal: c.internal, Limits: c.limits(), TLS: c.TLS.domains, NeverTLS: c.TLS.never, Journals: c.Journal.domains,
		Gateway: c.Encryptor != nil && c.Encryptor.Backend == "gateway"}
}

// loadPolicy compiles the policy that the configuration asks for and runs its
// tests. Every subcommand that needs a policy has it from here.
func loadPolicy(c *config) (*rules.Policy, error) {
	files, err := policyFiles(c)
	if err != nil {
		return nil, err
	}
	return rules.Load(policyOptions(c), files...)
}

// livePolicy is the policy in force, which a reload replaces.
type livePolicy struct {
	current    atomic.Pointer[rules.Policy]
	started    *config // what the process was started with
	dir        string  // where the policy in force comes from; of one goroutine
	log        *slog.Logger
	successful prometheus.Gauge
	timestamp  prometheus.Gauge
}

// newLivePolicy loads the policy that c asks for.
func newLivePolicy(c *config, log *slog.Logger, r prometheus.Registerer) (*livePolicy, error) {
	p := &livePolicy{started: c, dir: c.PolicyDir, log: log,
		successful: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "zixpolicy_policy_last_reload_successful",
			Help: "Whether the last attempt to load the policy succeeded.",
		}),
		timestamp: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "zixpolicy_policy_last_reload_success_timestamp_seconds",
			Help: "When the policy in force was loaded.",
		}),
	}
	r.MustRegister(p.successful, p.timestamp)
	policy, err := loadPolicy(c)
	if err != nil {
		return nil, err
	}
	p.swap(policy)
	return p, nil
}

// swap puts a policy in force. Messages being judged keep the one they began with.
func (p *livePolicy) swap(policy *rules.Policy) {
	for _, w := range policy.Warnings() {
		p.log.Warn("policy", "at", fmt.Sprintf("%s:%d:%d", w.File, w.Line, w.Column), "warning", w.Message)
	}
	p.current.Store(policy)
	p.successful.Set(1)
	p.timestamp.Set(float64(time.Now().UnixNano()) / 1e9)
}

// reload reads configuration and policy anew. If anything in them is wrong the
// policy in force stays, and log and metric say so.
func (p *livePolicy) reload() {
	c, err := loadConfig(p.started.path)
	var policy *rules.Policy
	if err == nil {
		policy, err = loadPolicy(c)
	}
	if err != nil {
		p.successful.Set(0)
		p.log.Error("policy not reloaded, the old one stays in force")
		logMistakes(p.log, err)
		return
	}
	p.swap(policy)
	p.dir = c.PolicyDir
	p.log.Info("policy reloaded", "policy", policy.Version())
	for _, section := range p.started.restartSections(c) {
		p.log.Warn("changed configuration takes effect at the next start", "section", section)
	}
}

// restartSections names the sections that differ and are read only at start.
func (c *config) restartSections(now *config) (sections []string) {
	for _, s := range []struct {
		name     string
		was, now any
	}{
		{"milter", c.Milter, now.Milter},
		{"ocr", c.OCR, now.OCR},
		{"limits", c.Limits, now.Limits},
		{"notify", c.Notify, now.Notify},
		{"encryptor", c.Encryptor, now.Encryptor},
		{"metrics", c.Metrics, now.Metrics},
		{"log", c.Log, now.Log},
		{"audit", c.Audit, now.Audit},
		{"reload", c.Reload, now.Reload},
	} {
		if !reflect.DeepEqual(s.was, s.now) {
			sections = append(sections, s.name)
		}
	}
	return sections
}

// logMistakes writes one line for each mistake of a joined error. The source lines
// stay out of the log.
func logMistakes(log *slog.Logger, err error) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			logMistakes(log, e)
		}
		return
	}
	var m *tomlfile.Error
	if !errors.As(err, &m) {
		log.Error("mistake", "error", err)
		return
	}
	log.Error("mistake", "at", fmt.Sprintf("%s:%d:%d", m.File, m.Line, m.Column), "error", m.Message)
}
