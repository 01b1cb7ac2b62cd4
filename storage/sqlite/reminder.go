package sqlite

import (
	"context"
	"errors"
	"maps"
	"slices"

	"accrue/ce"
	"accrue/storage"
)

func (p professional) ReminderPreferences(ctx context.Context) (preferences ce.ReminderPreferences, err error) {
	err = p.store.read(ctx, func(c *connection) error {
		preferences, err = p.preferences(c)
		return err
	})
	return preferences, err
}

func (p professional) preferences(c *connection) (preferences ce.ReminderPreferences, err error) {
	ok, err := c.first(func(r row) error {
		if r[0] != nil {
			preferences, err = decodePreferences(r.blob(0))
		}
		return err
	}, "SELECT r.record FROM professionals p LEFT JOIN reminder_preferences r ON r.professional = p.id WHERE p.id = ?", p.id)
	if err == nil && !ok {
		err = storage.ErrNotFound
	}
	return preferences, err
}

func (p professional) UpdateReminderPreferences(ctx context.Context, change func(*ce.ReminderPreferences) error) (ce.ReminderPreferences, error) {
	for {
		current, err := p.ReminderPreferences(ctx)
		if err != nil {
			return current, err
		}
		changed, err := decodePreferences(encodePreferences(&current)) // with lists of its own, since change may work in place
		if err != nil {
			return current, err
		}
		if done, err := changing(change(&changed)); done {
			return current, err
		}
		changed.Version = current.Version + 1
		record := encodePreferences(&changed)
		ok := false
		err = p.store.write(ctx, func(c *connection) error {
			n, err := c.exec(`INSERT INTO reminder_preferences (professional, version, record)
				SELECT ?1, ?2, ?3 WHERE EXISTS (SELECT 1 FROM professionals WHERE id = ?1) AND (?4 = 0 OR EXISTS (SELECT 1 FROM reminder_preferences WHERE professional = ?1))
				ON CONFLICT DO UPDATE SET version = excluded.version, record = excluded.record WHERE version = ?4`,
				p.id, changed.Version, record, current.Version)
			if ok = n > 0; err != nil || !ok {
				return err
			}
			return p.mark(c, storage.Mark{Kind: storage.MarkedPreferences, ID: string(p.id), Version: changed.Version}, changed.UpdatedAt)
		})
		if err != nil {
			return current, err
		}
		if ok {
			return decodePreferences(record)
		}
	}
}

func (p professional) Plan(ctx context.Context) (plan ce.Plan, err error) {
	err = p.store.read(ctx, func(c *connection) error {
		_, err := c.first(func(r row) error {
			var told storage.Told
			plan, told, err = decodePlan(r)
			plan.Items = untold(plan.Items, told)
			return err
		}, "SELECT next_at, told, record FROM plans WHERE professional = ?", p.id)
		return err
	})
	return plan, err
}

// decodePlan reads next_at, told and the record.
func decodePlan(r row) (plan ce.Plan, told storage.Told, err error) {
	if r[2] != nil {
		plan, err = decodePlanRecord(r.blob(2))
	}
	plan.NextAt = r.instant(0)
	told, toldErr := decodeTold(r.blob(1))
	return plan, told, errors.Join(err, toldErr)
}

// untold leaves out what was told.
func untold(items []ce.PlannedReminder, told storage.Told) []ce.PlannedReminder {
	return slices.DeleteFunc(items, told.Covers)
}

// savePlan replaces the plan and ends its claim. What was told stays.
func (p professional) savePlan(c *connection, nextAt any, record []byte) error {
	_, err := c.exec(`INSERT INTO plans (professional, next_at, record) VALUES (?, ?, ?)
		ON CONFLICT DO UPDATE SET next_at = excluded.next_at, record = excluded.record, token = NULL
		WHERE next_at IS NOT excluded.next_at OR record IS NOT excluded.record OR token IS NOT NULL`, p.id, nextAt, record)
	return err
}

func encodePreferences(p *ce.ReminderPreferences) []byte {
	var e encoder
	e.number(p.Version)
	putList(&e, p.Channels, putText)
	putList(&e, p.Ladder, putNumber)
	e.number(int(p.Hour))
	e.number(int(p.QuietFrom))
	e.number(int(p.QuietUntil))
	put(&e, p.Language)
	e.date(p.MuteUntil)
	put(&e, p.Detail)
	putList(&e, p.Certifications, func(e *encoder, c *ce.CertificationReminders) {
		put(e, c.Certification)
		putList(e, c.Channels, putText)
		putList(e, c.Ladder, putNumber)
		e.date(c.MuteUntil)
	})
	snoozed := slices.Sorted(maps.Keys(p.Snooze))
	putList(&e, snoozed, func(e *encoder, id *ce.DeadlineID) {
		put(e, *id)
		e.date(p.Snooze[*id])
	})
	e.instant(p.UpdatedAt)
	e.flag(p.MuteCredits)
	return e.data
}

func decodePreferences(record []byte) (ce.ReminderPreferences, error) {
	d := newDecoder(record)
	p := ce.ReminderPreferences{
		Version: d.number(), Channels: getList(d, getText[ce.Channel]), Ladder: getList(d, getNumber),
		Hour: ce.TimeOfDay(d.number()), QuietFrom: ce.TimeOfDay(d.number()), QuietUntil: ce.TimeOfDay(d.number()),
		Language: get[string](d), MuteUntil: d.date(), Detail: get[ce.ReminderDetail](d),
		Certifications: getList(d, func(d *decoder, c *ce.CertificationReminders) {
			*c = ce.CertificationReminders{
				Certification: get[ce.CertificationID](d), Channels: getList(d, getText[ce.Channel]), Ladder: getList(d, getNumber), MuteUntil: d.date(),
			}
		}),
	}
	type entry struct {
		id    ce.DeadlineID
		until ce.Date
	}
	for _, e := range getList(d, func(d *decoder, e *entry) { *e = entry{get[ce.DeadlineID](d), d.date()} }) {
		if p.Snooze == nil {
			p.Snooze = ce.Snooze{}
		}
		p.Snooze[e.id] = e.until
	}
	p.UpdatedAt, p.MuteCredits = d.instant(), d.flag()
	return p, d.err()
}

func putNumber(e *encoder, n *int) { e.number(*n) }

func getNumber(d *decoder, n *int) { *n = d.number() }

// encodePlan writes each deadline once, and its items by its place. NextAt has a column.
func encodePlan(plan *ce.Plan) []byte {
	e := encoder{make([]byte, 0, 200+10*len(plan.Items))}
	put(&e, plan.TimeZone)
	e.instant(plan.EvaluateAt)
	places := map[ce.DeadlineID]int{}
	var first []*ce.PlannedReminder // of each deadline
	for i := range plan.Items {
		if _, ok := places[plan.Items[i].Deadline]; !ok {
			places[plan.Items[i].Deadline] = len(first)
			first = append(first, &plan.Items[i])
		}
	}
	putList(&e, first, func(e *encoder, i **ce.PlannedReminder) {
		put(e, (*i).Deadline)
		put(e, (*i).Certification)
		e.date((*i).DueOn)
	})
	putList(&e, plan.Items, func(e *encoder, i *ce.PlannedReminder) {
		e.number(places[i.Deadline])
		e.number(i.Step)
		e.instant(i.At)
	})
	return e.data
}

func decodePlanRecord(record []byte) (ce.Plan, error) {
	d := newDecoder(record)
	plan := ce.Plan{TimeZone: get[string](d), EvaluateAt: d.instant()}
	deadlines := getList(d, func(d *decoder, i *ce.PlannedReminder) {
		*i = ce.PlannedReminder{Deadline: get[ce.DeadlineID](d), Certification: get[ce.CertificationID](d), DueOn: d.date()}
	})
	plan.Items = getList(d, func(d *decoder, i *ce.PlannedReminder) {
		place := d.number()
		if place < 0 || place >= len(deadlines) {
			d.fail()
			return
		}
		*i = deadlines[place]
		i.Step, i.At = d.number(), d.instant()
	})
	return plan, d.err()
}

func encodeTold(told storage.Told) []byte {
	var e encoder
	e.instant(told.At)
	deadlines := slices.Sorted(maps.Keys(told.Steps))
	putList(&e, deadlines, func(e *encoder, id *ce.DeadlineID) {
		put(e, *id)
		e.number(told.Steps[*id].Step)
		e.date(told.Steps[*id].DueOn)
	})
	return e.data
}

func decodeTold(record []byte) (storage.Told, error) {
	d := newDecoder(record)
	told := storage.Told{At: d.instant()}
	type entry struct {
		id   ce.DeadlineID
		step storage.ToldStep
	}
	for _, e := range getList(d, func(d *decoder, e *entry) {
		*e = entry{get[ce.DeadlineID](d), storage.ToldStep{Step: d.number(), DueOn: d.date()}}
	}) {
		if told.Steps == nil {
			told.Steps = map[ce.DeadlineID]storage.ToldStep{}
		}
		told.Steps[e.id] = e.step
	}
	return told, d.err()
}
