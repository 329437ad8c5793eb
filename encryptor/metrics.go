package encryptor

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/zixpolicy/zixpolicy/message"
)

// Metrics are the encryptor's counters. Their names are a contract with dashboards.
type Metrics struct {
	deliveries *prometheus.CounterVec // by backend and result
}

// The results of a delivery to one recipient: labels of a metric.
const (
	resultDelivered = "delivered"
	resultTemporary = "temporary"
	resultPermanent = "permanent"
)

// NewMetrics registers the encryptor's metrics. It panics where they are registered
// already.
func NewMetrics(r prometheus.Registerer) *Metrics {
	m := &Metrics{deliveries: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "zixpolicy_deliveries_total",
		Help: "Recipients for whom a backend was asked to take a message over, by result.",
	}, []string{"backend", "result"})}
	r.MustRegister(m.deliveries)
	return m
}

// delivery is what became of one message.
type delivery struct {
	env      message.Envelope
	msg      *Message // nil where its header could not be read
	err      error
	statuses []*smtp.SMTPError
	size     int64
	took     time.Duration
}

// record counts and logs a message. Replies are logged by their codes: a gateway's
// text quotes addresses.
func (s *Server) record(d delivery) {
	counts := map[string]int{}
	codes := []string{}
	for _, status := range d.statuses {
		counts[resultOf(status)]++
		if status == nil {
			continue
		}
		e := status.EnhancedCode
		if code := fmt.Sprintf("%d %d.%d.%d", status.Code, e[0], e[1], e[2]); !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	attrs := []slog.Attr{slog.String("queue_id", d.env.QueueID), slog.String("backend", s.Name)}
	for _, result := range []string{resultDelivered, resultTemporary, resultPermanent} {
		s.Metrics.deliveries.WithLabelValues(s.Name, result).Add(float64(counts[result]))
		attrs = append(attrs, slog.Int(result, counts[result]))
	}
	if d.msg != nil {
		attrs = append(attrs, slog.String("rule", d.msg.Policy["rule"]))
	}
	attrs = append(attrs, slog.Any("replies", codes), slog.Int64("size", d.size), slog.Float64("seconds", d.took.Seconds()))
	level := slog.LevelInfo
	if d.err != nil {
		level = slog.LevelWarn
		attrs = append(attrs, slog.String("error", errorText(d.err)))
	}
	s.Log.LogAttrs(context.Background(), level, "delivery", attrs...)
}

// errorText is the error where it is ours to tell, and not the gateway's words.
func errorText(err error) string {
	var each RecipientErrors
	if errors.As(err, &each) {
		for _, e := range each {
			if e != nil {
				return errorText(e)
			}
		}
	}
	var reply *smtp.SMTPError
	if errors.As(err, &reply) {
		return fmt.Sprintf("reply %d", reply.Code)
	}
	return err.Error()
}

func resultOf(status *smtp.SMTPError) string {
	switch {
	case status == nil:
		return resultDelivered
	case status.Temporary():
		return resultTemporary
	}
	return resultPermanent
}
