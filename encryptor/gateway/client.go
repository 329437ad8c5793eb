package gateway

import (
	"errors"
	"fmt"
	"io"
	"time"
	"unicode/utf8"

	"github.com/emersion/go-smtp"

	"github.com/zixpolicy/zixpolicy/encryptor"
	"github.com/zixpolicy/zixpolicy/message"
)

// The gateway lacks an extension that the message needs. It cannot be converted, so
// the sender gets it back (RFC 6531 section 3.6, RFC 6152 section 3).
var (
	errNoUTF8     = &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 6, 7}, Message: "The encryption gateway does not take internationalised addresses"}
	errNoEightBit = &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 3}, Message: "The encryption gateway does not take 8-bit text"}
)

// client is a connection to the gateway, used for one message at a time.
type client struct {
	*smtp.Client
	used   time.Time // when it became idle
	begun  bool      // the gateway has been asked for a message's data
	broken bool      // not to be used again
}

// hangUp closes the connection without a word.
func (c *client) hangUp() { _ = c.Close() }

// send hands one message over. It sets broken where the connection is not in a known
// state afterwards.
func (c *client) send(env message.Envelope, msg *encryptor.Message) error {
	errs, accepted, err := c.envelope(env, msg)
	if err == nil && accepted > 0 {
		err = c.data(msg)
	}
	c.settle(err, accepted)
	err = describe(err)
	for i := range errs {
		if errs[i] == nil {
			errs[i] = err
		}
	}
	return combine(errs, err)
}

// envelope sends sender and recipients. errs has the reply to each recipient that was
// refused; err ends the transaction.
func (c *client) envelope(env message.Envelope, msg *encryptor.Message) (errs encryptor.RecipientErrors, accepted int, err error) {
	errs = make(encryptor.RecipientErrors, len(env.Recipients))
	opts, err := c.mailOptions(env, msg)
	if err != nil {
		return errs, 0, err
	}
	if err := c.Mail(env.Sender, opts); err != nil {
		return errs, 0, err
	}
	for i, to := range env.Recipients {
		switch err := c.Rcpt(to, nil); {
		case err == nil:
			accepted++
		case isReply(err) && !isClosing(err):
			errs[i] = err
		default:
			return errs, accepted, err
		}
	}
	return errs, accepted, nil
}

// mailOptions returns what the message needs of the gateway's extensions.
func (c *client) mailOptions(env message.Envelope, msg *encryptor.Message) (*smtp.MailOptions, error) {
	opts := &smtp.MailOptions{Size: msg.Size, UTF8: msg.UTF8 || !isASCII(env.Sender)}
	for _, to := range env.Recipients {
		opts.UTF8 = opts.UTF8 || !isASCII(to)
	}
	if offered, _ := c.Extension("SMTPUTF8"); opts.UTF8 && !offered {
		return nil, errNoUTF8
	}
	if offered, _ := c.Extension("8BITMIME"); msg.EightBit && !offered {
		return nil, errNoEightBit
	}
	return opts, nil // go-smtp adds BODY=8BITMIME wherever it is offered
}

// data sends the message and waits until the gateway has taken it over. Where it
// cannot be read to its end, the final dot is not sent: half a message must not
// look like a whole one.
func (c *client) data(msg *encryptor.Message) error {
	w, err := c.Data()
	if err != nil {
		return err
	}
	c.begun = true
	if _, err := io.Copy(w, msg); err != nil {
		c.broken = true
		return fmt.Errorf("in the middle of the message: %w", err)
	}
	_, err = w.CloseWithResponse()
	return err
}

// settle ends a transaction that the gateway has not ended by taking the message, and
// finds out whether the connection is still good.
func (c *client) settle(err error, accepted int) {
	switch {
	case err != nil && (!isReply(err) || isClosing(err)):
		c.broken = true
	case err != nil || accepted == 0:
		c.broken = c.broken || c.Reset() != nil
	}
}

// combine returns one error where all recipients fared alike.
func combine(errs encryptor.RecipientErrors, err error) error {
	for _, e := range errs {
		if e != err {
			return errs
		}
	}
	return err
}

// describe says whose the error is. Replies keep their code, but for those that speak
// of the connection and not of the message.
func describe(err error) error {
	if err == nil {
		return nil
	}
	var reply *smtp.SMTPError
	if errors.As(err, &reply) && reply.Code != 530 {
		return reply
	}
	return fmt.Errorf("gateway: %w", withoutReply(err))
}

// isReply reports whether the error is an answer of the gateway.
func isReply(err error) bool {
	var reply *smtp.SMTPError
	return errors.As(err, &reply)
}

// isClosing reports whether the gateway says that it ends the connection.
func isClosing(err error) bool {
	var reply *smtp.SMTPError
	return errors.As(err, &reply) && reply.Code == 421
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
