package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/mail"
	"os"
	"os/user"
	"strings"
	"text/tabwriter"

	"github.com/zixpolicy/zixpolicy/lexicon"
	"github.com/zixpolicy/zixpolicy/message"
	"github.com/zixpolicy/zixpolicy/packaging/postfix"
)

// held is one "zixpolicy held".
type held struct {
	invocation
	config   *config
	queue    *postfix.Queue
	approver string
	reason   string
	values   bool
}

// runHeld implements "zixpolicy held": the messages that the policy has put on hold in
// Postfix's queue, and what becomes of them.
func runHeld(ctx context.Context, in invocation) int {
	fs := in.flags()
	configFile := configFlag(fs)
	dir := fs.String("config-dir", "/etc/postfix", "the Postfix configuration is in `DIR`")
	h := held{invocation: in}
	fs.StringVar(&h.approver, "approver", loginName(), "record `NAME` as the one who decides")
	fs.StringVar(&h.reason, "reason", "", "record `TEXT` as the reason")
	fs.BoolVar(&h.values, "show-values", false, "show the subject and what was hit, not only their shapes")
	operands, status, ok := in.parse(fs)
	if !ok {
		return status
	}
	if len(operands) == 0 {
		return in.usageError("say what to do: list, show, release or delete")
	}
	verb, ids := operands[0], operands[1:]
	switch verb {
	case "list":
		if len(ids) > 0 {
			return in.usageError("unexpected argument %q", ids[0])
		}
	case "show", "release", "delete":
		if len(ids) == 0 {
			return in.usageError("name the queue IDs, as \"zixpolicy held list\" shows them")
		}
	default:
		return in.usageError("%q is not something to do; there is list, show, release, delete", verb)
	}
	var err error
	if h.config, err = findConfig(*configFile); err != nil {
		return in.fail(exitUsage, err)
	}
	if h.queue, err = postfix.OpenQueue(*dir); err != nil {
		return in.fail(exitUsage, err)
	}
	if err := h.do(ctx, verb, ids); err != nil {
		return in.fail(exitFound, err)
	}
	return exitOK
}

// loginName is who runs the command, also behind sudo(8).
func loginName() string {
	if name := os.Getenv("SUDO_USER"); name != "" {
		return name
	}
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return ""
}

// do does it for each message; one that fails does not keep the others from it.
func (h *held) do(ctx context.Context, verb string, ids []string) error {
	all, err := h.queue.Held()
	if err != nil {
		return err
	}
	if verb == "list" {
		return h.list(all)
	}
	var errs []error
	for _, id := range ids {
		m, err := h.find(all, id)
		if err == nil {
			switch verb {
			case "show":
				err = h.show(ctx, m)
			case "release":
				err = h.decide(m, "released", h.queue.Release)
			case "delete":
				err = h.decide(m, "deleted", h.queue.Delete)
			}
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// heldMessage is a message that the policy has put on hold.
type heldMessage struct {
	postfix.Queued
	header mail.Header
	rule   string
}

// find returns the message of that queue ID. What somebody else has put on hold is not
// ours to decide on.
func (h *held) find(all []postfix.Queued, id string) (*heldMessage, error) {
	for _, q := range all {
		if q.ID != id {
			continue
		}
		m, err := h.read(q)
		if err != nil {
			return nil, err
		}
		if m.rule == "" {
			return nil, fmt.Errorf("%s was not put on hold by the policy; see postsuper(1)", id)
		}
		return m, nil
	}
	return nil, fmt.Errorf("%s is not on hold", id)
}

// read reads a message's header. Only the milter can have written the fields that say
// why it is held: those that came with the message were removed.
func (h *held) read(q postfix.Queued) (*heldMessage, error) {
	raw, err := h.queue.Header(q.ID)
	if err != nil {
		return nil, err
	}
	m := &heldMessage{Queued: q}
	msg, err := mail.ReadMessage(bytes.NewReader(append(bytes.TrimRight(raw, "\n"), "\n\n"...)))
	if err != nil {
		return m, nil // a header that cannot be read is nobody's
	}
	m.header = msg.Header
	if m.header.Get("X-Zixpolicy-Action") == "hold" {
		m.rule = m.header.Get("X-Zixpolicy-Rule")
	}
	return m, nil
}

// list prints the messages on hold, one line each. Addresses are shown: who decides
// has to know them; subjects are not.
func (h *held) list(all []postfix.Queued) error {
	w := tabwriter.NewWriter(h.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "QUEUE ID\tHELD SINCE\tSIZE\tRULE\tSENDER\tRECIPIENTS")
	for _, q := range all {
		m, err := h.read(q)
		if err != nil {
			return err
		}
		rule := m.rule
		if rule == "" {
			rule = "-" // held by somebody else
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%s\t<%s>\t%s\n", q.ID, q.Arrived.Format("2006-01-02 15:04"), q.Size, rule,
			printable(q.Sender), printable(strings.Join(lanes(q.Recipients), ", ")))
	}
	return w.Flush()
}

// lanes names recipients by their own addresses, and the lane by which each would
// leave where that is not the ordinary one.
func lanes(recipients []string) []string {
	var list []string
	for _, r := range recipients {
		if recipient, route, err := message.DecodeRoute(r); err == nil {
			base, _ := route.Set()
			r = recipient + " (" + string(base) + ")"
		}
		list = append(list, r)
	}
	return list
}

// show tells about one message, masked, what the policy in force makes of it.
func (h *held) show(ctx context.Context, m *heldMessage) error {
	policy, err := loadPolicy(h.config)
	if err != nil {
		return err
	}
	reader, err := h.config.newReader()
	if err != nil {
		return err
	}
	defer reader.Close()
	limits := h.config.limits()
	raw, err := h.queue.Message(m.ID, limits.Message)
	if err != nil {
		return err
	}
	envelope := envelopeFlags{sender: &m.Sender}
	for _, r := range m.Recipients {
		if recipient, _, err := message.DecodeRoute(r); err == nil {
			r = recipient
		}
		envelope.recipients = append(envelope.recipients, r)
	}
	subject := message.DecodeHeader(m.header.Get("Subject"))
	if !h.values {
		subject = lexicon.Mask(subject)
	}
	fmt.Fprintf(h.stdout, "queue ID:    %s\nheld since:  %s\nheld by:     rule %s\nsize:        %d\nsender:      <%s>\nrecipients:  %s\nsubject:     %s\n\n",
		m.ID, m.Arrived.Format("2006-01-02 15:04:05"), m.rule, m.Size, printable(m.Sender),
		printable(strings.Join(lanes(m.Recipients), ", ")), printable(subject))
	s := scan{policy: policy, reader: reader, limits: limits, envelope: envelope, explain: true, values: h.values}
	result := s.judge(ctx, item{name: m.ID, raw: raw})
	if result.err != nil {
		return result.err
	}
	out := newVerdictWriter(h.stdout, policy, false)
	return errors.Join(out.write(&result.judged), out.Flush())
}
