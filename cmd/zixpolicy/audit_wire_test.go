package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/d--j/go-milter"
)

// TestVerdictOverTheWireCanBeExplained sends a message as an MTA does, and asks for its
// queue ID afterwards.
func TestVerdictOverTheWireCanBeExplained(t *testing.T) {
	log := filepath.Join(t.TempDir(), "audit.jsonl")
	d := startDaemonWith(t, "audit = { file = '"+log+"', addresses = 'clear', required = true }")
	listener := d.servers[len(d.servers)-1].listener.Addr()
	macros := milter.NewMacroBag()
	macros.Set(milter.MacroQueueId, "4QUEUEID")
	session, err := milter.NewClient(listener.Network(), listener.String()).Session(macros)
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	for _, step := range []func() (*milter.Action, error){
		func() (*milter.Action, error) {
			return session.Conn("client.example", milter.FamilyInet, 2525, "192.0.2.9")
		},
		func() (*milter.Action, error) { return session.Helo("client.example") },
		func() (*milter.Action, error) { return session.Mail("alice@maine.example", "") },
		func() (*milter.Action, error) { return session.Rcpt("bob@ext.example", "") },
		session.DataStart,
		func() (*milter.Action, error) { return session.HeaderField("Subject", "your form", nil) },
		session.HeaderEnd,
	} {
		if act, err := step(); err != nil || act.Type != milter.ActionContinue {
			t.Fatalf("%+v, %v", act, err)
		}
	}
	_, act, err := session.BodyReadFrom(strings.NewReader("SSN 536-22-1234\r\n"))
	if err != nil || act.Type != milter.ActionAccept {
		t.Fatalf("%+v, %v", act, err)
	}
	var stdout, stderr bytes.Buffer
	if status := run(t.Context(), []string{"explain", "--config", d.config, "4QUEUEID"}, nil, &stdout, &stderr); status != exitOK {
		t.Fatalf("exit %d: %s", status, &stderr)
	}
	for _, want := range []string{
		"encrypt  ssn  4QUEUEID  ", "sender   alice@maine.example", "encrypt  bob@ext.example  rule ssn",
		`>  yes  lexicon("ssn")  ssn: 1 hit, score 1`, "⟦•••-••-••••⟧",
	} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("the story lacks %q:\n%s", want, &stdout)
		}
	}
	if _, metrics := d.get(t, "/metrics"); !strings.Contains(metrics, `zixpolicy_audit_records_total{result="written"} 1`) {
		t.Error("the record is not counted")
	}
}
