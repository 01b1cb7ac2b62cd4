package tracker

import (
	"context"
	"errors"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"accrue/ce"
	"accrue/storage"
)

// How reminders are issued.
const (
	issueEvery  = 5 * time.Second
	issueClaim  = time.Minute // longer than a batch takes
	issueBatch  = 200
	issueAtOnce = 16 // so that their writes share the wait for the disk or the network
	// overdueCounted is up to how many plans that are overdue are counted.
	overdueCounted = 10_000
)

// Remind issues reminders as they become due until the context ends. Any number of servers may do so: each claims
// what it issues.
func (t *Tracker) Remind(ctx context.Context) {
	ticker := time.NewTicker(issueEvery)
	defer ticker.Stop()
	for {
		if err := t.Issue(ctx); err != nil && ctx.Err() == nil {
			t.log.ErrorContext(ctx, "issue reminders", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// Issue issues all reminders that are due and not claimed by another server, and tells the news of credits that is. What fails for one professional is left until
// her claim ends, and logged.
func (t *Tracker) Issue(ctx context.Context) error {
	err := each(ctx, t, t.store.System().ClaimPlans, func(claimed *storage.ClaimedPlan) error {
		err := t.issue(ctx, claimed)
		// A lost claim means that her plan is another now, or another server has it.
		if err != nil && !errors.Is(err, storage.ErrLeaseLost) {
			t.log.ErrorContext(ctx, "issue reminders of one professional", "professional", claimed.Professional, "error", err)
		}
		return ctx.Err()
	})
	return errors.Join(err, t.tellNews(ctx))
}

// each claims what is due, batch by batch until nothing is, and does it for each.
func each[T any](ctx context.Context, t *Tracker, claim func(ctx context.Context, now, until time.Time, limit int) ([]T, error), do func(*T) error) error {
	for {
		now := t.now()
		claimed, err := claim(ctx, now, now.Add(issueClaim), issueBatch)
		if err != nil || len(claimed) == 0 {
			return err
		}
		var group errgroup.Group
		group.SetLimit(issueAtOnce)
		for i := range claimed {
			group.Go(func() error { return do(&claimed[i]) })
		}
		if err := group.Wait(); err != nil {
			return err
		}
	}
}

// Issued returns how many notifications of reminders and news this process has issued.
func (t *Tracker) Issued() int64 { return t.issued.Load() }

// Overdue returns how many plans are due and not issued, up to some ten thousand, and since when the first is; none in a
// healthy system but for seconds.
func (t *Tracker) Overdue(ctx context.Context) (count int, lag time.Duration, err error) {
	now := t.now()
	count, first, err := t.store.System().OverduePlans(ctx, now, overdueCounted)
	if count > 0 {
		lag = now.Sub(first)
	}
	return count, lag, err
}

// Undelivered returns how many notifications wait to be delivered by the channel, for how long the first of them has been
// due, below 0 while it is not, and how many could not be delivered.
func (t *Tracker) Undelivered(ctx context.Context, channel ce.Channel) (pending, failed int, lag time.Duration, err error) {
	pending, first, err := t.store.System().CountDeliveries(ctx, channel, ce.DeliveryPending)
	if err != nil {
		return 0, 0, 0, err
	}
	if pending > 0 {
		lag = t.now().Sub(first)
	}
	failed, _, err = t.store.System().CountDeliveries(ctx, channel, ce.DeliveryFailed)
	return pending, failed, lag, err
}

// issue tells what is due of a claimed plan. What no longer is as it was planned is planned anew instead: then it is
// claimed again as soon as it is due.
func (t *Tracker) issue(ctx context.Context, claimed *storage.ClaimedPlan) error {
	now := t.now()
	preferences := claimed.Preferences.OrDefault()
	loc := ce.ZoneOrUTC(claimed.Profile.TimeZone)
	today := ce.DateOf(now, loc)
	plan := &claimed.Plan
	due := plan.Items[:0:0]
	for _, item := range plan.Items {
		if !item.At.After(now) {
			due = append(due, item)
		}
	}
	// Something may have been told while the plan was being made.
	toldToday := !claimed.Told.At.IsZero() && ce.DateOf(claimed.Told.At, loc) == today
	late := slices.ContainsFunc(due, func(i ce.PlannedReminder) bool { return ce.DateOf(i.At, loc) != today }) || preferences.Quiet(now, loc)
	if claimed.Stale || !plan.EvaluateAt.IsZero() && !now.Before(plan.EvaluateAt) || len(due) > 0 && (late || toldToday) {
		_, err := t.Refresh(ctx, claimed.Professional)
		return err
	}
	next := storage.Issued{Told: claimed.Told}
	if len(plan.Items) > len(due) {
		next.NextAt = plan.Items[len(due)].At
	}
	if len(due) > 0 {
		notification, told, err := t.tell(ctx, claimed, &preferences, due)
		if err != nil {
			return err
		}
		next.Told = told
		if len(notification.Items) > 0 {
			next.Notification = &notification
		}
	}
	err := t.store.System().Issue(ctx, claimed.PlanClaim, next)
	if err == nil && next.Notification != nil {
		t.issued.Add(1)
	}
	return err
}

// tell writes the notification of what is due, and what is told with it. A deadline that is no longer there is left out.
func (t *Tracker) tell(ctx context.Context, claimed *storage.ClaimedPlan, preferences *ce.ReminderPreferences, due []ce.PlannedReminder) (ce.Notification, storage.Told, error) {
	now := t.now()
	notification := ce.Notification{
		Professional: claimed.Professional, Kind: ce.NotificationReminder, CreatedAt: now, On: ce.DateOf(now, ce.ZoneOrUTC(claimed.Profile.TimeZone)),
	}
	view := t.View(Viewer{Professional: claimed.Professional})
	derived, err := view.storedDeadlines(ctx)
	if err != nil {
		return notification, claimed.Told, err
	}
	held, err := view.handle.ReadCertifications(ctx)
	if err != nil {
		return notification, claimed.Told, err
	}
	programs, deadlines := t.programs(held), t.merged(derived, held)
	there := make(map[ce.DeadlineID]*ce.Deadline, len(deadlines))
	told := storage.Told{Steps: make(map[ce.DeadlineID]storage.ToldStep, len(claimed.Told.Steps)+len(due)), At: now}
	for i := range deadlines {
		there[deadlines[i].ID] = &deadlines[i].Deadline
		// What was told of deadlines that are gone is forgotten.
		if step, ok := claimed.Told.Steps[deadlines[i].ID]; ok {
			told.Steps[deadlines[i].ID] = step
		}
	}
	var channels []ce.Channel
	for _, item := range due {
		deadline := there[item.Deadline]
		if deadline == nil {
			continue
		}
		program := ""
		if i := indexOf(held.Items, deadline.Certification); i >= 0 {
			of, err := programs.of(&held.Items[i])
			if err != nil {
				return notification, claimed.Told, err
			}
			program = of.Name
		} else if deadline.Certification != "" {
			continue // it is about to go with its certification
		}
		told.Steps[item.Deadline] = storage.ToldStep{Step: item.Step, DueOn: item.DueOn}
		_, wanted, _ := preferences.Of(deadline.Certification)
		channels = append(channels, wanted...)
		notification.Items = append(notification.Items, ce.NotificationItem{
			Deadline: item.Deadline, Certification: deadline.Certification, Program: program, Kind: deadline.Kind, DueOn: deadline.DueOn,
			Step: item.Step, Status: deadline.Status, Title: deadline.Title, Remaining: deadline.Remaining, Unit: programs.unitName(deadline),
		})
	}
	slices.SortStableFunc(notification.Items, func(a, b ce.NotificationItem) int { return a.DueOn.Compare(b.DueOn) })
	notification.ID = ce.NewNotificationID(claimed.Professional, notification.On, notification.Items)
	t.address(&notification, channels, t.deliverFrom(&notification, preferences, ce.ZoneOrUTC(claimed.Profile.TimeZone)))
	return notification, told, nil
}

// deliverFrom is when the notification is to be delivered that is issued now: some time later, so that not all are at once, unless that is in her quiet hours or on another day.
func (t *Tracker) deliverFrom(n *ce.Notification, preferences *ce.ReminderPreferences, zone *time.Location) time.Time {
	from := n.CreatedAt.Add(spread(n.ID, t.spreadOver))
	if preferences.Quiet(from, zone) || ce.DateOf(from, zone) != n.On {
		return n.CreatedAt
	}
	return from
}

// unitName is the name of the unit as the remaining amount wants it, "" where there is none.
func (p programs) unitName(deadline *ce.Deadline) string {
	unit, ok := p.Unit(deadline.Unit)
	if !ok || deadline.Remaining == nil {
		return ""
	}
	return unit.NameFor(*deadline.Remaining)
}
