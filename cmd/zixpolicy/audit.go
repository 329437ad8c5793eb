package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/zixpolicy/zixpolicy/message"
	"github.com/zixpolicy/zixpolicy/rules"
)

// audit writes the audit log. It is safe for concurrent use.
type audit struct {
	config  auditConfig
	hasher  hasher
	log     *slog.Logger
	now     func() time.Time
	written *prometheus.CounterVec // by result

	mu   sync.Mutex
	file *os.File // nil: none
	torn bool     // the last line in file is not whole
}

// The results of writing a record: labels of a metric.
const (
	auditWritten = "written"
	auditFailed  = "failed"
)

// newAudit opens the audit log that a configuration asks for.
func newAudit(c auditConfig, log *slog.Logger, r prometheus.Registerer) (*audit, error) {
	h, err := c.hasher()
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	a := &audit{config: c, hasher: h, log: log, now: time.Now, written: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "zixpolicy_audit_records_total", Help: "Records of verdicts for the audit log, by what became of them.",
	}, []string{"result"})}
	a.written.WithLabelValues(auditWritten)
	a.written.WithLabelValues(auditFailed)
	r.MustRegister(a.written)
	if err := a.reopen(); err != nil {
		return nil, err
	}
	return a, nil
}

// reopen opens the file anew, after it was moved away. If that fails the open one is
// written on.
func (a *audit) reopen() error {
	if a.config.File == "" {
		return nil
	}
	f, err := os.OpenFile(a.config.File, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	torn, err := isTorn(f)
	if err != nil {
		f.Close()
		return fmt.Errorf("audit: %w", err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.file != nil {
		a.file.Close()
	}
	a.file, a.torn = f, torn
	return nil
}

// isTorn reports whether a file's last line has no end: a process was killed, or a
// disk was full.
func isTorn(f *os.File) (bool, error) {
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
		return false, err
	}
	var last [1]byte
	if _, err := f.ReadAt(last[:], info.Size()-1); err != nil {
		return false, err
	}
	return last[0] != '\n', nil
}

// record writes the record of a verdict. It returns an error only where the
// configuration requires records; in any case log and metric tell of it.
func (a *audit) record(p *rules.Policy, m *message.Message, v *rules.Verdict) error {
	err := a.write(newAuditRecord(a.now(), a.hasher, p, m, v))
	if err == nil {
		a.written.WithLabelValues(auditWritten).Inc()
		return nil
	}
	a.written.WithLabelValues(auditFailed).Inc()
	a.log.Error("verdict not recorded", "queue_id", m.Envelope.QueueID, "error", err)
	if a.config.Required {
		return err
	}
	return nil
}

// write writes a record on one line, with one call, so that nothing stands between.
func (a *audit) write(r *auditRecord) error {
	var line bytes.Buffer
	if err := jsonEncoder(&line).Encode(r); err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	if a.config.Log {
		a.log.Info("verdict", "record", json.RawMessage(bytes.TrimSpace(line.Bytes())))
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.config.File == "" {
		return nil
	}
	if a.file == nil {
		return errors.New("audit: the file is closed")
	}
	text := line.Bytes()
	if a.torn {
		text = append([]byte("\n"), text...)
	}
	n, err := a.file.Write(text)
	if n > 0 {
		a.torn = n < len(text)
	}
	if err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	return nil
}

// close ends the log; what would be written then fails.
func (a *audit) close() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.file == nil {
		return nil
	}
	err := a.file.Close()
	a.file = nil
	return err
}

// openAudit opens the audit log, if there is to be one, and returns what the milter
// calls with every verdict.
func (d *daemon) openAudit(c auditConfig) (func(*rules.Policy, *message.Message, *rules.Verdict) error, error) {
	if !c.enabled() {
		return nil, nil
	}
	var err error
	if d.audit, err = newAudit(c, d.log, d.registry); err != nil {
		return nil, err
	}
	d.closers = append(d.closers, d.audit.close)
	return d.audit.record, nil
}

// reopenAudit opens the audit log anew, if there is one.
func (d *daemon) reopenAudit() {
	if d.audit == nil {
		return
	}
	if err := d.audit.reopen(); err != nil {
		d.log.Error("audit log not reopened, the old file is written on", "error", err)
	}
}
