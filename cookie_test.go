package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"accrue/ce"
	"accrue/identity"
	"accrue/storage"
)

// browser sends requests as the web app does, with the cookies that it was given.
type browser struct {
	t   *testing.T
	api *api
	jar http.CookieJar
	set []*http.Cookie // by the last answer
}

func newBrowser(t *testing.T, a *api) *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, api: a, jar: jar}
}

func (b *browser) ask(query string, change ...func(*http.Request)) (int, map[string]any) {
	b.t.Helper()
	body, err := json.Marshal(map[string]any{"query": query})
	if err != nil {
		b.t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, b.api.url, strings.NewReader(string(body)))
	if err != nil {
		b.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set(sessionHeader, "cookie")
	for _, change := range change {
		change(request)
	}
	response, err := (&http.Client{Jar: b.jar}).Do(request)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	b.set = response.Cookies()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	var answer map[string]any
	if response.StatusCode == http.StatusForbidden {
		return response.StatusCode, nil
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		b.t.Fatalf("%v: %s", err, text)
	}
	return response.StatusCode, answer
}

const signUpJordan = `mutation { signUp(input: {email: "jordan@example.com", password: "an invented password", name: "Jordan"}) { accessToken refreshToken professional { name } } }`

func TestASessionInCookies(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		b := newBrowser(t, a)
		_, answer := b.ask(signUpJordan)
		if at(t, answer, "data", "signUp", "accessToken") != "cookie" || at(t, answer, "data", "signUp", "refreshToken") != "cookie" {
			t.Errorf("a script can read the tokens: %s", indented(answer))
		}
		for _, cookie := range b.set {
			if !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode || cookie.Path != "/" || cookie.Domain != "" || cookie.MaxAge <= 0 {
				t.Errorf("cookie %s", cookie.String())
			}
		}
		if len(b.set) != 2 {
			t.Errorf("%d cookies, want 2", len(b.set))
		}
		name := func() any {
			t.Helper()
			_, answer := b.ask(`{ me { name } }`)
			if answer["errors"] != nil {
				return codeOf(t, answer)
			}
			return at(t, answer, "data", "me", "name")
		}
		if got := name(); got != "Jordan" || len(b.set) != 0 {
			t.Errorf("signed in as %v, with cookies %v", got, b.set)
		}

		// Another site's form cannot send the header, and its script may not.
		if _, answer := b.ask(`{ me { name } }`, func(r *http.Request) { r.Header.Del(sessionHeader) }); codeOf(t, answer) != "UNAUTHENTICATED" {
			t.Errorf("without the header: %s", indented(answer))
		}
		if status, _ := b.ask(`mutation { signOut(input: {}) { signedOut } }`, func(r *http.Request) { r.Header.Set("Origin", "https://elsewhere.example.com") }); status != http.StatusForbidden {
			t.Errorf("from another origin: %d", status)
		}

		// Renewed by whatever request comes after the access token has expired.
		old := b.cookies()
		a.clock.Set(a.clock.Now().Add(2 * time.Hour))
		if got := name(); got != "Jordan" || len(b.set) != 2 {
			t.Errorf("after two hours: %v, with cookies %v", got, b.set)
		}
		// A copy that is used later ends the session for both.
		a.clock.Set(a.clock.Now().Add(2 * time.Hour))
		thief := newBrowser(t, a)
		thief.jar.SetCookies(thief.url(), old)
		if _, answer := thief.ask(`{ me { name } }`); codeOf(t, answer) != "UNAUTHENTICATED" || len(thief.set) != 2 || thief.set[0].MaxAge >= 0 {
			t.Errorf("with a copy: %s, cookies %v", indented(answer), thief.set)
		}
		if got := name(); got != "UNAUTHENTICATED" {
			t.Errorf("after a copy was used: %v", got)
		}

		// Who was signed out signs in again, and out.
		if _, answer := b.ask(`mutation { signIn(input: {email: "jordan@example.com", password: "an invented password"}) { professional { name } } }`); answer["errors"] != nil {
			t.Fatal(indented(answer))
		}
		if got := name(); got != "Jordan" {
			t.Errorf("signed in again: %v", got)
		}
		last := b.cookies()
		if _, answer := b.ask(`mutation { signOut(input: {}) { signedOut } }`); at(t, answer, "data", "signOut", "signedOut") != true {
			t.Error(indented(answer))
		}
		if left := b.cookies(); len(left) != 0 {
			t.Errorf("cookies left: %v", left)
		}
		for _, cookie := range last {
			if strings.HasSuffix(cookie.Name, "refresh") {
				thief.jar.SetCookies(thief.url(), []*http.Cookie{cookie})
			}
		}
		if _, answer := thief.ask(`{ me { name } }`); codeOf(t, answer) != "UNAUTHENTICATED" {
			t.Errorf("the refresh token after signing out: %s", indented(answer))
		}
	})
}

func TestErasingTheAccountDropsItsCookies(t *testing.T) {
	b := newBrowser(t, newAPI(t, stores["sqlite"](t)))
	b.ask(signUpJordan)
	_, answer := b.ask(`mutation { deleteAccount(input: {confirm: true, password: "an invented password"}) { deletedProfessionalId } }`)
	if answer["errors"] != nil {
		t.Fatal(indented(answer))
	}
	if left := b.cookies(); len(left) != 0 {
		t.Errorf("cookies left: %v", left)
	}
}

func TestCookiesOverTLSAreBoundToTheHost(t *testing.T) {
	settings := testServer
	settings.PublicURL = "https://ce.example.com"
	b := newBrowser(t, newAPIOf(t, stores["sqlite"](t), settings))
	b.ask(signUpJordan)
	for _, cookie := range b.set {
		if !cookie.Secure || !strings.HasPrefix(cookie.Name, "__Host-") {
			t.Errorf("cookie %s", cookie.String())
		}
	}
	if len(b.set) != 2 {
		t.Errorf("%d cookies, want 2", len(b.set))
	}
}

// barred sessions can be renewed, but their tokens are refused: as Firebase's are until it is known that an account is no longer disabled.
type barred struct{}

func (barred) Authenticate(context.Context, string) (identity.Viewer, error) {
	return identity.Viewer{}, ce.Errorf(ce.CodeUnauthenticated, "This account is disabled.")
}

func (barred) Refresh(context.Context, string) (identity.Session, error) {
	return identity.Session{AccessToken: "new", RefreshToken: "newer"}, nil
}

func TestCookiesOfWhomIsRefusedLeaveAStranger(t *testing.T) {
	request := httptest.NewRequest(http.MethodPost, "/graphql", nil)
	request.Header.Set(sessionHeader, "cookie")
	request.AddCookie(&http.Cookie{Name: "accrue-access", Value: "old"})
	request.AddCookie(&http.Cookie{Name: "accrue-refresh", Value: "older"})
	answer := httptest.NewRecorder()
	keepInCookies(barred{})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, known := identity.ViewerFrom(r.Context()); known {
			t.Error("she is known")
		}
		w.WriteHeader(http.StatusNoContent)
	})).ServeHTTP(answer, request)
	if answer.Code != http.StatusNoContent {
		t.Errorf("status %d, so that she could not even sign in", answer.Code)
	}
	for _, cookie := range answer.Result().Cookies() {
		if cookie.MaxAge >= 0 {
			t.Errorf("a cookie stays: %v", cookie)
		}
	}
}

func TestSignOutWithoutATokenAndWithoutCookies(t *testing.T) {
	a := newAPI(t, stores["sqlite"](t))
	_, answer := a.ask(t, "", `mutation { signOut(input: {}) { signedOut } }`, nil)
	if codeOf(t, answer) != "INVALID_INPUT" {
		t.Error(indented(answer))
	}
}

func (b *browser) url() *url.URL {
	b.t.Helper()
	parsed, err := url.Parse(b.api.url)
	if err != nil {
		b.t.Fatal(err)
	}
	return parsed
}

func (b *browser) cookies() []*http.Cookie { return b.jar.Cookies(b.url()) }
