package demo

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/d--j/go-milter"
	"github.com/emersion/go-smtp"

	"github.com/zixpolicy/zixpolicy/message"
)

// newMTA returns an MTA in front of the milter, with nobody behind it.
func newMTA(t *testing.T, c milterClient) *mta {
	t.Helper()
	policy, err := loadPolicy()
	if err != nil {
		t.Fatal(err)
	}
	return &mta{
		milter: c, encryptor: lmtpClient{socket: filepath.Join(t.TempDir(), "nobody.sock")}, gateway: newGatewaySink(),
		policy: policy, limits: message.DefaultLimits(), mailbox: NewMailbox(),
	}
}

// TestAccept: every answer of the milter ends in its lane and in its reply, and
// what does not leave has no copy that left.
func TestAccept(t *testing.T) {
	refusal, err := milter.RejectWithCodeAndReason(550, "5.7.1 Message refused by policy")
	if err != nil {
		t.Fatal(err)
	}
	quarantine := func(m *milter.Modifier) error { return m.Quarantine("held by rule falcon") }
	toNowhere := func(m *milter.Modifier) error {
		return errors.Join(m.DeleteRecipient("<b@ext.example>"), m.AddRecipient("<b@ext.example.unknown.zixpolicy.invalid>", ""))
	}
	toTLS := func(m *milter.Modifier) error {
		return errors.Join(m.DeleteRecipient("<b@ext.example>"), m.AddRecipient("<b@ext.example.tls.zixpolicy.invalid>", ""))
	}
	toEncryptor := func(m *milter.Modifier) error {
		return errors.Join(m.DeleteRecipient("<b@ext.example>"), m.AddRecipient("<b@ext.example.encrypt.zixpolicy.invalid>", ""))
	}
	absent := newMilterClient(filepath.Join(t.TempDir(), "nobody.sock"))
	tests := []struct {
		name            string
		milter          milterClient
		internal, outer Lane
		code            int // 0: taken
	}{
		{"accepted", serveMilter(t, scripted{}), LaneInternal, LaneClear, 0},
		{"milter is down", absent, LaneTempfailed, LaneTempfailed, 451},
		{"milter cannot judge", serveMilter(t, scripted{end: milter.RespTempFail}), LaneTempfailed, LaneTempfailed, 451},
		{"refused", serveMilter(t, scripted{end: refusal}), LaneRejected, LaneRejected, 550},
		{"discarded", serveMilter(t, scripted{end: milter.RespDiscard}), LaneRejected, LaneRejected, 0},
		{"held", serveMilter(t, scripted{modify: quarantine}), LaneHeld, LaneHeld, 0},
		{"routed to TLS", serveMilter(t, scripted{modify: toTLS}), LaneInternal, LaneTLS, 0},
		{"routed where nothing is", serveMilter(t, scripted{modify: toNowhere}), LaneInternal, LaneUndeliverable, 0},
		{"encryptor is down", serveMilter(t, scripted{modify: toEncryptor}), LaneTempfailed, LaneTempfailed, 451},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := newMTA(t, test.milter)
			err := m.accept("a@maine.example", []string{"a2@maine.example", "b@ext.example"}, []byte("Subject: x\r\n\r\nhi\r\n"), peer{helo: "h", addr: "127.0.0.1"}, true)
			var reply *smtp.SMTPError
			if errors.As(err, &reply); (reply == nil) != (test.code == 0) || reply != nil && reply.Code != test.code {
				t.Errorf("reply %v, want %d", err, test.code)
			}
			entries, _ := m.mailbox.Entries()
			if len(entries) != 1 || len(entries[0].Deliveries) != 2 {
				t.Fatalf("%d entries", len(entries))
			}
			for i, want := range []Lane{test.internal, test.outer} {
				d := entries[0].Deliveries[i]
				left := want == LaneInternal || want == LaneClear || want == LaneTLS
				if d.Lane != want || (d.Raw != nil) != left {
					t.Errorf("%s: %s, left %v; want %s", d.Recipient, d.Lane, d.Raw != nil, want)
				}
			}
		})
	}
}

// TestNextHops: one hop for each mailbox, whatever the case of its domain.
func TestNextHops(t *testing.T) {
	hops := nextHops([]string{
		"a@ext.example", "a@EXT.example", "A@ext.example",
		"b@ext.example.encrypt.zixpolicy.invalid", `"odd user"@ext.example.encrypt.zixpolicy.invalid`,
		"c@zixpolicy.invalid", "d@notzixpolicy.invalid",
	})
	want := []hop{
		{address: "a@ext.example", recipient: "a@ext.example"},
		{address: "A@ext.example", recipient: "A@ext.example"},
		{address: "b@ext.example.encrypt.zixpolicy.invalid", recipient: "b@ext.example", route: message.RouteEncrypt},
		{address: `"odd user"@ext.example.encrypt.zixpolicy.invalid`, recipient: `"odd user"@ext.example`, route: message.RouteEncrypt},
		{address: "c@zixpolicy.invalid", recipient: "c@zixpolicy.invalid", dead: true},
		{address: "d@notzixpolicy.invalid", recipient: "d@notzixpolicy.invalid"},
	}
	if len(hops) != len(want) {
		t.Fatalf("got %+v", hops)
	}
	for i := range want {
		if hops[i] != want[i] {
			t.Errorf("got %+v, want %+v", hops[i], want[i])
		}
	}
}
