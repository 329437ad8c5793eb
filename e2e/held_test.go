//go:build e2e

package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// held runs "zixpolicy held" on the site's queue.
func (s *Site) held(t *testing.T, args ...string) (string, bool) {
	t.Helper()
	return s.Run(append([]string{"held", "--config", s.Config(), "--config-dir", s.Postfix.ConfigDir()}, args...)...)
}

// holdLetter sends a letter that must be held, and returns its queue ID.
func holdLetter(t *testing.T, s *Site, l Letter, to ...string) string {
	t.Helper()
	if err := Submit(s.Postfix.Addr, alice, to, l.Data); err != nil {
		t.Fatal(err)
	}
	ids := s.Postfix.log.read().queueIDs(l.MessageID())
	if len(ids) != 1 {
		t.Fatalf("queue IDs %v", ids)
	}
	for id := range ids {
		return id
	}
	return ""
}

// testHeld holds messages, looks at them, and releases or deletes them.
func testHeld(t *testing.T, s *Site) {
	bob, amy := "bob@ext.example", "amy@maine.example"
	runCase(t, "looked at", func(t *testing.T) {
		l := NewLetter(alice, "[hold] [encrypt] bluebird", "Her SSN is 536-90-4399.")
		id := holdLetter(t, s, l, bob, amy)
		list, ok := s.held(t, "list")
		if !ok || !regexp.MustCompile(id+` .* held +<alice@maine\.example> +amy@maine\.example, bob@ext\.example \(encrypt\)`).MatchString(list) &&
			!regexp.MustCompile(id+` .* held +<alice@maine\.example> +bob@ext\.example \(encrypt\), amy@maine\.example`).MatchString(list) {
			t.Errorf("list:\n%s", list)
		}
		masked, ok := s.held(t, "show", id)
		if !ok || !strings.Contains(masked, "rule held") || strings.Contains(masked, "bluebird") || strings.Contains(masked, "4399") {
			t.Errorf("show:\n%s", masked)
		}
		clear, ok := s.held(t, "show", "--show-values", id)
		if !ok || !strings.Contains(clear, "bluebird") || !strings.Contains(clear, "536-90-4399") {
			t.Errorf("show --show-values:\n%s", clear)
		}
		arrival{}.check(t, s, l)
		if out, ok := s.held(t, "release", "--approver", "carol", "--reason", "ticket 4711", id); !ok {
			t.Fatalf("release: %s", out)
		}
		s.Settle(t, l.MessageID())
		arrival{inside: []string{amy}, gateway: []string{bob}}.check(t, s, l)
		checkPolicyFields(t, s, l)
		if d := lastDecision(t, s); d["queue_id"] != id || d["decision"] != "released" || d["approver"] != "carol" || d["reason"] != "ticket 4711" || d["rule"] != "held" {
			t.Errorf("recorded: %v", d)
		}
		if again, ok := s.held(t, "release", id); ok {
			t.Errorf("released twice: %s", again)
		}
	})
	runCase(t, "released in clear", func(t *testing.T) {
		l := NewLetter(alice, "[hold] picnic", harmless)
		id := holdLetter(t, s, l, bob)
		arrival{}.check(t, s, l)
		if out, ok := s.held(t, "release", id); !ok {
			t.Fatalf("release: %s", out)
		}
		s.Settle(t, l.MessageID())
		arrival{outside: []string{bob}}.check(t, s, l)
	})
	runCase(t, "deleted", func(t *testing.T) {
		l := NewLetter(alice, "[hold] picnic", harmless)
		id := holdLetter(t, s, l, bob, amy)
		if out, ok := s.held(t, "delete", "--approver", "carol", id); !ok {
			t.Fatalf("delete: %s", out)
		}
		s.Settle(t, l.MessageID())
		arrival{}.check(t, s, l)
		if d := lastDecision(t, s); d["queue_id"] != id || d["decision"] != "deleted" {
			t.Errorf("recorded: %v", d)
		}
	})
	runCase(t, "what cannot be recorded is not released", func(t *testing.T) {
		l := NewLetter(alice, "[hold] picnic", harmless)
		id := holdLetter(t, s, l, bob)
		record := filepath.Join(s.Dir, "run", "held.jsonl")
		if err := os.Rename(record, record+".old"); err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(record, 0o755); err != nil {
			t.Fatal(err)
		}
		if out, ok := s.held(t, "release", id); ok {
			t.Errorf("released unrecorded: %s", out)
		}
		if list, _ := s.held(t, "list"); !strings.Contains(list, id) {
			t.Errorf("no longer on hold:\n%s", list)
		}
		if err := os.Remove(record); err != nil {
			t.Fatal(err)
		}
		if out, ok := s.held(t, "release", id); !ok {
			t.Fatalf("release: %s", out)
		}
		s.Settle(t, l.MessageID())
		arrival{outside: []string{bob}}.check(t, s, l)
	})
	runCase(t, "held by somebody else", func(t *testing.T) {
		s.Gateway.Stop()
		l := NewLetter(alice, ask, harmless)
		id := holdLetter(t, s, l, bob)
		Await(t, "the message to be put off", func() bool { return s.Postfix.Deferred(l.MessageID()) })
		s.Postfix.run(t, "postsuper", "-h", id)
		for _, verb := range []string{"release", "delete"} {
			if out, ok := s.held(t, verb, id); ok || !strings.Contains(out, "not put on hold by the policy") {
				t.Errorf("%s: %s", verb, out)
			}
		}
		for _, odd := range []string{"ALL", "nonsense", "-", "000000000000"} {
			if out, ok := s.held(t, "delete", "--", odd); ok {
				t.Errorf("delete %s: %s", odd, out)
			}
		}
		s.Gateway.Start(t)
		s.Postfix.run(t, "postsuper", "-H", id)
		s.Postfix.settleFlushing(t, l.MessageID())
		arrival{gateway: []string{bob}}.check(t, s, l)
	})
}

// lastDecision is the last line of the record of decisions.
func lastDecision(t *testing.T, s *Site) map[string]any {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(s.Dir, "run", "held.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	var d map[string]any
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &d); err != nil {
		t.Fatal(err)
	}
	return d
}
