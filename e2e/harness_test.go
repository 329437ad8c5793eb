//go:build e2e

package e2e

import (
	"path/filepath"
	"slices"
	"testing"
)

// TestHarnessSeesEverything is the control: through the same Postfix without
// zixpolicy, what must be protected leaves in clear, and the sinks show it. If they
// did not, no other test here would mean anything.
func TestHarnessSeesEverything(t *testing.T) {
	inside, outside := NewSink(t, "inside"), NewSink(t, "outside")
	p := NewPostfix(t, filepath.Join(siteDir(t), "postfix"), inside, outside)
	p.Start(t)
	for _, c := range deliveryCases() {
		runCase(t, c.name, func(t *testing.T) {
			l := c.letter()
			if err := Submit(p.Addr, c.sender(), c.to, l.Data); err != nil {
				t.Fatal(err)
			}
			Await(t, "the message to leave the queue", func() bool { return p.Settled(l.MessageID()) })
			got := recipients(append(inside.Holding(l.Mark), outside.Holding(l.Mark)...))
			if want := sorted(c.to); !slices.Equal(got, want) {
				t.Errorf("the sinks have it for %q, want %q\n%s", got, want, p.Log(l.MessageID()))
			}
			for _, d := range append(inside.Holding(l.Mark), outside.Holding(l.Mark)...) {
				checkCopy(t, inside, d, l)
			}
		})
	}
}
