package tracker

import (
	"cmp"
	"slices"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// How reminders are planned.
const (
	// spareStep is the step from which on every step is used. Of those above it only the first is, unless the deadline is
	// at risk on the day of the step: who is on her way hears of it once and then when a month is left.
	spareStep = 30
	// keptAfterDue is for how many days a step that was missed is caught up when the day itself is over.
	keptAfterDue = 14
	// maxPlanned is how many reminders a plan holds; those after them are planned when their time comes near.
	maxPlanned = 1000
)

// planning is all that a plan is made of.
type planning struct {
	standings   []ce.Standing                         // with their deadlines
	own         []ce.Deadline                         // the professional's own
	zones       map[ce.CertificationID]*time.Location // in which the standings' days begin
	preferences ce.ReminderPreferences
	timeZone    string // where the professional lives; "" while unknown
	told        storage.Told
	now         time.Time
}

// plan says when the professional is reminded of what. The same input gives the same plan.
//
// Each deadline that is not met has a reminder on each day of its ladder, at the hour of her day; an hour in her quiet hours
// moves to their end, one that the clocks skip to the end of the gap, and of one that comes twice the first counts. Of the steps
// whose time is past, what was told already and what is muted or snoozed included, only the latest is caught up, and only if it
// was not told: at once, or when the quiet hours end, where it is the step of today, or where the deadline would be over by then,
// else at the next hour. At most one time on any day something is told, for all deadlines.
func (p planning) plan() ce.Plan {
	plan := ce.Plan{TimeZone: p.timeZone}
	loc, err := ce.LoadZone(p.timeZone)
	if err != nil {
		plan.TimeZone, loc = "", time.UTC
	}
	hours := p.hours(loc)
	for i := range p.standings {
		standing := &p.standings[i]
		ladder, _, from := p.preferences.Of(standing.Certification)
		for k := range standing.Deadlines {
			if deadline := &standing.Deadlines[k]; deadline.Status != ce.DeadlineMet {
				plan.Items = p.planOne(plan.Items, hours, standing, deadline, ladder, from)
			}
		}
		if zone := p.zones[standing.Certification]; zone != nil && !standing.ChangesOn.IsZero() {
			plan.EvaluateAt = sooner(plan.EvaluateAt, standing.ChangesOn.Start(zone))
		}
	}
	for i := range p.own {
		if deadline := &p.own[i]; deadline.Status != ce.DeadlineMet {
			ladder, _, from := p.preferences.Of(deadline.Certification)
			plan.Items = p.planOne(plan.Items, hours, nil, deadline, ladder, from)
		}
	}
	slices.SortFunc(plan.Items, ce.PlannedReminder.Compare)
	if n := maxPlanned; len(plan.Items) > n {
		for n < len(plan.Items) && plan.Items[n].At.Equal(plan.Items[n-1].At) {
			n++ // those of one time belong together
		}
		if n < len(plan.Items) {
			plan.EvaluateAt = sooner(plan.EvaluateAt, plan.Items[n].At)
			plan.Items = plan.Items[:n]
		}
	}
	if len(plan.Items) > 0 {
		plan.NextAt = plan.Items[0].At
	}
	return plan
}

// sooner returns the sooner of the two, where the zero time is none.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}

// planOne adds what is planned for one deadline, of a standing unless it is an own one.
func (p *planning) planOne(items []ce.PlannedReminder, hours *hours, standing *ce.Standing, d *ce.Deadline, ladder []int, from ce.Date) []ce.PlannedReminder {
	// What is snoozed is told again on the day on which the snooze ends, as a step of its own: the one before was told already.
	snoozed := p.preferences.Snooze[d.ID]
	again := snoozed.DaysUntil(d.DueOn)
	if !snoozed.IsZero() && len(ladder) > 0 && again >= ce.MinStep && again <= ce.MaxStep {
		ladder = withStep(ladder, again)
	}
	if snoozed.After(from) {
		from = snoozed
	}
	reminder := func(step int, at time.Time) ce.PlannedReminder {
		return ce.PlannedReminder{Deadline: d.ID, Certification: d.Certification, Step: step, At: at, DueOn: d.DueOn}
	}
	// The first day on which it can be told, which has a decent time, and, of the steps until then, the latest; today the same at once.
	first := hours.next
	if from.After(first) {
		first = from
	}
	first = ce.DateOf(hours.at(first), hours.loc)
	atOnce := !hours.atOnce.IsZero() && !from.After(hours.today)
	missed, missedToday, found, foundToday := 0, 0, false, false
	planned := len(items)
	for i, step := range ladder {
		day := d.DueOn.AddDays(-step)
		if step > spareStep && i > 0 && (snoozed.IsZero() || step != again) && !p.atRisk(standing, d, step) {
			continue
		}
		if p.told.Covers(reminder(step, time.Time{})) {
			continue
		}
		if atOnce && !day.After(hours.today) {
			missedToday, foundToday = step, true
		}
		if day.After(first) {
			// What is told a day later, since the day has no decent time, gives way to the step of that day.
			at := hours.at(day)
			if n := len(items); n > planned && items[n-1].At.Equal(at) {
				items = items[:n-1]
			}
			items = append(items, reminder(step, at))
		} else {
			missed, found = step, true
		}
	}
	if foundToday && (d.DueOn.AddDays(-missedToday) == hours.today || !d.DueOn.Before(hours.today) && first.After(d.DueOn)) {
		items = append(items, reminder(missedToday, hours.atOnce))
		found = found && missed != missedToday
	}
	if found && p.worthTelling(d, missed, first) {
		items = append(items, reminder(missed, hours.at(first)))
	}
	return items
}

// withStep returns the ladder with the step in its place.
func withStep(ladder []int, step int) []int {
	i, found := slices.BinarySearchFunc(ladder, step, func(a, b int) int { return cmp.Compare(b, a) })
	if found {
		return ladder
	}
	return slices.Insert(slices.Clone(ladder), i, step)
}

// worthTelling reports whether a step, perhaps missed, is told on the day.
func (p *planning) worthTelling(d *ce.Deadline, step int, on ce.Date) bool {
	return !on.After(d.DueOn) || d.DueOn.AddDays(-step).DaysUntil(on) <= keptAfterDue
}

// atRisk reports whether, should nothing more be earned until the day of the step, more a day would be needed from then on than
// was earned a day until then. What is no amount is not at risk.
func (p *planning) atRisk(standing *ce.Standing, d *ce.Deadline, step int) bool {
	if d.Remaining == nil || d.Remaining.Sign() <= 0 {
		return false
	}
	if standing.Cycle == nil {
		return true
	}
	begins := standing.Cycle.StartsOn
	if year := d.DueOn.AddMonths(-12).AddDays(1); d.Kind == ce.DeadlineAnnual && year.After(begins) {
		begins = year
	}
	elapsed := max(begins.DaysUntil(d.DueOn.AddDays(-step)), 1)
	return d.Remaining.Mul(ce.Int(int64(elapsed))).Cmp(earnedFor(standing, d).Mul(ce.Int(int64(step)))) > 0
}

// earnedFor is what was earned of what the deadline asks: of its requirement or, where it is about the whole cycle, of the
// one whose remaining amount it shows.
func earnedFor(standing *ce.Standing, d *ce.Deadline) ce.Amount {
	for i := range standing.Requirements {
		r := &standing.Requirements[i]
		same := r.ID == d.Requirement
		if d.Requirement == "" {
			same = r.Kind == ce.KindMinimum && r.Force == ce.Binding && r.Unit == d.Unit && r.Remaining != nil && r.Remaining.Equal(*d.Remaining)
		}
		if same && r.Earned != nil {
			return *r.Earned
		}
	}
	return ce.Int(0)
}

// hours finds the times of telling.
type hours struct {
	preferences *ce.ReminderPreferences
	loc         *time.Location
	today       ce.Date
	next        ce.Date // the first day whose hour is not past and on which nothing was told yet
	known       map[ce.Date]time.Time
	// atOnce is when something may be told that cannot wait: now, or when the quiet hours are over, today; the zero time while the
	// hour of today is still to come, when something was told today, and when today has no decent time left.
	atOnce time.Time
}

func (p *planning) hours(loc *time.Location) *hours {
	h := &hours{preferences: &p.preferences, loc: loc, today: ce.DateOf(p.now, loc), known: map[ce.Date]time.Time{}}
	h.next = h.today
	toldToday := !p.told.At.IsZero() && ce.DateOf(p.told.At, loc) == h.today
	if toldToday || h.at(h.today).Before(p.now) {
		h.next = h.today.AddDays(1)
		if !toldToday {
			h.atOnce = h.firstFrom(p.now)
		}
	}
	return h
}

// firstFrom returns the first decent time of today from now on, the zero time when there is none.
func (h *hours) firstFrom(now time.Time) time.Time {
	if !h.preferences.Quiet(now, h.loc) {
		return now
	}
	if end := h.preferences.QuietEnd(now, h.loc); ce.DateOf(end, h.loc) == h.today {
		return end
	}
	return time.Time{}
}

// at returns the hour of telling on the day, or, where the day has none or the calendar there left it out, on the next that has one.
func (h *hours) at(day ce.Date) time.Time {
	if at, ok := h.known[day]; ok {
		return at
	}
	at := day.At(h.preferences.Hour, h.loc)
	if h.preferences.Quiet(at, h.loc) {
		at = day.At(h.preferences.QuietUntil, h.loc)
	}
	at = at.UTC()
	if shown := ce.DateOf(at, h.loc); shown.After(day) {
		at = h.at(shown)
	} else if h.preferences.Quiet(at, h.loc) {
		at = h.at(day.AddDays(1))
	}
	h.known[day] = at
	return at
}
