package unsubscribe

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"accrue/ce"
	"accrue/rules/wording"
	"accrue/storage"
	"accrue/tracker"
)

// Pattern is where a [Handler] stands.
const Pattern = "/unsubscribe/{secret...}"

// Path is the path at which the reader of a letter ends reminders by e-mail, by the secret that was made for it.
func Path(secret string) string { return "/unsubscribe/" + secret }

// Handler serves the pages at Pattern. GET asks and changes nothing, since programs that look mails through follow links; POST ends
// reminders by e-mail, whatever its body, which is not read. Both need nothing but the address, and work again and again. Each
// answer is a page, in English or Spanish; what is unknown, expired or of an erased professional is 404 alike. No secret reaches
// the log.
func Handler(tracker *tracker.Tracker, limit time.Duration, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), limit)
		defer cancel()
		switch r.Method {
		case http.MethodGet, http.MethodHead, http.MethodPost:
		default:
			w.Header().Set("Allow", "GET, HEAD, POST")
			misused.write(w, accepted(r))
			return
		}
		secret, in := r.PathValue("secret"), accepted(r)
		found, err := tracker.Unsubscription(ctx, secret)
		if err == nil {
			in = wording.For(found.Language)
			if r.Method == http.MethodPost && !found.Done {
				err = tracker.Unsubscribe(ctx, secret)
				found.Done = true
			}
		}
		switch {
		case err == nil && found.Done:
			done.write(w, in)
		case err == nil:
			asking.write(w, in)
		case ce.CodeOf(err) == ce.CodeNotFound:
			unknown.write(w, in)
		default:
			fail(ctx, w, in, err, log)
		}
	})
}

// fail says that it did not work now. Mail providers and people try again.
func fail(ctx context.Context, w http.ResponseWriter, in *wording.Language, err error, log *slog.Logger) {
	level := slog.LevelError
	if errors.Is(err, storage.ErrUnavailable) || ctx.Err() != nil {
		level = slog.LevelWarn
	}
	log.Log(ctx, level, "reminders by e-mail not ended", "error", err)
	w.Header().Set("Retry-After", "60")
	postponed.write(w, in)
}
