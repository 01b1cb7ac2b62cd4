package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/go-chi/httprate"
	"github.com/klauspost/compress/gzhttp"

	"accrue/ce"
	"accrue/identity"
	"accrue/resolvers"
)

// middleware wraps a handler in another.
type middleware func(http.Handler) http.Handler

// chain puts the handler behind the middlewares; the first sees a request first.
func chain(handler http.Handler, middlewares ...middleware) http.Handler {
	for i := len(middlewares) - 1; i >= 0; i-- {
		handler = middlewares[i](handler)
	}
	return handler
}

var requestIDForm = regexp.MustCompile(`^[A-Za-z0-9._-]{8,64}$`)

// identify gives each request an id, its sender's where it has one, and finds the client's address and the server's own
// in public ("" for the one that the request was sent to).
func identify(trusted []netip.Prefix, public string) middleware {
	public = strings.TrimSuffix(public, "/")
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			id := r.Header.Get("X-Request-Id")
			if !requestIDForm.MatchString(id) {
				id = ce.NewUUID()
			}
			w.Header().Set("X-Request-Id", id)
			request := resolvers.Request{ID: id, Address: clientAddress(r, trusted), Origin: public}
			if public == "" {
				request.Origin = origin(r, trusted)
			}
			next.ServeHTTP(w, r.WithContext(resolvers.WithRequest(r.Context(), request)))
		})
	}
}

// clientAddress is the peer's address or, behind trusted proxies, the last address in X-Forwarded-For that
// is none of theirs: what stands before it, the client may have written itself.
func clientAddress(r *http.Request, trusted []netip.Prefix) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && isTrusted(host, trusted); i-- {
		address, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		host = address.Unmap().String()
	}
	return host
}

// origin is where the request was sent to. That it came by TLS a trusted proxy says; the client's word of it counts nothing.
func origin(r *http.Request, trusted []netip.Prefix) string {
	peer, _, err := net.SplitHostPort(r.RemoteAddr)
	if r.TLS != nil || err == nil && isTrusted(peer, trusted) && strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https") {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

func isTrusted(host string, trusted []netip.Prefix) bool {
	address, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	for _, prefix := range trusted {
		if prefix.Contains(address.Unmap()) {
			return true
		}
	}
	return false
}

// limitAddress refuses more requests a minute from one client address than the server bears.
func limitAddress(perMinute int) middleware {
	return limit(perMinute, func(r *http.Request) (string, error) {
		return httprate.CanonicalizeIP(resolvers.RequestFrom(r.Context()).Address), nil
	})
}

// limitViewer does the same for one viewer, wherever she calls from. Strangers are limited by address alone.
func limitViewer(perMinute int) middleware {
	limited := limit(perMinute, func(r *http.Request) (string, error) {
		viewer, _ := identity.ViewerFrom(r.Context())
		return string(viewer.Professional), nil
	})
	return func(next http.Handler) http.Handler {
		counted := limited(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if _, ok := identity.ViewerFrom(r.Context()); ok {
				counted.ServeHTTP(w, r)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// uploadsAtOnce is how many requests with files a viewer may have under way: each may last for minutes, and takes room on the disk.
const uploadsAtOnce = 4

// limitUploads refuses more requests with files under way of one viewer. Strangers are refused all of them elsewhere.
func limitUploads(atOnce int) middleware {
	var mu sync.Mutex
	under := map[ce.ProfessionalID]int{}
	enter := func(id ce.ProfessionalID, n int) bool {
		mu.Lock()
		defer mu.Unlock()
		if n > 0 && under[id] >= atOnce {
			return false
		}
		if under[id] += n; under[id] == 0 {
			delete(under, id)
		}
		return true
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			viewer, ok := identity.ViewerFrom(r.Context())
			if !ok || r.Pattern != resolvers.UploadPath && !resolvers.IsMultipart(r) {
				next.ServeHTTP(w, r)
				return
			}
			if !enter(viewer.Professional, 1) {
				w.Header().Set("Connection", "close")
				w.Header().Set("Retry-After", "5")
				resolvers.Refuse(w, http.StatusTooManyRequests, string(ce.CodeRateLimited), "You are sending several files already; wait until they have arrived.")
				return
			}
			defer enter(viewer.Professional, -1)
			next.ServeHTTP(w, r)
		})
	}
}

func limit(perMinute int, key httprate.KeyFunc) middleware {
	return httprate.LimitBy(perMinute, time.Minute, key,
		httprate.WithLimitHandler(func(w http.ResponseWriter, _ *http.Request) {
			resolvers.Refuse(w, http.StatusTooManyRequests, string(ce.CodeRateLimited), "Too many requests; wait a little.")
		}))
}

// authenticate finds out who is calling. A request without a token goes on as a stranger's; one with a token
// that is no good is refused, so that an app learns that it must refresh its session.
func authenticate(authenticator identity.Authenticator) middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			header := r.Header.Get("Authorization")
			if header == "" {
				next.ServeHTTP(w, r)
				return
			}
			token, ok := resolvers.BearerToken(header)
			if !ok {
				resolvers.Refuse(w, http.StatusUnauthorized, string(ce.CodeUnauthenticated), "Send `Authorization: Bearer …` with an access token.")
				return
			}
			viewer, err := authenticator.Authenticate(r.Context(), token)
			if err != nil {
				refuseToken(w, r, err)
				return
			}
			next.ServeHTTP(w, r.WithContext(resolvers.WithViewer(r.Context(), viewer, token)))
		})
	}
}

func refuseToken(w http.ResponseWriter, r *http.Request, err error) {
	var known *ce.Error
	if !errors.As(err, &known) || known.Code != ce.CodeUnauthenticated {
		slog.ErrorContext(r.Context(), "authenticate", "error", err)
		resolvers.Refuse(w, http.StatusServiceUnavailable, string(ce.CodeUnavailable), "The server cannot check who you are just now; try again.")
		return
	}
	w.Header().Set("WWW-Authenticate", "Bearer")
	resolvers.Refuse(w, http.StatusUnauthorized, string(known.Code), known.Text)
}

// record counts and logs requests, and turns a panic into an answer.
func record(metrics *metrics) middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			start := time.Now()
			answer := &statusWriter{ResponseWriter: w}
			defer func() {
				if cause := recover(); cause != nil {
					if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
						panic(cause)
					}
					slog.ErrorContext(r.Context(), "panic", "cause", cause, "stack", string(debug.Stack()))
					if answer.status == 0 {
						resolvers.Refuse(answer, http.StatusInternalServerError, string(ce.CodeInternal), "Something went wrong on our side.")
					}
				}
				elapsed := time.Since(start)
				metrics.request(r.Method, answer.status, elapsed)
				// The route and not the path, in which a secret may stand.
				slog.DebugContext(r.Context(), "request", "method", r.Method, "route", r.Pattern, "status", answer.status, "elapsed", elapsed)
			}()
			next.ServeHTTP(answer, r)
		})
	}
}

// statusWriter remembers the status of an answer.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// compress sends answers of a kilobyte or more compressed to clients that take them so. Events are sent as they come. No other site can send
// requests that count for a browser's session, so that none can guess by lengths what an answer holds beside what the request brought
// (https://www.breachattack.com); a padding of up to 32 bytes makes that harder still.
func compress(next http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(
		gzhttp.MinSize(1024), gzhttp.RandomJitter(32, 0, false), gzhttp.EnableZstd(false),
		gzhttp.ContentTypes([]string{"application/json", "application/graphql-response+json", "text/csv"}),
	)
	if err != nil {
		panic(err) // only the options can be wrong
	}
	compressed := wrap(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") != "" || strings.Contains(strings.ToLower(r.Header.Get("Accept")), "text/event-stream") {
			next.ServeHTTP(w, r)
			return
		}
		compressed(w, r)
	})
}

// harden sets the headers that keep answers from being misread by browsers.
func harden(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Referrer-Policy", "no-referrer")
		w.Header().Set("X-Frame-Options", "DENY")
		next.ServeHTTP(w, r)
	})
}

// requestLog adds the request's id to what is logged in its course.
type requestLog struct{ slog.Handler }

func (h requestLog) Handle(ctx context.Context, record slog.Record) error {
	if id := resolvers.RequestFrom(ctx).ID; id != "" {
		record.AddAttrs(slog.String("request", id))
	}
	return h.Handler.Handle(ctx, record)
}

func (h requestLog) WithAttrs(attrs []slog.Attr) slog.Handler {
	return requestLog{h.Handler.WithAttrs(attrs)}
}

func (h requestLog) WithGroup(name string) slog.Handler { return requestLog{h.Handler.WithGroup(name)} }

func statusText(status int) string {
	if status == 0 {
		status = http.StatusOK
	}
	return strconv.Itoa(status)
}
