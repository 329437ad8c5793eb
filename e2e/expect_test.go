//go:build e2e

package e2e

import (
	"bytes"
	"net/textproto"
	"slices"
	"strings"
	"testing"
)

// arrival is who must get a letter where, each recipient exactly once. A sink that
// is not named must not see a byte of it.
type arrival struct{ inside, outside, gateway []string }

// check is verify, and says what it has checked.
func (want arrival) check(t *testing.T, s *Site, l Letter) {
	t.Helper()
	want.verify(t, s, l)
	t.Logf("checked: inside %d, outside %d, gateway %d recipients, each once; nothing elsewhere; every copy intact",
		len(want.inside), len(want.outside), len(want.gateway))
}

// verify compares what the sinks have of the letter with what they must have, and
// what each copy looks like. It is called when the letter is settled.
func (want arrival) verify(t *testing.T, s *Site, l Letter) {
	t.Helper()
	defer func() {
		if t.Failed() {
			t.Logf("Postfix:\n%s\nzixpolicy:\n%s", s.Postfix.Log(l.MessageID()), s.Logs())
		}
	}()
	for _, at := range []struct {
		sink *Sink
		want []string
	}{{s.Inside, want.inside}, {s.Outside, want.outside}, {s.Gateway, want.gateway}} {
		copies := at.sink.Holding(l.Mark)
		if got := recipients(copies); !slices.Equal(got, sorted(at.want)) {
			t.Errorf("%s got it for %q, want %q", at.sink.Name, got, sorted(at.want))
		}
		for _, d := range copies {
			checkCopy(t, at.sink, d, l)
		}
	}
}

// checkCopy holds one delivered copy against the letter: the body byte for byte, no
// field with a forged value, and at the gateway no field of ours at all.
func checkCopy(t *testing.T, sink *Sink, d Delivery, l Letter) {
	t.Helper()
	if !bytes.Equal(d.Body(), l.Body()) {
		t.Errorf("%s: the body has changed: %d bytes, sent %d", sink.Name, len(d.Body()), len(l.Body()))
	}
	sent := Delivery{Data: l.Data}.Header()
	for _, field := range []string{"From", "Subject", "Message-Id", "Date", "Content-Type"} {
		if !slices.Equal(d.Header()[field], sent[field]) {
			t.Errorf("%s: %s is %q, sent %q", sink.Name, field, d.Header()[field], sent[field])
		}
	}
	if bytes.Contains(d.Data, []byte("zixpolicy.invalid")) {
		t.Errorf("%s: a routing address has got into the message:\n%s", sink.Name, head(d))
	}
	if ours := policyFields(d.Header()); sink.Name == "gateway" && len(ours) > 0 {
		t.Errorf("the gateway sees %q", ours)
	}
}

// policyFields are the names of our own header fields in a header.
func policyFields(h textproto.MIMEHeader) []string {
	var names []string
	for name := range h {
		if strings.HasPrefix(strings.ToLower(name), "x-zixpolicy") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// recipients are the envelope recipients of all deliveries, sorted, repetitions kept.
func recipients(deliveries []Delivery) []string {
	var all []string
	for _, d := range deliveries {
		all = append(all, d.Recipients...)
	}
	return sorted(all)
}

func sorted(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return list
}

func head(d Delivery) string {
	h, _, _ := bytes.Cut(d.Data, []byte("\r\n\r\n"))
	return string(h)
}
