//go:build e2e

package e2e

import (
	"fmt"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// reloaded is the gauge that tells whether the last reload worked.
const reloaded = "zixpolicy_policy_last_reload_successful"

// loaders is how many clients send while the policy is reloaded.
const loaders = 4

// sent is one letter of the load and where it must arrive.
type sent struct {
	letter Letter
	want   arrival
	err    error
}

// testReload reloads a broken policy and then a good one while mail flows.
func testReload(t *testing.T, s *Site) {
	runCase(t, "policy reloaded under load", func(t *testing.T) {
		stop := make(chan struct{})
		results := make(chan sent, 10000)
		var clients sync.WaitGroup
		for n := range loaders {
			clients.Go(func() { load(s, n, stop, results) })
		}
		Await(t, "mail to flow", func() bool { return len(results) > 2*loaders })

		s.WritePolicy(t, "[[rule]]\nname = \"broken\"\nwhen = 'tagg(\"[new]\")'\naction = \"encrypt\"\n")
		s.Milter.Signal(t, syscall.SIGHUP)
		Await(t, "the broken policy to be refused in the log", func() bool { return strings.Contains(s.Milter.Log(), "site.toml") })
		Await(t, "the gauge to fall", func() bool { return strings.Contains(s.Milter.Scrape(t), reloaded+" 0\n") })
		before := len(results)
		Await(t, "mail to flow on", func() bool { return len(results) > before+2*loaders })
		checkAsked(t, s, "[new] still unknown", arrival{outside: []string{"bob@ext.example"}})

		s.WritePolicy(t, sitePolicy+"[[rule]]\nname = \"new\"\nwhen = 'tag(\"[new]\")'\naction = \"encrypt\"\n")
		s.Milter.Signal(t, syscall.SIGHUP)
		Await(t, "the new rule to be in force", func() bool {
			l := NewLetter(alice, "[new] in force?", harmless)
			if err := Submit(s.Postfix.Addr, alice, []string{"bob@ext.example"}, l.Data); err != nil {
				t.Fatal(err)
			}
			s.Settle(t, l.MessageID())
			return len(s.Gateway.Holding(l.Mark)) == 1
		})
		checkAsked(t, s, "[refuse] still refused", arrival{})
		Await(t, "the gauge to rise", func() bool { return strings.Contains(s.Milter.Scrape(t), reloaded+" 1\n") })

		close(stop)
		clients.Wait()
		close(results)
		n := 0
		for r := range results {
			if r.err != nil {
				t.Fatalf("a client was turned away: %v", r.err)
			}
			s.Settle(t, r.letter.MessageID())
			r.want.verify(t, s, r.letter)
			n++
		}
		t.Logf("checked: %d messages sent by %d clients over two reloads, each routed right, none turned away", n, loaders)
	})
}

// load sends letters, every second of them protected, until stop.
func load(s *Site, client int, stop chan struct{}, results chan sent) {
	for i := 0; ; i++ {
		select {
		case <-stop:
			return
		default:
		}
		to := []string{fmt.Sprintf("r%d.%d@ext.example", client, i)}
		r := sent{letter: NewLetter(alice, "picnic", harmless), want: arrival{outside: to}}
		if i%2 == 1 {
			r = sent{letter: NewLetter(alice, "order", card), want: arrival{gateway: to}}
		}
		r.err = Submit(s.Postfix.Addr, alice, to, r.letter.Data)
		results <- r
		if r.err != nil {
			return
		}
	}
}

// checkAsked sends one letter with the subject; an empty arrival means refused.
func checkAsked(t *testing.T, s *Site, subject string, want arrival) {
	t.Helper()
	l := NewLetter(alice, subject, harmless)
	err := Submit(s.Postfix.Addr, alice, []string{"bob@ext.example"}, l.Data)
	if (err != nil) != (len(want.outside)+len(want.gateway) == 0) {
		t.Fatalf("%q: reply %v", subject, err)
	}
	if err == nil {
		s.Settle(t, l.MessageID())
	}
	want.check(t, s, l)
}
