package demo

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"

	"github.com/zixpolicy/zixpolicy/encryptor"
	"github.com/zixpolicy/zixpolicy/message"
)

// startDemo starts a demo on free ports.
func startDemo(t *testing.T) *Demo {
	t.Helper()
	return startDemoWith(t, nil)
}

func startDemoWith(t *testing.T, backend NewBackend) *Demo {
	t.Helper()
	d, err := Start(Options{SMTP: "127.0.0.1:0", HTTP: "127.0.0.1:0", Backend: backend, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		d.Close()
		select {
		case err := <-d.Faults():
			t.Error(err)
		default:
		}
	})
	return d
}

// TestSamples: the whole demo, every sample, every recipient.
func TestSamples(t *testing.T) {
	d := startDemo(t)
	if err := d.SendSamples(context.Background()); err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	ok, err := WriteVerdicts(&table, d.Outcomes())
	if err != nil || !ok {
		t.Fatalf("%v\n%s", err, &table)
	}
	// What arrived at the gateway is the message without our own fields; what
	// stayed inside was never looked at.
	for _, s := range Samples() {
		e := d.Mailbox.FindMessageID(s.messageID())
		for _, delivery := range e.Deliveries {
			if len(delivery.Raw) == 0 {
				t.Errorf("%s: nothing left for %s", s.Name, delivery.Recipient)
			}
			if fields, _ := parseHeader(delivery.Raw); delivery.Lane == LaneEncrypted && hasPolicyField(fields) {
				t.Errorf("%s: the gateway got a field of the policy", s.Name)
			}
		}
		if s.Name == "internal-only" && e.Report != nil {
			t.Error("internal mail was read")
		}
	}
}

// TestOddRecipients: addresses that are easily mangled reach the gateway as they
// were written, and the same mailbox twice gets one copy.
func TestOddRecipients(t *testing.T) {
	d := startDemo(t)
	recipients := []string{`"odd user"@ext.example`, `"a@b"@ext.example`, "bob@[192.0.2.1]", "jörg@ext.example", "pat+tag@ext.example", "bob@EXT.example", "bob@ext.example"}
	if err := submit(context.Background(), d.SMTPAddr(), "", recipients, []byte(confidential)); err != nil {
		t.Fatal(err)
	}
	entries, _ := d.Mailbox.Entries()
	var got []string
	for _, delivery := range entries[0].Deliveries {
		got = append(got, delivery.Recipient)
		if fields, _ := parseHeader(delivery.Raw); delivery.Lane != LaneEncrypted || len(fields) == 0 || hasPolicyField(fields) {
			t.Errorf("%s: %s (%s), or not what the gateway got", delivery.Recipient, delivery.Lane, delivery.Detail)
		}
	}
	if want := recipients[:6]; !slices.Equal(got, want) {
		t.Errorf("delivered to %q, want %q", got, want)
	}
}

func hasPolicyField(fields []field) bool {
	for _, f := range fields {
		if strings.HasPrefix(strings.ToLower(f.name), "x-zixpolicy-") {
			return true
		}
	}
	return false
}

// TestVerdictsFindMistakes: the table fails when a sample comes out otherwise.
func TestVerdictsFindMistakes(t *testing.T) {
	d := &Demo{Mailbox: NewMailbox()}
	ok, err := WriteVerdicts(io.Discard, d.Outcomes())
	if err != nil || ok {
		t.Errorf("an empty mailbox: %v, %v", ok, err)
	}
	s := Samples()[0]
	wrong := Outcome{Sample: s.Name, Want: s.Want[0], Lane: LaneClear, Rule: s.Want[0].Rule}
	if ok, err := WriteVerdicts(io.Discard, []Outcome{wrong}); err != nil || ok {
		t.Errorf("a wrong lane: %v, %v", ok, err)
	}
	wrong.Lane, wrong.Rule = s.Want[0].Lane, "other"
	if ok, err := WriteVerdicts(io.Discard, []Outcome{wrong}); err != nil || ok {
		t.Errorf("a wrong rule: %v, %v", ok, err)
	}
}

// backend is an encryption backend under a test's control.
type backend func(env message.Envelope, raw []byte) error

func (b backend) Deliver(_ context.Context, env message.Envelope, msg *encryptor.Message) error {
	raw, err := io.ReadAll(msg)
	if err != nil {
		return err
	}
	return b(env, raw)
}

const confidential = "Subject: x\r\nSensitivity: Company-Confidential\r\n\r\nhello\r\n"

// TestBackendThatFails: what the backend does not take stays with the client, and
// nobody else gets the message meanwhile.
func TestBackendThatFails(t *testing.T) {
	for _, test := range []struct {
		name string
		err  error
		code int
		lane Lane
	}{
		{"temporary", errors.New("down"), 4, LaneTempfailed},
		{"permanent", &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: "no"}, 5, LaneUndeliverable},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := startDemoWith(t, func(string) (encryptor.Backend, error) {
				return backend(func(message.Envelope, []byte) error { return test.err }), nil
			})
			err := submit(context.Background(), d.SMTPAddr(), "a@maine.example", []string{"b@maine.example", "c@ext.example"}, []byte(confidential))
			var reply *smtp.SMTPError
			if !errors.As(err, &reply) || reply.Code/100 != test.code {
				t.Fatalf("got %v", err)
			}
			entries, _ := d.Mailbox.Entries()
			for _, delivery := range entries[0].Deliveries {
				if delivery.Lane != test.lane || delivery.Raw != nil {
					t.Errorf("%s: %s", delivery.Recipient, delivery.Lane)
				}
			}
		})
	}
}

// TestBackendSendsMail: mail that a backend sends through the listener without the
// milter arrives in the mailbox, unjudged.
func TestBackendSendsMail(t *testing.T) {
	d := startDemoWith(t, func(reinject string) (encryptor.Backend, error) {
		return backend(func(env message.Envelope, raw []byte) error {
			return submit(context.Background(), reinject, "", env.Recipients, []byte("Subject: You have a message\r\n\r\n"))
		}), nil
	})
	if err := submit(context.Background(), d.SMTPAddr(), "a@maine.example", []string{"c@ext.example"}, []byte(confidential)); err != nil {
		t.Fatal(err)
	}
	entries, _ := d.Mailbox.Entries()
	if len(entries) != 2 {
		t.Fatalf("%d messages", len(entries))
	}
	original, notification := entries[0], entries[1]
	if lane, _ := original.outcome("c@ext.example"); lane != LaneEncrypted {
		t.Errorf("the message: %s", lane)
	}
	if lane, _ := notification.outcome("c@ext.example"); lane != LaneClear || !notification.FromBackend || notification.Report != nil {
		t.Errorf("the notification: %s, from backend %v", lane, notification.FromBackend)
	}
}

// TestPortInUse: the error says which flag helps.
func TestPortInUse(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, err = Start(Options{SMTP: "127.0.0.1:0", HTTP: l.Addr().String()})
	if err == nil || !strings.Contains(err.Error(), "is in use") || !strings.Contains(err.Error(), "--http 127.0.0.1:") {
		t.Errorf("got %v", err)
	}
}

// TestLoopbackOnly: the demo shows mail to whoever asks, so only this host may.
func TestLoopbackOnly(t *testing.T) {
	for _, address := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:0", "mail.example:0", "nonsense"} {
		if l, err := listen("smtp", address); err == nil {
			l.Close()
			t.Errorf("%s: no error", address)
		}
	}
}

// TestMailboxIsBounded: old messages go, the newest stays, whatever its size.
func TestMailboxIsBounded(t *testing.T) {
	m := NewMailbox()
	for range mailboxEntries + 3 {
		m.Add(&Entry{ID: newQueueID()})
	}
	if entries, dropped := m.Entries(); len(entries) != mailboxEntries || dropped != 3 {
		t.Errorf("%d entries, %d dropped", len(entries), dropped)
	}
	m.Add(&Entry{ID: "BIG", Raw: make([]byte, mailboxBytes+1)})
	if entries, _ := m.Entries(); len(entries) != 1 || entries[0].ID != "BIG" {
		t.Errorf("%d entries after a big one", len(entries))
	}
	m.Add(&Entry{ID: "SMALL"})
	if entries, _ := m.Entries(); len(entries) != 1 || entries[0].ID != "SMALL" {
		t.Errorf("%d entries after the small one", len(entries))
	}
}
