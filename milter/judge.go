package milter

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/zixpolicy/zixpolicy/message"
	"github.com/zixpolicy/zixpolicy/rules"
)

// The causes for which messages are answered with 451: labels of a metric.
const (
	causeBusy     = "busy"     // no memory or no slot for it
	causeTimeout  = "timeout"  // judging did not end
	causePanic    = "panic"    // a defect of ours
	causeError    = "error"    // no policy, or a verdict that is not one
	causeProtocol = "protocol" // the MTA said what the protocol does not allow
	causeAudit    = "audit"    // no record could be made of the verdict
)

// scanTime is how long judging may go on beyond Limits.Time, which bounds reading,
// before it is given up. The MTA waits five minutes.
const scanTime = 30 * time.Second

// fault is why a message could not be judged.
type fault struct {
	cause string
	err   error
	stack string // of a panic
}

func (f *fault) Error() string { return f.err.Error() }

// panicFault makes a fault of a recovered value. The value itself may quote the
// message and is told only where it comes from the runtime.
func panicFault(value any) *fault {
	err := fmt.Errorf("panic with a %T", value)
	if r, ok := value.(runtime.Error); ok {
		err = r
	}
	return &fault{causePanic, err, string(debug.Stack())}
}

// judgement is a judged message.
type judgement struct {
	message *message.Message
	verdict *rules.Verdict
	seconds float64
}

// judge reads and judges one message in a goroutine of its own, so that one that
// never ends costs a slot and not the answer. release is called when raw is no
// longer needed. The error is a *fault.
func (s *Server) judge(p policy, env message.Envelope, raw []byte, release func()) (*judgement, error) {
	ctx, cancel := context.WithTimeout(s.ctx, s.patience)
	defer cancel()
	if err := s.startJudging(); err != nil {
		release()
		return nil, err
	}
	type result struct {
		*judgement
		err error
	}
	done := make(chan result, 1)
	go func() {
		var r result
		defer func() {
			if v := recover(); v != nil {
				r = result{nil, panicFault(v)}
			}
			release()
			<-s.judging
			done <- r
		}()
		r.judgement, r.err = s.evaluate(ctx, p, env, raw)
	}()
	select {
	case r := <-done:
		return r.judgement, r.err
	case <-ctx.Done():
		return nil, &fault{cause: causeTimeout, err: ctx.Err()}
	}
}

// startJudging waits for a slot for at most as long as reading a message may take.
func (s *Server) startJudging() error {
	select {
	case s.judging <- struct{}{}: // the common case needs no timer
		return nil
	default:
	}
	timer := time.NewTimer(s.Limits.Time)
	defer timer.Stop()
	select {
	case s.judging <- struct{}{}:
		return nil
	case <-timer.C:
		return &fault{cause: causeBusy, err: errors.New("too many messages are being judged")}
	case <-s.ctx.Done():
		return &fault{cause: causeBusy, err: errors.New("shutting down")}
	}
}

func (s *Server) evaluate(ctx context.Context, p policy, env message.Envelope, raw []byte) (*judgement, error) {
	start := time.Now()
	m := s.Reader.Read(ctx, env, raw, s.Limits)
	v := p.Evaluate(m)
	j := &judgement{m, v, time.Since(start).Seconds()}
	if err := checkVerdict(v, env); err != nil {
		return nil, &fault{cause: causeError, err: err}
	}
	s.Metrics.judged(j, p)
	return j, nil
}

// checkVerdict makes sure that every recipient was judged, and that none more
// strictly than the whole.
func checkVerdict(v *rules.Verdict, env message.Envelope) error {
	if v == nil {
		return errors.New("no verdict")
	}
	if v.Err != nil {
		return v.Err
	}
	if len(v.Recipients) != len(env.Recipients) {
		return errors.New("the verdict is not for these recipients")
	}
	for i, d := range v.Recipients {
		if d.Recipient != env.Recipients[i] || d.Action > v.Action || v.Action > rules.Reject {
			return errors.New("the verdict contradicts itself")
		}
	}
	return nil
}

// audit has the verdict recorded, if that is asked for.
func (s *Server) audit(p policy, j *judgement) error {
	if s.Audit == nil {
		return nil
	}
	judged, ok := p.(*rules.Policy)
	if !ok {
		return &fault{cause: causeAudit, err: fmt.Errorf("a verdict of %T cannot be recorded", p)}
	}
	if err := s.Audit(judged, j.message, j.verdict); err != nil {
		return &fault{cause: causeAudit, err: err}
	}
	return nil
}
