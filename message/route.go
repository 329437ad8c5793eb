package message

import (
	"encoding/hex"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// Route is a lane other than plain delivery. A recipient is sent along a route by
// rewriting its address to a routing domain that the MTA has a transport for;
// where that transport is missing the mail bounces (RFC 2606: .invalid), it never
// leaks.
type Route string

// The routes.
const (
	RouteEncrypt Route = "encrypt" // to the encryptor, over LMTP
	RouteTLS     Route = "tls"     // to the recipient's MX over enforced TLS
)

// WithSet returns the route that also names a set of instructions, which stand in
// the message's header under that number: recipients of one message may differ in
// what is asked for them, and an envelope address is the one place that the others
// do not see. Set 0 is the route itself.
func (r Route) WithSet(set int) Route {
	if set == 0 {
		return r
	}
	return r + Route("-"+strconv.Itoa(set))
}

// Set takes the number of a set of instructions off a route.
func (r Route) Set() (base Route, set int) {
	name, digits, found := strings.Cut(string(r), "-")
	if !found {
		return r, 0
	}
	n, err := strconv.ParseUint(digits, 10, 16)
	if base = Route(name); err != nil || base.WithSet(int(n)) != r {
		return r, 0 // not one that WithSet makes
	}
	return base, int(n)
}

// RoutingDomain is the suffix under which all routes live.
const RoutingDomain = "zixpolicy.invalid"

// maxAddress is the most octets of a routing address: what fits an SMTP line of
// 1000 octets (RFC 5321 section 4.5.3.1.6) together with its command.
const maxAddress = 900

// Suffix returns the route's domain suffix with its leading dot:
// ".encrypt.zixpolicy.invalid".
func (r Route) Suffix() string { return "." + string(r) + "." + RoutingDomain }

// Encode returns the address that sends recipient (an RFC 5321 mailbox without
// angle brackets, local part quoted where it must be) along the route. DecodeRoute
// is its inverse, but for what has no meaning: a source route and the domain's
// trailing dot are dropped, address literals come back in canonical spelling.
//
// An address literal cannot take a suffix, so it becomes labels that end in a
// number, which no real domain does:
//
//	bob@[192.0.2.1]          bob@192.0.2.1.encrypt.zixpolicy.invalid
//	bob@[IPv6:2001:db8::1]   bob@20010db8000000000000000000000001.6.encrypt.zixpolicy.invalid
//
// It fails for what is not a mailbox, for an address that has become too long, and
// for one that already is in the routing domain: a sender who writes those names a
// lane, and lanes are the policy's to choose.
func (r Route) Encode(recipient string) (string, error) {
	local, domain, found, ok := splitMailbox(recipient)
	if !ok || !found {
		return "", fmt.Errorf("message: route: not a mailbox with a domain")
	}
	if err := checkLocal(local); err != nil {
		return "", fmt.Errorf("message: route: %w", err)
	}
	labels, err := routeLabels(domain)
	if err != nil {
		return "", fmt.Errorf("message: route: %w", err)
	}
	ascii, err := asciiDomain(labels + r.Suffix())
	if err != nil {
		return "", fmt.Errorf("message: route: %w", err)
	}
	address := local + "@" + labels + r.Suffix()
	if len(ascii) > 253 || len(address) > maxAddress {
		return "", fmt.Errorf("message: route: the routing address is too long")
	}
	return address, nil
}

// routeLabels returns what stands before the route's suffix for a domain or an
// address literal.
func routeLabels(domain string) (string, error) {
	if strings.HasPrefix(domain, "[") {
		addr, err := parseLiteral(domain)
		if err != nil {
			return "", err
		}
		if addr.Is4() {
			return addr.String(), nil
		}
		bytes := addr.As16()
		return hex.EncodeToString(bytes[:]) + ".6", nil
	}
	domain = strings.TrimSuffix(domain, ".")
	if err := checkDomain(domain); err != nil {
		return "", err
	}
	if inRoutingDomain(domain) {
		return "", fmt.Errorf("the domain is a routing domain already")
	}
	return domain, nil
}

// Routed reports whether the mailbox is in the routing domain, whatever the route
// and whether or not DecodeRoute can read it.
func Routed(mailbox string) bool {
	_, domain, _, ok := splitMailbox(mailbox)
	return ok && inRoutingDomain(strings.TrimSuffix(domain, "."))
}

func inRoutingDomain(domain string) bool {
	ascii, err := asciiDomain(domain)
	return err == nil && (ascii == RoutingDomain || strings.HasSuffix(ascii, "."+RoutingDomain))
}

// DecodeRoute takes a routing address apart into the recipient it stands for and
// its route. It fails on any address that Encode could not have made; the case of
// the domain and a trailing dot do not matter, since MTAs change both.
func DecodeRoute(address string) (recipient string, r Route, err error) {
	local, domain, found, ok := splitMailbox(address)
	if !ok || !found || strings.HasPrefix(address, "@") {
		return "", "", fmt.Errorf("message: route: not a mailbox with a domain")
	}
	domain = strings.TrimSuffix(domain, ".")
	labels, r, err := cutRoute(domain)
	if err != nil {
		return "", "", err
	}
	recipient = local + "@" + unrouteLabels(labels)
	again, err := r.Encode(recipient)
	if err != nil {
		return "", "", err
	}
	if !strings.EqualFold(again, local+"@"+domain) {
		return "", "", fmt.Errorf("message: route: not a routing address")
	}
	return recipient, r, nil
}

// cutRoute takes the suffix off a routing address's domain.
func cutRoute(domain string) (labels string, r Route, err error) {
	const tail = "." + RoutingDomain
	if n := len(domain) - len(tail); n > 0 && strings.EqualFold(domain[n:], tail) {
		dot := strings.LastIndexByte(domain[:n], '.')
		r := Route(strings.ToLower(domain[dot+1 : n]))
		if base, _ := r.Set(); dot > 0 && (base == RouteEncrypt || r == RouteTLS) {
			return domain[:dot], r, nil
		}
	}
	return "", "", fmt.Errorf("message: route: the domain is not one of a route")
}

// unrouteLabels is the inverse of routeLabels. What it does not recognise as an
// address literal is a domain; Encode has the last word on whether it is one.
func unrouteLabels(labels string) string {
	if digits, ok := strings.CutSuffix(labels, ".6"); ok && len(digits) == 32 {
		if b, err := hex.DecodeString(digits); err == nil {
			return formatLiteral(netip.AddrFrom16([16]byte(b)))
		}
	}
	if addr, err := netip.ParseAddr(labels); err == nil && addr.Is4() {
		return formatLiteral(addr)
	}
	return labels
}
