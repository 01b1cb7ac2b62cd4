package fcm_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"firebase.google.com/go/v4/messaging"
	"go.uber.org/goleak"

	"accrue/ce"
	"accrue/notify/fcm"
	"accrue/notify/fcm/fcmtest"
)

// clock is the system's, moved forward by hand.
type clock struct{ moved atomic.Int64 }

func (c *clock) now() time.Time          { return time.Now().Add(time.Duration(c.moved.Load())) }
func (c *clock) advance(d time.Duration) { c.moved.Add(int64(d)) }

// rig is a sender with its endpoint.
type rig struct {
	*fcm.Sender
	server *fcmtest.Server
	clock  *clock
	log    *bytes.Buffer
}

func newRig(t testing.TB, options fcmtest.Options, change ...func(*fcm.Config)) *rig {
	t.Helper()
	r := &rig{clock: new(clock), log: new(bytes.Buffer)}
	if options.Now == nil {
		options.Now = r.clock.now
	}
	r.server = fcmtest.Start(t, options)
	config := fcm.Config{
		Credentials: r.server.Credentials(), Endpoint: r.server.Endpoint(), PerMinute: -1, Timeout: 5 * time.Second,
		Now: r.clock.now, Log: slog.New(slog.NewTextHandler(&locked{buffer: r.log}, nil)),
	}
	for _, c := range change {
		c(&config)
	}
	sender, err := fcm.New(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sender.Close)
	r.Sender = sender
	return r
}

type locked struct {
	mu     sync.Mutex
	buffer *bytes.Buffer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buffer.Write(p)
}

func message(token string) *messaging.Message {
	d := device(ce.PlatformAndroid)
	d.Token = token
	return fcm.Build(fcm.Push{Notification: reminder(day(2026, time.December, 1), earn()), Device: d, At: time.Date(2026, time.December, 1, 14, 0, 0, 0, time.UTC)})
}

var phone = fcmtest.Token("phone")

func TestSend(t *testing.T) {
	r := newRig(t, fcmtest.Options{})
	if err := r.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, platform := range platforms {
		m := fcm.Build(fcm.Push{Notification: reminder(day(2026, time.December, 1), earn()), Device: device(platform), Link: deepLink, At: time.Unix(1_800_000_000, 0)})
		if o := r.Send(t.Context(), m); o.Result != fcm.Sent || !strings.HasPrefix(o.ID, "projects/demo-accrue/messages/") || !o.Tried || o.Code != "" {
			t.Errorf("%s: %+v", platform, o)
		}
	}
	got := r.server.Received()
	if len(got) != 3 || got[0].Token != phone || r.server.TokensIssued() != 1 {
		t.Errorf("received %d, %d access tokens", len(got), r.server.TokensIssued())
	}
}

// TestHTTP2 sends by TLS, where HTTP/2 is chosen.
func TestHTTP2(t *testing.T) {
	server, trusting := fcmtest.StartTLS(t, fcmtest.Options{})
	sender, err := fcm.New(t.Context(), fcm.Config{Credentials: server.Credentials(), Endpoint: server.Endpoint(), TLS: trusting, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer sender.Close()
	if o := sender.Send(t.Context(), message(phone)); o.Result != fcm.Sent {
		t.Errorf("%+v", o)
	}
	server.Script(fcmtest.Reset(), fcmtest.Unavailable(0))
	if o := sender.Send(t.Context(), message(phone)); o.Code != fcm.CodeBroken {
		t.Errorf("%+v", o)
	}
	if o := sender.Send(t.Context(), message(phone)); o.Code != fcm.CodeUnavailable {
		t.Errorf("%+v", o)
	}
	if got := server.Received(); len(got) != 1 || got[0].Proto != "HTTP/2.0" {
		t.Errorf("received %+v", got)
	}
}

// TestOutcomes sends once for each fault and looks at the verdict, at how often the endpoint was asked, and how long it took.
func TestOutcomes(t *testing.T) {
	refuse := func(status int, code, errorCode string) fcmtest.Fault {
		return fcmtest.Refuse(fcmtest.Refusal{Status: status, Code: code, Message: "Said of " + phone, ErrorCode: errorCode, Field: "message.data"})
	}
	type want struct {
		result  fcm.Result
		code    string
		project bool
		from    time.Duration // After lies from here
		below   time.Duration
	}
	alone := func(code string) want { return want{fcm.Retry, code, false, 10 * time.Second, 15 * time.Second} }
	held := func(code string, from, below time.Duration) want { return want{fcm.Retry, code, true, from, below} }
	for _, c := range []struct {
		name  string
		fault fcmtest.Fault
		want  want
	}{
		{"unregistered", refuse(404, "NOT_FOUND", "UNREGISTERED"), want{result: fcm.DropDevice, code: fcm.CodeUnregistered}},
		{"other sender", refuse(403, "PERMISSION_DENIED", "SENDER_ID_MISMATCH"), want{result: fcm.DropDevice, code: fcm.CodeSenderIDMismatch}},
		{"invalid", refuse(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT"), want{result: fcm.Fail, code: fcm.CodeInvalidArgument}},
		{"a token that is none", fcmtest.Refuse(fcmtest.Refusal{Status: 400, Code: "INVALID_ARGUMENT", Message: "Request contains an invalid argument.", ErrorCode: "INVALID_ARGUMENT", Field: "message.token"}), want{result: fcm.DropDevice, code: fcm.CodeInvalidToken}},
		{"a token that is none, in words", fcmtest.Refuse(fcmtest.Refusal{Status: 400, Code: "INVALID_ARGUMENT", Message: "The registration token is not a valid FCM registration token", ErrorCode: "INVALID_ARGUMENT"}), want{result: fcm.DropDevice, code: fcm.CodeInvalidToken}},
		{"no word of the token", fcmtest.Refuse(fcmtest.Refusal{Status: 400, Code: "INVALID_ARGUMENT", Message: "Request contains an invalid argument.", ErrorCode: "INVALID_ARGUMENT"}), want{result: fcm.Fail, code: fcm.CodeInvalidArgument}},
		{"malformed", refuse(400, "INVALID_ARGUMENT", ""), want{result: fcm.Fail, code: fcm.CodeInvalidArgument}},
		{"an error that quotes", fcmtest.Refuse(fcmtest.Refusal{Status: 400, Code: "INVALID_ARGUMENT", Message: phone, Field: phone}), want{result: fcm.Fail, code: fcm.CodeInvalidArgument}},
		{"third party", refuse(401, "UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR"), want{result: fcm.Fail, code: fcm.CodeThirdPartyAuth}},
		{"other refusal", refuse(412, "FAILED_PRECONDITION", ""), want{result: fcm.Fail, code: fcm.CodeRefused}},
		{"aborted", refuse(409, "ABORTED", ""), alone(fcm.CodeRefused)},
		{"internal", fcmtest.Internal(), alone(fcm.CodeInternal)},
		{"internal, come later", fcmtest.Internal().RetryAfter("100"), want{fcm.Retry, fcm.CodeInternal, false, 100 * time.Second, 150 * time.Second}},
		{"quota", fcmtest.QuotaExceeded(0), held(fcm.CodeQuotaExceeded, time.Minute, 95*time.Second)},
		{"quota, come later", fcmtest.QuotaExceeded(30 * time.Second), held(fcm.CodeQuotaExceeded, 30*time.Second, 48*time.Second)},
		{"unavailable", fcmtest.Unavailable(0), held(fcm.CodeUnavailable, 10*time.Second, 16*time.Second)},
		{"unavailable, come later", fcmtest.Unavailable(20 * time.Second), held(fcm.CodeUnavailable, 20*time.Second, 32*time.Second)},
		{"unavailable, come in years", fcmtest.Unavailable(0).RetryAfter("999999999"), held(fcm.CodeUnavailable, time.Hour, 95*time.Minute)},
		{"unavailable, nonsense", fcmtest.Unavailable(0).RetryAfter("soon"), held(fcm.CodeUnavailable, 10*time.Second, 16*time.Second)},
		{"unavailable, negative", fcmtest.Unavailable(0).RetryAfter("-5"), held(fcm.CodeUnavailable, 10*time.Second, 16*time.Second)},
		{"unavailable until a day", fcmtest.Unavailable(0).RetryAfter(time.Now().Add(50 * time.Second).UTC().Format(http.TimeFormat)), held(fcm.CodeUnavailable, 45*time.Second, 80*time.Second)},
		{"a page, 503", fcmtest.Page(503), held(fcm.CodeUnavailable, 10*time.Second, 16*time.Second)},
		{"a page, 429", fcmtest.Page(429), held(fcm.CodeQuotaExceeded, time.Minute, 95*time.Second)},
		{"a page, 502", fcmtest.Page(502), alone(fcm.CodeUnreadable)},
		{"a page, 400", fcmtest.Page(400), alone(fcm.CodeUnreadable)},
		{"a page, 404", fcmtest.Page(404), alone(fcm.CodeUnreadable)},
		{"a page, 200", fcmtest.Page(200), alone(fcm.CodeUnreadable)},
		{"a page, 302", fcmtest.Page(302), alone(fcm.CodeUnreadable)},
		{"broken", fcmtest.Reset(), alone(fcm.CodeBroken)},
		{"broken in the answer", fcmtest.Half(), alone(fcm.CodeBroken)},
		{"broken after taking", fcmtest.Reset().Taken(), alone(fcm.CodeBroken)},
		{"silent", fcmtest.Hang(time.Minute), alone(fcm.CodeTimeout)},
		{"permission", refuse(403, "PERMISSION_DENIED", ""), held(fcm.CodePermissionDenied, time.Minute, 95*time.Second)},
		{"project", refuse(404, "NOT_FOUND", ""), held(fcm.CodeNotFound, time.Minute, 95*time.Second)},
		{"access token", refuse(401, "UNAUTHENTICATED", ""), held(fcm.CodeUnauthenticated, 10*time.Second, 16*time.Second)},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, fcmtest.Options{}, func(config *fcm.Config) {
				if config.Timeout = time.Minute; c.want.code == fcm.CodeTimeout {
					config.Timeout = 500 * time.Millisecond
				}
			})
			if err := r.Check(t.Context()); err != nil {
				t.Fatal(err)
			}
			r.server.Script(c.fault)
			start := time.Now()
			got := r.Send(t.Context(), message(phone))
			took := time.Since(start)
			if got.Result != c.want.result || got.Code != c.want.code || got.Project != c.want.project || !got.Tried {
				t.Errorf("%+v; want %+v", got, c.want)
			}
			if got.After < c.want.from || got.After > c.want.below {
				t.Errorf("after %v; want %v to %v", got.After, c.want.from, c.want.below)
			}
			if n := r.server.Requests(); n != 1 {
				t.Errorf("%d requests", n)
			}
			if took > 5*time.Second { // the SDK's own retries take 7
				t.Errorf("the caller was held for %v", took)
			}
			if c.want.project != (r.Held() > 0) {
				t.Errorf("held for %v", r.Held())
			}
			if strings.Contains(r.log.String(), phone) || strings.Contains(r.log.String(), "ya29") {
				t.Errorf("the log tells a secret: %s", r.log)
			}
			if loud := c.want.project || c.want.result == fcm.Fail || c.want.code == fcm.CodeInvalidToken; loud != (r.log.Len() > 0) {
				t.Errorf("the log: %s", r.log)
			}
		})
	}
}

func TestDevicesGone(t *testing.T) {
	r := newRig(t, fcmtest.Options{})
	gone, other, apple := fcmtest.Token("gone"), fcmtest.Token("other"), fcmtest.Token("apple")
	r.server.Unregister(gone)
	r.server.Mismatch(other)
	r.server.WithoutAPNSKey(apple)
	for token, want := range map[string]fcm.Outcome{
		gone:  {Result: fcm.DropDevice, Code: fcm.CodeUnregistered, Tried: true},
		other: {Result: fcm.DropDevice, Code: fcm.CodeSenderIDMismatch, Tried: true},
		apple: {Result: fcm.Fail, Code: fcm.CodeThirdPartyAuth, Tried: true},
	} {
		if got := r.Send(t.Context(), message(token)); got != want {
			t.Errorf("%+v; want %+v", got, want)
		}
	}
	if !strings.Contains(r.log.String(), "level=ERROR") || !strings.Contains(r.log.String(), "APNs key") {
		t.Errorf("the missing key is not loud: %s", r.log)
	}
}

// TestGarbageTokens sends what no phone ever registered. Nothing of it reaches the log.
func TestGarbageTokens(t *testing.T) {
	r := newRig(t, fcmtest.Options{})
	for _, token := range []string{strings.Repeat("g", 10_000), strings.Repeat("\x00\xff", 5000), "garbage\r\nX-Header: 1", "a b", "日本", phone + "x\n"} {
		if o := r.Send(t.Context(), message(token)); o.Result != fcm.DropDevice || o.Code != fcm.CodeInvalidToken || o.Project {
			t.Errorf("%.20q: %+v", token, o)
		}
	}
	if o := r.Send(t.Context(), message("")); o.Result != fcm.Fail || o.Tried {
		t.Errorf("no token: %+v", o)
	}
	if o := r.Send(t.Context(), nil); o.Result != fcm.Fail || o.Tried {
		t.Errorf("no message: %+v", o)
	}
	if log := r.log.String(); strings.Contains(log, "garbage") || strings.Contains(log, "ggg") || !strings.Contains(log, "none of FCM's") || !strings.Contains(log, "7f0c5a52") {
		t.Errorf("the log: %s", log)
	}
	if o := r.Send(t.Context(), message(phone)); o.Result != fcm.Sent {
		t.Errorf("a good one after them: %+v", o)
	}
}

// TestHoldKeepsEverythingBack follows a hold from its begin to the next success.
func TestHoldKeepsEverythingBack(t *testing.T) {
	r := newRig(t, fcmtest.Options{})
	r.server.Script(fcmtest.Unavailable(0), fcmtest.Unavailable(0), fcmtest.Unavailable(0))
	var last time.Duration
	for i := range 3 {
		o := r.Send(t.Context(), message(phone))
		held := r.Held()
		if o.Code != fcm.CodeUnavailable || held < last {
			t.Fatalf("%d: %+v, held for %v after %v", i, o, held, last)
		}
		last = held * 3 / 2 // twice as long each time, but for the jitter
		for range 50 {
			if o := r.Send(t.Context(), message(phone)); o.Result != fcm.Retry || o.Code != fcm.CodeHeld || !o.Project || o.Tried || o.After < held/2 {
				t.Fatalf("%d: %+v", i, o)
			}
		}
		if r.server.Requests() != i+1 {
			t.Fatalf("%d requests", r.server.Requests())
		}
		r.clock.advance(held + time.Second)
	}
	if o := r.Send(t.Context(), message(phone)); o.Result != fcm.Sent || r.Held() != 0 {
		t.Errorf("%+v, held for %v", o, r.Held())
	}
	r.server.Script(fcmtest.Unavailable(0))
	r.Send(t.Context(), message(phone))
	if held := r.Held(); held > 13*time.Second {
		t.Errorf("after a success held for %v", held)
	}
	if n := strings.Count(r.log.String(), "push is held"); n != 4 {
		t.Errorf("told %d times:\n%s", n, r.log)
	}
}

// TestStorm lets many senders meet the same refusal at once: it is one hold and not as many.
func TestStorm(t *testing.T) {
	r := newRig(t, fcmtest.Options{Latency: 20 * time.Millisecond})
	if err := r.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.server.Script(slices.Repeat([]fcmtest.Fault{fcmtest.QuotaExceeded(0)}, 64)...)
	var all sync.WaitGroup
	for range 64 {
		all.Go(func() {
			if o := r.Send(t.Context(), message(phone)); o.Result != fcm.Retry || !o.Project || o.After < 30*time.Second {
				t.Errorf("%+v", o)
			}
		})
	}
	all.Wait()
	if held := r.Held(); held < 55*time.Second || held > 76*time.Second {
		t.Errorf("held for %v", held)
	}
	if n := strings.Count(r.log.String(), "push is held"); n != 1 {
		t.Errorf("told %d times", n)
	}
}

func TestAccessTokens(t *testing.T) {
	t.Run("shared and replaced", func(t *testing.T) {
		r := newRig(t, fcmtest.Options{})
		var all sync.WaitGroup
		for range 32 {
			all.Go(func() {
				if o := r.Send(t.Context(), message(phone)); o.Result != fcm.Sent {
					t.Errorf("%+v", o)
				}
			})
		}
		all.Wait()
		if n := r.server.TokensIssued(); n != 1 {
			t.Errorf("%d tokens issued", n)
		}
		r.clock.advance(59*time.Minute + 55*time.Second) // it is not used to its last second
		if o := r.Send(t.Context(), message(phone)); o.Result != fcm.Sent || r.server.TokensIssued() != 2 {
			t.Errorf("%+v, %d tokens issued", o, r.server.TokensIssued())
		}
	})
	t.Run("revoked", func(t *testing.T) {
		r := newRig(t, fcmtest.Options{})
		r.Send(t.Context(), message(phone))
		r.server.RevokeTokens()
		if o := r.Send(t.Context(), message(phone)); o.Code != fcm.CodeUnauthenticated || !o.Project || o.Result != fcm.Retry {
			t.Errorf("%+v", o)
		}
		r.clock.advance(r.Held())
		if o := r.Send(t.Context(), message(phone)); o.Result != fcm.Sent {
			t.Errorf("with a new token: %+v", o)
		}
	})
	t.Run("short-lived", func(t *testing.T) {
		r := newRig(t, fcmtest.Options{TokenLife: time.Second})
		for range 3 {
			if o := r.Send(t.Context(), message(phone)); o.Result != fcm.Sent {
				t.Errorf("%+v", o)
			}
		}
	})
	t.Run("key deleted", func(t *testing.T) {
		r := newRig(t, fcmtest.Options{})
		r.server.Disable(true)
		if err := r.Check(t.Context()); err == nil || !strings.Contains(err.Error(), "invalid_grant") {
			t.Errorf("%v", err)
		}
		for range 3 {
			if o := r.Send(t.Context(), message(phone)); o.Result != fcm.Retry || !o.Project || o.Tried || o.After < time.Minute/2 {
				t.Errorf("%+v", o)
			}
		}
		if r.server.Requests() != 0 || !strings.Contains(r.log.String(), "level=ERROR") || !strings.Contains(r.log.String(), "invalid_grant") {
			t.Errorf("%d requests, the log: %s", r.server.Requests(), r.log)
		}
		r.server.Disable(false)
		r.clock.advance(r.Held())
		if o := r.Send(t.Context(), message(phone)); o.Result != fcm.Sent {
			t.Errorf("repaired: %+v", o)
		}
	})
	t.Run("not allowed", func(t *testing.T) {
		r := newRig(t, fcmtest.Options{})
		r.server.Deny(true)
		if o := r.Send(t.Context(), message(phone)); o.Code != fcm.CodePermissionDenied || !o.Project || o.Result != fcm.Retry {
			t.Errorf("%+v", o)
		}
	})
	t.Run("another project", func(t *testing.T) {
		r := newRig(t, fcmtest.Options{}, func(c *fcm.Config) { c.ProjectID = "another" })
		if o := r.Send(t.Context(), message(phone)); o.Code != fcm.CodeNotFound || !o.Project || o.Result != fcm.Retry {
			t.Errorf("%+v", o)
		}
	})
	t.Run("another's key", func(t *testing.T) {
		other := fcmtest.New("http://127.0.0.1:1", fcmtest.Options{ProjectID: "demo-other"})
		r := newRig(t, fcmtest.Options{}, func(c *fcm.Config) {
			c.Credentials = strings.ReplaceAll(other.Credentials(), "http://127.0.0.1:1/", strings.TrimSuffix(c.Endpoint, "v1"))
		})
		if o := r.Send(t.Context(), message(phone)); o.Code != fcm.CodeCredentials || !o.Project {
			t.Errorf("%+v", o)
		}
	})
	t.Run("clock off by a day", func(t *testing.T) {
		r := newRig(t, fcmtest.Options{Now: func() time.Time { return time.Now().AddDate(0, 0, 1) }})
		if o := r.Send(t.Context(), message(phone)); o.Code != fcm.CodeCredentials || !o.Project {
			t.Errorf("%+v", o)
		}
	})
	t.Run("token endpoint silent", func(t *testing.T) {
		silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			_ = r.ParseForm()
			<-r.Context().Done()
		}))
		t.Cleanup(silent.Close)
		t.Cleanup(silent.CloseClientConnections)
		r := newRig(t, fcmtest.Options{}, func(c *fcm.Config) {
			c.Credentials = strings.ReplaceAll(c.Credentials, strings.TrimSuffix(c.Endpoint, "/v1"), silent.URL)
			c.Timeout = 200 * time.Millisecond
		})
		start := time.Now()
		if o := r.Send(t.Context(), message(phone)); o.Code != fcm.CodeCredentials || !o.Project || time.Since(start) > 2*time.Second {
			t.Errorf("%+v after %v", o, time.Since(start))
		}
	})
}

// TestUnreachable has nobody listen.
func TestUnreachable(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	free := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	r := newRig(t, fcmtest.Options{}, func(c *fcm.Config) { c.Endpoint = "http://" + free + "/v1" })
	if o := r.Send(t.Context(), message(phone)); o.Code != fcm.CodeUnreachable || !o.Project || o.Tried || o.Result != fcm.Retry {
		t.Errorf("%+v", o)
	}
}

// TestRedirect has an endpoint that sends the access token elsewhere.
func TestRedirect(t *testing.T) {
	var asked atomic.Int64
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer elsewhere.Close()
	redirecting := httptest.NewServer(http.RedirectHandler(elsewhere.URL, http.StatusTemporaryRedirect))
	defer redirecting.Close()
	r := newRig(t, fcmtest.Options{}, func(c *fcm.Config) { c.Endpoint = redirecting.URL + "/v1" })
	if o := r.Send(t.Context(), message(phone)); o.Code != fcm.CodeUnreadable || o.Result != fcm.Retry || asked.Load() != 0 {
		t.Errorf("%+v, asked elsewhere %d times", o, asked.Load())
	}
}

// TestLongAnswer has an endpoint that never stops talking.
func TestLongAnswer(t *testing.T) {
	talking := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := w.Write(bytes.Repeat([]byte("x"), 1<<16)); err != nil {
				return
			}
		}
	}))
	defer talking.Close()
	r := newRig(t, fcmtest.Options{}, func(c *fcm.Config) { c.Endpoint = talking.URL + "/v1" })
	if o := r.Send(t.Context(), message(phone)); o.Code != fcm.CodeUnreadable || o.Result != fcm.Retry {
		t.Errorf("%+v", o)
	}
}

func TestCallerGivesUp(t *testing.T) {
	r := newRig(t, fcmtest.Options{Latency: time.Minute})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if o := r.Send(ctx, message(phone)); o.Result != fcm.Retry || o.Code != fcm.CodeCancelled || o.Project || !o.Tried {
		t.Errorf("%+v", o)
	}
	if o := r.Send(ctx, message(phone)); o.Result != fcm.Retry || o.Code != fcm.CodeCancelled || o.Tried {
		t.Errorf("before the start: %+v", o)
	}
	if r.Held() != 0 || r.log.Len() != 0 {
		t.Errorf("held for %v; the log: %s", r.Held(), r.log)
	}
}

func TestNoGoroutineStays(t *testing.T) {
	ignore := goleak.IgnoreCurrent()
	t.Run("send", func(t *testing.T) {
		r := newRig(t, fcmtest.Options{}, func(c *fcm.Config) { c.Timeout = 300 * time.Millisecond })
		r.server.Script(fcmtest.None(), fcmtest.Reset(), fcmtest.Hang(time.Minute), fcmtest.Half(), fcmtest.Unavailable(0))
		for range 5 {
			r.Send(t.Context(), message(phone))
		}
	})
	goleak.VerifyNone(t, ignore)
}

func TestNewRefuses(t *testing.T) {
	server := fcmtest.New("http://127.0.0.1:1", fcmtest.Options{})
	good := server.Credentials()
	folder := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", filepath.Join(folder, "absent.json"))
	for _, c := range []struct {
		name   string
		config fcm.Config
		want   string
	}{
		{"nothing", fcm.Config{}, "set FIREBASE_CREDENTIALS"},
		{"no such file", fcm.Config{Credentials: filepath.Join(folder, "absent.json")}, "cannot be read"},
		{"a folder", fcm.Config{Credentials: folder}, "not the key file"},
		{"no JSON", fcm.Config{Credentials: write("text", "secret")}, "not JSON"},
		{"half JSON", fcm.Config{Credentials: good[:len(good)/2]}, "not JSON"},
		{"another kind", fcm.Config{Credentials: `{"type": "secret"}`}, "not those of a service account"},
		{"no key", fcm.Config{Credentials: `{"type": "service_account", "private_key": "secret"}`}, "no private key"},
		{"a key cut short", fcm.Config{Credentials: strings.Replace(good, "MII", "MI", 1)}, "no private key"},
		{"no project", fcm.Config{Credentials: strings.Replace(good, `"demo-accrue"`, `""`, 1)}, "FIREBASE_PROJECT_ID"},
		{"a path as project", fcm.Config{Credentials: good, ProjectID: "../x"}, "FIREBASE_PROJECT_ID"},
		{"plain HTTP elsewhere", fcm.Config{Credentials: good, Endpoint: "http://fcm.example.com/v1"}, "must be https"},
		{"no URL", fcm.Config{Credentials: good, Endpoint: "here"}, "must be a URL"},
		{"a password in the URL", fcm.Config{Credentials: good, Endpoint: "https://a:b@fcm.example.com/v1"}, "must be a URL"},
	} {
		_, err := fcm.New(t.Context(), c.config)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	for name, credentials := range map[string]string{"JSON": good, "a file": write("key.json", good), "JSON after a blank": "\n " + good} {
		if _, err := fcm.New(t.Context(), fcm.Config{Credentials: credentials}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", write("default.json", good))
	if _, err := fcm.New(t.Context(), fcm.Config{}); err != nil {
		t.Errorf("application default credentials: %v", err)
	}
	if _, err := fcm.New(t.Context(), fcm.Config{Credentials: filepath.Join(folder, "absent")}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

// TestApplicationDefault sends with credentials that the environment names.
func TestApplicationDefault(t *testing.T) {
	r := newRig(t, fcmtest.Options{}, func(c *fcm.Config) {
		path := filepath.Join(t.TempDir(), "key.json")
		if err := os.WriteFile(path, []byte(c.Credentials), 0o600); err != nil {
			t.Fatal(err)
		}
		t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", path)
		c.Credentials = ""
	})
	if o := r.Send(t.Context(), message(phone)); o.Result != fcm.Sent {
		t.Errorf("%+v", o)
	}
}
