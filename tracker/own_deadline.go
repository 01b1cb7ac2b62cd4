package tracker

import (
	"context"
	"errors"
	"slices"

	"accrue/ce"
	"accrue/storage"
)

// NewDeadline is what a professional enters to add a deadline of her own. Empty fields were not given.
type NewDeadline struct {
	ID            ce.DeadlineID
	Title         string
	DueOn         ce.Date
	Certification ce.CertificationID
	TimeZone      string
	Repeats       ce.Repetition // without From, which is DueOn
	Notes         string
}

// DeadlineUpdate changes an own deadline.
type DeadlineUpdate struct {
	ID            ce.DeadlineID
	Version       int
	Title         Change[string]
	DueOn         Change[ce.Date]
	Certification Change[ce.CertificationID]
	TimeZone      Change[string]
	// DoneOn corrects the day on which it was done or, cleared, takes back that it was.
	DoneOn  Change[ce.Date]
	Repeats Change[ce.Repetition]
	Notes   Change[string]
}

// Completion says that an own deadline was done.
type Completion struct {
	ID      ce.DeadlineID
	Version int
	DoneOn  ce.Date // today when not given
	// NextDueOn is when the one that follows is due; the next day of the repetition when not given.
	NextDueOn ce.Date
}

// AddDeadline adds an own deadline and returns it, or nil when the same request was made before and the deadline has been
// removed since.
func (v *View) AddDeadline(ctx context.Context, in NewDeadline) (*Deadline, error) {
	turn, err := v.begin(ctx)
	if err != nil {
		return nil, err
	}
	held, err := v.handle.ReadCertifications(ctx)
	if err != nil {
		return nil, err
	}
	own := ce.OwnDeadline{
		ID:            in.ID,
		Professional:  v.viewer.Professional,
		Title:         in.Title,
		DueOn:         in.DueOn,
		Certification: in.Certification,
		TimeZone:      in.TimeZone,
		Repeats:       in.Repeats,
		Notes:         in.Notes,
		CreatedAt:     v.now(),
	}
	own.UpdatedAt = own.CreatedAt
	if own.ID == "" {
		own.ID = ce.DeadlineID(ce.NewUUID())
	}
	if !own.Repeats.IsZero() {
		own.Repeats.From = own.DueOn
	}
	if indexOfDeadline(held.OwnDeadlines.Items, own.ID) < 0 { // else the request is a repeated one, or refused for its id
		if err := v.prepareDeadline(&own, turn.Profile, held); err != nil {
			return nil, err
		}
	}
	own, err = v.handle.OwnDeadlines().Create(ctx, own, digest(in))
	if errors.Is(err, storage.ErrRemoved) {
		return nil, nil
	}
	if err != nil {
		return nil, translate(err, "deadline")
	}
	v.settle(ctx, turn, nil)
	deadline := v.ownDeadline(&own, held)
	return &deadline, nil
}

// prepareDeadline checks a new deadline and finds its time zone.
func (v *View) prepareDeadline(own *ce.OwnDeadline, profile ce.Professional, held storage.Held) error {
	if err := checkOwner(own.Certification, "", held.Items); err != nil {
		return err
	}
	if i := indexOf(held.Items, own.Certification); i >= 0 && own.TimeZone == "" {
		own.TimeZone = held.Items[i].TimeZone
	}
	if own.TimeZone == "" {
		own.TimeZone = profile.TimeZone
	}
	if own.TimeZone == "" {
		return errNoZone
	}
	if err := own.Clean(); err != nil {
		return err
	}
	if len(held.OwnDeadlines.Items) >= ce.MaxOwnDeadlines {
		return errDeadlines
	}
	return nil
}

var errDeadlines = ce.Errorf(ce.CodeLimitExceeded, "You have %d deadlines of your own, and no more can be kept. Remove some that are done.", ce.MaxOwnDeadlines)

// checkOwner refuses to tie a deadline to what the viewer does not hold. What it was tied to before may have been removed
// since and is no reason to refuse.
func checkOwner(id, before ce.CertificationID, held []ce.Certification) error {
	if id == "" || id == before || indexOf(held, id) >= 0 {
		return nil
	}
	return &ce.Error{Code: ce.CodeNotFound, Path: []string{"certificationId"}, Text: "There is no such certification."}
}

// UpdateDeadline changes an own deadline and returns it. An update that changes nothing succeeds whatever version it saw.
func (v *View) UpdateDeadline(ctx context.Context, in DeadlineUpdate) (Deadline, error) {
	return v.changeDeadline(ctx, in.ID, in.Version, func(d *ce.OwnDeadline, held storage.Held) error {
		before := *d
		in.Title.Apply(&d.Title)
		in.DueOn.Apply(&d.DueOn)
		in.Certification.Apply(&d.Certification)
		in.TimeZone.Apply(&d.TimeZone)
		in.DoneOn.Apply(&d.DoneOn)
		in.Notes.Apply(&d.Notes)
		if in.Repeats.Given {
			d.Repeats.Every, d.Repeats.Unit = in.Repeats.Value.Every, in.Repeats.Value.Unit
		}
		switch {
		case in.Repeats.Given && in.Repeats.Value == (ce.Repetition{}):
			d.Repeats = ce.Repetition{}
		case !d.Repeats.IsZero() && (d.DueOn != before.DueOn || before.Repeats.IsZero()):
			d.Repeats.From = d.DueOn
		}
		if before.DoneOn.IsZero() && !d.DoneOn.IsZero() {
			return &ce.Error{Code: ce.CodeInvalidInput, Path: []string{"doneOn"}, Text: "This deadline is not done yet; `completeDeadline` says that it is and opens the next."}
		}
		if err := checkOwner(d.Certification, before.Certification, held.Items); err != nil {
			return err
		}
		return v.checkDone(d)
	})
}

func (v *View) checkDone(d *ce.OwnDeadline) error {
	var problems ce.Problems
	problems.Check(d.Clean())
	problems.Check(ce.CheckPast(d.DoneOn, v.now(), d.TimeZone), "doneOn")
	return problems.Err()
}

// CompleteDeadline says that an own deadline was done. It returns it with the one that follows when it repeats, nil when
// none does or that one has been removed since. Said again, it changes nothing.
func (v *View) CompleteDeadline(ctx context.Context, in Completion) (done Deadline, next *Deadline, err error) {
	var following ce.DeadlineID
	done, err = v.changeDeadline(ctx, in.ID, in.Version, func(d *ce.OwnDeadline, held storage.Held) error {
		switch {
		case !in.DoneOn.IsZero():
			d.DoneOn = in.DoneOn
		case d.DoneOn.IsZero():
			d.DoneOn = ce.DateOf(v.now(), d.Zone())
		}
		if d.Repeats.IsZero() && !in.NextDueOn.IsZero() {
			return &ce.Error{Code: ce.CodeInvalidInput, Path: []string{"nextDueOn"}, Text: "This deadline does not repeat, so none follows."}
		}
		var problems ce.Problems
		problems.Check(v.checkDone(d))
		problems.Check(ce.CheckDay(in.NextDueOn), "nextDueOn")
		if !in.NextDueOn.IsZero() && !in.NextDueOn.After(d.DueOn) {
			problems.Add("must be after dueOn, "+d.DueOn.String(), "nextDueOn")
		}
		if err := problems.Err(); err != nil {
			return err
		}
		own, repeats := d.Next(in.NextDueOn)
		if !repeats {
			return nil
		}
		following = own.ID
		if d.Version != in.Version { // refused, or said before
			return nil
		}
		return v.open(ctx, own, held)
	})
	if err != nil {
		return Deadline{}, nil, err
	}
	if following != "" {
		found, err := v.Deadline(ctx, following)
		switch {
		case err == nil:
			next = &found
		case ce.CodeOf(err) != ce.CodeNotFound:
			return Deadline{}, nil, err
		}
	}
	return done, next, nil
}

// open creates the deadline that follows one which is about to be done: first, since of two that are open one is easily
// removed, and a missing one is easily missed. Its id is always the same, so that it is opened once.
func (v *View) open(ctx context.Context, next ce.OwnDeadline, held storage.Held) error {
	next.CreatedAt = v.now()
	next.UpdatedAt = next.CreatedAt
	if indexOfDeadline(held.OwnDeadlines.Items, next.ID) >= 0 {
		return nil
	}
	if len(held.OwnDeadlines.Items) >= ce.MaxOwnDeadlines {
		return errDeadlines
	}
	_, err := v.handle.OwnDeadlines().Create(ctx, next, "opened by the one before it")
	if errors.Is(err, storage.ErrRemoved) {
		return nil
	}
	return err
}

// changeDeadline runs a change under the version that the viewer saw.
func (v *View) changeDeadline(ctx context.Context, id ce.DeadlineID, version int, change func(*ce.OwnDeadline, storage.Held) error) (Deadline, error) {
	turn, err := v.begin(ctx)
	if err != nil {
		return Deadline{}, err
	}
	held, err := v.handle.ReadCertifications(ctx)
	if err != nil {
		return Deadline{}, err
	}
	own, err := v.handle.OwnDeadlines().Update(ctx, id, func(d *ce.OwnDeadline) error {
		before := *d
		if err := change(d, held); err != nil {
			if before.Version != version {
				return stale("deadline")
			}
			return err
		}
		if *d == before {
			return storage.ErrUnchanged
		}
		if before.Version != version {
			return stale("deadline")
		}
		d.UpdatedAt = v.now()
		return nil
	})
	if err != nil {
		return Deadline{}, translate(err, "deadline")
	}
	v.settle(ctx, turn, nil)
	return v.ownDeadline(&own, held), nil
}

// RemoveDeadline removes an own deadline; removing it again is no error.
func (v *View) RemoveDeadline(ctx context.Context, id ce.DeadlineID, version int) error {
	turn, err := v.begin(ctx)
	if err != nil {
		return err
	}
	err = v.handle.OwnDeadlines().Remove(ctx, id, v.now(), func(d ce.OwnDeadline) error {
		if d.Version != version {
			return stale("deadline")
		}
		return nil
	})
	if err != nil {
		return translate(err, "deadline")
	}
	v.settle(ctx, turn, nil)
	return nil
}

func indexOfDeadline(own []ce.OwnDeadline, id ce.DeadlineID) int {
	return slices.IndexFunc(own, func(d ce.OwnDeadline) bool { return d.ID == id })
}
