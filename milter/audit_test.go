package milter

import (
	"errors"
	"strings"
	"testing"

	"github.com/d--j/go-milter"

	"github.com/zixpolicy/zixpolicy/message"
	"github.com/zixpolicy/zixpolicy/rules"
)

func TestVerdictIsRecordedBeforeItIsAnswered(t *testing.T) {
	shipped, err := rules.Load(rules.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var recorded []string
	var fault error
	r := start(t, nil, func(o *Options, _ *Server) {
		o.Policy = func() *rules.Policy { return shipped }
		o.Audit = func(p *rules.Policy, m *message.Message, v *rules.Verdict) error {
			if p != shipped {
				t.Error("not the policy that judged")
			}
			recorded = append(recorded, m.Envelope.QueueID+" "+v.Action.String())
			return fault
		}
	})
	s := r.connect(t)
	if a := mustSend(t, s, letter("bob@ext.example")); a.action.Type != milter.ActionAccept {
		t.Errorf("answer: %+v", a)
	}
	fault = errors.New("disk full")
	wantTempfail(t, mustSend(t, s, letter("bob@ext.example")))
	if got := strings.Join(recorded, ", "); got != "4QUEUEID deliver, 4QUEUEID deliver" {
		t.Errorf("recorded: %s", got)
	}
	if n := counted(r.Metrics.tempfails, causeAudit); n != 1 {
		t.Errorf("tempfails_total{audit} = %v", n)
	}
	if !strings.Contains(r.log.String(), `"cause":"audit","error":"disk full"`) {
		t.Errorf("log: %s", r.log)
	}
}
