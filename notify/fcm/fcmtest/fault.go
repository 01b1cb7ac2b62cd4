package fcmtest

import (
	"net/http"
	"strconv"
	"time"
)

// Fault is what goes wrong with one request to send.
type Fault struct {
	// AfterTaking lets it go wrong after the message was accepted, whose sender then does not know.
	AfterTaking bool
	refusal     *Refusal
	retryAfter  string
	page        int           // status of a page in HTML
	hang        time.Duration // no answer for so long
	reset       bool          // the connection breaks
	half        bool          // the answer breaks off
	none        bool
}

// None is no fault, between others of a script.
func None() Fault { return Fault{none: true} }

// Internal is an answer 500, INTERNAL.
func Internal() Fault {
	return Fault{refusal: &Refusal{Status: 500, Code: "INTERNAL", Message: "Internal error encountered.", ErrorCode: "INTERNAL"}}
}

// Unavailable is an answer 503, with a Retry-After unless it is 0.
func Unavailable(retryAfter time.Duration) Fault {
	return Fault{refusal: &Refusal{Status: 503, Code: "UNAVAILABLE", Message: "The service is currently unavailable.", ErrorCode: "UNAVAILABLE"}, retryAfter: seconds(retryAfter)}
}

// QuotaExceeded is an answer 429, with a Retry-After unless it is 0.
func QuotaExceeded(retryAfter time.Duration) Fault {
	return Fault{retryAfter: seconds(retryAfter), refusal: &Refusal{
		Status: 429, Code: "RESOURCE_EXHAUSTED", ErrorCode: "QUOTA_EXCEEDED", Reason: "RATE_LIMIT_EXCEEDED",
		Message: "Quota exceeded for quota metric 'Send requests' and limit 'Send requests per minute' of service 'fcm.googleapis.com'.",
	}}
}

// Refuse is any other answer.
func Refuse(refusal Refusal) Fault { return Fault{refusal: &refusal} }

// RetryAfter gives the fault's answer this header, whatever it says.
func (f Fault) RetryAfter(header string) Fault {
	f.retryAfter = header
	return f
}

// Page is an answer in HTML, as from a proxy or Google's front end.
func Page(status int) Fault { return Fault{page: status} }

// Hang is no answer for so long, or until the client leaves.
func Hang(length time.Duration) Fault { return Fault{hang: length} }

// Reset breaks the connection instead of answering.
func Reset() Fault { return Fault{reset: true} }

// Half breaks the answer off in its middle.
func Half() Fault { return Fault{half: true} }

// Taken lets the fault happen after the message was accepted.
func (f Fault) Taken() Fault {
	f.AfterTaking = true
	return f
}

func seconds(length time.Duration) string {
	if length == 0 {
		return ""
	}
	return strconv.Itoa(int(length / time.Second))
}

func (f *Fault) write(w http.ResponseWriter, r *http.Request) {
	if f.retryAfter != "" {
		w.Header().Set("Retry-After", f.retryAfter)
	}
	switch {
	case f.refusal != nil:
		f.refusal.write(w)
	case f.page != 0:
		writePage(w, f.page)
	case f.hang > 0:
		pause(r, f.hang)
		panic(http.ErrAbortHandler)
	case f.half:
		w.Header().Set("Content-Length", "1000")
		_, _ = w.Write([]byte(`{"name": "proj`))
		_ = http.NewResponseController(w).Flush() // what follows breaks it anyway
		panic(http.ErrAbortHandler)
	default:
		panic(http.ErrAbortHandler)
	}
}

// pause waits, or until the client leaves.
func pause(r *http.Request, length time.Duration) {
	timer := time.NewTimer(length)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
	}
}
