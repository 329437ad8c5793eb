package encryptor

import (
	"errors"

	"github.com/emersion/go-smtp"
)

// The replies that the encryptor gives by itself.
var (
	errNotRouted      = &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "Not an address for encryption"}
	errHeaderTooLarge = &smtp.SMTPError{Code: 552, EnhancedCode: smtp.EnhancedCode{5, 3, 4}, Message: "Message header too large"}
	errShuttingDown   = &smtp.SMTPError{Code: 421, EnhancedCode: smtp.EnhancedCode{4, 3, 2}, Message: "Shutting down, try again later"}
	errNoInstructions = &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 5}, Message: "The instructions for this recipient are missing"}
	errTemporary      = &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "Cannot be encrypted now, try again later"}
)

// statusesOf returns the reply for each of n recipients; nil where it was taken over.
func statusesOf(err error, n int) []*smtp.SMTPError {
	statuses := make([]*smtp.SMTPError, n)
	var each RecipientErrors
	if errors.As(err, &each) && len(each) != n {
		each, err = nil, errTemporary // whose errors are these?
	}
	for i := range statuses {
		if each != nil {
			err = each[i]
		}
		statuses[i] = statusOf(err)
	}
	return statuses
}

// statusOf returns the reply that an error stands for.
func statusOf(err error) *smtp.SMTPError {
	if err == nil {
		return nil
	}
	var reply *smtp.SMTPError
	if !errors.As(err, &reply) || reply.Code < 400 || reply.Code > 599 {
		return errTemporary
	}
	if reply.Code == 421 {
		// "Closing the channel" was said of another channel than the MTA's.
		return &smtp.SMTPError{Code: 451, EnhancedCode: reply.EnhancedCode, Message: reply.Message}
	}
	return reply
}
