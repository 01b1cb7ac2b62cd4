package tracker

import (
	"context"
	"errors"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// Calendar is what a calendar feed shows.
type Calendar struct {
	Feed      ce.CalendarFeed
	Locale    string     // BCP 47, its owner's
	Deadlines []Deadline // soonest first, without own ones that are done and whose day is over
}

// CalendarFeed returns the viewer's calendar feed, nil when there is none. Its secret is not known.
func (v *View) CalendarFeed(ctx context.Context) (*ce.CalendarFeed, error) {
	if _, err := v.Professional(ctx); err != nil {
		return nil, err
	}
	feed, err := v.handle.CalendarFeed(ctx)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &feed, nil
}

// CreateCalendarFeed makes a calendar feed in the place of the one that there may be, whose secret is then worth nothing.
// It returns the new one's secret, which is not kept.
func (v *View) CreateCalendarFeed(ctx context.Context, alarms bool) (feed ce.CalendarFeed, secret string, err error) {
	if _, err := v.Professional(ctx); err != nil {
		return ce.CalendarFeed{}, "", err
	}
	secret = ce.NewSecret()
	feed = ce.CalendarFeed{Professional: v.viewer.Professional, SecretHash: ce.Digest(secret), Alarms: alarms, CreatedAt: v.now()}
	if err := v.handle.SetCalendarFeed(ctx, feed); err != nil {
		return ce.CalendarFeed{}, "", translate(err, "professional")
	}
	return feed, secret, nil
}

// RevokeCalendarFeed removes the viewer's calendar feed; that there is none is no error.
func (v *View) RevokeCalendarFeed(ctx context.Context) error {
	if _, err := v.Professional(ctx); err != nil {
		return err
	}
	return v.handle.RemoveCalendarFeed(ctx)
}

// Calendar returns what the calendar feed of that secret shows, for whoever knows the secret, or NOT_FOUND.
func (t *Tracker) Calendar(ctx context.Context, secret string) (Calendar, error) {
	if len(secret) != ce.SecretLength {
		return Calendar{}, notFound("calendar")
	}
	hash := ce.Digest(secret)
	owner, err := t.store.Identity().CalendarFeedOwner(ctx, hash)
	if err != nil {
		return Calendar{}, translate(err, "calendar")
	}
	v := t.View(Viewer{Professional: owner})
	feed, err := v.handle.CalendarFeed(ctx)
	if err != nil {
		return Calendar{}, translate(err, "calendar")
	}
	if feed.SecretHash != hash { // replaced just now
		return Calendar{}, notFound("calendar")
	}
	profile, err := v.handle.Profile(ctx)
	if err != nil {
		return Calendar{}, translate(err, "calendar")
	}
	// The secret admits to nothing but this; that the profile is there already keeps one that is not from being made.
	v.read.profile.set(profile)
	deadlines, err := v.Deadlines(ctx, DeadlineFilter{})
	return Calendar{Feed: feed, Locale: profile.Locale, Deadlines: deadlines}, err
}

// ReviseCalendar records that the calendar says something else than when it was last read, and returns its feed with the
// new revision. CONFLICT says that it was recorded by somebody else meanwhile, or that the feed is gone: then the calendar
// is to be read again.
func (t *Tracker) ReviseCalendar(ctx context.Context, calendar Calendar, content string) (ce.CalendarFeed, error) {
	feed := calendar.Feed
	// Calendars tell instants in whole seconds. Each revision is later than the one before, whatever the clock says.
	at := t.now().Truncate(time.Second)
	if earliest := feed.RevisedAt.Add(time.Second); at.Before(earliest) {
		at = earliest
	}
	feed.Content, feed.Revision, feed.RevisedAt = content, feed.Revision+1, at
	err := t.store.Professional(feed.Professional).ReviseCalendarFeed(ctx, feed)
	return feed, translate(err, "calendar")
}
