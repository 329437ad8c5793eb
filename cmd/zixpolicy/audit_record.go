package main

import (
	"path"
	"regexp"
	"strings"
	"time"

	"github.com/zixpolicy/zixpolicy/lexicon"
	"github.com/zixpolicy/zixpolicy/message"
	"github.com/zixpolicy/zixpolicy/rules"
)

// auditRecord is one verdict in the audit log, a JSON object on a line of its own. It
// has nothing of the message but shapes: values are masked and, where there is a key,
// hashed; addresses stand as the configuration says; file names are masked. Its lists
// are never null.
type auditRecord struct {
	Time      time.Time                      `json:"time"` // UTC
	QueueID   string                         `json:"queue_id"`
	Zixpolicy string                         `json:"zixpolicy"` // version of the program
	Policy    string                         `json:"policy"`    // version of the policy
	Sender    string                         `json:"sender"`
	Size      int64                          `json:"size"` // bytes as received
	Action    string                         `json:"action"`
	Rule      string                         `json:"rule"`
	Matched   []string                       `json:"matched"`
	Because   []rules.RuleExplanation        `json:"because"` // the rules that hold
	Recipient []rules.ReportRecipient        `json:"recipients"`
	Lexicons  map[string]rules.ReportLexicon `json:"lexicons"`
	Hits      []auditHit                     `json:"hits"`
	Omitted   int                            `json:"hits_omitted,omitempty"`
	Defects   []rules.ReportDefect           `json:"defects"`
}

// auditHit is one hit in a record.
type auditHit struct {
	rules.ReportHit
	Hash string `json:"hash,omitempty"` // keyed hash of the value
}

// auditHits bounds the hits of one record; how many more there are stands in it.
const auditHits = 1000

// newAuditRecord makes the record of a verdict.
func newAuditRecord(at time.Time, h hasher, p *rules.Policy, m *message.Message, v *rules.Verdict) *auditRecord {
	report, story := p.Report("", m, v, false), p.Explain(m, v, false)
	program, _ := buildVersion()
	r := &auditRecord{
		Time: at.UTC(), QueueID: m.Envelope.QueueID, Zixpolicy: program, Policy: p.Version(),
		Sender: h.address(m.Envelope.Sender), Size: m.Size,
		Action: report.Action, Rule: report.Rule, Matched: report.Matched,
		Because: []rules.RuleExplanation{}, Recipient: report.Recipients,
		Lexicons: report.Lexicons, Hits: []auditHit{}, Defects: report.Defects,
	}
	for i := range r.Recipient {
		r.Recipient[i].Address = h.address(r.Recipient[i].Address)
	}
	for _, x := range story.Rules {
		if !x.Holds || x.Skipped != "" {
			continue
		}
		for i := range x.Decides {
			x.Decides[i] = h.address(x.Decides[i])
		}
		r.Because = append(r.Because, x)
	}
	for i, hit := range v.Hits[:min(len(v.Hits), auditHits)] {
		entry := auditHit{report.Hits[i], h.value(m.Parts[hit.Text].Text[hit.Start:hit.End])}
		entry.Part = maskNames(entry.Part)
		r.Hits = append(r.Hits, entry)
	}
	r.Omitted = len(v.Hits) - len(r.Hits)
	for i := range r.Defects {
		r.Defects[i].Part = maskNames(r.Defects[i].Part)
	}
	return r
}

// ownPart is a part that no sender has named.
var ownPart = regexp.MustCompile(`^(subject|headers?|message|body(/[0-9]+)*(#[a-z]+)?|names?(/[0-9]+)*)?$`)

// maskNames masks the names of files in a part's path, for people put into them what
// they are about. What kind of file it was can still be seen.
func maskNames(part string) string {
	if ownPart.MatchString(part) {
		return part
	}
	part, isName := strings.CutSuffix(part, "#name")
	names := strings.Split(part, "/")
	for i, name := range names {
		extension := path.Ext(name)
		if len(extension) > 5 || strings.ContainsFunc(extension, func(r rune) bool { return r >= '0' && r <= '9' }) {
			extension = ""
		}
		names[i] = lexicon.Mask(strings.TrimSuffix(name, extension)) + extension
	}
	part = strings.Join(names, "/")
	if isName { // the text is the name itself
		part += "#name"
	}
	return part
}
