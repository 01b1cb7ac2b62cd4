package fcm

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"time"

	"firebase.google.com/go/v4/messaging"
	"golang.org/x/time/rate"
	"google.golang.org/api/option"

	"accrue/notify/hold"
)

// DefaultTimeout is how long one send may take, once the pace has let it through.
const DefaultTimeout = 10 * time.Second

const defaultEndpoint = "https://fcm.googleapis.com/v1"

// Config says for which project to send, and how fast.
type Config struct {
	// ProjectID names the Firebase project; "" for the one that the credentials name.
	ProjectID string
	// Credentials are the path of a service account's key file, or its JSON; "" for Google's application default credentials.
	Credentials string
	// Endpoint is where FCM is, with the version: "" for Google's. It must be https, but on this machine itself. FCM_ENDPOINT
	// sets it for tests.
	Endpoint string
	// PerMinute is how many sends may begin in any minute: 0 for FCM's default quota of a project, below 0 for
	// no limit. The quota is the project's: many servers divide it among them.
	PerMinute int
	// Ramp is how long the pace takes from the start to its height: 0 for [DefaultRamp], below 0 for none.
	Ramp time.Duration
	// Timeout is the time for one send; 0 for [DefaultTimeout].
	Timeout time.Duration
	// TLS serves tests, whose endpoint has a certificate of its own; nil otherwise.
	TLS *tls.Config
	Now func() time.Time // nil for the system's clock
	Log *slog.Logger     // nil for the default one
}

// Sender sends messages for one Firebase project. Any number of goroutines may use it at once; so
// many sends are under way, each on a connection or stream of its own.
type Sender struct {
	client    *messaging.Client
	transport *http.Transport
	tokens    *tokens
	timeout   time.Duration
	pace      *pace
	hold      hold.Hold
	now       func() time.Time
	log       *slog.Logger
	// Causes that concern every message are told once in a while.
	loudAuth, loudCredentials rate.Sometimes
}

var projectID = regexp.MustCompile(`^[a-z0-9.:-]{1,63}$`)

// New returns the sender of a project. It fails, saying what to set, when credentials or project are missing or
// unusable, and quotes none of it. It asks nothing of Google yet (see [Sender.Check]).
func New(ctx context.Context, config Config) (*Sender, error) {
	if config.Endpoint == "" {
		config.Endpoint = defaultEndpoint
	}
	if err := checkEndpoint(config.Endpoint); err != nil {
		return nil, err
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.Log == nil {
		config.Log = slog.Default()
	}
	if config.Timeout <= 0 {
		config.Timeout = DefaultTimeout
	}
	if config.Ramp == 0 {
		config.Ramp = DefaultRamp
	}
	if config.PerMinute == 0 {
		config.PerMinute = DefaultPerMinute
	}
	transport := newTransport()
	if config.TLS != nil {
		transport.TLSClientConfig = config.TLS
	}
	from, err := readCredentials(ctx, config.Credentials, &http.Client{Transport: transport, Timeout: fetchTime, CheckRedirect: noRedirect})
	if err != nil {
		return nil, err
	}
	if config.ProjectID == "" {
		config.ProjectID = from.projectID
	}
	if !projectID.MatchString(config.ProjectID) {
		return nil, errors.New("push needs the id of the Firebase project: set FIREBASE_PROJECT_ID")
	}
	s := &Sender{
		transport:       transport,
		tokens:          &tokens{fetch: from.fetch, now: config.Now},
		timeout:         config.Timeout,
		pace:            newPace(config.PerMinute, config.Ramp, config.Now),
		now:             config.Now,
		log:             config.Log,
		loudAuth:        rate.Sometimes{Interval: time.Minute},
		loudCredentials: rate.Sometimes{Interval: time.Minute},
	}
	admin := newOf(messaging.NewClient)
	admin.ProjectID = config.ProjectID
	admin.Opts = []option.ClientOption{
		option.WithEndpoint(config.Endpoint),
		option.WithHTTPClient(&http.Client{Transport: &once{s.tokens, transport}, CheckRedirect: noRedirect}),
	}
	if s.client, err = messaging.NewClient(ctx, admin); err != nil {
		return nil, fmt.Errorf("push cannot be set up: %w", err)
	}
	return s, nil
}

// newOf returns a new T, the configuration type that the constructor wants. The SDK keeps the type internal for
// firebase.NewApp, which would bring Firestore, Storage and gRPC into the binary.
func newOf[T, C any](func(context.Context, *T) (C, error)) *T { return new(T) }

// noRedirect makes a redirect an answer: nobody else gets the access token.
func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

func checkEndpoint(endpoint string) error {
	address, err := url.Parse(endpoint)
	if err != nil || address.Host == "" || address.User != nil {
		return errors.New("the endpoint of FCM must be a URL such as http://127.0.0.1:9099/v1")
	}
	switch address.Scheme {
	case "https":
		return nil
	case "http":
		host := address.Hostname()
		if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() {
			return nil
		}
	}
	return errors.New("the endpoint of FCM must be https, unless it is on this machine: access tokens are sent there")
}

// Check gets an access token, if there is none yet, so that a start can say whether the credentials are good.
func (s *Sender) Check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	if _, err := s.tokens.get(ctx); err != nil {
		return fmt.Errorf("the credentials of Firebase give no access token (%s): are they of a service account that exists, and does this machine's clock agree with Google's?", tokenProblem(err))
	}
	return nil
}

// Held returns for how long nothing can be sent, because FCM, or what stands between, said so: claim nothing
// meanwhile. 0 means go on.
func (s *Sender) Held() time.Duration { return s.hold.Left(s.now()) }

// Rate is how many sends a second the pace lets through now; infinite when it is lifted.
func (s *Sender) Rate() float64 { return s.pace.rate(s.now()) }

// Close gives idle connections up.
func (s *Sender) Close() { s.transport.CloseIdleConnections() }

// Send sends one message, once. It waits until the pace lets it through, as long as ctx lasts, then at most the
// configured time. While the project is held it returns at once.
func (s *Sender) Send(ctx context.Context, message *messaging.Message) Outcome {
	if left := s.Held(); left > 0 {
		return Outcome{Result: Retry, Code: CodeHeld, After: left + hold.Jitter(left/4), Project: true}
	}
	if err := s.pace.wait(ctx); err != nil {
		return Outcome{Result: Retry, Code: CodeCancelled, After: alone + hold.Jitter(alone/2)}
	}
	timed, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	stoppable, stop := context.WithCancel(timed)
	defer stop()
	a := &attempt{stop: stop}
	tried := s.now()
	id, err := s.client.Send(context.WithValue(stoppable, attemptKey{}, a), message)
	if err == nil && id != "" {
		s.hold.Succeeded(tried)
		return Outcome{Result: Sent, ID: id, Tried: true}
	}
	return s.judge(ctx, timed, a, err).of(s, message, a, tried)
}
