package fcm

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"firebase.google.com/go/v4/errorutils"
	"firebase.google.com/go/v4/messaging"
	"golang.org/x/oauth2"

	"accrue/notify/hold"
)

const (
	// alone is the least time until a message is tried again that failed by itself.
	alone = 10 * time.Second
	// repair is how long the project is held for what an operator must repair.
	repair = time.Minute
	// quota is FCM's advice where an answer 429 has no Retry-After.
	quota = time.Minute
)

// verdict is what a failed attempt means.
type verdict struct {
	result  Result
	code    string
	project bool
	after   time.Duration // what is asked; 0 for the usual
	cause   string        // for the log, where an operator must do something
	untried bool
}

// judge finds out by FCM's error codes, through the SDK where it got an answer, why an attempt failed.
func (s *Sender) judge(ctx, timed context.Context, a *attempt, err error) verdict {
	switch {
	case !a.begun && timed.Err() == nil:
		// The SDK refused the message: a mistake of ours, which the log tells.
		return verdict{result: Fail, code: CodeInvalidArgument, untried: true}
	case ctx.Err() != nil && a.status == 0:
		return verdict{result: Retry, code: CodeCancelled, untried: !a.begun}
	case a.err != nil || !a.begun:
		return s.lost(a, timed)
	}
	after := s.retryAfter(a.retryAfter)
	switch {
	case a.status == http.StatusServiceUnavailable, messaging.IsUnavailable(err):
		return verdict{result: Retry, code: CodeUnavailable, project: true, after: after}
	case a.status == http.StatusTooManyRequests, messaging.IsQuotaExceeded(err):
		if after == 0 {
			after = quota
		}
		return verdict{result: Retry, code: CodeQuotaExceeded, project: true, after: after}
	case messaging.IsUnregistered(err):
		return verdict{result: DropDevice, code: CodeUnregistered}
	case messaging.IsSenderIDMismatch(err):
		return verdict{result: DropDevice, code: CodeSenderIDMismatch}
	case messaging.IsThirdPartyAuthError(err):
		return verdict{result: Fail, code: CodeThirdPartyAuth}
	case !isGoogles(a.body) || a.status < 400:
		return verdict{result: Retry, code: CodeUnreadable, after: after}
	case messaging.IsInvalidArgument(err), errorutils.IsInvalidArgument(err):
		if blamesToken(a.body) {
			return verdict{result: DropDevice, code: CodeInvalidToken}
		}
		return verdict{result: Fail, code: CodeInvalidArgument}
	case a.status == http.StatusUnauthorized:
		s.tokens.drop(a.token)
		return verdict{result: Retry, code: CodeUnauthenticated, project: true, after: after, cause: "FCM refuses the access token: look at the service account and at this machine's clock"}
	case a.status == http.StatusForbidden:
		return verdict{result: Retry, code: CodePermissionDenied, project: true, after: max(after, repair), cause: "FCM does not let the service account send: enable the Firebase Cloud Messaging API in the project, and give the account the role Firebase Cloud Messaging API Admin"}
	case a.status == http.StatusNotFound:
		return verdict{result: Retry, code: CodeNotFound, project: true, after: max(after, repair), cause: "FCM does not know the project: look at FIREBASE_PROJECT_ID"}
	case a.status >= 500:
		return verdict{result: Retry, code: CodeInternal, after: after}
	case a.status == http.StatusRequestTimeout, a.status == http.StatusConflict, a.status == 499: // timed out, aborted, cancelled
		return verdict{result: Retry, code: CodeRefused, after: after}
	}
	return verdict{result: Fail, code: CodeRefused}
}

// lost is the verdict on an attempt without an answer.
func (s *Sender) lost(a *attempt, timed context.Context) verdict {
	var token *errToken
	var dial *net.OpError
	switch {
	case errors.As(a.err, &token):
		return verdict{
			result: Retry, code: CodeCredentials, project: true, after: repair, untried: true,
			cause: "Google gives no access token for the credentials of Firebase (" + tokenProblem(token) + ")",
		}
	case errors.As(a.err, &dial) && dial.Op == "dial" && timed.Err() == nil:
		return verdict{result: Retry, code: CodeUnreachable, project: true, untried: true}
	case timed.Err() != nil, errors.Is(a.err, os.ErrDeadlineExceeded):
		return verdict{result: Retry, code: CodeTimeout, untried: !a.begun}
	}
	return verdict{result: Retry, code: CodeBroken}
}

// of makes the outcome, holds the project where it must be, and tells the log what an operator should know.
func (v verdict) of(s *Sender, message *messaging.Message, a *attempt, tried time.Time) Outcome {
	outcome := Outcome{Result: v.result, Code: v.code, Project: v.project, Tried: !v.untried}
	notification := ""
	if message != nil {
		notification = message.Data[KeyNotification]
	}
	switch {
	case v.project:
		left, began := s.hold.Begin(tried, s.now(), v.after)
		outcome.After = max(left, time.Second)
		outcome.After += hold.Jitter(outcome.After / 4)
		if began && v.code == CodeQuotaExceeded {
			s.pace.restart(s.now().Add(left))
		}
		switch {
		case v.cause != "":
			s.loudCredentials.Do(func() {
				s.log.Error("push is held: "+v.cause, "code", v.code, "for", left.Round(time.Second))
			})
		case began:
			s.log.Warn("push is held", "code", v.code, "status", a.status, "for", left.Round(time.Second))
		}
	case v.code == CodeThirdPartyAuth:
		s.loudAuth.Do(func() {
			s.log.Error("push to Apple's devices or browsers fails: upload a valid APNs key or web push key in the Firebase console", "code", v.code, "notification", notification)
		})
	case v.code == CodeInvalidToken:
		s.log.Warn("a device's token is none of FCM's: does the app register the token of Firebase, whole, and not Apple's?", "code", v.code, "notification", notification)
	case v.result == Fail:
		s.log.Warn("push failed for good", "code", v.code, "status", a.status, "notification", notification, "fields", strings.Join(fields(a.body), " "))
	case v.result == Retry:
		outcome.After = max(min(v.after, hold.MaxAsked), alone)
		outcome.After += hold.Jitter(outcome.After / 2)
	}
	return outcome
}

// retryAfter reads the header: seconds, or a day and time. 0 means that it says nothing.
func (s *Sender) retryAfter(header string) time.Duration {
	if seconds, err := strconv.ParseUint(header, 10, 32); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(header); err == nil {
		return max(at.Sub(s.now()), 0)
	}
	return 0
}

// answered is the part of Google's error bodies that is read. Its texts may quote the request and go nowhere.
type answered struct {
	Error struct {
		Status  string `json:"status"`
		Message string `json:"message"`
		Details []struct {
			FieldViolations []struct {
				Field string `json:"field"`
			} `json:"fieldViolations"`
		} `json:"details"`
	} `json:"error"`
}

// isGoogles reports whether the body is an error of a Google API, and not a page of something on the way.
func isGoogles(body []byte) bool {
	var answer answered
	return json.Unmarshal(body, &answer) == nil && answer.Error.Status != ""
}

var fieldName = regexp.MustCompile(`^[a-zA-Z0-9_.\[\]-]{1,80}$`)

// fields names what FCM found wrong in a message.
func fields(body []byte) []string {
	var answer answered
	_ = json.Unmarshal(body, &answer) // what cannot be read names no fields
	var list []string
	for _, detail := range answer.Error.Details {
		for _, violation := range detail.FieldViolations {
			if fieldName.MatchString(violation.Field) && len(list) < 5 {
				list = append(list, violation.Field)
			}
		}
	}
	return list
}

// notToken is what FCM says of a malformed token when it names no field.
const notToken = "not a valid FCM registration token"

// blamesToken reports whether the token is all that FCM found wrong.
func blamesToken(body []byte) bool {
	var answer answered
	_ = json.Unmarshal(body, &answer) // what cannot be read blames nothing
	blamed := false
	for _, detail := range answer.Error.Details {
		for _, violation := range detail.FieldViolations {
			if violation.Field != "message.token" {
				return false
			}
			blamed = true
		}
	}
	return blamed || strings.Contains(answer.Error.Message, notToken)
}

var oauthCode = regexp.MustCompile(`^[a-z_]{1,40}$`)

// tokenProblem says why there is no token, without quoting what the server wrote.
func tokenProblem(err error) string {
	var refused *oauth2.RetrieveError
	switch {
	case errors.As(err, &refused):
		var answer struct {
			Error string `json:"error"`
		}
		if json.Unmarshal(refused.Body, &answer) == nil && oauthCode.MatchString(answer.Error) {
			return answer.Error
		}
		return "status " + strconv.Itoa(refused.Response.StatusCode)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return "no answer in time"
	}
	return "no answer"
}
