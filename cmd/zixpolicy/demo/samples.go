package demo

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"

	"github.com/emersion/go-smtp"
)

//go:embed samples/*.eml
var sampleFiles embed.FS

// Sample is one message that shows something, with what must become of it.
type Sample struct {
	Name   string // of samples/NAME.eml
	Shows  string // for people
	Sender string
	Want   []Want // one for each recipient, in envelope order
}

// Want is what must become of a sample for one recipient.
type Want struct {
	Recipient string
	Lane      Lane
	Rule      string // the rule that decides; empty where none does
}

// Samples are the sample messages, in the order in which they are sent.
func Samples() []Sample {
	return []Sample{
		{"internal-only", "It stays inside, so it is never read, social security number or not.",
			"alice@maine.example", []Want{{"bob@maine.example", LaneInternal, ""}}},
		{"order-number", "The order number looks like a card, but its check digit is wrong: not a card.",
			"alice@maine.example", []Want{{"service@shop.example", LaneClear, ""}}},
		{"health-words", "Health terms alone: nothing says whose health it is, so it need not be encrypted.",
			"dana@maine.example", []Want{{"editor@news.example", LaneClear, ""}}},
		{"image", "An image has no text to read. That is known and no reason to encrypt every logo.",
			"alice@maine.example", []Want{{"desk@print.example", LaneClear, ""}}},
		{"mixed", "One message, two lanes: the colleague gets it as it is, the outside recipient encrypted.",
			"alice@maine.example", []Want{{"carol@maine.example", LaneInternal, ""}, {"records@county.example", LaneEncrypted, "ssn"}}},
		{"forged-header", "The sender forged a verdict into the header. It is removed and changes nothing.",
			"mal@maine.example", []Want{{"friend@home.example", LaneEncrypted, "ssn"}}},
		{"confidential", "The sender asked for it: Sensitivity: Company-Confidential.",
			"erin@maine.example", []Want{{"counsel@lawfirm.example", LaneEncrypted, "confidential"}}},
		{"encrypt-tag", "The sender asked for it: [encrypt] in the subject, in any case.",
			"erin@maine.example", []Want{{"counsel@lawfirm.example", LaneEncrypted, "encrypt-tag"}}},
		{"hipaa", "Health terms beside identifiers of a patient.",
			"jcote@maine.example", []Want{{"intake@clinic.example", LaneEncrypted, "hipaa"}}},
		{"medicare", "A Medicare Beneficiary Identifier is enough by itself.",
			"benefits@maine.example", []Want{{"members@plan.example", LaneEncrypted, "hipaa"}}},
		{"card", "A card number with the right issuer, length and check digit.",
			"events@maine.example", []Want{{"front@hotel.example", LaneEncrypted, "financial"}}},
		{"account", "Financial terms beside an account and a routing number.",
			"treasury@maine.example", []Want{{"desk@bank.example", LaneEncrypted, "financial"}}},
		{"profanity", "Words that the organisation does not want to be read in clear under its name.",
			"frank@maine.example", []Want{{"support@vendor.example", LaneEncrypted, "profanity"}}},
		{"unscannable", "An encrypted archive cannot be read. What cannot be read is not sent in clear.",
			"treasury@maine.example", []Want{{"audit@auditor.example", LaneEncrypted, "unscannable"}}},
	}
}

// raw returns the sample's message with the line ends of mail.
func (s Sample) raw() ([]byte, error) {
	data, err := sampleFiles.ReadFile("samples/" + s.Name + ".eml")
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	return bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n")), nil
}

// messageID returns the Message-ID by which the mailbox knows the sample.
func (s Sample) messageID() string { return "<sample-" + s.Name + "@" + internalDomain + ">" }

// recipients returns the sample's envelope recipients.
func (s Sample) recipients() []string {
	var list []string
	for _, w := range s.Want {
		list = append(list, w.Recipient)
	}
	return list
}

// sampleOf returns the sample that a message is, or nil.
func sampleOf(e *Entry) *Sample {
	for _, s := range Samples() {
		if s.messageID() == e.MessageID {
			return &s
		}
	}
	return nil
}

// SendSamples sends every sample to the demo's MTA over SMTP. A refusal of one is
// no error: it is in the mailbox for everybody to see.
func (d *Demo) SendSamples(ctx context.Context) error {
	for _, s := range Samples() {
		raw, err := s.raw()
		if err != nil {
			return err
		}
		err = submit(ctx, d.smtpAddr, s.Sender, s.recipients(), raw)
		var refused *smtp.SMTPError
		if err != nil && !errors.As(err, &refused) {
			return fmt.Errorf("demo: sample %s: %w", s.Name, err)
		}
	}
	return nil
}
