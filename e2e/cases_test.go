//go:build e2e

package e2e

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
)

// sitePolicy is what the site adds to the shipped policy.
const sitePolicy = `[[rule]]
name = "refused"
when = 'tag("[refuse]")'
action = "reject"

[[rule]]
name = "partner"
when = 'true'
to = ["partner.example"]
action = "deliver"
`

const (
	alice    = "alice@maine.example"
	card     = "Please charge my Visa card 4111 1111 1111 1111, exp 04/29." // matches the shipped rule on financial data
	harmless = "The picnic is on Saturday."
	ask      = "[encrypt] minutes" // a subject by which the sender asks for encryption
)

// deliveryCase is one message that Postfix takes, and where it must arrive.
type deliveryCase struct {
	name    string
	from    string // default: alice
	null    bool   // from the null sender
	to      []string
	subject string
	text    string // default: harmless
	fields  []string
	want    arrival
}

func (c deliveryCase) letter() Letter {
	if c.text == "" {
		c.text = harmless
	}
	return NewLetter(alice, c.subject, c.text, c.fields...)
}

func (c deliveryCase) sender() string {
	switch {
	case c.null:
		return ""
	case c.from != "":
		return c.from
	}
	return alice
}

// deliveryCases are the addresses and messages that have broken mail filters.
func deliveryCases() []deliveryCase {
	return slices.Concat(routeCases(), addressCases(), messageCases(), attachmentCases())
}

// routeCases: which recipients go which way, and why.
func routeCases() []deliveryCase {
	bob, carol := "bob@ext.example", "carol@other.example"
	amy, ben := "amy@maine.example", "ben@sub.maine.example"
	return []deliveryCase{
		{name: "internal only", to: []string{amy, ben}, subject: ask, text: card,
			want: arrival{inside: []string{amy, ben}}},
		{name: "internal only, domain in capitals", to: []string{"amy@MAINE.example"}, subject: ask,
			want: arrival{inside: []string{"amy@MAINE.example"}}},
		{name: "external, nothing to protect", to: []string{bob}, subject: "picnic",
			want: arrival{outside: []string{bob}}},
		{name: "external, tag in subject", to: []string{bob}, subject: ask,
			want: arrival{gateway: []string{bob}}},
		{name: "external, tag in another case", to: []string{bob}, subject: "minutes [ENCRYPT]",
			want: arrival{gateway: []string{bob}}},
		{name: "external, sensitivity", to: []string{bob}, subject: "minutes", fields: []string{"Sensitivity: Company-Confidential"},
			want: arrival{gateway: []string{bob}}},
		{name: "external, card number in the body", to: []string{bob}, subject: "order", text: card,
			want: arrival{gateway: []string{bob}}},
		{name: "mixed, nothing to protect", to: []string{amy, bob, ben}, subject: "picnic",
			want: arrival{inside: []string{amy, ben}, outside: []string{bob}}},
		{name: "mixed, protected", to: []string{bob, amy, carol, ben}, subject: "order", text: card,
			want: arrival{inside: []string{amy, ben}, gateway: []string{bob, carol}}},
		{name: "social security number", to: []string{bob}, subject: "form", text: "Her SSN is 536-90-4399.",
			want: arrival{gateway: []string{bob}}},
		{name: "health of a person", to: []string{bob}, subject: "lab result", text: "MRN: 00412287\nDiagnosis: hypertension, type 2 diabetes",
			want: arrival{gateway: []string{bob}}},
		{name: "one recipient excepted by an earlier rule", to: []string{bob, "pat@partner.example", amy}, subject: "order", text: card,
			want: arrival{inside: []string{amy}, outside: []string{"pat@partner.example"}, gateway: []string{bob}}},
		{name: "Bcc outside, protected", to: []string{amy, carol}, subject: ask, fields: []string{"Cc: <amy@maine.example>"},
			want: arrival{inside: []string{amy}, gateway: []string{carol}}},
		{name: "Bcc beside a recipient outside", to: []string{bob, carol}, subject: ask, fields: []string{"Cc: <bob@ext.example>"},
			want: arrival{gateway: []string{bob, carol}}},
		{name: "null sender, nothing to protect", null: true, to: []string{bob}, subject: "picnic",
			want: arrival{outside: []string{bob}}},
		{name: "null sender, protected", null: true, to: []string{bob, amy}, subject: ask,
			want: arrival{inside: []string{amy}, gateway: []string{bob}}},
		{name: "a domain that only looks internal", to: []string{"amy@maine.example.ext.example", "amy@notmaine.example"}, subject: ask,
			want: arrival{gateway: []string{"amy@maine.example.ext.example", "amy@notmaine.example"}}},
	}
}

// addressCases: each list is sent once in clear and once protected.
func addressCases() []deliveryCase {
	var hundred []string
	for i := range 100 {
		hundred = append(hundred, fmt.Sprintf("r%02d@d%d.example", i, i%7))
	}
	var cases []deliveryCase
	for _, a := range []struct {
		name string
		to   []string
	}{
		{"quoted local parts", []string{`"odd user"@ext.example`, `"a@b"@ext.example`, `"x@maine.example"@ext.example`, `"semi;colon,comma"@ext.example`}},
		{"quoted local parts with escapes", []string{`"a\"b"@ext.example`, `"back\\slash"@ext.example`, `"angle>bracket"@ext.example`}},
		{"quoted local part with dots", []string{`"a..b"@ext.example`, `".lead"@ext.example`}},
		{"percent and bang", []string{"user%other.example@ext.example", "host!user@ext.example"}},
		{"address literal", []string{"bob@[192.0.2.1]"}},
		{"IPv6 address literal", []string{"bob@[IPv6:2001:db8::1]"}},
		{"UTF-8 local part", []string{"jörg@ext.example"}},
		{"UTF-8 domain", []string{"user@bücher.example", "用户@例え.example"}},
		{"plus-addressing", []string{"bob+lists@ext.example", "bob+bank=1@ext.example"}},
		{"special characters", []string{"o'hara@ext.example", "a/b=c@ext.example", "{x}~|y@ext.example"}},
		{"long address", []string{strings.Repeat("l", 64) + "@" + strings.Repeat("d", 60) + ".ext.example"}},
		{"100 recipients", hundred},
	} {
		cases = append(cases,
			deliveryCase{name: a.name + ", clear", to: a.to, subject: "picnic", want: arrival{outside: a.to}},
			deliveryCase{name: a.name + ", protected", to: a.to, subject: ask, want: arrival{gateway: a.to}},
		)
	}
	return cases
}

// messageCases: messages whose bytes are hard to carry.
func messageCases() []deliveryCase {
	bob, amy := "bob@ext.example", "amy@maine.example"
	forged := []string{"X-Zixpolicy-Rule: forged-1", "x-zixpolicy-action: deliver; forged-2", "X-ZIXPOLICY-Rule: forged-3", "X-Zixpolicy-Anything: forged-4"}
	var many []string
	for i := range 700 { // the milter library's own limit is 512
		many = append(many, fmt.Sprintf("X-Filler-%d: %d", i, i))
	}
	large := strings.Repeat(strings.Repeat("All work and no play. ", 3)+"\n", 10<<20/67)
	return []deliveryCase{
		{name: "UTF-8 subject, raw", to: []string{bob}, subject: "Grüße [encrypt] 日本語",
			want: arrival{gateway: []string{bob}}},
		{name: "UTF-8 subject, encoded word", to: []string{bob}, subject: "=?utf-8?B?" + base64.StdEncoding.EncodeToString([]byte("Grüße [encrypt]")) + "?=",
			want: arrival{gateway: []string{bob}}},
		{name: "UTF-8 subject, nothing to protect", to: []string{bob}, subject: "Grüße aus Zürich",
			want: arrival{outside: []string{bob}}},
		{name: "folded subject", to: []string{bob}, subject: "quarterly\r\n [encrypt] minutes",
			want: arrival{gateway: []string{bob}}},
		{name: "forged fields, clear", to: []string{bob, amy}, subject: "picnic", fields: forged,
			want: arrival{inside: []string{amy}, outside: []string{bob}}},
		{name: "forged fields, protected", to: []string{bob, amy}, subject: ask, fields: forged,
			want: arrival{inside: []string{amy}, gateway: []string{bob}}},
		{name: "700 header fields, then the request", to: []string{bob}, subject: "minutes", fields: append(many, "Sensitivity: Company-Confidential", "X-Zixpolicy-Rule: forged-last"),
			want: arrival{gateway: []string{bob}}},
		{name: "lines that begin with dots", to: []string{bob}, subject: ask, text: ".\n..\n...\n.hidden\nend",
			want: arrival{gateway: []string{bob}}},
		{name: "lines that begin with dots, clear", to: []string{bob}, subject: "picnic", text: ".\n..\n...\n.hidden\nend",
			want: arrival{outside: []string{bob}}},
		{name: "8-bit body", to: []string{bob}, subject: ask, text: "Straße, naïve, \xff\xfe not UTF-8",
			want: arrival{gateway: []string{bob}}},
		{name: "10 MB, clear", to: []string{bob}, subject: "picnic", text: large,
			want: arrival{outside: []string{bob}}},
		{name: "10 MB, card number at its end", to: []string{bob, amy}, subject: "order", text: large + card,
			want: arrival{inside: []string{amy}, gateway: []string{bob}}},
	}
}

// attachmentCases: what is not in plain sight.
func attachmentCases() []deliveryCase {
	bob := "bob@ext.example"
	multipart := []string{"Content-Type: multipart/mixed; boundary=limit", "Content-Transfer-Encoding: 7bit"}
	attached := func(mediaType, encoding, content string) string {
		return "--limit\nContent-Type: text/plain\n\nsee attachment\n" +
			"--limit\nContent-Type: " + mediaType + "\nContent-Transfer-Encoding: " + encoding +
			"\nContent-Disposition: attachment; filename=\"file\"\n\n" + content + "\n--limit--"
	}
	base64Text := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
	dot := "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==" // a PNG of one pixel
	return []deliveryCase{
		{name: "card number in a base64 attachment", to: []string{bob}, subject: "order", fields: multipart,
			text: attached("text/plain", "base64", base64Text(card)), want: arrival{gateway: []string{bob}}},
		{name: "card number in an attached message", to: []string{bob}, subject: "fwd", fields: multipart,
			text: attached("message/rfc822", "7bit", "Subject: order\n\n"+card), want: arrival{gateway: []string{bob}}},
		{name: "harmless text attachment", to: []string{bob}, subject: "picnic", fields: multipart,
			text: attached("text/plain", "base64", base64Text(harmless)), want: arrival{outside: []string{bob}}},
		{name: "image", to: []string{bob}, subject: "picnic", fields: multipart,
			text: attached("image/png", "base64", dot), want: arrival{outside: []string{bob}}},
		{name: "archive that cannot be opened", to: []string{bob}, subject: "files", fields: multipart,
			text: attached("application/zip", "base64", base64Text("PK\x03\x04 this is no archive")), want: arrival{gateway: []string{bob}}},
	}
}
