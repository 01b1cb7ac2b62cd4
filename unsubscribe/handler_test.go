package unsubscribe_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"accrue/catalog"
	"accrue/ce"
	"accrue/storage/sqlite"
	"accrue/tracker"
	"accrue/unsubscribe"
)

// Nothing but a POST to the very address ends reminders, and every answer is a page.
func FuzzHandler(f *testing.F) {
	store, err := sqlite.Open(f.Context(), f.TempDir())
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = store.Close() })
	programs, err := catalog.Load()
	if err != nil {
		f.Fatal(err)
	}
	now := time.Date(2026, time.November, 22, 17, 0, 0, 0, time.UTC)
	of := tracker.New(store, programs, func() time.Time { return now }, slog.New(slog.DiscardHandler))
	jordan := store.Professional("jordan")
	if _, err := jordan.CreateProfile(f.Context(), ce.Professional{ID: "jordan", Locale: "es", CreatedAt: now}); err != nil {
		f.Fatal(err)
	}
	if _, err := jordan.UpdateReminderPreferences(f.Context(), func(p *ce.ReminderPreferences) error {
		*p = ce.DefaultReminderPreferences()
		p.Channels = []ce.Channel{ce.ChannelEmail}
		return nil
	}); err != nil {
		f.Fatal(err)
	}
	secret, err := of.UnsubscribeToken(f.Context(), "jordan")
	if err != nil {
		f.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle(unsubscribe.Pattern, unsubscribe.Handler(of, time.Minute, slog.New(slog.DiscardHandler)))

	f.Add("GET", "", "")
	f.Add("POST", strings.Repeat("A", len(secret)), "es-MX,es;q=0.9")
	f.Add("POST", "../unsubscribe/x", "*")
	f.Add("GET", secret, "en")
	f.Add("PUT", secret, "x-")
	f.Add("POST", secret+"=", "de")
	f.Fuzz(func(t *testing.T, method, path, language string) {
		if method == http.MethodPost && path == secret {
			return
		}
		request := httptest.NewRequest(http.MethodGet, "http://accrue.example.com/", nil)
		request.Method, request.URL = method, &url.URL{Path: unsubscribe.Path(path)}
		request.Header.Set("Accept-Language", language)
		answer := httptest.NewRecorder()
		mux.ServeHTTP(answer, request)
		switch answer.Code {
		case http.StatusMovedPermanently, http.StatusTemporaryRedirect: // to the path made clean
		case http.StatusOK, http.StatusNotFound, http.StatusMethodNotAllowed:
			if body := answer.Body.String(); !strings.HasSuffix(body, "</html>\n") && method != http.MethodConnect {
				t.Errorf("%s", body)
			}
			if (answer.Code == http.StatusOK) != (path == secret && (method == http.MethodGet || method == http.MethodHead)) {
				t.Errorf("status %d", answer.Code)
			}
		default:
			t.Errorf("status %d: %s", answer.Code, answer.Body)
		}
		if preferences, err := jordan.ReminderPreferences(t.Context()); err != nil || !preferences.By(ce.ChannelEmail) {
			t.Error("ended", err)
		}
	})
}
