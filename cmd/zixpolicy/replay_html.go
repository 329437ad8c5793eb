package main

import (
	_ "embed"
	"html/template"
	"io"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/zixpolicy/zixpolicy/rules"
)

// replayPage is the report's template: one page that refers to nothing outside and
// runs nothing, so that it can be mailed, archived and printed.
//
//go:embed replay.html
var replayPage string

// changesOnPage bounds the messages listed on the page, which says so.
const changesOnPage = 5000

// writeHTML writes the comparison as a page for people.
func (c *comparison) writeHTML(w io.Writer, at time.Time) error {
	t, err := template.New("replay").Funcs(template.FuncMap{
		"thousands": thousands,
		"messages":  func(n int) string { return thousands(n) + strings.TrimPrefix(plural(n, "message"), strconv.Itoa(n)) },
		"signed":    func(n int) string { return strings.Replace(signed(n), "-", "−", 1) },
		"sub":       func(a, b int) int { return a - b },
		"domain":    domainOnly,
		"base":      path.Base,
	}).Parse(replayPage)
	if err != nil {
		return err
	}
	return t.Execute(w, c.page(at))
}

// comparisonPage is what the template shows.
type comparisonPage struct {
	*comparison
	At      time.Time
	Share   string         // of messages that change, in percent
	Effects map[string]int // changes by effect
	Chart   chart
	Moves   []*pageMove
	Hidden  int // changes that are not listed
}

// pageMove is one kind of change with those of its messages that are listed.
type pageMove struct {
	*move
	Title  string
	Count  int
	Listed []pageChange
}

// pageChange is one message.
type pageChange struct {
	*change
	Reasons []string
}

func (c *comparison) page(at time.Time) *comparisonPage {
	p := &comparisonPage{comparison: c, At: at, Effects: map[string]int{}, Chart: newChart(c.Actions)}
	for _, e := range effects() {
		p.Effects[e] = 0
	}
	if c.Messages > 0 {
		p.Share = strconv.FormatFloat(100*float64(len(c.Changes))/float64(c.Messages), 'f', 1, 64)
	}
	room := changesOnPage
	for _, m := range c.moves() {
		p.Effects[m.Effect] += len(m.Changes)
		listed := m.Changes[:min(len(m.Changes), room)]
		room -= len(listed)
		pm := &pageMove{move: m, Title: m.title(), Count: len(m.Changes)}
		for _, ch := range listed {
			pm.Listed = append(pm.Listed, pageChange{ch, withMinus(ch.reasons())})
		}
		p.Hidden += len(m.Changes) - len(listed)
		p.Moves = append(p.Moves, pm)
	}
	return p
}

// withMinus writes the sign of reasons as print does.
func withMinus(reasons []string) []string {
	for i, r := range reasons {
		if rest, ok := strings.CutPrefix(r, "- "); ok {
			reasons[i] = "− " + rest
		}
	}
	return reasons
}

// Differ returns the recipients who fare differently, where there are several
// recipients and not all fare alike: else the message's own line says it.
func (c pageChange) Differ() (list []recipientChange) {
	alike := true
	for i, live := range c.Live.Recipients {
		candidate := c.Candidate.Recipients[i]
		alike = alike && live.Action == c.Live.Action && candidate.Action == c.Candidate.Action
		if live != candidate {
			list = append(list, recipientChange{live, candidate.Action})
		}
	}
	if alike {
		return nil
	}
	return list
}

// recipientChange is what changes for one recipient.
type recipientChange struct {
	rules.ReportRecipient
	Now string
}

// domainOnly hides who is meant: "•@ext.example".
func domainOnly(address string) string {
	return "•" + address[max(strings.LastIndexByte(address, '@'), 0):]
}

// thousands writes a number with separators: "12,345".
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
