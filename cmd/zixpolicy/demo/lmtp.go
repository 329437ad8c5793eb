package demo

import (
	"errors"
	"net"
	"time"

	"github.com/emersion/go-smtp"
)

// lmtpClient delivers to the encryptor (RFC 2033), one connection a message.
type lmtpClient struct{ socket string }

// deliver sends one message and returns an error for each recipient, nil where it
// was taken over.
func (c lmtpClient) deliver(sender string, recipients []string, raw []byte) []error {
	errs := make([]error, len(recipients))
	if err := c.send(sender, recipients, raw, errs); err != nil {
		for i := range errs {
			if errs[i] == nil {
				errs[i] = err
			}
		}
	}
	return errs
}

// send fills errs with the replies for single recipients; its own error holds for
// all that have none.
func (c lmtpClient) send(sender string, recipients []string, raw []byte, errs []error) error {
	conn, err := net.DialTimeout("unix", c.socket, 5*time.Second)
	if err != nil {
		return err
	}
	client := smtp.NewClientLMTP(conn)
	defer client.Close()
	client.CommandTimeout, client.SubmissionTimeout = 30*time.Second, 2*time.Minute
	if err := client.Hello(hostname); err != nil {
		return err
	}
	opts := &smtp.MailOptions{UTF8: !isASCII(sender)}
	for _, r := range recipients {
		opts.UTF8 = opts.UTF8 || !isASCII(r)
	}
	if err := client.Mail(sender, opts); err != nil {
		return err
	}
	accepted := 0
	for i, r := range recipients {
		if errs[i] = client.Rcpt(r, nil); errs[i] == nil {
			accepted++
		}
	}
	if accepted == 0 {
		return nil
	}
	w, err := client.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(raw); err != nil {
		return err
	}
	replies, err := w.CloseWithLMTPResponse()
	return settleReplies(recipients, errs, replies, err)
}

// settleReplies sorts the replies after the data to their recipients. A recipient
// without a reply was not taken over.
func settleReplies(recipients []string, errs []error, replies map[string]*smtp.DataResponse, err error) error {
	var each smtp.LMTPDataError
	errors.As(err, &each)
	for i, r := range recipients {
		if errs[i] != nil || replies[r] != nil {
			continue
		}
		switch {
		case each[r] != nil:
			errs[i] = each[r]
		case err != nil:
			errs[i] = err
		default:
			errs[i] = errors.New("demo: no reply for the recipient")
		}
	}
	return nil
}
