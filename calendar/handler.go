package calendar

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"accrue/ce"
	"accrue/storage"
	"accrue/tracker"
)

// Pattern is where a [Handler] stands.
const Pattern = "GET /calendar/{file}"

const extension = ".ics"

// Path is the path of the feed with the secret.
func Path(secret string) string { return "/calendar/" + secret + extension }

// Handler serves the feeds at Pattern. What is unknown, replaced or revoked is 404 alike. No secret reaches the log.
func Handler(tracker *tracker.Tracker, limit time.Duration, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), limit)
		defer cancel()
		secret, ok := strings.CutSuffix(r.PathValue("file"), extension)
		if !ok {
			http.NotFound(w, r)
			return
		}
		text, feed, err := read(ctx, tracker, secret)
		code := ce.CodeOf(err)
		switch {
		case err == nil:
			serve(w, r, text, feed)
			return
		case code == ce.CodeNotFound:
			http.NotFound(w, r)
			return
		case errors.Is(err, storage.ErrUnavailable), ctx.Err() != nil, code == ce.CodeConflict:
			log.WarnContext(ctx, "calendar not served", "error", err)
		default:
			log.ErrorContext(ctx, "calendar not served", "error", err)
		}
		// Apps ask again by themselves, and keep what they have until then.
		w.Header().Set("Retry-After", "60")
		http.Error(w, "the calendar cannot be read just now", http.StatusServiceUnavailable)
	})
}

// tries is how often a calendar is read when others record revisions of it at the same time.
const tries = 5

// read returns the text of the calendar with its feed, whose revision is new when it says something else than before.
func read(ctx context.Context, from *tracker.Tracker, secret string) (text []byte, feed ce.CalendarFeed, err error) {
	for range tries {
		var calendar tracker.Calendar
		if calendar, err = from.Calendar(ctx, secret); err != nil {
			break
		}
		unstamped := calendar
		unstamped.Feed.Revision, unstamped.Feed.RevisedAt = 0, time.Time{}
		if content := ce.Digest(string(write(unstamped))); content != calendar.Feed.Content {
			calendar.Feed, err = from.ReviseCalendar(ctx, calendar, content)
			if ce.CodeOf(err) == ce.CodeConflict {
				continue
			}
		}
		return write(calendar), calendar.Feed, err
	}
	return nil, feed, err
}

func serve(w http.ResponseWriter, r *http.Request, text []byte, feed ce.CalendarFeed) {
	sum := sha256.Sum256(text)
	header := w.Header()
	header.Set("Content-Type", "text/calendar; charset=utf-8")
	header.Set("Content-Disposition", `inline; filename="deadlines.ics"`)
	header.Set("ETag", `"`+hex.EncodeToString(sum[:16])+`"`)
	// Nobody on the way keeps it, and what is kept is asked for again, since a feed can be revoked.
	header.Set("Cache-Control", "private, no-cache")
	header.Set("X-Robots-Tag", "noindex")
	http.ServeContent(w, r, "", feed.RevisedAt, bytes.NewReader(text))
}
