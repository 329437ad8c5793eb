package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/zixpolicy/zixpolicy/message"
)

// frame is what every page shows around its content.
type frame struct {
	Title   string
	Refresh bool
	SMTP    string
}

// laneView is how a lane looks: its words and its icon. Never the colour alone.
type laneView struct {
	Lane  Lane
	Word  string
	Icon  string // id of the symbol in layout.html
	Count int
	On    bool // the list shows only this lane
}

// lanes are all lanes in the order in which the page lists them.
func lanes() []laneView {
	return []laneView{
		{Lane: LaneInternal, Word: "Internal", Icon: "house"},
		{Lane: LaneClear, Word: "In clear", Icon: "arrow"},
		{Lane: LaneTLS, Word: "Over TLS", Icon: "shield"},
		{Lane: LaneEncrypted, Word: "Encrypted", Icon: "lock"},
		{Lane: LaneHeld, Word: "Held", Icon: "pause"},
		{Lane: LaneRejected, Word: "Rejected", Icon: "cross"},
		{Lane: LaneTempfailed, Word: "Tempfailed", Icon: "clock"},
		{Lane: LaneUndeliverable, Word: "Undeliverable", Icon: "back"},
	}
}

func viewOf(l Lane) laneView {
	all := lanes()
	if i := slices.IndexFunc(all, func(v laneView) bool { return v.Lane == l }); i >= 0 {
		return all[i]
	}
	return laneView{Lane: l, Word: string(l), Icon: "arrow"}
}

// listView is the mailbox page.
type listView struct {
	frame
	Lanes   []laneView // for the filter; counted over recipients
	Only    Lane       // "" shows all
	Rows    []rowView
	Total   int
	Dropped int
}

type rowView struct {
	ID, Subject, Sender string
	Time                time.Time
	Sample              bool
	FromBackend         bool
	Recipients          []recipientView
	More                int // recipients beyond those listed
}

// listedRecipients bounds the recipients that the list shows of one message.
const listedRecipients = 8

// recipientView is what became of a message for one recipient.
type recipientView struct {
	Lane      laneView
	Recipient string
	Address   string // set where the milter rewrote it
	Rule      string
	Detail    string
	Left      bool
	Index     int
}

func newListView(d *Demo, only Lane, refresh bool) listView {
	entries, dropped := d.Mailbox.Entries()
	v := listView{frame: frame{Title: "Mailbox", Refresh: refresh, SMTP: d.SMTPAddr()}, Total: len(entries), Dropped: dropped}
	counts := map[Lane]int{}
	for _, e := range entries {
		for _, dl := range e.Deliveries {
			counts[dl.Lane]++
		}
	}
	for _, l := range lanes() {
		l.Count, l.On = counts[l.Lane], l.Lane == only
		if l.On {
			v.Only = only
		}
		if l.Count > 0 || l.On {
			v.Lanes = append(v.Lanes, l)
		}
	}
	for _, e := range entries {
		if v.Only == "" || slices.ContainsFunc(e.Deliveries, func(d Delivery) bool { return d.Lane == v.Only }) {
			v.Rows = append(v.Rows, newRowView(e))
		}
	}
	return v
}

func newRowView(e *Entry) rowView {
	v := rowView{
		ID: e.ID, Subject: e.Subject, Sender: e.Sender, Time: e.Time, FromBackend: e.FromBackend,
		Sample: sampleOf(e) != nil, Recipients: recipientViews(e),
	}
	if len(v.Recipients) > listedRecipients {
		v.More = len(v.Recipients) - listedRecipients
		v.Recipients = v.Recipients[:listedRecipients]
	}
	return v
}

func recipientViews(e *Entry) []recipientView {
	views := make([]recipientView, 0, len(e.Deliveries))
	for i, d := range e.Deliveries {
		v := recipientView{Lane: viewOf(d.Lane), Recipient: d.Recipient, Detail: d.Detail, Left: d.Raw != nil, Index: i}
		if d.Address != d.Recipient {
			v.Address = d.Address
		}
		if verdict, ok := e.Verdict(d.Recipient); ok {
			v.Rule = verdict.Rule
		}
		views = append(views, v)
	}
	return views
}

// messageView is the page of one message.
type messageView struct {
	frame
	*Entry
	Sample    *Sample
	Took      string
	Views     []recipientView
	Rules     ruleViews
	Evidence  []evidence
	Copies    []copyView
	Unscanned bool // no recipient was external, so nobody looked inside
}

func newMessageView(d *Demo, e *Entry) messageView {
	v := messageView{
		frame: frame{Title: e.Subject, SMTP: d.SMTPAddr()}, Entry: e, Sample: sampleOf(e),
		Took: formatDuration(e.JudgedIn), Views: recipientViews(e), Copies: copiesOf(e),
		Unscanned: e.Report == nil && !e.FromBackend && !slices.ContainsFunc(e.Recipients, d.policy.External),
	}
	if e.Report != nil && e.Explanation != nil {
		v.Evidence, v.Rules = newEvidence(e.Report), newRuleViews(e.Explanation)
	}
	return v
}

// writeView is the form.
type writeView struct {
	frame
	Draft         *draft
	Wrong         mistakes
	Sensitivities []string
}

func newWriteView(d *Demo, dr *draft, wrong mistakes) writeView {
	return writeView{
		frame: frame{Title: "Write a message", SMTP: d.SMTPAddr()}, Draft: dr, Wrong: wrong, Sensitivities: sensitivities(),
	}
}

// draftLike starts a draft from a message: its text, without its attachments.
func draftLike(e *Entry) draft {
	m := message.Read(context.Background(), message.Envelope{}, e.Raw, message.DefaultLimits())
	d := draft{
		From: oneLine(e.Sender), To: oneLine(strings.Join(e.Recipients, ", ")), Subject: oneLine(e.Subject),
		Sensitivity: sensitivities()[0],
	}
	for _, s := range sensitivities() {
		if strings.EqualFold(strings.TrimSpace(m.Header.Get("Sensitivity")), s) {
			d.Sensitivity = s
		}
	}
	for _, p := range m.Parts {
		if p.Kind == message.KindBody {
			d.Body = typable(p.Text)
			break
		}
	}
	return d
}

func formatDuration(d time.Duration) string {
	return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000)
}

// formatBytes is a size for people.
func formatBytes(n int) string {
	switch {
	case n < 1<<10:
		return fmt.Sprintf("%d bytes", n)
	case n < 1<<20:
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
}

// markOf is the icon beside a condition that holds or does not.
func markOf(holds bool) string {
	if holds {
		return "check"
	}
	return "dash"
}
