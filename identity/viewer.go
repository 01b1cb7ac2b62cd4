package identity

import (
	"context"
	"time"

	"accrue/ce"
)

// Viewer is who is calling, as far as the token alone tells.
type Viewer struct {
	Professional ce.ProfessionalID
	// SignedInAt is when the person proved who she is, in whole seconds, and stays the same when a session is
	// refreshed. Valid is a sign-in at or after her profile's SessionsFrom; one in the very second of her
	// erasure must be taken for an earlier one.
	SignedInAt time.Time
	// Session names the local session; "" with Firebase.
	Session string
	// Profile is what to create when the professional is seen for the first time. Local
	// accounts leave it empty but for the id, since they create the profile themselves. That its e-mail address is
	// verified may also be news of one who has a profile.
	Profile ce.Professional
}

// Authenticator finds out who sent a token.
type Authenticator interface {
	// Authenticate returns the viewer whose token it is. Its errors are of type *ce.Error: UNAUTHENTICATED when
	// the token is not, or no longer, valid; UNAVAILABLE when that can't be found out now.
	Authenticate(ctx context.Context, bearerToken string) (Viewer, error)
}

type viewerKey struct{}

// WithViewer returns a context that carries the viewer.
func WithViewer(ctx context.Context, viewer Viewer) context.Context {
	return context.WithValue(ctx, viewerKey{}, viewer)
}

// ViewerFrom returns the viewer that the context carries; false when the caller is not signed in.
func ViewerFrom(ctx context.Context) (Viewer, bool) {
	viewer, ok := ctx.Value(viewerKey{}).(Viewer)
	return viewer, ok
}
