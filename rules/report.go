package rules

import "github.com/zixpolicy/zixpolicy/message"

// Report is a verdict as people and programs outside see it: the JSON object of
// `zixpolicy scan --json`, the demo's mailbox page and the audit log.
type Report struct {
	Message    string                   `json:"message"`
	Action     string                   `json:"action"`
	Rule       string                   `json:"rule"`
	Matched    []string                 `json:"matched"`
	Recipients []ReportRecipient        `json:"recipients"`
	Lexicons   map[string]ReportLexicon `json:"lexicons"`
	Hits       []ReportHit              `json:"hits"`
	Parts      []ReportPart             `json:"parts"`
	Defects    []ReportDefect           `json:"defects"`
}

// ReportRecipient is the verdict for one recipient.
type ReportRecipient struct {
	Address  string `json:"address"`
	Internal bool   `json:"internal"`
	Action   string `json:"action"`
	Rule     string `json:"rule"`
}

// ReportLexicon is the tally of one lexicon; only lexicons with hits are reported.
type ReportLexicon struct {
	Score    int  `json:"score"`
	Count    int  `json:"count"`
	Distinct int  `json:"distinct"`
	Matched  bool `json:"matched"`
}

// ReportHit is one hit. Start and End are byte offsets in the part's text.
type ReportHit struct {
	Lexicon  string `json:"lexicon"`
	Entry    string `json:"entry"`
	Detector string `json:"detector,omitempty"`
	Part     string `json:"part"`
	Start    int    `json:"start"`
	End      int    `json:"end"`
	Masked   string `json:"masked"`
	Text     string `json:"text,omitempty"` // only where values were asked for
	Why      string `json:"why,omitempty"`
}

// ReportPart is one piece of text that was scanned.
type ReportPart struct {
	Part      string `json:"part"`
	Type      string `json:"type"`
	Name      string `json:"name"`
	TextBytes int    `json:"text_bytes"`
}

// ReportDefect is one piece that could not be read.
type ReportDefect struct {
	Part   string `json:"part"`
	Kind   string `json:"kind"`
	Detail string `json:"detail"`
}

// Report renders the verdict on m. name is what the message is called. Without
// values, hits are shown masked only.
func (p *Policy) Report(name string, m *message.Message, v *Verdict, values bool) *Report {
	return &Report{Message: name}
}
