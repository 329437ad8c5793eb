package encryptor

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"

	"github.com/zixpolicy/zixpolicy/message"
)

// taken is what a backend got in one call.
type taken struct {
	to     []string
	policy map[string]string
	text   string
}

// collecting is a Backend that keeps every call, and fails those that the test names.
type collecting struct {
	mu    sync.Mutex
	calls []taken
	fail  func(to []string) error // nil: never; an error before anything is read
	part  func(to []string) bool  // whether only the beginning is read
}

func (b *collecting) Deliver(_ context.Context, env message.Envelope, msg *Message) error {
	if b.fail != nil {
		if err := b.fail(env.Recipients); err != nil {
			return err
		}
	}
	if b.part != nil && b.part(env.Recipients) {
		_, err := io.ReadFull(msg, make([]byte, 10))
		return err
	}
	text, err := io.ReadAll(msg)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.calls = append(b.calls, taken{env.Recipients, msg.Policy, string(text)})
	return err
}

func (b *collecting) call(t *testing.T, to string) taken {
	t.Helper()
	for _, c := range b.calls {
		if slices.Contains(c.to, to) {
			return c
		}
	}
	t.Fatalf("nothing was handed over for %s", to)
	return taken{}
}

const (
	plain  = "a@ext.example.encrypt.zixpolicy.invalid"
	first  = "b@ext.example.encrypt-1.zixpolicy.invalid"
	second = "c@ext.example.encrypt-2.zixpolicy.invalid"
)

// instructed is a message with two sets of instructions.
var instructed = "Subject: [encrypt] plans\r\nTo: x\r\nX-Zixpolicy-Action: encrypt\r\nX-Zixpolicy-Rule: tag\r\n" +
	"X-Zixpolicy-1-Rule: legal\r\nX-Zixpolicy-1-Expire: 72h0m0s\r\nX-Zixpolicy-1-Subject: plans\r\n of ours\r\nX-Zixpolicy-1-Add: X-Class: secret\r\nX-Zixpolicy-1-Add: X-Second: 2\r\n" +
	"X-Zixpolicy-2-Rule: board\r\nX-Zixpolicy-2-Delivery: pull\r\nX-Zixpolicy-2-Receipt: yes\r\nX-Zixpolicy-2-Mask-Subject: yes\r\n\r\n" + strings.Repeat("body line\r\n", 10_000)

func TestEachRecipientGetsWhatWasAskedForIt(t *testing.T) {
	b := &collecting{}
	c := start(t, b, 0).connect(t)
	if replies := c.send(instructed, plain, first, second, strings.Replace(first, "b@", "d@", 1)); strings.Join(codes(replies), " ") != "250 250 250 250" {
		t.Fatalf("replies %q", replies)
	}
	if len(b.calls) != 3 {
		t.Fatalf("%d calls, want one for each set", len(b.calls))
	}
	body := strings.Repeat("body line\r\n", 10_000)
	for _, want := range []taken{
		{[]string{"a@ext.example"}, map[string]string{"action": "encrypt", "rule": "tag"},
			"Subject: [encrypt] plans\r\nTo: x\r\n\r\n" + body},
		{[]string{"b@ext.example", "d@ext.example"}, map[string]string{"action": "encrypt", "rule": "legal", "expire": "72h0m0s"},
			"Subject: plans\r\n of ours\r\nTo: x\r\nX-Class: secret\r\nX-Second: 2\r\n\r\n" + body},
		{[]string{"c@ext.example"}, map[string]string{"action": "encrypt", "rule": "board", "delivery": "pull", "receipt": "yes", "mask-subject": "yes"},
			"Subject: [encrypt] plans\r\nTo: x\r\n\r\n" + body},
	} {
		got := b.call(t, want.to[0])
		if !slices.Equal(got.to, want.to) || got.text != want.text || len(got.policy) != len(want.policy) {
			t.Errorf("for %q:\ngot  %q %v %.200q\nwant %q %v %.200q", want.to, got.to, got.policy, got.text, want.to, want.policy, want.text)
		}
		for key, value := range want.policy {
			if got.policy[key] != value {
				t.Errorf("for %q: %s is %q, want %q", want.to, key, got.policy[key], value)
			}
		}
	}
}

func TestSetsFareByThemselves(t *testing.T) {
	refusal := &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: "no"}
	is := func(address string) func([]string) bool {
		return func(to []string) bool { return slices.Contains(to, address) }
	}
	failing := func(address string, err error) func([]string) error {
		return func(to []string) error {
			if slices.Contains(to, address) {
				return err
			}
			return nil
		}
	}
	for _, tt := range []struct {
		name    string
		backend *collecting
		to      []string
		want    string
	}{
		{"one is refused", &collecting{fail: failing("b@ext.example", refusal)}, []string{plain, first, second}, "250 554 250"},
		{"one cannot now", &collecting{fail: failing("c@ext.example", errors.New("down"))}, []string{plain, first, second}, "250 250 451"},
		{"one panics", &collecting{fail: func(to []string) error {
			if is("a@ext.example")(to) {
				panic("boom")
			}
			return nil
		}}, []string{plain, first, second}, "451 250 250"},
		{"one is not read to its end", &collecting{part: is("b@ext.example")}, []string{plain, first, second}, "250 451 250"},
		{"instructions are missing", &collecting{}, []string{plain, strings.Replace(first, "-1", "-3", 1)}, "250 451"},
		{"instructions are missing, alone", &collecting{}, []string{strings.Replace(first, "-1", "-3", 1)}, "451"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			replies := start(t, tt.backend, 0).connect(t).send(instructed, tt.to...)
			if got := strings.Join(codes(replies), " "); got != tt.want {
				t.Errorf("replies %s, want %s", got, tt.want)
			}
		})
	}
}

func codes(replies []string) []string {
	var list []string
	for _, r := range replies {
		list = append(list, r[:3])
	}
	return list
}
