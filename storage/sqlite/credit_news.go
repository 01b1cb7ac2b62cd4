package sqlite

import (
	"context"
	"crypto/rand"
	"time"

	"accrue/ce"
	"accrue/storage"
)

func (p professional) AddCreditNews(ctx context.Context, due time.Time, news ce.CreditNews) error {
	return p.store.write(ctx, func(c *connection) error {
		if ok, err := c.exists("SELECT 1 FROM professionals WHERE id = ?", p.id); err != nil {
			return err
		} else if !ok {
			return storage.ErrNotFound
		}
		added, err := c.exec("INSERT INTO credit_news (id, professional, at, told, record) VALUES (?, ?, ?, 0, ?) ON CONFLICT DO NOTHING",
			string(news.ID), p.id, news.At, encodeCreditNews(&news))
		if err != nil || added == 0 {
			return err
		}
		_, err = c.exec(`INSERT INTO credit_news_due (professional, due_at) VALUES (?, ?)
			ON CONFLICT DO UPDATE SET due_at = min(coalesce(due_at, excluded.due_at), excluded.due_at), token = NULL`, p.id, due)
		return err
	})
}

func (s system) ClaimCreditNews(ctx context.Context, now, until time.Time, limit int) (claimed []storage.ClaimedCreditNews, err error) {
	const due = "SELECT professional, told_at FROM credit_news_due WHERE due_at <= ? ORDER BY due_at LIMIT ?"
	// Mostly nothing is due, which needs no write.
	found := false
	err = s.store.read(ctx, func(c *connection) error {
		found, err = c.exists(due, now, min(limit, 1))
		return err
	})
	if err != nil || !found {
		return nil, err
	}
	err = s.store.write(ctx, func(c *connection) error {
		claimed = nil
		err := c.query(func(r row) error {
			claim := storage.CreditNewsClaim{Professional: ce.ProfessionalID(r.text(0)), Token: rand.Text()}
			claimed = append(claimed, storage.ClaimedCreditNews{CreditNewsClaim: claim, ToldAt: r.instant(1)})
			return nil
		}, due, now, limit)
		for i := range claimed {
			if err == nil {
				err = s.claimNews(c, &claimed[i], until)
			}
		}
		return err
	})
	return claimed, err
}

func (s system) claimNews(c *connection, one *storage.ClaimedCreditNews, until time.Time) (err error) {
	owner := professional{s.store, one.Professional}
	if one.Profile, err = owner.profile(c); err != nil {
		return err
	}
	if one.Preferences, err = owner.preferences(c); err != nil {
		return err
	}
	err = c.query(func(r row) error {
		news, err := decodeCreditNews(r.blob(0))
		one.News = append(one.News, news)
		return err
	}, "SELECT record FROM credit_news WHERE professional = ? AND told = 0 ORDER BY at, id LIMIT ?", one.Professional, ce.MaxCreditNews)
	if err != nil {
		return err
	}
	_, err = c.exec("UPDATE credit_news_due SET due_at = ?, token = ? WHERE professional = ?", until, one.Token, one.Professional)
	return err
}

func (s system) TellCreditNews(ctx context.Context, claim storage.CreditNewsClaim, told storage.ToldCreditNews) error {
	return s.store.write(ctx, func(c *connection) error {
		n, err := c.exec("UPDATE credit_news_due SET due_at = ?, token = NULL WHERE professional = ? AND token = ?", told.NextAt, claim.Professional, claim.Token)
		if err == nil && n == 0 {
			err = storage.ErrLeaseLost
		}
		if err != nil || told.Notification == nil {
			return err
		}
		if _, err = c.exec("UPDATE credit_news_due SET told_at = ? WHERE professional = ?", told.Notification.CreatedAt, claim.Professional); err != nil {
			return err
		}
		if _, err = c.exec("UPDATE credit_news SET told = 1 WHERE "+among("id")+" AND professional = ?", listed(told.News), claim.Professional); err != nil {
			return err
		}
		return professional{s.store, claim.Professional}.createNotification(c, told.Notification)
	})
}

func encodeCreditNews(n *ce.CreditNews) []byte {
	var e encoder
	putCreditNews(&e, n)
	return e.data
}

func decodeCreditNews(record []byte) (n ce.CreditNews, err error) {
	d := newDecoder(record)
	getCreditNews(d, &n)
	return n, d.err()
}

func putCreditNews(e *encoder, n *ce.CreditNews) {
	put(e, n.ID)
	put(e, n.Credit)
	put(e, n.Title)
	e.date(n.CompletedOn)
	put(e, n.Organization)
	put(e, n.OrganizationName)
	put(e, n.Event)
	put(e, n.Reason)
	e.instant(n.At)
}

func getCreditNews(d *decoder, n *ce.CreditNews) {
	*n = ce.CreditNews{
		ID: get[ce.CreditNewsID](d), Credit: get[ce.CreditID](d), Title: get[string](d), CompletedOn: d.date(), Organization: get[ce.OrganizationID](d),
		OrganizationName: get[string](d), Event: get[ce.CreditEvent](d), Reason: get[string](d), At: d.instant(),
	}
}
