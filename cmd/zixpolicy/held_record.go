package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// heldConfig is the section [held].
type heldConfig struct {
	Record string `toml:"record"` // JSON lines: who released or deleted what
}

// defaultHeldRecord is where decisions on held messages are recorded.
const defaultHeldRecord = "/var/log/zixpolicy/held.jsonl"

// decision is one line of that file.
type decision struct {
	Time     time.Time `json:"time"`
	QueueID  string    `json:"queue_id"`
	Decision string    `json:"decision"` // released | deleted
	Rule     string    `json:"rule"`     // that held it
	Approver string    `json:"approver"`
	UID      int       `json:"uid"` // of the process, behind whatever name was given
	Reason   string    `json:"reason,omitempty"`
}

// decide records a decision and then carries it out: what cannot be recorded is not
// done. If carrying it out fails, the record stays, and a further one says so.
func (h *held) decide(m *heldMessage, what string, carryOut func(id string) error) error {
	if h.approver == "" {
		return errors.New("nobody is known as the one who decides; name one with --approver")
	}
	d := decision{Time: time.Now().UTC().Truncate(time.Second), QueueID: m.ID, Decision: what, Rule: m.rule,
		Approver: h.approver, UID: os.Getuid(), Reason: h.reason}
	if err := h.record(d); err != nil {
		return fmt.Errorf("%s was not %s: the decision cannot be recorded: %w", m.ID, what, err)
	}
	if err := carryOut(m.ID); err != nil {
		d.Decision = "not " + what
		return errors.Join(err, h.record(d))
	}
	fmt.Fprintf(h.stdout, "%s %s by %s\n", m.ID, what, printable(h.approver))
	return nil
}

// record appends one line to the file and has it reach the disk.
func (h *held) record(d decision) error {
	path := h.config.Held.Record
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	line, err := json.Marshal(d)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o640)
	if err != nil {
		return err
	}
	_, err = f.Write(append(line, '\n'))
	return errors.Join(err, f.Sync(), f.Close())
}
