package fcmtest

import (
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"time"
)

// Options say how the server is; the zero value is a good one.
type Options struct {
	ProjectID string // "" for demo-accrue
	// Latency is how long each answer of messages:send takes.
	Latency time.Duration
	// TokenLife is how long access tokens are valid: 0 for an hour.
	TokenLife time.Duration
	// Forget records nothing but counts, for load that does not fit into memory.
	Forget bool
	// FailShare is the share of sends, from 0 to 1, that meet one of FailWith at random, beside what is scripted.
	FailShare float64
	FailWith  []Fault
	// Taken is called with each message accepted, unless it is nil.
	Taken func(Received)
	Now   func() time.Time // nil for the system's clock
}

// Received is a message that the server accepted.
type Received struct {
	Name    string // FCM's name of the message
	At      time.Time
	Token   string
	Message map[string]any // as it came, with the field names of the JSON
	DryRun  bool           // validate_only was set: nothing would have been delivered
	Proto   string         // "HTTP/1.1", "HTTP/2.0"
}

// Server is the endpoint, an http.Handler. It is safe for use by many goroutines.
type Server struct {
	options Options
	account account
	origin  string // scheme and host under which it is reached

	mu           sync.Mutex
	issued       map[string]time.Time // access token -> expiry
	disabled     bool                 // the account gets no tokens
	denied       bool                 // the account may not send
	received     []Received
	accepted     int
	requests     int
	tokens       int
	unregistered map[string]bool
	mismatched   map[string]bool
	noAPNS       map[string]bool
	script       []Fault
	last         int64 // of the names
}

const maxBody = 1 << 20

// New returns a server that is reached under the origin, such as http://127.0.0.1:9099, which stands in its credentials.
func New(origin string, options Options) *Server {
	if options.ProjectID == "" {
		options.ProjectID = "demo-accrue"
	}
	if options.TokenLife == 0 {
		options.TokenLife = time.Hour
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	return &Server{
		options: options, account: newAccount(options.ProjectID), origin: origin,
		issued: map[string]time.Time{}, unregistered: map[string]bool{}, mismatched: map[string]bool{}, noAPNS: map[string]bool{},
	}
}

// Endpoint is the URL to send to: the value of FCM_ENDPOINT.
func (s *Server) Endpoint() string { return s.origin + "/v1" }

// ProjectID is the only project that the server knows.
func (s *Server) ProjectID() string { return s.options.ProjectID }

// Received lists the messages accepted so far, in order.
func (s *Server) Received() []Received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.received)
}

// Accepted is how many messages were accepted.
func (s *Server) Accepted() int { s.mu.Lock(); defer s.mu.Unlock(); return s.accepted }

// Requests is how many requests to send there were, refused ones and faults included.
func (s *Server) Requests() int { s.mu.Lock(); defer s.mu.Unlock(); return s.requests }

// TokensIssued is how many access tokens were given out.
func (s *Server) TokensIssued() int { s.mu.Lock(); defer s.mu.Unlock(); return s.tokens }

// Clear forgets what was received and counted.
func (s *Server) Clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.received, s.accepted, s.requests = nil, 0, 0
}

// Unregister makes a device's token one of an app that was removed: UNREGISTERED.
func (s *Server) Unregister(token string) { s.mark(s.unregistered, token) }

// Mismatch makes a device's token one of another project: SENDER_ID_MISMATCH.
func (s *Server) Mismatch(token string) { s.mark(s.mismatched, token) }

// WithoutAPNSKey makes a device one of an app for which no valid key of Apple's was uploaded: THIRD_PARTY_AUTH_ERROR.
func (s *Server) WithoutAPNSKey(token string) { s.mark(s.noAPNS, token) }

func (s *Server) mark(set map[string]bool, token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	set[token] = true
}

// Fail changes the share of sends that fail at random.
func (s *Server) Fail(share float64) { s.mu.Lock(); defer s.mu.Unlock(); s.options.FailShare = share }

// Script makes the next requests to send meet these faults, one each, in order. A request that is
// refused for its credentials or path takes none.
func (s *Server) Script(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.script = append(s.script, faults...)
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/token":
		s.serveToken(w, r)
	case "/v1/projects/" + s.options.ProjectID + "/messages:send":
		s.serveSend(w, r)
	default:
		s.serveElsewhere(w, r)
	}
}

var projectPath = regexp.MustCompile(`^/v1/projects/([^/]+)/messages:send$`)

func (s *Server) serveElsewhere(w http.ResponseWriter, r *http.Request) {
	if !projectPath.MatchString(r.URL.Path) || r.Method != http.MethodPost {
		writePage(w, http.StatusNotFound)
		return
	}
	if refusal := s.authenticate(r); refusal != nil {
		refusal.write(w)
		return
	}
	notFound("").write(w)
}

func (s *Server) serveSend(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		writePage(w, http.StatusNotFound)
		return
	}
	if refusal := s.authenticate(r); refusal != nil {
		refusal.write(w)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		writePage(w, http.StatusRequestEntityTooLarge)
		return
	}
	fault := s.begin()
	if s.options.Latency > 0 {
		pause(r, s.options.Latency)
	}
	if fault != nil && !fault.AfterTaking {
		fault.write(w, r)
		return
	}
	accepted, refusal := Check(body)
	if refusal == nil {
		refusal = s.addressee(accepted.Token)
	}
	if refusal != nil {
		refusal.write(w)
		return
	}
	name := s.take(accepted, r)
	if fault != nil {
		fault.write(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	_ = json.NewEncoder(w).Encode(map[string]string{"name": name}) // the client may have gone
}

// begin counts a request and says which fault it meets, if any.
func (s *Server) begin() *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	if len(s.script) > 0 {
		fault := s.script[0]
		s.script = s.script[1:]
		if fault.none {
			return nil
		}
		return &fault
	}
	if s.options.FailShare > 0 && rand.Float64() < s.options.FailShare && len(s.options.FailWith) > 0 {
		fault := s.options.FailWith[rand.IntN(len(s.options.FailWith))]
		return &fault
	}
	return nil
}

// addressee refuses tokens that are well-formed and yet reach nobody.
func (s *Server) addressee(token string) *Refusal {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.unregistered[token]:
		return notFound("UNREGISTERED")
	case s.mismatched[token]:
		return &Refusal{Status: 403, Code: "PERMISSION_DENIED", Message: "SenderId mismatch", ErrorCode: "SENDER_ID_MISMATCH"}
	case s.noAPNS[token]:
		return &Refusal{Status: 401, Code: "UNAUTHENTICATED", Message: "Auth error from APNS or Web Push Service", ErrorCode: "THIRD_PARTY_AUTH_ERROR"}
	}
	return nil
}

func (s *Server) take(m *Accepted, r *http.Request) string {
	now := s.options.Now()
	s.mu.Lock()
	s.last++
	name := "projects/" + s.options.ProjectID + "/messages/0:" + strconv.FormatInt(now.UnixMicro(), 10) + "%" + strconv.FormatInt(s.last, 16)
	if m.DryRun {
		name = "projects/" + s.options.ProjectID + "/messages/fake_message_id"
	}
	received := Received{Name: name, At: now, Token: m.Token, Message: m.Message, DryRun: m.DryRun, Proto: r.Proto}
	s.accepted++
	if !s.options.Forget {
		s.received = append(s.received, received)
	}
	s.mu.Unlock()
	if s.options.Taken != nil {
		s.options.Taken(received)
	}
	return name
}
