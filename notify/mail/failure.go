package mail

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"os"

	gomail "github.com/wneessen/go-mail"
)

// Failure is why the mail server did not take a message.
type Failure struct {
	// Permanent says that the same message will not be taken later either.
	Permanent bool
	// Server says that the mail server takes no message now, whatever it is.
	Server bool
	reason string
}

func (f *Failure) Error() string { return f.reason }

var errRecipient = &Failure{Permanent: true, reason: "the recipient's address is none"}

// stages are what the server was asked for when it refused.
var stages = map[gomail.SendErrReason]string{
	gomail.ErrSMTPMailFrom:  "the sender",
	gomail.ErrSMTPRcptTo:    "the recipient",
	gomail.ErrSMTPData:      "the message",
	gomail.ErrWriteContent:  "the message",
	gomail.ErrSMTPDataClose: "the message",
}

// failure says what happened without what the server said, since that may repeat an address.
func failure(err error) *Failure {
	var reply *textproto.Error
	var send *gomail.SendError
	var strange textproto.ProtocolError
	var network *net.OpError
	switch {
	case errors.As(err, &send) && send.ErrorCode() != 0:
		what, ok := stages[send.Reason]
		if !ok {
			what = "the message"
		}
		text := fmt.Sprintf("the mail server refuses %s: %d %s", what, send.ErrorCode(), send.EnhancedStatusCode())
		// The sender is that of all messages: whatever is wrong with it, an operator can repair.
		all := send.Reason == gomail.ErrSMTPMailFrom
		return &Failure{Permanent: send.ErrorCode() >= 500 && !all, Server: all, reason: text}
	case errors.As(err, &reply):
		return &Failure{Server: true, reason: fmt.Sprintf("the mail server refuses to let this server in: %d", reply.Code)}
	case errors.As(err, &strange):
		return &Failure{Server: true, reason: "what answers is not a mail server"}
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return &Failure{Server: true, reason: "the mail server does not answer in time"}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed):
		return &Failure{reason: "the mail server closed the connection"}
	case errors.As(err, &network):
		return &Failure{Server: true, reason: network.Error()}
	case send != nil:
		return &Failure{reason: "the connection to the mail server broke"}
	}
	return &Failure{reason: err.Error()}
}
