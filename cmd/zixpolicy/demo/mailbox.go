package demo

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/zixpolicy/zixpolicy/message"
	"github.com/zixpolicy/zixpolicy/rules"
)

// Lane is the way by which a message left for one recipient.
type Lane string

// The lanes.
const (
	LaneInternal      Lane = "internal"
	LaneClear         Lane = "clear"
	LaneTLS           Lane = "tls"
	LaneEncrypted     Lane = "encrypted"
	LaneHeld          Lane = "held"
	LaneRejected      Lane = "rejected"
	LaneTempfailed    Lane = "tempfailed"
	LaneUndeliverable Lane = "undeliverable"
)

// Entry is one message that was handed to the demo's MTA, and what became of it.
// It is immutable once it is in a mailbox.
type Entry struct {
	ID          string // the MTA's queue ID
	Time        time.Time
	FromBackend bool // came in without the milter: the encryption backend sent it
	Sender      string
	Recipients  []string
	Subject     string // decoded
	MessageID   string
	Raw         []byte // as it came in
	Reply       string // what the client was told
	Changes     []string
	JudgedIn    time.Duration
	Report      *rules.Report // nil where the milter needed no look at the content
	Explanation *rules.Explanation
	Deliveries  []Delivery // in the order of Recipients
}

// Delivery is what became of a message for one recipient.
type Delivery struct {
	Recipient string
	Address   string // what the MTA routed by; differs where the milter rewrote it
	Lane      Lane
	Detail    string
	Raw       []byte // the message as it left; nil if it did not
}

// newEntry starts the record of a message.
func newEntry(id, sender string, recipients []string, raw []byte, fields []field) *Entry {
	h := message.Read(context.Background(), message.Envelope{}, formatMessage(fields, nil), message.DefaultLimits()).Header
	return &Entry{
		ID: id, Time: time.Now(), Sender: sender, Recipients: slices.Clone(recipients), Raw: raw,
		Subject: h.Get("Subject"), MessageID: messageID(fields),
	}
}

// messageID returns the Message-ID field's value as it stands, or "".
func messageID(fields []field) string {
	if i := fieldIndex(fields, "Message-ID", 1); i >= 0 {
		return strings.TrimSpace(fields[i].value)
	}
	return ""
}

// settle records one outcome for all recipients.
func (e *Entry) settle(lane Lane, detail string) {
	for _, r := range e.Recipients {
		e.Deliveries = append(e.Deliveries, Delivery{Recipient: r, Address: r, Lane: lane, Detail: detail})
	}
}

// sortDeliveries gives the deliveries the order of the envelope's recipients.
func (e *Entry) sortDeliveries() {
	place := func(d Delivery) int {
		i := slices.IndexFunc(e.Recipients, func(r string) bool { return sameMailbox(r, d.Recipient) })
		if i < 0 {
			return len(e.Recipients)
		}
		return i
	}
	slices.SortStableFunc(e.Deliveries, func(a, b Delivery) int { return place(a) - place(b) })
}

// Verdict returns the policy's decision for a recipient, and whether there is one.
func (e *Entry) Verdict(recipient string) (rules.ReportRecipient, bool) {
	if e.Report == nil {
		return rules.ReportRecipient{}, false
	}
	for _, r := range e.Report.Recipients {
		if sameMailbox(r.Address, recipient) {
			return r, true
		}
	}
	return rules.ReportRecipient{}, false
}

// size is what an entry costs. Deliveries mostly share one copy of the message.
func (e *Entry) size() int {
	n := len(e.Raw)
	var last []byte
	for _, d := range e.Deliveries {
		if len(d.Raw) > 0 && (len(last) == 0 || &d.Raw[0] != &last[0]) {
			n += len(d.Raw)
			last = d.Raw
		}
	}
	return n
}

// What a mailbox holds at most; the oldest messages make room for new ones.
const (
	mailboxEntries = 500
	mailboxBytes   = 128 << 20
)

// Mailbox keeps the newest messages in memory. It is safe for concurrent use.
type Mailbox struct {
	mu      sync.Mutex
	entries []*Entry // oldest first
	bytes   int
	dropped int
}

// NewMailbox returns an empty mailbox.
func NewMailbox() *Mailbox { return &Mailbox{} }

// Add puts a message in. The newest message stays, whatever its size.
func (m *Mailbox) Add(e *Entry) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.entries = append(m.entries, e)
	m.bytes += e.size()
	for len(m.entries) > 1 && (len(m.entries) > mailboxEntries || m.bytes > mailboxBytes) {
		m.bytes -= m.entries[0].size()
		m.entries[0] = nil
		m.entries = m.entries[1:]
		m.dropped++
	}
}

// Entries returns the messages, newest first, and how many older ones had to go.
func (m *Mailbox) Entries() (newestFirst []*Entry, dropped int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	newestFirst = slices.Clone(m.entries)
	slices.Reverse(newestFirst)
	return newestFirst, m.dropped
}

// Find returns the message of that queue ID, or nil.
func (m *Mailbox) Find(id string) *Entry {
	return m.find(func(e *Entry) bool { return e.ID == id })
}

// FindMessageID returns the newest message of that Message-ID, or nil.
func (m *Mailbox) FindMessageID(messageID string) *Entry {
	return m.find(func(e *Entry) bool { return e.MessageID == messageID })
}

func (m *Mailbox) find(match func(*Entry) bool) *Entry {
	newestFirst, _ := m.Entries()
	if i := slices.IndexFunc(newestFirst, match); i >= 0 {
		return newestFirst[i]
	}
	return nil
}
