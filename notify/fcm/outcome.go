package fcm

import "time"

// Result is what became of a message.
type Result string

// The results of sending.
const (
	Sent       Result = "SENT"        // FCM took the message; it may still drop it
	DropDevice Result = "DROP_DEVICE" // the token is no longer, or never was, one of this project: forget the device
	Fail       Result = "FAIL"        // this message will never be taken
	Retry      Result = "RETRY"       // try again, not before After
)

// Outcome is the result of one attempt. It holds nothing secret.
type Outcome struct {
	Result Result
	// ID is FCM's name of the message; "" unless Sent.
	ID string
	// Code says why it was not sent: one of FCM's own codes or of those below. "" when Sent.
	Code string
	// After is the least time until the next attempt of a Retry, with jitter. A caller that counts
	// attempts lengthens it with each.
	After time.Duration
	// Project says that not this message is at fault, but that nothing can be sent: the sender tries
	// nothing during After (see [Sender.Held]).
	Project bool
	// Tried says that FCM may have seen the message, so that the attempt counts.
	Tried bool
}

// The codes of FCM (https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode) and of Google's APIs.
const (
	CodeInvalidArgument  = "INVALID_ARGUMENT"
	CodeUnregistered     = "UNREGISTERED"
	CodeSenderIDMismatch = "SENDER_ID_MISMATCH"
	CodeQuotaExceeded    = "QUOTA_EXCEEDED"
	CodeUnavailable      = "UNAVAILABLE"
	CodeInternal         = "INTERNAL"
	CodeThirdPartyAuth   = "THIRD_PARTY_AUTH_ERROR" // Apple's key or the web push key, uploaded to Firebase, is missing or wrong
	CodeUnauthenticated  = "UNAUTHENTICATED"        // FCM refused the access token
	CodePermissionDenied = "PERMISSION_DENIED"      // the API is off, or the service account may not send
	CodeNotFound         = "NOT_FOUND"              // no such project
)

// The codes of what happened on the way.
const (
	CodeInvalidToken = "INVALID_TOKEN" // FCM's INVALID_ARGUMENT where the token is all that is wrong: no app ever got it
	CodeCredentials  = "CREDENTIALS"   // no access token: the credentials are wrong, revoked, or cannot be checked now
	CodeUnreachable  = "UNREACHABLE"   // no connection to FCM
	CodeBroken       = "BROKEN"        // the connection broke before the answer
	CodeTimeout      = "TIMEOUT"       // no answer in time
	CodeUnreadable   = "UNREADABLE"    // the answer is not FCM's, such as a proxy's page
	CodeRefused      = "REFUSED"       // any other refusal
	CodeHeld         = "HELD"          // not tried, since the project is held
	CodeCancelled    = "CANCELLED"     // the caller gave up
)
