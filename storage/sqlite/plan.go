package sqlite

import (
	"context"
	"crypto/rand"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// ClaimPlans finds nothing left half-way: in this store an issue is one transaction, and so is what a refresh saves.
func (s system) ClaimPlans(ctx context.Context, now, until time.Time, limit int) (claimed []storage.ClaimedPlan, err error) {
	// Mostly nothing is due, which needs no write.
	if n, _, err := s.OverduePlans(ctx, now, 1); err != nil || n == 0 {
		return nil, err
	}
	err = s.store.write(ctx, func(c *connection) error {
		claimed = nil
		err := c.query(func(r row) error {
			plan, told, err := decodePlan(r)
			if err != nil {
				return err
			}
			one := storage.ClaimedPlan{
				PlanClaim: storage.PlanClaim{Professional: ce.ProfessionalID(r.text(3)), Token: rand.Text()},
				Plan:      plan, Told: told,
			}
			one.Plan.Items = untold(plan.Items, told)
			claimed = append(claimed, one)
			return nil
		}, "SELECT next_at, told, record, professional FROM plans WHERE next_at <= ? ORDER BY next_at LIMIT ?", now, limit)
		if err != nil {
			return err
		}
		for i := range claimed {
			one := &claimed[i]
			owner := professional{s.store, one.Professional}
			profile, err := owner.profile(c)
			if err != nil {
				return err
			}
			if one.Preferences, err = owner.preferences(c); err != nil {
				return err
			}
			one.Profile = profile
			if _, err := c.exec("UPDATE plans SET next_at = ?, token = ? WHERE professional = ?", until, one.Token, one.Professional); err != nil {
				return err
			}
		}
		return nil
	})
	return claimed, err
}

func (s system) Issue(ctx context.Context, claim storage.PlanClaim, issued storage.Issued) error {
	told := encodeTold(issued.Told)
	return s.store.write(ctx, func(c *connection) error {
		n, err := c.exec("UPDATE plans SET next_at = ?, token = NULL, told = ? WHERE professional = ? AND token = ?",
			issued.NextAt, told, claim.Professional, claim.Token)
		if err == nil && n == 0 {
			err = storage.ErrLeaseLost
		}
		if err != nil || issued.Notification == nil {
			return err
		}
		return professional{s.store, claim.Professional}.createNotification(c, issued.Notification)
	})
}

func (s system) OverduePlans(ctx context.Context, now time.Time, limit int) (count int, first time.Time, err error) {
	err = s.store.read(ctx, func(c *connection) error {
		_, err := c.first(func(r row) error {
			count, first = int(r.number(0)), r.instant(1)
			return nil
		}, "SELECT count(*), min(next_at) FROM (SELECT next_at FROM plans WHERE next_at <= ? ORDER BY next_at LIMIT ?)", now, limit)
		return err
	})
	return count, first, err
}
