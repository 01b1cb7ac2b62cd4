package storagetest

import (
	"errors"
	"testing"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// newsOf is news in which every field is set.
func newsOf(at time.Time) ce.CreditNews {
	n := ce.CreditNews{
		Credit: ce.CreditID(ce.NewUUID()), Title: "Größe \"<&> \u2028", CompletedOn: day(2026, time.February, 3), Organization: ce.OrganizationID(ce.NewUUID()),
		OrganizationName: "李 Hospital", Event: ce.CreditRefused, Reason: "No certificate\n\u2028", At: at,
	}
	n.ID = ce.NewCreditNewsID(n.Credit, n.Organization, n.Event, n.At)
	return n
}

// creditsNotification is a notification that tells the news.
func creditsNotification(professional ce.ProfessionalID, at time.Time, news ...ce.CreditNews) *ce.Notification {
	return &ce.Notification{
		ID: ce.NewCreditsNotificationID(professional, news), Professional: professional, Kind: ce.NotificationCredits, On: day(2026, time.March, 2), CreatedAt: at, Credits: news,
		Push: ce.Delivery{State: ce.DeliveryNone}, Email: ce.Delivery{State: ce.DeliveryNone},
	}
}

func idsOf(news []ce.CreditNews) (ids []ce.CreditNewsID) {
	for i := range news {
		ids = append(ids, news[i].ID)
	}
	return ids
}

func (s suite) creditNews(t *testing.T) {
	id, handle := s.newProfile(t)
	claim := func(now, until time.Time) []storage.ClaimedCreditNews {
		t.Helper()
		claimed, err := s.System().ClaimCreditNews(t.Context(), now, until, 10)
		succeed(t, err)
		return claimed
	}
	add := func(due time.Time, news ce.CreditNews) {
		t.Helper()
		succeed(t, handle.AddCreditNews(t.Context(), due, news))
	}
	first, second, third := newsOf(past(2)), newsOf(past(1)), newsOf(past(3))
	finer := first
	finer.At = finer.At.Add(time.Microsecond)
	add(past(10), finer)
	add(past(15), second)
	same(t, "not due", len(claim(past(9), past(20))), 0, nil)
	claimed := claim(past(10), past(20))
	same(t, "claimed", claimed, []storage.ClaimedCreditNews{{
		CreditNewsClaim: storage.CreditNewsClaim{Professional: id, Token: claimed[0].Token}, Profile: profileOf(id), News: []ce.CreditNews{second, first},
	}}, loose)
	same(t, "claimed by somebody else", len(claim(past(19), past(30))), 0, nil)
	again := claim(past(20), past(30))
	same(t, "the claim expired", len(again), 1, nil)
	notification := creditsNotification(id, past(11), second, first)
	told := storage.ToldCreditNews{Notification: notification, News: idsOf(notification.Credits)}
	fails(t, "the first claim", s.System().TellCreditNews(t.Context(), claimed[0].CreditNewsClaim, told), storage.ErrLeaseLost)
	add(past(40), third)
	fails(t, "there is more", s.System().TellCreditNews(t.Context(), again[0].CreditNewsClaim, told), storage.ErrLeaseLost)
	same(t, "nothing was told", len(everythingOf(t, handle).notifications), 0, nil)

	claimed = claim(past(40), past(50))
	same(t, "with what came later", claimed[0].News, []ce.CreditNews{second, first, third}, exact)
	succeed(t, s.System().TellCreditNews(t.Context(), claimed[0].CreditNewsClaim, storage.ToldCreditNews{NextAt: past(60)}))
	fails(t, "put off already", s.System().TellCreditNews(t.Context(), claimed[0].CreditNewsClaim, told), storage.ErrLeaseLost)
	same(t, "put off", len(claim(past(59), past(61))), 0, nil)
	claimed = claim(past(60), past(70))
	told.NextAt = past(65)
	succeed(t, s.System().TellCreditNews(t.Context(), claimed[0].CreditNewsClaim, told))
	fails(t, "again", s.System().TellCreditNews(t.Context(), claimed[0].CreditNewsClaim, told), storage.ErrLeaseLost)
	same(t, "notifications", everythingOf(t, handle).notifications, []ce.Notification{*notification}, exact)
	add(past(62), first)
	claimed = claim(past(65), past(75))
	same(t, "what is told is not told again", claimed[0].News, []ce.CreditNews{third}, exact)
	same(t, "told at", claimed[0].ToldAt, past(11), exact)
	succeed(t, s.System().TellCreditNews(t.Context(), claimed[0].CreditNewsClaim, storage.ToldCreditNews{
		Notification: creditsNotification(id, past(65), third), News: []ce.CreditNewsID{third.ID},
	}))
	same(t, "nothing is left", len(claim(past(1000), past(1001))), 0, nil)
	add(past(80), third)
	for _, one := range claim(past(80), past(81)) {
		same(t, "nothing that was not told", len(one.News), 0, nil)
		succeed(t, s.System().TellCreditNews(t.Context(), one.CreditNewsClaim, storage.ToldCreditNews{}))
	}
	same(t, "nothing is due", len(claim(past(1000), past(1001))), 0, nil)
	fails(t, "nobody's", s.Professional(ce.ProfessionalID(ce.NewUUID())).AddCreditNews(t.Context(), past(80), newsOf(past(80))), storage.ErrNotFound)

	t.Run("as much as one notification tells", func(t *testing.T) {
		for n := range ce.MaxCreditNews + 2 {
			add(past(100), newsOf(past(90).Add(time.Duration(n)*time.Second)))
		}
		claimed := claim(past(100), past(101))
		same(t, "the first", len(claimed[0].News), ce.MaxCreditNews, nil)
		succeed(t, s.System().TellCreditNews(t.Context(), claimed[0].CreditNewsClaim, storage.ToldCreditNews{
			Notification: creditsNotification(id, past(100), claimed[0].News...), News: idsOf(claimed[0].News), NextAt: past(102),
		}))
		same(t, "the rest", len(claim(past(102), past(103))[0].News), 2, nil)
	})
	t.Run("each is told once, whoever tells", func(t *testing.T) {
		id, handle := s.newProfile(t)
		const pieces = 12
		together(pieces, func(n int) {
			if err := handle.AddCreditNews(t.Context(), past(200), newsOf(past(190+n))); err != nil {
				t.Errorf("add: %v", err)
			}
			claimed, err := s.System().ClaimCreditNews(t.Context(), past(200), past(200), 10)
			if err != nil {
				t.Errorf("claim: %v", err)
			}
			for _, one := range claimed {
				if one.Professional == id && len(one.News) > 0 {
					err := s.System().TellCreditNews(t.Context(), one.CreditNewsClaim, storage.ToldCreditNews{
						Notification: creditsNotification(id, past(200), one.News...), News: idsOf(one.News), NextAt: past(200),
					})
					if err != nil && !errors.Is(err, storage.ErrLeaseLost) {
						t.Errorf("tell: %v", err)
					}
				}
			}
		})
		for _, one := range claim(past(200), past(201)) {
			if one.Professional == id && len(one.News) > 0 {
				succeed(t, s.System().TellCreditNews(t.Context(), one.CreditNewsClaim, storage.ToldCreditNews{
					Notification: creditsNotification(id, past(200), one.News...), News: idsOf(one.News),
				}))
			}
		}
		seen := map[ce.CreditNewsID]int{}
		for _, notification := range everythingOf(t, handle).notifications {
			for _, n := range notification.Credits {
				seen[n.ID]++
			}
		}
		same(t, "pieces of news", len(seen), pieces, nil)
		for id, times := range seen {
			if times != 1 {
				t.Errorf("%s is told %d times", id, times)
			}
		}
	})
	t.Run("erased", func(t *testing.T) {
		id, handle := s.newProfile(t)
		news := newsOf(past(300))
		succeed(t, handle.AddCreditNews(t.Context(), past(300), news))
		var mine storage.ClaimedCreditNews
		for _, one := range claim(past(300), past(400)) {
			if one.Professional == id {
				mine = one
			}
		}
		succeed(t, handle.Erase(t.Context(), instant(0)))
		fails(t, "tell", s.System().TellCreditNews(t.Context(), mine.CreditNewsClaim, storage.ToldCreditNews{
			Notification: creditsNotification(id, past(300), news), News: []ce.CreditNewsID{news.ID},
		}), storage.ErrLeaseLost)
		fails(t, "add", handle.AddCreditNews(t.Context(), past(300), newsOf(past(300))), storage.ErrNotFound)
		everythingOf(t, handle).isEmpty(t)
		for _, one := range claim(past(1000), past(1001)) {
			if one.Professional == id {
				t.Error("news of who is erased is due")
			}
		}
	})
}
