package milter

import (
	"fmt"
	"slices"
	"strings"

	"github.com/zixpolicy/zixpolicy/lexicon"
	"github.com/zixpolicy/zixpolicy/milter/notice"
	"github.com/zixpolicy/zixpolicy/rules"
)

// Notifier takes notices to send. Queue must not wait.
type Notifier interface {
	Queue(n *notice.Notice)
}

// senderWord is how a rule's notify names the sender of the message.
const senderWord = "sender"

// maxListed bounds the recipients and the places that a notice lists.
const maxListed = 20

// notify tells people what became of a judged message, where rules ask for it. The
// answer to the MTA stands by then, whatever happens here.
func (t *transaction) notify(j *judgement) {
	if t.server.Notifier == nil {
		return
	}
	defer func() {
		if v := recover(); v != nil {
			f := panicFault(v)
			t.server.Log.Error("milter: notice", "error", f.Error(), "stack", f.stack)
		}
	}()
	var told []string // addresses, each once
	for _, d := range j.verdict.Recipients {
		to := t.addressee(d.Notify, j)
		if to == "" || slices.Contains(told, to) {
			continue
		}
		told = append(told, to)
		var about []rules.Decision
		for _, other := range j.verdict.Recipients {
			if t.addressee(other.Notify, j) == to {
				about = append(about, other)
			}
		}
		t.server.Notifier.Queue(&notice.Notice{
			To: to, Subject: headline(about), Text: t.story(j, about, to == t.env.Sender),
			InReplyTo: j.message.Header.Get("Message-ID"),
		})
	}
}

// addressee returns whom to tell; empty for nobody. Nobody outside is told, and no
// program that sent the message by itself.
func (t *transaction) addressee(notify string, j *judgement) string {
	to := notify
	if notify == senderWord {
		if auto := j.message.Header.Get("Auto-Submitted"); auto != "" && !strings.EqualFold(auto, "no") {
			return ""
		}
		to = t.env.Sender
	}
	if to == "" || t.policy.External(to) {
		return ""
	}
	return to
}

// headline is the subject of a notice: what happened, at worst.
func headline(about []rules.Decision) string {
	worst := rules.Deliver
	for _, d := range about {
		worst = max(worst, d.Action)
	}
	return "A message " + happened(worst)
}

// happened says what an action does, in plain words.
func happened(a rules.Action) string {
	switch a {
	case rules.Deliver:
		return "was sent"
	case rules.TLS:
		return "was sent over a protected connection only"
	case rules.Encrypt:
		return "was sent encrypted"
	case rules.Hold:
		return "was held back until somebody has looked at it"
	}
	return "was refused and not sent"
}

// story is the text of a notice.
func (t *transaction) story(j *judgement, about []rules.Decision, toSender bool) string {
	var b strings.Builder
	whose := "The message from " + plain(t.env.Sender)
	if toSender {
		whose = "Your message"
	}
	if date := j.message.Header.Get("Date"); date != "" {
		whose += " of " + plain(date)
	}
	for i, d := range about {
		if slices.ContainsFunc(about[:i], func(o rules.Decision) bool { return o.Rule == d.Rule && o.Action == d.Action }) {
			continue
		}
		fmt.Fprintf(&b, "%s %s, by the rule %q, for\n\n", whose, happened(d.Action), d.Rule)
		whose = "It also"
		listed := 0
		for _, o := range about {
			if o.Rule != d.Rule || o.Action != d.Action {
				continue
			}
			if listed++; listed <= maxListed {
				fmt.Fprintf(&b, "    %s\n", plain(o.Recipient))
			}
		}
		more(&b, listed)
		b.WriteString("\n")
	}
	t.evidence(&b, j)
	fmt.Fprintf(&b, "The mail system calls the message %s.\n", t.env.QueueID)
	return b.String()
}

// place is where hits of one lexicon are.
type place struct {
	lexicon, part string
	hits          int
	masked        string // the first of them
}

// evidence writes what was found, by lexicon and part, and what could not be read.
func (t *transaction) evidence(b *strings.Builder, j *judgement) {
	if places := t.places(j); len(places) > 0 {
		b.WriteString("Found in the message:\n\n")
		for i, p := range places {
			if i == maxListed {
				break
			}
			fmt.Fprintf(b, "    %s: %d in %s (%s)\n", p.lexicon, p.hits, plain(p.part), p.masked)
		}
		more(b, len(places))
		b.WriteString("\n")
	}
	if defects := j.message.Defects; len(defects) > 0 {
		b.WriteString("Could not be read:\n\n")
		for i, d := range defects {
			if i == maxListed {
				break
			}
			fmt.Fprintf(b, "    %s: %s\n", plain(d.Part), d.Kind)
		}
		more(b, len(defects))
		b.WriteString("\n")
	}
}

// places groups the hits of the lexicons that have reached their thresholds.
func (t *transaction) places(j *judgement) []place {
	set := t.policy.Lexicons()
	var places []place
	known := map[[2]int]int{} // index in places, by lexicon and part
	for _, h := range j.verdict.Hits {
		if !j.verdict.Tallies[h.Lexicon].Matched {
			continue
		}
		l, part := set.Lexicons()[h.Lexicon], j.message.Parts[h.Text]
		at, seen := known[[2]int{h.Lexicon, h.Text}]
		if !seen {
			at = len(places)
			known[[2]int{h.Lexicon, h.Text}] = at
			name := l.Title
			if name == "" {
				name = l.Name
			}
			places = append(places, place{lexicon: name, part: part.Path, masked: plain(lexicon.Mask(part.Text[h.Start:h.End]))})
		}
		places[at].hits++
	}
	return places
}

func more(b *strings.Builder, n int) {
	if n > maxListed {
		fmt.Fprintf(b, "    and %d more\n", n-maxListed)
	}
}

// plain is a text of the message on one short line.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
	if runes := []rune(s); len(runes) > 200 {
		s = string(runes[:200]) + "…"
	}
	return s
}
