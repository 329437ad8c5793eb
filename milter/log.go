package milter

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/d--j/go-milter"

	"github.com/zixpolicy/zixpolicy/rules"
)

// outcome is what became of a message.
type outcome struct {
	action    rules.Action
	reason    string     // where it was not a rule that decided
	routed    int        // recipients sent along a route
	copied    int        // journals that get a copy
	judgement *judgement // nil where the envelope decided
}

// answer counts and logs a message and returns the response to it.
func (t *transaction) answer(m *milter.Modifier, o outcome, resp *milter.Response) *milter.Response {
	t.server.Metrics.messages.WithLabelValues(o.action.String()).Inc()
	attrs := append(t.attrs(m), slog.String("action", o.action.String()))
	if o.reason != "" {
		attrs = append(attrs, slog.String("reason", o.reason))
	}
	if j := o.judgement; j != nil {
		attrs = append(attrs, slog.String("rule", j.verdict.Rule), slog.Any("matched", append([]string{}, j.verdict.Matched...)),
			t.lexicons(j), defects(j), slog.Int("routed", o.routed), slog.Int("copied", o.copied), slog.Float64("scan_seconds", j.seconds))
	}
	t.log(slog.LevelInfo, attrs)
	return resp
}

// tempfail counts and logs a message that could not be judged and returns the
// response to it.
func (t *transaction) tempfail(m *milter.Modifier, err error) (*milter.Response, error) {
	f := &fault{cause: causeError, err: err}
	errors.As(err, &f)
	t.server.Metrics.tempfails.WithLabelValues(f.cause).Inc()
	attrs := append(t.attrs(m), slog.String("action", "tempfail"), slog.String("cause", f.cause), slog.String("error", f.Error()))
	level := slog.LevelWarn
	if f.cause == causePanic {
		level = slog.LevelError
		attrs = append(attrs, slog.String("stack", f.stack))
	}
	t.log(level, attrs)
	return reply(451, "4.7.1 Service unavailable, try again later"), nil
}

// attrs are what is known of every message. Macros come from the MTA.
func (t *transaction) attrs(m *milter.Modifier) []slog.Attr {
	attrs := []slog.Attr{slog.String("queue_id", m.Macros.Get(milter.MacroQueueId))}
	if t.server.LogAddresses {
		attrs = append(attrs, slog.String("sender", t.env.Sender), slog.Any("recipients", slices.Clone(t.env.Recipients)))
	}
	return append(attrs, slog.Int("recipient_count", len(t.env.Recipients)),
		slog.Int64("size", t.message.size), slog.Float64("seconds", time.Since(t.started).Seconds()))
}

func (t *transaction) lexicons(j *judgement) slog.Attr {
	var counts []any
	for _, t := range tallies(j, t.policy) {
		counts = append(counts, slog.Int(t.lexicon, t.hits))
	}
	return slog.Group("lexicons", counts...)
}

func defects(j *judgement) slog.Attr {
	kinds := []string{}
	for _, d := range j.message.Defects {
		kinds = appendNew(kinds, string(d.Kind))
	}
	return slog.Any("defects", kinds)
}

func (t *transaction) log(level slog.Level, attrs []slog.Attr) {
	t.server.Log.LogAttrs(context.Background(), level, "message", attrs...)
}

var redirectOnce sync.Once

// redirectWarnings sends go-milter's warnings, which speak of connections and of
// errors of ours and never quote a message, to log.
func redirectWarnings(log *slog.Logger) {
	redirectOnce.Do(func() {
		milter.LogWarning = func(format string, v ...any) {
			log.Warn("milter: connection", "warning", fmt.Sprintf(format, v...))
		}
	})
}
