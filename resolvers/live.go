package resolvers

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"golang.org/x/time/rate"

	"accrue/ce"
	"accrue/identity"
	"accrue/tracker"
)

// How what is sent as it happens is sent.
const (
	eventStream = "text/event-stream"
	// keepAlive is how often a silent connection shows that it lives: more often than proxies cut silent ones.
	keepAlive = 20 * time.Second
	// eventTime is the time in which an event must be taken.
	eventTime = 30 * time.Second
	// initTime is the time in which a WebSocket's client must say who it is.
	initTime = 10 * time.Second
	// A WebSocket may ask so many operations at once, and so many a second later on.
	socketBurst = 40
	socketRate  = 2
	// closeUnauthenticated ends a WebSocket whose client did not say who it is, as graphql-transport-ws has it.
	closeUnauthenticated = 4401
)

// socket is a connection by WebSocket.
type socket struct{ operations *rate.Limiter }

type (
	socketKey struct{}
	tokenKey  struct{}
	endKey    struct{}
)

// streamEnd is why a stream of server-sent events ended.
type streamEnd struct{ err *gqlerror.Error }

// webSocket refuses pages of other origins by itself: gqlgen would log each and answer twice.
type webSocket struct{ transport.Websocket }

// Do implements graphql.Transport.
func (s webSocket) Do(w http.ResponseWriter, r *http.Request, execute graphql.GraphExecutor) {
	if origin := r.Header.Get("Origin"); origin != "" {
		if from, err := url.Parse(origin); err != nil || !strings.EqualFold(from.Host, r.Host) {
			Refuse(w, http.StatusForbidden, string(ce.CodeForbidden), "Pages of other origins cannot subscribe.")
			return
		}
	}
	s.Websocket.Do(w, r, execute)
}

// overWebSocket takes subscriptions by the protocol graphql-transport-ws. The client says who it is by the request's header, or, since browsers can
// send none, by "authorization": "Bearer …" in the payload of connection_init. Browsers may connect from pages of this server only.
func overWebSocket(config Config) graphql.Transport {
	limit := config.Limits.Body
	return webSocket{transport.Websocket{
		InitTimeout:      initTime,
		PingPongInterval: keepAlive,
		PayloadReadLimit: &limit,
		InitFunc: func(ctx context.Context, payload transport.InitPayload) (context.Context, *transport.InitPayload, error) {
			if text := payload.Authorization(); text != "" {
				token, ok := BearerToken(text)
				if !ok {
					return refusedSocket(ctx)
				}
				viewer, err := config.Authenticate(ctx, token)
				if err != nil {
					return refusedSocket(ctx)
				}
				ctx = WithViewer(ctx, viewer, token)
			}
			if _, ok := identity.ViewerFrom(ctx); !ok {
				return refusedSocket(ctx)
			}
			return context.WithValue(ctx, socketKey{}, &socket{rate.NewLimiter(socketRate, socketBurst)}), nil, nil
		},
	}}
}

func refusedSocket(ctx context.Context) (context.Context, *transport.InitPayload, error) {
	return transport.WithWebsocketCloseCode(transport.AppendCloseReason(ctx, errSignIn.Text), closeUnauthenticated), nil, errSignIn
}

// onlySubscriptions refuses by WebSocket what requests by HTTP do: there they are counted, bounded and logged one by one.
func onlySubscriptions(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	connection, ok := ctx.Value(socketKey{}).(*socket)
	refuse := func(code ce.Code, text string) graphql.ResponseHandler {
		return graphql.OneShot(&graphql.Response{Errors: gqlerror.List{{Message: text, Extensions: map[string]any{"code": code}}}})
	}
	switch {
	case !ok:
		return next(ctx)
	case graphql.GetOperationContext(ctx).Operation.Operation != ast.Subscription:
		return refuse(ce.CodeInvalidInput, "Send queries and mutations by HTTP; a WebSocket takes subscriptions.")
	case !connection.operations.Allow():
		return refuse(ce.CodeRateLimited, "Too many operations; wait a little.")
	}
	return next(ctx)
}

// BearerToken returns the access token that an Authorization header has, and false when it has something else.
func BearerToken(header string) (string, bool) {
	scheme, token, _ := strings.Cut(header, " ")
	return strings.TrimSpace(token), strings.EqualFold(scheme, "Bearer")
}

// WithViewer returns a context that carries the viewer with her access token: a subscription asks again whether it holds.
func WithViewer(ctx context.Context, viewer identity.Viewer, token string) context.Context {
	return context.WithValue(identity.WithViewer(ctx, viewer), tokenKey{}, token)
}

// stream answers a subscription with server-sent events, until it ends or the server stops.
func (o overHTTP) stream(w http.ResponseWriter, r *http.Request, execute graphql.GraphExecutor, operation *graphql.OperationContext) {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	if o.stopping != nil {
		defer context.AfterFunc(o.stopping, cancel)()
	}
	end := &streamEnd{}
	ctx = context.WithValue(ctx, endKey{}, end)
	respond, ctx := execute.DispatchOperation(ctx, operation)

	connection := http.NewResponseController(w)
	_ = connection.SetReadDeadline(time.Time{}) // that the client is gone is then noticed, whenever it goes
	w.Header().Set("Content-Type", eventStream+"; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no") // nginx would hold events back
	send := func(text string) bool {
		_ = connection.SetWriteDeadline(time.Now().Add(eventTime))
		_, err := w.Write([]byte(text))
		return err == nil && connection.Flush() == nil
	}
	if !send(":\n\n") {
		return
	}
	responses := make(chan *graphql.Response)
	go func() {
		defer close(responses)
		for response := respond(ctx); response != nil; response = respond(ctx) {
			select {
			case responses <- response:
			case <-ctx.Done():
				return
			}
		}
	}()
	alive := time.NewTicker(keepAlive)
	defer alive.Stop()
	for {
		select {
		case response, ok := <-responses:
			if !ok {
				if end.err != nil {
					send(event(&graphql.Response{Errors: gqlerror.List{end.err}}))
				}
				send("event: complete\ndata:\n\n")
				return
			}
			if !send(event(response)) {
				cancel()
			}
		case <-alive.C:
			if !send(":\n\n") {
				cancel()
			}
		}
	}
}

func event(response *graphql.Response) string {
	text, err := json.Marshal(response)
	if err != nil {
		panic("resolvers: an event that cannot be written: " + err.Error())
	}
	return fmt.Sprintf("event: next\ndata: %s\n\n", text)
}

// subscribe runs a subscription of the viewer's: follow sends events until it returns why it ended.
func subscribe[T any](ctx context.Context, r *Resolver, follow func(ctx context.Context, viewer tracker.Viewer, allowed func(context.Context) error, send func(T) error) error) (<-chan *T, error) {
	viewer, ok := identity.ViewerFrom(ctx)
	if !ok {
		return nil, errSignIn
	}
	allowed := func(ctx context.Context) error {
		token, _ := ctx.Value(tokenKey{}).(string)
		again, err := r.authenticate(ctx, token)
		if err == nil && again.Professional != viewer.Professional {
			err = errSignIn
		}
		return err
	}
	events := make(chan *T)
	go func() {
		defer close(events)
		err := follow(ctx, trackerViewer(viewer), allowed, func(event T) error {
			select {
			case events <- &event:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
		if err == nil || ctx.Err() != nil {
			return
		}
		shown := r.present(ctx, err)
		if end, ok := ctx.Value(endKey{}).(*streamEnd); ok {
			end.err = shown
		} else {
			transport.AddSubscriptionError(ctx, shown)
		}
	}()
	return events, nil
}
