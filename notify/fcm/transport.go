package fcm

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"time"
)

// maxAnswer is above the length of every answer of FCM; what is longer is cut, and then unreadable.
const maxAnswer = 64 << 10

// attempt is what a single request of a send met.
type attempt struct {
	stop       context.CancelFunc // keeps the SDK from trying again
	begun      bool
	token      string // the access token
	status     int    // of the answer; 0 without a whole one
	retryAfter string
	body       []byte
	err        error // why there is no answer
}

type attemptKey struct{}

// once makes one request for each send: with the access token, and with the answer read to its end. The SDK would
// repeat what met a network error or the status 503 up to four times, and hold the caller for 7 seconds meanwhile; whether
// and when to try again is for the outcome to say.
type once struct {
	tokens *tokens
	base   http.RoundTripper
}

func (o *once) RoundTrip(r *http.Request) (*http.Response, error) {
	a := r.Context().Value(attemptKey{}).(*attempt)
	a.begun = true
	answer, err := o.answer(r, a)
	if err != nil {
		a.err = err
		a.stop()
		return nil, err
	}
	a.status, a.retryAfter = answer.StatusCode, answer.Header.Get("Retry-After")
	if answer.StatusCode == http.StatusServiceUnavailable {
		a.stop()
	}
	return answer, nil
}

func (o *once) answer(r *http.Request, a *attempt) (*http.Response, error) {
	token, err := o.tokens.get(r.Context())
	if err != nil {
		return nil, errors.Join(err, r.Body.Close())
	}
	a.token = token
	authorized := r.Clone(r.Context())
	authorized.Header.Set("Authorization", "Bearer "+token)
	answer, err := o.base.RoundTrip(authorized)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err := errors.Join(err, answer.Body.Close()); err != nil {
		return nil, err
	}
	a.body = body
	answer.Body = io.NopCloser(bytes.NewReader(body))
	return answer, nil
}

// newTransport is made for many requests at once to one host, by HTTP/2 where the host speaks it.
func newTransport() *http.Transport {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConns = 0 // no limit but the next
	transport.MaxIdleConnsPerHost = 4096
	transport.TLSHandshakeTimeout = 5 * time.Second
	transport.MaxResponseHeaderBytes = maxAnswer
	transport.DisableCompression = true // the answers are short
	transport.HTTP2 = &http.HTTP2Config{SendPingTimeout: 15 * time.Second, PingTimeout: 5 * time.Second}
	return transport
}
