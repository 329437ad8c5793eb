package milter

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/zixpolicy/zixpolicy/rules"
)

// Metrics are the milter's counters. Their names are a contract with dashboards.
type Metrics struct {
	messages    *prometheus.CounterVec // by action
	ruleMatches *prometheus.CounterVec // by rule
	lexiconHits *prometheus.CounterVec // by lexicon
	defects     *prometheus.CounterVec // by kind
	tempfails   *prometheus.CounterVec // by cause
	scanSeconds prometheus.Histogram
	scanBytes   prometheus.Histogram
}

// NewMetrics registers the milter's metrics. It panics where they are registered
// already.
func NewMetrics(r prometheus.Registerer) *Metrics {
	counter := func(name, help, label string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, []string{label})
	}
	m := &Metrics{
		messages:    counter("zixpolicy_messages_total", "Messages answered, by the strictest action over their recipients.", "action"),
		ruleMatches: counter("zixpolicy_rule_matches_total", "Messages on which a rule's condition held.", "rule"),
		lexiconHits: counter("zixpolicy_lexicon_hits_total", "Hits of a lexicon.", "lexicon"),
		defects:     counter("zixpolicy_defects_total", "Pieces of messages that could not be read.", "kind"),
		tempfails:   counter("zixpolicy_tempfails_total", "Messages answered with 451 because they could not be judged.", "cause"),
		scanSeconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "zixpolicy_scan_seconds", Help: "Time to read and judge one message.",
			Buckets: prometheus.ExponentialBuckets(0.0001, 4, 10), // 0.1 ms … 26 s
		}),
		scanBytes: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "zixpolicy_scan_bytes", Help: "Size of the messages judged, as received.",
			Buckets: prometheus.ExponentialBuckets(1024, 4, 9), // 1 KiB … 64 MiB
		}),
	}
	r.MustRegister(m.messages, m.ruleMatches, m.lexiconHits, m.defects, m.tempfails, m.scanSeconds, m.scanBytes)
	for a := rules.Deliver; a <= rules.Reject; a++ {
		m.messages.WithLabelValues(a.String())
	}
	for _, cause := range []string{causeBusy, causeTimeout, causePanic, causeError, causeProtocol, causeAudit} {
		m.tempfails.WithLabelValues(cause)
	}
	return m
}

// judged counts what was found in one message; its action is counted when answered.
func (m *Metrics) judged(j *judgement, p policy) {
	m.scanSeconds.Observe(j.seconds)
	m.scanBytes.Observe(float64(j.message.Size))
	for _, rule := range j.verdict.Matched {
		m.ruleMatches.WithLabelValues(rule).Inc()
	}
	for _, d := range j.message.Defects {
		m.defects.WithLabelValues(string(d.Kind)).Inc()
	}
	for _, t := range tallies(j, p) {
		m.lexiconHits.WithLabelValues(t.lexicon).Add(float64(t.hits))
	}
}

// tally is the number of hits of one lexicon.
type tally struct {
	lexicon string
	hits    int
}

// tallies returns the lexicons that have hits, in their order.
func tallies(j *judgement, p policy) []tally {
	var out []tally
	for i, t := range j.verdict.Tallies {
		if t.Count > 0 {
			out = append(out, tally{p.Lexicons().Lexicons()[i].Name, t.Count})
		}
	}
	return out
}
