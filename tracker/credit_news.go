package tracker

import (
	"context"
	"errors"
	"slices"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// How news of credits is told.
const (
	// newsGathered is how long news waits for what else happens, so that it is told together.
	newsGathered = 5 * time.Minute
	// newsApart is the least time between two notifications of news.
	newsApart = time.Hour
)

// addNews keeps what an organisation did with a credit of the professional's, to be told: not what she did herself, nor what is so old that it was told, or is no news.
func (t *Tracker) addNews(ctx context.Context, records storage.Professional, credit *ce.Credit, organization ce.OrganizationID, name string, by ce.Decision) error {
	if by.Event == "" || by.By == credit.Professional || t.now().Sub(by.At) > ce.CreditNewsKept {
		return nil
	}
	return ignore(records.AddCreditNews(ctx, t.now().Add(newsGathered), ce.CreditNews{
		ID: ce.NewCreditNewsID(credit.ID, organization, by.Event, by.At), Credit: credit.ID, Title: credit.Title, CompletedOn: credit.CompletedOn,
		Organization: organization, OrganizationName: name, Event: by.Event, Reason: by.Reason, At: by.At,
	}), storage.ErrNotFound) // she is erased just now
}

// tellNews tells the news that is due and not claimed by another server, as Issue does.
func (t *Tracker) tellNews(ctx context.Context) error {
	return each(ctx, t, t.store.System().ClaimCreditNews, func(claimed *storage.ClaimedCreditNews) error {
		err := t.tellNewsOf(ctx, claimed)
		if err != nil && !errors.Is(err, storage.ErrLeaseLost) {
			t.log.ErrorContext(ctx, "tell one professional news of her credits", "professional", claimed.Professional, "error", err)
		}
		return ctx.Err()
	})
}

// tellNewsOf makes one notification of claimed news, or puts it off: in quiet hours to their end, and for some time after the last one.
func (t *Tracker) tellNewsOf(ctx context.Context, claimed *storage.ClaimedCreditNews) error {
	now := t.now()
	preferences := claimed.Preferences.OrDefault()
	zone := ce.ZoneOrUTC(claimed.Profile.TimeZone)
	from := now
	if told := claimed.ToldAt; !told.After(now) && told.Add(newsApart).After(now) { // it is after now where a clock was wrong
		from = told.Add(newsApart)
	}
	if preferences.Quiet(from, zone) {
		from = preferences.QuietEnd(from, zone)
	}
	var told storage.ToldCreditNews
	switch {
	case len(claimed.News) == 0:
	case from.After(now):
		told.NextAt = from
	default:
		today := ce.DateOf(now, zone)
		notification := ce.Notification{
			ID: ce.NewCreditsNotificationID(claimed.Professional, claimed.News), Professional: claimed.Professional, Kind: ce.NotificationCredits,
			On: today, CreatedAt: now, Credits: ce.LatestCreditNews(claimed.News),
		}
		t.address(&notification, preferences.OnCredits(today), t.deliverFrom(&notification, &preferences, zone))
		told.Notification = &notification
		for _, news := range claimed.News {
			told.News = append(told.News, news.ID)
		}
		if len(claimed.News) == ce.MaxCreditNews { // more may be left
			told.NextAt = now.Add(newsApart)
		}
	}
	err := t.store.System().TellCreditNews(ctx, claimed.CreditNewsClaim, told)
	if err == nil && told.Notification != nil {
		t.issued.Add(1)
	}
	return err
}

// reviewEvents are the events of the entries that tell logs of decisions about credits.
var reviewEvents = map[ce.LogAction]ce.CreditEvent{ce.LogCreditApproved: ce.CreditApproved, ce.LogCreditRefused: ce.CreditRefused}

// tellReviews has the professional told what organisations decided, by the entries that ride in marked credits, see logReviews.
func (t *Tracker) tellReviews(ctx context.Context, records storage.Professional, credit *ce.Credit) error {
	for _, entry := range credit.Entries {
		name := ""
		if i := slices.IndexFunc(credit.Reviews, func(r ce.Review) bool { return r.Organization == entry.Organization }); i >= 0 {
			name = credit.Reviews[i].OrganizationName
		} else { // she changed the credit just after
			o, err := t.store.Organization(entry.Organization).Get(ctx)
			if errors.Is(err, storage.ErrNotFound) {
				continue // with the organisation its decisions are gone
			}
			if err != nil {
				return err
			}
			name = o.Name
		}
		by := ce.Decision{Event: reviewEvents[entry.Action], By: entry.Actor, Reason: entry.Reason, At: entry.At}
		if err := t.addNews(ctx, records, credit, entry.Organization, name, by); err != nil {
			return err
		}
	}
	return nil
}
