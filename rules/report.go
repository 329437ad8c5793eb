package rules

import (
	"github.com/zixpolicy/zixpolicy/lexicon"
	"github.com/zixpolicy/zixpolicy/message"
)

// Report is a verdict as people and programs outside see it: the JSON object of
// `zixpolicy scan --json`, the demo's mailbox page and the audit log. Its lists are
// never null.
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
	Error      string                   `json:"error,omitempty"` // why it could not be judged
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
	r := &Report{
		Message: name, Action: v.Action.String(), Rule: v.Rule,
		Matched:    append([]string{}, v.Matched...),
		Recipients: make([]ReportRecipient, 0, len(v.Recipients)),
		Lexicons:   map[string]ReportLexicon{},
		Hits:       make([]ReportHit, 0, len(v.Hits)),
		Parts:      make([]ReportPart, 0, len(m.Parts)),
		Defects:    reportDefects(m),
	}
	if v.Err != nil {
		r.Error = v.Err.Error()
	}
	for _, d := range v.Recipients {
		r.Recipients = append(r.Recipients, ReportRecipient{d.Recipient, d.Internal, d.Action.String(), d.Rule})
	}
	for i, t := range v.Tallies {
		if t.Count > 0 {
			r.Lexicons[p.lexicons.Lexicons()[i].Name] = ReportLexicon(t)
		}
	}
	for _, h := range v.Hits {
		r.Hits = append(r.Hits, p.reportHit(m, h, values))
	}
	for _, part := range m.Parts {
		r.Parts = append(r.Parts, ReportPart{part.Path, part.Type, part.Name, len(part.Text)})
	}
	return r
}

func (p *Policy) reportHit(m *message.Message, h lexicon.Hit, values bool) ReportHit {
	part := &m.Parts[h.Text]
	text := part.Text[h.Start:h.End]
	r := ReportHit{
		Lexicon: p.lexicons.Lexicons()[h.Lexicon].Name, Entry: p.lexicons.Label(h), Detector: p.lexicons.Detector(h),
		Part: part.Path, Start: h.Start, End: h.End, Masked: lexicon.Mask(text), Why: h.Why,
	}
	if values {
		r.Text = text
	}
	return r
}

func reportDefects(m *message.Message) []ReportDefect {
	list := make([]ReportDefect, 0, len(m.Defects))
	for _, d := range m.Defects {
		list = append(list, ReportDefect{d.Part, string(d.Kind), d.Detail})
	}
	return list
}
