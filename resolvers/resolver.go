package resolvers

import (
	"context"
	"strings"

	"github.com/99designs/gqlgen/graphql"

	"accrue/ce"
	"accrue/identity"
	"accrue/tracker"
)

// Resolver is the root of the resolvers.
type Resolver struct {
	tracker *tracker.Tracker
	// accounts are the local accounts; nil where an identity provider keeps them.
	accounts *identity.Accounts
	// firebase is how web pages sign people in by Firebase; nil when they cannot.
	firebase *identity.FirebaseApp
	// refresh is what Config.Refresh is.
	refresh func(ctx context.Context, refreshToken string) (identity.Session, error)
	// calendarPath is the path of the calendar feed with a secret.
	calendarPath func(secret string) string
	// evidencePath is the path of the content that a link admits to.
	evidencePath func(link string) string
	// pagePath is the path of a picture of a page, see Config.PagePath.
	pagePath func(link string, page, turn, side int) string
	// authenticate finds out whose token it is, and present shows an error; both for what outlives a request.
	authenticate func(ctx context.Context, token string) (identity.Viewer, error)
	present      graphql.ErrorPresenterFunc
	// invitationTemplate leads to the page for an invitation, with its code in the place of CodePlace; "" for this server's own.
	invitationTemplate string
}

// CodePlace stands for the code in the link of an invitation.
const CodePlace = "{code}"

// OwnInvitationLink is the end of the link of an invitation where none was set, after the address of the server.
const OwnInvitationLink = "/#join=" + CodePlace

// invitationLink returns the link of the invitation with the code.
func (r *Resolver) invitationLink(ctx context.Context, code string) string {
	template := r.invitationTemplate
	if template == "" {
		template = RequestFrom(ctx).Origin + OwnInvitationLink
	}
	return strings.ReplaceAll(template, CodePlace, code)
}

// caller is who is asking during one response. Signing in changes it, so that the fields
// below see what the new viewer sees; mutations run one after the other.
type caller struct {
	viewer identity.Viewer
	view   *tracker.View // nil while nobody is signed in
}

type callerKey struct{}

// withCaller gives one response its view: what it reads stays the same until it changes something.
func (r *Resolver) withCaller(ctx context.Context) context.Context {
	c := &caller{}
	if viewer, ok := identity.ViewerFrom(ctx); ok {
		r.enter(c, viewer)
	}
	return context.WithValue(ctx, callerKey{}, c)
}

func (r *Resolver) enter(c *caller, viewer identity.Viewer) {
	c.viewer = viewer
	c.view = r.tracker.View(trackerViewer(viewer))
}

func trackerViewer(viewer identity.Viewer) tracker.Viewer {
	return tracker.Viewer{Professional: viewer.Professional, SignedInAt: viewer.SignedInAt, Profile: viewer.Profile}
}

// errSignIn is what a stranger is told of what is somebody's.
var errSignIn = ce.Errorf(ce.CodeUnauthenticated, "Sign in first.")

// lookAgain drops what was read for the caller, whose account may be the one that changed.
func (r *Resolver) lookAgain(ctx context.Context) {
	if c := callerFrom(ctx); c.view != nil {
		r.enter(c, c.viewer)
	}
}

func callerFrom(ctx context.Context) *caller {
	return ctx.Value(callerKey{}).(*caller)
}

// view returns the viewer's view, or UNAUTHENTICATED when nobody is signed in.
func (r *Resolver) view(ctx context.Context) (*tracker.View, error) {
	if view := callerFrom(ctx).view; view != nil {
		return view, nil
	}
	return nil, errSignIn
}

// localAccounts returns the local accounts, or an error that says why there are none.
func (r *Resolver) localAccounts() (*identity.Accounts, error) {
	if r.accounts == nil {
		return nil, ce.Errorf(ce.CodeForbidden, "This server's accounts are kept by Firebase: sign in there and send its ID token.")
	}
	return r.accounts, nil
}

// keepsSessions returns nil where the request's session is this server's to keep, or an error that says why it is not.
func (r *Resolver) keepsSessions(ctx context.Context) error {
	if r.accounts == nil && r.refresh != nil && RequestFrom(ctx).Cookies != nil {
		return nil
	}
	_, err := r.localAccounts()
	return err
}
