package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"accrue/ce"
	"accrue/notify"
	"accrue/storage"
)

// Limits of the commands about reminders.
const (
	maxListed    = 10_000 // of each list
	maxRetriedBy = 100    // ids
	backlogPage  = 500    // deliveries read, and put back, at once
)

// remindersCommand looks after reminders that are late or could not be delivered; docs/operating.md is its manual.
type remindersCommand struct {
	List  listRemindersCommand  `cmd:"" help:"Show deliveries of notifications that wait or have failed, and plans that are overdue; while the server runs or not."`
	Retry retryRemindersCommand `cmd:"" help:"Have deliveries that have failed tried again, from their first attempt on. With the embedded database the server must not run."`
}

// chosenDeliveries says which deliveries a command is about.
type chosenDeliveries struct {
	DueBefore moment `name:"due-before" placeholder:"WHEN" help:"Only those due before this instant, such as 2026-11-22T09:00:00Z, or before this day in UTC, such as 2026-11-22; now when absent. What has failed was due at its last attempt."`
	Channel   string `enum:",push,email" default:"" help:"Only those by push or by email."`
	Code      string `help:"Only those whose last attempt failed for this reason, as list shows it."`
}

func (c *chosenDeliveries) channels() []ce.Channel {
	if c.Channel == "" {
		return ce.Channels
	}
	return []ce.Channel{ce.Channel(strings.ToUpper(c.Channel))}
}

// moment is an instant that is given as such, or as the day that it begins in UTC.
type moment struct{ time.Time }

// UnmarshalText implements encoding.TextUnmarshaler.
func (m *moment) UnmarshalText(text []byte) error {
	if day, err := ce.ParseDate(string(text)); err == nil {
		m.Time = day.Start(time.UTC)
		return nil
	}
	at, err := time.Parse(time.RFC3339, string(text))
	if err != nil {
		return fmt.Errorf("%q must be an instant such as 2026-11-22T09:00:00Z, or a day such as 2026-11-22", text)
	}
	m.Time = at.UTC()
	return nil
}

type listRemindersCommand struct {
	Database
	chosenDeliveries
	State string `enum:",pending,failed" default:"" help:"Only those that are pending, or that have failed."`
	Limit int    `default:"100" help:"How many deliveries and how many plans are shown, up to 10000."`
	JSON  bool   `name:"json" help:"Print JSON instead of a text."`
}

// Validate checks what no type says.
func (c *listRemindersCommand) Validate() error {
	if c.Limit < 1 || c.Limit > maxListed {
		return fmt.Errorf("--limit must be from 1 to %d", maxListed)
	}
	return nil
}

// Run prints what waits.
func (c *listRemindersCommand) Run(ctx context.Context) error {
	store, err := c.openBeside(ctx)
	if err != nil {
		return err
	}
	backlog, err := c.read(ctx, store.System(), time.Now().UTC())
	if err := errors.Join(err, store.Close()); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(os.Stdout, backlog)
	}
	return backlog.print(os.Stdout)
}

// backlog is what list shows. It names nobody but by ids.
type backlog struct {
	DueBefore        time.Time        `json:"dueBefore"`
	Deliveries       []listedDelivery `json:"deliveries"` // soonest first
	MoreDeliveries   bool             `json:"moreDeliveries"`
	OverdueBefore    time.Time        `json:"overdueBefore"` // DueBefore, or now when that is sooner
	OverduePlans     []listedDuePlan  `json:"overduePlans"`  // soonest first
	MoreOverduePlans bool             `json:"moreOverduePlans"`
}

type listedDelivery struct {
	NotificationID ce.NotificationID `json:"notificationId"`
	ProfessionalID ce.ProfessionalID `json:"professionalId"`
	Channel        ce.Channel        `json:"channel"`
	State          ce.DeliveryState  `json:"state"`
	Attempts       int               `json:"attempts"`
	Code           string            `json:"code"`
	DueAt          time.Time         `json:"dueAt,omitzero"`
	CreatedAt      time.Time         `json:"createdAt"`
}

type listedDuePlan struct {
	ProfessionalID ce.ProfessionalID `json:"professionalId"`
	DueAt          time.Time         `json:"dueAt"`
}

func (c *listRemindersCommand) read(ctx context.Context, from storage.Backlog, now time.Time) (*backlog, error) {
	out := &backlog{DueBefore: c.DueBefore.Time, Deliveries: []listedDelivery{}, OverduePlans: []listedDuePlan{}}
	if out.DueBefore.IsZero() {
		out.DueBefore = now
	}
	if out.OverdueBefore = out.DueBefore; now.Before(out.OverdueBefore) {
		out.OverdueBefore = now
	}
	states := []ce.DeliveryState{ce.DeliveryPending, ce.DeliveryFailed}
	if c.State != "" {
		states = []ce.DeliveryState{ce.DeliveryState(strings.ToUpper(c.State))}
	}
	for _, channel := range c.channels() {
		for _, state := range states {
			filter := storage.DeliveryFilter{State: state, DueBefore: out.DueBefore, Code: c.Code}
			found := 0
			err := eachDelivery(ctx, from, channel, filter, func(entries []storage.DeliveryEntry) (more bool, err error) {
				for _, entry := range entries {
					out.Deliveries = append(out.Deliveries, listedDelivery{
						entry.Notification, entry.Professional, channel, state, entry.Delivery.Attempts, entry.Delivery.Code, entry.DueAt, entry.CreatedAt,
					})
				}
				found += len(entries)
				return found <= c.Limit, nil
			})
			if err != nil {
				return nil, err
			}
		}
	}
	slices.SortFunc(out.Deliveries, func(a, b listedDelivery) int {
		return cmp.Or(a.DueAt.Compare(b.DueAt), cmp.Compare(a.NotificationID, b.NotificationID), cmp.Compare(a.Channel, b.Channel))
	})
	if out.MoreDeliveries = len(out.Deliveries) > c.Limit; out.MoreDeliveries {
		out.Deliveries = out.Deliveries[:c.Limit]
	}
	plans, err := from.DuePlans(ctx, out.OverdueBefore, c.Limit+1)
	if err != nil {
		return nil, err
	}
	if out.MoreOverduePlans = len(plans) > c.Limit; out.MoreOverduePlans {
		plans = plans[:c.Limit]
	}
	for _, plan := range plans {
		out.OverduePlans = append(out.OverduePlans, listedDuePlan{plan.Professional, plan.NextAt})
	}
	return out, nil
}

// eachDelivery calls do with page after page of the deliveries until it wants no more.
func eachDelivery(ctx context.Context, from storage.Backlog, channel ce.Channel, filter storage.DeliveryFilter, do func([]storage.DeliveryEntry) (more bool, err error)) error {
	page := storage.Page[storage.DeliveryKey]{First: backlogPage}
	for {
		slice, err := from.ListDeliveries(ctx, channel, filter, page)
		if err != nil {
			return err
		}
		if more, err := do(slice.Items); err != nil || !more || !slice.More {
			return err
		}
		last := slice.Items[len(slice.Items)-1].Key()
		page.After = &last
	}
}

func (b *backlog) print(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	when := func(at time.Time) string {
		if at.IsZero() {
			return "-"
		}
		return at.Format(time.RFC3339)
	}
	tell := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format+"\n", args...) } // Flush has the error
	if len(b.Deliveries) == 0 {
		tell("No such delivery was due before %s.", when(b.DueBefore))
	} else {
		tell("Deliveries due before %s, soonest first:", when(b.DueBefore))
		tell("DUE\tCHANNEL\tSTATE\tATTEMPTS\tCODE\tCREATED\tNOTIFICATION\tPROFESSIONAL")
		for _, d := range b.Deliveries {
			tell("%s\t%s\t%s\t%d\t%s\t%s\t%s\t%s", when(d.DueAt), d.Channel, d.State, d.Attempts, cmp.Or(d.Code, "-"), when(d.CreatedAt), d.NotificationID, d.ProfessionalID)
		}
		if b.MoreDeliveries {
			tell("There are more; --limit shows up to %d.", maxListed)
		}
	}
	tell("")
	if len(b.OverduePlans) == 0 {
		tell("No plan of reminders was due before %s and is not issued.", when(b.OverdueBefore))
	} else {
		tell("Plans of reminders due before %s and not issued, soonest first:", when(b.OverdueBefore))
		tell("DUE\tPROFESSIONAL")
		for _, p := range b.OverduePlans {
			tell("%s\t%s", when(p.DueAt), p.ProfessionalID)
		}
		if b.MoreOverduePlans {
			tell("There are more; --limit shows up to %d.", maxListed)
		}
	}
	return w.Flush()
}

type retryRemindersCommand struct {
	Database
	chosenDeliveries
	IDs []string `arg:"" optional:"" name:"id" help:"Only these notifications, up to 100."`
}

// Validate checks what no single flag says.
func (c *retryRemindersCommand) Validate() error {
	switch {
	case len(c.IDs) > maxRetriedBy:
		return fmt.Errorf("at most %d ids can be given; leave them out and choose by --due-before, --channel or --code", maxRetriedBy)
	case len(c.IDs) > 0 && (!c.DueBefore.IsZero() || c.Code != ""):
		return errors.New("give either ids, or --due-before and --code")
	}
	for i, id := range c.IDs {
		uuid, err := ce.ParseUUID(id)
		if err != nil {
			return fmt.Errorf("%s %w", id, err)
		}
		c.IDs[i] = uuid
	}
	return nil
}

// Run puts deliveries that have failed back.
func (c *retryRemindersCommand) Run(ctx context.Context) error {
	store, err := c.openToRetry(ctx)
	if err != nil {
		return err
	}
	now := time.Now().UTC().Truncate(time.Millisecond)
	if len(c.IDs) > 0 {
		err = c.retryThese(ctx, store.System(), now, os.Stdout)
	} else {
		err = c.retryAll(ctx, store.System(), now, os.Stdout)
	}
	return errors.Join(err, store.Close())
}

// retryAll puts back what failed before now. What fails meanwhile for a second time is left, or there would be no end, and so is what is
// too old to be told.
func (c *retryRemindersCommand) retryAll(ctx context.Context, in storage.Backlog, now time.Time, out io.Writer) error {
	filter := storage.DeliveryFilter{State: ce.DeliveryFailed, DueBefore: now, Code: c.Code}
	if !c.DueBefore.IsZero() && c.DueBefore.Before(now) {
		filter.DueBefore = c.DueBefore.Time
	}
	old, retried := 0, map[ce.Channel]int{}
	var failed error
	for _, channel := range c.channels() {
		failed = eachDelivery(ctx, in, channel, filter, func(entries []storage.DeliveryEntry) (more bool, err error) {
			var ids []ce.NotificationID
			for _, entry := range entries {
				if now.Sub(entry.CreatedAt) > notify.ReminderKept {
					old++
					continue
				}
				ids = append(ids, entry.Notification)
			}
			n, err := in.RetryDeliveries(ctx, channel, ids, now)
			retried[channel] += n
			return true, err
		})
		if failed != nil {
			break
		}
	}
	tellRetried(out, retried)
	if old > 0 {
		_, _ = fmt.Fprintf(out, "Left: %s of notifications older than %d hours, which are not delivered any more.\n", countedDeliveries(old), int(notify.ReminderKept.Hours()))
	}
	return failed
}

// retryThese puts back the deliveries of single notifications, and names those of which none has failed.
func (c *retryRemindersCommand) retryThese(ctx context.Context, in storage.Backlog, now time.Time, out io.Writer) error {
	retried := map[ce.Channel]int{}
	var failed []error
	for _, id := range c.IDs {
		found := false
		for _, channel := range c.channels() {
			n, err := in.RetryDeliveries(ctx, channel, []ce.NotificationID{ce.NotificationID(id)}, now)
			if err != nil {
				tellRetried(out, retried)
				return err
			}
			retried[channel] += n
			found = found || n > 0
		}
		if !found {
			failed = append(failed, fmt.Errorf("%s: there is no such notification, or no such delivery of it has failed", id))
		}
	}
	tellRetried(out, retried)
	return errors.Join(failed...)
}

func tellRetried(out io.Writer, retried map[ce.Channel]int) {
	total := 0
	var parts []string
	for _, channel := range ce.Channels {
		if n := retried[channel]; n > 0 {
			total += n
			parts = append(parts, fmt.Sprintf("%d by %s", n, channel))
		}
	}
	if total == 0 {
		_, _ = fmt.Fprintln(out, "No delivery is tried again.")
		return
	}
	_, _ = fmt.Fprintf(out, "To be tried again: %s (%s).\n", countedDeliveries(total), strings.Join(parts, ", "))
}

func countedDeliveries(n int) string {
	if n == 1 {
		return "1 delivery"
	}
	return fmt.Sprintf("%d deliveries", n)
}
