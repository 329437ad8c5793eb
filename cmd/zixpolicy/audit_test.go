package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/zixpolicy/zixpolicy/message"
	"github.com/zixpolicy/zixpolicy/rules"
)

// auditRig is an audit log under test and what it is given.
type auditRig struct {
	*audit
	path   string
	policy *rules.Policy
	logged *logBuffer
}

const auditKey = "a key of at least 16 bytes"

func newAuditRig(t *testing.T, change func(*auditConfig)) *auditRig {
	t.Helper()
	dir := t.TempDir()
	c := auditConfig{File: filepath.Join(dir, "audit.jsonl"), Addresses: addressesHashed, KeyFile: filepath.Join(dir, "key")}
	if err := os.WriteFile(c.KeyFile, []byte(auditKey+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(&c)
	}
	policy, err := rules.Load(rules.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := &auditRig{path: c.File, policy: policy, logged: &logBuffer{}}
	if r.audit, err = newAudit(c, slog.New(slog.NewJSONHandler(r.logged, nil)), prometheus.NewRegistry()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.close() })
	r.now = func() time.Time { return time.Date(2026, 11, 23, 9, 5, 0, 0, time.UTC) }
	return r
}

const auditMail = "From: Alice <alice@maine.example>\r\nSubject: Johnson\r\nMIME-Version: 1.0\r\n" +
	"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSSN 536-22-1234\r\n" +
	"--b\r\nContent-Type: text/plain; name=\"johnson file.txt\"\r\nContent-Disposition: attachment; filename=\"johnson file.txt\"\r\n\r\nSSN 536 22 1234\r\n--b--\r\n"

// judge records the verdict on a message.
func (r *auditRig) judge(t *testing.T, queueID, mail string) error {
	t.Helper()
	env := message.Envelope{QueueID: queueID, Sender: "alice@maine.example", Recipients: []string{"Bob@ext.example"}}
	m := message.Read(t.Context(), env, []byte(mail), message.DefaultLimits())
	return r.record(r.policy, m, r.policy.Evaluate(m))
}

func (r *auditRig) records(t *testing.T) (list []auditRecord) {
	t.Helper()
	data, err := os.ReadFile(r.path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(data) {
		var record auditRecord
		if err := json.Unmarshal(line, &record); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		list = append(list, record)
	}
	return list
}

func TestAuditRecordHasNothingOfTheMessage(t *testing.T) {
	r := newAuditRig(t, func(c *auditConfig) { c.Log = true })
	if err := r.judge(t, "4XyZ", auditMail); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(r.path)
	if err != nil {
		t.Fatal(err)
	}
	for _, never := range []string{"1234", "ohnson", " file", "alice", "ob@", "ext.example"} {
		for where, text := range map[string]string{"file": string(data), "log": r.logged.String()} {
			if strings.Contains(text, never) {
				t.Errorf("the %s has %q: %s", where, never, text)
			}
		}
	}
	if !strings.Contains(r.logged.String(), `"record":{"time":"2026-11-23T09:05:00Z","queue_id":"4XyZ"`) {
		t.Errorf("log: %s", r.logged)
	}
	info, err := os.Stat(r.path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	record := r.records(t)[0]
	if record.Action != "encrypt" || record.Rule != "ssn" || record.Policy != r.policy.Version() || record.Size != int64(len(auditMail)) ||
		len(record.Because) != 1 || record.Because[0].Name != "ssn" || len(record.Because[0].Decides) != 1 {
		t.Errorf("record: %+v", record)
	}
}

// TestAuditHashesAreKeyed computes them as somebody would who has the key.
func TestAuditHashesAreKeyed(t *testing.T) {
	r := newAuditRig(t, nil)
	if err := r.judge(t, "4XyZ", auditMail); err != nil {
		t.Fatal(err)
	}
	sum := func(text string) string {
		mac := hmac.New(sha256.New, []byte(auditKey))
		io.WriteString(mac, text)
		return hex.EncodeToString(mac.Sum(nil))[:32]
	}
	record := r.records(t)[0]
	if want := sum("address\x00bob@ext.example"); record.Recipient[0].Address != want || record.Because[0].Decides[0] != want {
		t.Errorf("recipient %+v, want %s", record.Recipient[0], want)
	}
	if want := sum("address\x00alice@maine.example"); record.Sender != want {
		t.Errorf("sender %s, want %s", record.Sender, want)
	}
	parts := map[string]bool{}
	for _, h := range record.Hits {
		parts[h.Part] = true
		if want := sum("value\x00536221234"); h.Detector == "ssn" && h.Hash != want {
			t.Errorf("hit %+v, want hash %s", h, want)
		}
	}
	if !parts["body/1"] || !parts["••••••• ••••.txt"] {
		t.Errorf("parts: %v", parts)
	}
}

func TestAuditAddresses(t *testing.T) {
	for addresses, want := range map[string]string{addressesClear: "alice@maine.example", addressesNone: ""} {
		t.Run(addresses, func(t *testing.T) {
			r := newAuditRig(t, func(c *auditConfig) { c.Addresses, c.KeyFile = addresses, "" })
			if err := r.judge(t, "4XyZ", auditMail); err != nil {
				t.Fatal(err)
			}
			record := r.records(t)[0]
			if record.Sender != want || (record.Recipient[0].Address == "Bob@ext.example") != (want != "") {
				t.Errorf("record: %+v", record)
			}
			for _, h := range record.Hits {
				if h.Hash != "" {
					t.Errorf("a hash without a key: %+v", h)
				}
			}
		})
	}
}

func TestAuditThatCannotBeWritten(t *testing.T) {
	for _, required := range []bool{false, true} {
		r := newAuditRig(t, func(c *auditConfig) { c.File, c.Required = "/dev/full", required })
		err := r.judge(t, "4XyZ", auditMail)
		if (err != nil) != required {
			t.Errorf("required = %t: %v", required, err)
		}
		if n := testutil.ToFloat64(r.written.WithLabelValues(auditFailed)); n != 1 {
			t.Errorf("audit_records_total{failed} = %v", n)
		}
		if log := r.logged.String(); !strings.Contains(log, `"verdict not recorded","queue_id":"4XyZ"`) {
			t.Errorf("log: %s", log)
		}
	}
}

func TestAuditFileIsReopened(t *testing.T) {
	r := newAuditRig(t, nil)
	steps := []func() error{
		func() error { return r.judge(t, "1", auditMail) },
		func() error { return os.Rename(r.path, r.path+".1") },
		func() error { return r.judge(t, "2", auditMail) }, // still in the file that was moved
		r.reopen,
		func() error { return r.judge(t, "3", auditMail) },
	}
	for i, step := range steps {
		if err := step(); err != nil {
			t.Fatalf("step %d: %v", i, err)
		}
	}
	if list := r.records(t); len(list) != 1 || list[0].QueueID != "3" {
		t.Errorf("after: %v", list)
	}
	r.path += ".1"
	if list := r.records(t); len(list) != 2 || list[1].QueueID != "2" {
		t.Errorf("before: %v", list)
	}
}

func TestAuditGoesOnAfterATornLine(t *testing.T) {
	r := newAuditRig(t, func(c *auditConfig) {
		if err := os.WriteFile(c.File, []byte(`{"queue_id":"0","ti`), 0o600); err != nil {
			t.Fatal(err)
		}
	})
	if err := r.judge(t, "1", auditMail); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	for id, want := range map[string]int{"1": exitOK, "0": exitFound} {
		if got := run(t.Context(), []string{"explain", "--file", r.path, id}, nil, &stdout, &stderr); got != want {
			t.Errorf("explain %s: exit %d\n%s", id, got, &stderr)
		}
	}
	if !strings.Contains(stderr.String(), "line 1 is not a whole record") {
		t.Errorf("stderr: %s", &stderr)
	}
}

func TestAuditLinesStayWholeUnderLoad(t *testing.T) {
	r := newAuditRig(t, nil)
	var writers sync.WaitGroup
	for range 8 {
		writers.Go(func() {
			for range 20 {
				if err := r.judge(t, "4XyZ", auditMail); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	if n := len(r.records(t)); n != 160 {
		t.Errorf("%d records", n)
	}
}

func TestAuditRecordSaysHowManyHitsItLeavesOut(t *testing.T) {
	r := newAuditRig(t, nil)
	if err := r.judge(t, "4XyZ", "Subject: x\r\n\r\n"+strings.Repeat("SSN 536-22-1234\r\n", auditHits)); err != nil {
		t.Fatal(err)
	}
	record := r.records(t)[0]
	if all := len(record.Hits) + record.Omitted; len(record.Hits) != auditHits || all < 2*auditHits {
		t.Errorf("%d hits and %d omitted", len(record.Hits), record.Omitted)
	}
}

func TestMaskNames(t *testing.T) {
	for part, want := range map[string]string{
		"subject": "subject", "body/1": "body/1", "body/2/1": "body/2/1", "body/1#raw": "body/1#raw", "": "",
		"report.docx": "••••••.docx", "a b.zip/notes.txt": "• •.zip/•••••.txt",
		"a.doc#name": "•.doc#name", "john.johnson": "••••.•••••••", "id.4711": "••.••••",
	} {
		if got := maskNames(part); got != want {
			t.Errorf("%q becomes %q, want %q", part, got, want)
		}
	}
}

func TestHangupReopensTheAuditFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	d := startDaemonWith(t, "audit.file = '"+path+"'")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	d.hangup()
	d.hangup()
	if _, err := os.Stat(path); err != nil {
		t.Errorf("after SIGHUP: %v", err)
	}
}
