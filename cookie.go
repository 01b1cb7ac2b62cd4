package main

import (
	"context"
	"net/http"
	"strings"
	"time"

	"accrue/ce"
	"accrue/identity"
	"accrue/resolvers"
)

// sessionHeader says by the value "cookie" that the session is in cookies. Without it they count nothing: another site's page can have a
// browser send cookies, but no such header.
const sessionHeader = "Accrue-Session"

// cookies keep the session of a browser in two cookies that no script can read and no other site makes the browser send.
type cookies struct {
	w      http.ResponseWriter
	r      *http.Request
	secure bool // the page came by TLS
}

func (c cookies) name(token string) string {
	if c.secure {
		return "__Host-accrue-" + token
	}
	return "accrue-" + token
}

func (c cookies) value(token string) string {
	cookie, err := c.r.Cookie(c.name(token))
	if err != nil {
		return ""
	}
	return cookie.Value
}

func (c cookies) set(token, value string, life time.Duration) {
	cookie := &http.Cookie{
		Name: c.name(token), Value: value, Path: "/", MaxAge: int(life.Seconds()),
		Secure: c.secure, HttpOnly: true, SameSite: http.SameSiteStrictMode,
	}
	if value == "" {
		cookie.MaxAge = -1
	}
	http.SetCookie(c.w, cookie)
}

// RefreshToken implements resolvers.Cookies.
func (c cookies) RefreshToken() string { return c.value("refresh") }

// Keep implements resolvers.Cookies.
func (c cookies) Keep(session identity.Session) {
	// The server itself sees when the access token has expired; a browser's clock may be wrong.
	c.set("access", session.AccessToken, identity.SessionLife)
	c.set("refresh", session.RefreshToken, identity.SessionLife)
}

// Drop implements resolvers.Cookies.
func (c cookies) Drop() {
	c.set("access", "", 0)
	c.set("refresh", "", 0)
}

// sessions are those that browsers can keep in cookies.
type sessions interface {
	identity.Authenticator
	// Refresh exchanges a refresh token for a new session; one that is no good any more is UNAUTHENTICATED.
	Refresh(ctx context.Context, refreshToken string) (identity.Session, error)
}

// keepInCookies finds the viewer of browsers that keep their session in cookies, and renews sessions whose access token has expired. A
// session that has ended leaves a stranger, who can sign in. Accounts are nil where there are no such sessions.
func keepInCookies(accounts sessions) middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if accounts == nil || r.Header.Get(sessionHeader) != "cookie" || r.Header.Get("Authorization") != "" {
				next.ServeHTTP(w, r)
				return
			}
			request := resolvers.RequestFrom(r.Context())
			kept := cookies{w: w, r: r, secure: strings.HasPrefix(request.Origin, "https:")}
			request.Cookies = kept
			viewer, token, err := kept.viewer(accounts)
			if err != nil {
				refuseToken(w, r, err)
				return
			}
			ctx := resolvers.WithRequest(r.Context(), request)
			if token != "" {
				ctx = resolvers.WithViewer(ctx, viewer, token)
			}
			next.ServeHTTP(w, r.WithContext(ctx))
		})
	}
}

// viewer returns whose session the cookies hold, with an access token that is valid; "" for a session that has ended or none.
func (c cookies) viewer(accounts sessions) (viewer identity.Viewer, token string, err error) {
	ctx := c.r.Context()
	if token := c.value("access"); token != "" {
		viewer, err := accounts.Authenticate(ctx, token)
		if err == nil || ce.CodeOf(err) != ce.CodeUnauthenticated {
			return viewer, token, err
		}
	}
	refresh := c.RefreshToken()
	if refresh == "" {
		return identity.Viewer{}, "", nil
	}
	session, err := accounts.Refresh(ctx, refresh)
	if err == nil {
		viewer, err = accounts.Authenticate(ctx, session.AccessToken)
	}
	if ce.CodeOf(err) == ce.CodeUnauthenticated {
		c.Drop()
		return identity.Viewer{}, "", nil
	}
	if session.RefreshToken != "" { // the old one is used up, whether or not it can be known now who she is
		c.Keep(session)
	}
	return viewer, session.AccessToken, err
}
