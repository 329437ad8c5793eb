package demo

import (
	"context"
	"net"
	"time"

	"github.com/emersion/go-smtp"
)

// submit sends one message to the MTA over SMTP, as any client would. A refusal by
// the MTA is a *smtp.SMTPError.
func submit(ctx context.Context, address, sender string, recipients []string, raw []byte) error {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Now()) })
	defer stop()
	client := smtp.NewClient(conn)
	defer client.Close()
	if err := client.Hello("client." + internalDomain); err != nil {
		return err
	}
	opts := &smtp.MailOptions{UTF8: !isASCII(sender)}
	for _, r := range recipients {
		opts.UTF8 = opts.UTF8 || !isASCII(r)
	}
	if err := client.Mail(sender, opts); err != nil {
		return err
	}
	for _, r := range recipients {
		if err := client.Rcpt(r, nil); err != nil {
			return err
		}
	}
	w, err := client.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(raw); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return client.Quit()
}
