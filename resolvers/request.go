package resolvers

import (
	"context"

	"accrue/identity"
)

// Request is what is known of an HTTP request besides its body.
type Request struct {
	ID      string // names it in the log and in the text of an internal error
	Address string // the client's IP address
	Origin  string // by which clients reach the server, such as https://accrue.example.com
	Cookies Cookies
}

// Cookies keep the session of a browser, so that no script holds its tokens. Nil for clients that keep it themselves.
type Cookies interface {
	// RefreshToken is the one that came with the request, "" without.
	RefreshToken() string
	// Keep puts the session into the answer's cookies.
	Keep(identity.Session)
	// Drop has the browser forget its session.
	Drop()
}

type requestKey struct{}

// WithRequest returns a context that carries the request.
func WithRequest(ctx context.Context, request Request) context.Context {
	return context.WithValue(ctx, requestKey{}, request)
}

// RequestFrom returns the request that the context carries, the zero value when there is none.
func RequestFrom(ctx context.Context) Request {
	request, _ := ctx.Value(requestKey{}).(Request)
	return request
}
