package demo

import (
	"errors"
	"fmt"
	"strings"

	"github.com/emersion/go-smtp"

	"github.com/zixpolicy/zixpolicy/message"
)

// hop is where one recipient of a message goes.
type hop struct {
	address   string // as the MTA holds it, perhaps in a routing domain
	recipient string // the mailbox it stands for
	route     message.Route
	dead      bool // a routing domain without a transport
}

// nextHops is the MTA's transport map: one hop for each different recipient.
func nextHops(recipients []string) []hop {
	var hops []hop
	for _, address := range recipients {
		h := hop{address: address, recipient: address}
		if d := domainOf(address); d == message.RoutingDomain || strings.HasSuffix(d, "."+message.RoutingDomain) {
			recipient, route, err := message.DecodeRoute(address)
			route, _ = route.Set() // which instructions, the encryptor looks up
			h.dead = err != nil || (route != message.RouteEncrypt && route != message.RouteTLS)
			if !h.dead {
				h.recipient, h.route = recipient, route
			}
		}
		if !containsHop(hops, h) {
			hops = append(hops, h)
		}
	}
	return hops
}

func containsHop(hops []hop, h hop) bool {
	for _, o := range hops {
		if sameMailbox(o.address, h.address) {
			return true
		}
	}
	return false
}

// deliver hands the message to the encryptor for the recipients routed there, and
// then puts it into the mailbox for all others. The encryptor goes first: if it
// cannot take the message, nobody gets it and the client keeps it, as it would
// otherwise have to be queued here.
func (m *mta) deliver(e *Entry, t *transaction) error {
	raw := formatMessage(t.fields, t.body)
	hops := nextHops(t.recipients)
	failed := m.deliverEncrypted(e, t.sender, hops, raw)
	for _, h := range hops {
		if h.route == message.RouteEncrypt {
			continue
		}
		d := Delivery{Recipient: h.recipient, Address: h.address, Raw: raw}
		switch {
		case failed != nil:
			d.Lane, d.Raw = LaneTempfailed, nil
			d.Detail = "waits until the encryptor has taken the message for the others"
			if !failed.Temporary() {
				d.Lane, d.Detail = LaneUndeliverable, "returned because the encryptor refused the message"
			}
		case h.dead:
			d.Lane, d.Raw = LaneUndeliverable, nil
			d.Detail = "no transport for this routing domain: it bounces, it never leaks"
		case h.route == message.RouteTLS:
			d.Lane, d.Detail = LaneTLS, "to the recipient's server, over verified TLS only"
		case !m.policy.External(h.recipient):
			d.Lane, d.Detail = LaneInternal, "inside the organisation"
		default:
			d.Lane, d.Detail = LaneClear, "to the recipient's server, as ordinary mail"
		}
		e.Deliveries = append(e.Deliveries, d)
	}
	e.sortDeliveries()
	if failed != nil {
		return failed
	}
	return nil
}

// deliverEncrypted sends one LMTP transaction for all recipients that are routed to
// the encryptor and records how each fared. It returns the reply to the client
// where one of them was not taken over.
func (m *mta) deliverEncrypted(e *Entry, sender string, hops []hop, raw []byte) (failed *smtp.SMTPError) {
	var routed []hop
	var addresses []string
	for _, h := range hops {
		if h.route == message.RouteEncrypt {
			routed, addresses = append(routed, h), append(addresses, h.address)
		}
	}
	if len(routed) == 0 {
		return nil
	}
	errs := m.encryptor.deliver(sender, addresses, raw)
	for i, h := range routed {
		d := Delivery{Recipient: h.recipient, Address: h.address}
		if errs[i] == nil {
			d.Lane, d.Detail = LaneEncrypted, "the encryptor has taken it over"
			d.Raw = raw
			if left, ok := m.gateway.take(e.ID, h.recipient); ok {
				d.Raw, d.Detail = left, "handed to the encryption gateway"
			}
		} else {
			reply := asSMTPError(errs[i])
			d.Lane, d.Detail = LaneTempfailed, "the encryptor did not take it: "+formatReply(reply)
			if !reply.Temporary() {
				d.Lane = LaneUndeliverable
			}
			failed = reply
		}
		e.Deliveries = append(e.Deliveries, d)
	}
	return failed
}

// asSMTPError returns the SMTP reply that an error stands for; temporary where it
// is none.
func asSMTPError(err error) *smtp.SMTPError {
	var e *smtp.SMTPError
	if errors.As(err, &e) {
		return e
	}
	return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 4, 1}, Message: "Next hop is not available"}
}

// formatReply is an SMTP reply on one line.
func formatReply(e *smtp.SMTPError) string {
	c := e.EnhancedCode
	return fmt.Sprintf("%d %d.%d.%d %s", e.Code, c[0], c[1], c[2], strings.ReplaceAll(e.Message, "\n", " "))
}
