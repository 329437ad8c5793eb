package rules

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/zixpolicy/zixpolicy/lexicon"
	"github.com/zixpolicy/zixpolicy/message"
)

// Explanation is the story of one verdict: every rule, true or not, and why; every
// hit where it stands; what was not read. Its lists are never null.
type Explanation struct {
	Recipients []ReportRecipient `json:"recipients"`
	Rules      []RuleExplanation `json:"rules"`
	Hits       []HitExplanation  `json:"hits"`
	Unread     []ReportDefect    `json:"unread"`
	Error      string            `json:"error,omitempty"`
}

// RuleExplanation says what became of one rule.
type RuleExplanation struct {
	Name    string             `json:"name"`
	Action  string             `json:"action"`
	Observe bool               `json:"observe"`
	Holds   bool               `json:"holds"`
	Skipped string             `json:"skipped,omitempty"` // why its condition was not looked at
	Because string             `json:"because,omitempty"` // in its author's words
	Decides []string           `json:"decides"`           // recipients
	When    *ClauseExplanation `json:"when,omitempty"`    // absent where the rule has no condition
}

// ClauseExplanation is a condition or a part of one, and whether it holds.
type ClauseExplanation struct {
	Text    string              `json:"text"`
	Holds   bool                `json:"holds"`
	Join    string              `json:"join,omitempty"` // "and", "or", "not"; absent: a single statement
	Parts   []ClauseExplanation `json:"parts"`
	Decided bool                `json:"decided"` // a statement that made the whole what it is
	Facts   []string            `json:"facts"`   // what a statement was based on
}

// HitExplanation is one hit in its context.
type HitExplanation struct {
	ReportHit
	Before string `json:"before"` // what stands around it; masked unless values were asked for
	After  string `json:"after"`
}

// contextWidth is how much is shown of what stands on either side of a hit, in
// characters.
const contextWidth = 30

// Explain tells the story of the verdict v on m. Without values everything of the
// message is masked.
func (p *Policy) Explain(m *message.Message, v *Verdict, values bool) *Explanation {
	report := p.Report("", m, v, values)
	x := &Explanation{
		Recipients: report.Recipients, Unread: report.Defects, Error: report.Error,
		Rules: make([]RuleExplanation, 0, len(p.rules)), Hits: make([]HitExplanation, 0, len(v.Hits)),
	}
	for i, h := range v.Hits {
		before, after := around(m.Parts[h.Text].Text, h, values)
		x.Hits = append(x.Hits, HitExplanation{report.Hits[i], before, after})
	}
	if v.Err != nil {
		return x
	}
	e := newEvaluation(p)
	e.begin(m, p.now())
	e.hits, e.tallies, e.scanned = v.Hits, v.Tallies, v.Tallies != nil
	e.fillTexts()
	for _, r := range p.rules {
		x.Rules = append(x.Rules, e.explainRule(r, v))
	}
	return x
}

// explainRule says what became of a rule.
func (e *evaluation) explainRule(r *rule, v *Verdict) RuleExplanation {
	x := RuleExplanation{Name: r.name, Action: r.action.String(), Observe: r.observe, Because: r.because, Decides: []string{}}
	for _, d := range v.Recipients {
		if d.Rule == r.name {
			x.Decides = append(x.Decides, d.Recipient)
		}
	}
	switch {
	case r.expired(e.now):
		x.Skipped = "it has ended"
	case !r.from.covers(e.message.Envelope.Sender, r.exact()):
		x.Skipped = "it is not about this sender"
	case !e.reaches(r):
		x.Skipped = "it is not about these recipients"
	}
	if x.Skipped != "" {
		return x
	}
	x.Holds = true
	if r.when == nil {
		return x
	}
	when, err := e.explain(r.when.clause)
	if err != nil {
		x.Skipped = "it cannot be evaluated: " + err.Error()
		return x
	}
	when.mark()
	x.When, x.Holds = &when, when.Holds
	return x
}

// around returns what stands on either side of a hit, on one line.
func around(text string, h lexicon.Hit, values bool) (before, after string) {
	from, to := h.Start, h.End
	for i := 0; i < contextWidth && from > 0; i++ {
		_, size := utf8.DecodeLastRuneInString(text[:from])
		from -= size
	}
	for i := 0; i < contextWidth && to < len(text); i++ {
		_, size := utf8.DecodeRuneInString(text[to:])
		to += size
	}
	before, after = printable(text[from:h.Start]), printable(text[h.End:to])
	if !values {
		before, after = lexicon.Mask(before), lexicon.Mask(after)
	}
	return before, after
}

// printable replaces what would break a line or drive a terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if !unicode.IsPrint(r) {
			return '·'
		}
		return r
	}, s)
}
