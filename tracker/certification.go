package tracker

import (
	"context"
	"errors"
	"reflect"
	"slices"

	"accrue/ce"
	"accrue/rules"
	"accrue/storage"
)

// NewCertification is what a professional enters to add a certification. Empty fields were not given.
type NewCertification struct {
	ID        ce.CertificationID
	Program   ce.ProgramID
	Number    string
	IssuedOn  ce.Date
	ExpiresOn ce.Date
	TimeZone  string
	Facts     []ce.Fact
}

// CertificationUpdate changes a certification.
type CertificationUpdate struct {
	ID        ce.CertificationID
	Version   int
	Number    Change[string]
	IssuedOn  Change[ce.Date]
	ExpiresOn Change[ce.Date]
	TimeZone  Change[string]
	Facts     Change[[]ce.Fact]
}

// NewRenewal is what a professional enters when the body has renewed her certification.
type NewRenewal struct {
	Certification ce.CertificationID
	Version       int
	RenewedOn     ce.Date
	ExpiresOn     ce.Date
	Number        string
}

// Certifications returns the viewer's certifications, oldest first.
func (v *View) Certifications(ctx context.Context) ([]ce.Certification, error) {
	held, err := v.held(ctx)
	return held.Items, err
}

// held returns the viewer's certifications and own programs.
func (v *View) held(ctx context.Context) (storage.Held, error) {
	if _, err := v.Professional(ctx); err != nil {
		return storage.Held{}, err
	}
	return v.reading().held.get(func() (storage.Held, error) { return v.handle.ReadCertifications(ctx) })
}

// Certification returns one certification of the viewer.
func (v *View) Certification(ctx context.Context, id ce.CertificationID) (ce.Certification, error) {
	certifications, err := v.Certifications(ctx)
	if err != nil {
		return ce.Certification{}, err
	}
	if i := indexOf(certifications, id); i >= 0 {
		return certifications[i], nil
	}
	return ce.Certification{}, notFound("certification")
}

func indexOf(certifications []ce.Certification, id ce.CertificationID) int {
	return slices.IndexFunc(certifications, func(c ce.Certification) bool { return c.ID == id })
}

// AddCertification adds a certification and returns it, or nil when the same request was made
// before and the certification has been removed since.
func (v *View) AddCertification(ctx context.Context, in NewCertification) (*ce.Certification, error) {
	turn, err := v.begin(ctx)
	if err != nil {
		return nil, err
	}
	content := digest(in)
	held, err := v.handle.ReadCertifications(ctx)
	if err != nil {
		return nil, err
	}
	program, shared, err := v.programFor(ctx, in, held)
	if ce.CodeOf(err) == ce.CodeNotFound {
		return nil, errNoProgram
	}
	if err != nil {
		return nil, err
	}
	certification := ce.Certification{
		ID:           in.ID,
		Professional: v.viewer.Professional,
		Program:      program.ID,
		Number:       in.Number,
		IssuedOn:     in.IssuedOn,
		ExpiresOn:    in.ExpiresOn,
		TimeZone:     in.TimeZone,
		Facts:        in.Facts,
		Shared:       shared,
		CreatedAt:    v.now(),
	}
	certification.UpdatedAt = certification.CreatedAt
	if certification.ID == "" {
		certification.ID = ce.CertificationID(ce.NewUUID())
	}
	for _, zone := range []string{program.TimeZone, turn.Profile.TimeZone} {
		if certification.TimeZone == "" {
			certification.TimeZone = zone
		}
	}
	if certification.TimeZone == "" {
		return nil, errNoZone
	}
	if err := v.checkCertification(&certification, program.Program); err != nil {
		return nil, err
	}
	if err := checkOwnAnswers(&certification, &ce.Certification{}, make([]bool, len(certification.Facts))); err != nil {
		return nil, err
	}
	if len(held.Items) >= ce.MaxCertifications && indexOf(held.Items, certification.ID) < 0 {
		return nil, ce.Errorf(ce.CodeLimitExceeded, "You hold %d certifications, and no more can be added.", ce.MaxCertifications)
	}
	certification, err = v.handle.Certifications().Create(ctx, certification, content)
	if errors.Is(err, storage.ErrRemoved) {
		return nil, nil
	}
	if err != nil {
		return nil, translate(err, "certification")
	}
	if program.IsOwn() {
		if err := v.hold(ctx, certification); err != nil {
			return nil, err
		}
	}
	v.settle(ctx, turn, nil)
	return &certification, nil
}

var errNoZone = &ce.Error{Code: ce.CodeInvalidInput, Path: []string{"timeZone"}, Text: "Say in which time zone the deadlines' days end, here or in your profile."}

var errNoProgram = &ce.Error{Code: ce.CodeInvalidInput, Path: []string{"programId"}, Text: "There is no such program; look it up with the query `programs`."}

// hold changes the own program of a new certification, so that a removal of the program that has not seen the
// certification fails, see RemoveProgram. Where the removal came first, the certification is taken back.
func (v *View) hold(ctx context.Context, certification ce.Certification) error {
	_, err := v.handle.OwnPrograms().Update(ctx, certification.Program, func(p *ce.OwnProgram) error {
		p.UpdatedAt = v.now()
		return nil
	})
	if !errors.Is(err, storage.ErrNotFound) {
		return err
	}
	err = v.handle.Certifications().Remove(ctx, certification.ID, v.now(), func(ce.Certification) error { return nil })
	if err != nil {
		return err
	}
	return errNoProgram
}

func (v *View) checkCertification(c *ce.Certification, program *rules.Program) error {
	var problems ce.Problems
	problems.Check(c.Clean())
	problems.Check(rules.CheckFacts(program, c.Facts), "facts")
	problems.Check(ce.CheckPast(c.IssuedOn, v.now(), c.TimeZone), "issuedOn")
	return problems.Err()
}

// UpdateCertification changes a certification and returns it. An update that changes nothing succeeds
// whatever version it saw.
func (v *View) UpdateCertification(ctx context.Context, in CertificationUpdate) (ce.Certification, error) {
	return v.changeCertification(ctx, in.ID, in.Version, func(c *ce.Certification, program *rules.Program) error {
		in.Number.Apply(&c.Number)
		in.IssuedOn.Apply(&c.IssuedOn)
		in.ExpiresOn.Apply(&c.ExpiresOn)
		in.TimeZone.Apply(&c.TimeZone)
		if !in.Facts.Given {
			return v.checkCertification(c, program)
		}
		before := *c
		c.Facts = slices.Clone(in.Facts.Value)
		if err := v.checkCertification(c, program); err != nil {
			return err
		}
		return keepRecorded(c, &before)
	})
}

// RecordRenewal closes the certification's current cycle. A renewal recorded twice on the same day with the
// same values is one.
func (v *View) RecordRenewal(ctx context.Context, in NewRenewal) (ce.Certification, error) {
	return v.changeCertification(ctx, in.Certification, in.Version, func(c *ce.Certification, program *rules.Program) error {
		if n := len(c.Renewals); n > 0 && c.Version == in.Version+1 {
			if last := c.Renewals[n-1]; last.RenewedOn == in.RenewedOn && last.ExpiresOn == in.ExpiresOn && last.Number == in.Number {
				return nil
			}
		}
		cycle, ok := rules.CurrentCycle(program, c, v.today(c))
		if !ok {
			return ce.Errorf(ce.CodeInvalidInput, "It is not known yet when the cycle ends: answer the questions of the certification first.")
		}
		var problems ce.Problems
		if in.RenewedOn.Before(cycle.StartsOn) {
			problems.Add("must not be before the cycle that it closes began, on "+cycle.StartsOn.String(), "renewedOn")
		}
		problems.Check(ce.CheckPast(in.RenewedOn, v.now(), c.TimeZone), "renewedOn")
		if !in.ExpiresOn.IsZero() && !in.ExpiresOn.After(in.RenewedOn) {
			problems.Add("must be after renewedOn", "newExpiresOn")
		}
		renewal := ce.Renewal{
			Cycle:         cycle.Key,
			RenewedOn:     in.RenewedOn,
			ExpiresOn:     in.ExpiresOn,
			Number:        in.Number,
			RecordedAt:    v.now(),
			NumberBefore:  c.Number,
			ExpiresBefore: c.ExpiresOn,
		}
		c.Renewals = append(slices.Clone(c.Renewals), renewal)
		c.ExpiresOn = in.ExpiresOn
		if in.Number != "" {
			c.Number = in.Number
		}
		problems.Check(c.Clean())
		return problems.Err()
	})
}

// UndoRenewal takes the last recorded renewal back, with the number and expiry that it brought.
func (v *View) UndoRenewal(ctx context.Context, id ce.CertificationID, version int) (ce.Certification, error) {
	return v.changeCertification(ctx, id, version, func(c *ce.Certification, _ *rules.Program) error {
		n := len(c.Renewals)
		if n == 0 {
			return ce.Errorf(ce.CodeInvalidInput, "No renewal is recorded that could be taken back.")
		}
		last := c.Renewals[n-1]
		c.Renewals = slices.Clone(c.Renewals[:n-1])
		c.ExpiresOn = last.ExpiresBefore
		if last.Number != "" && c.Number == last.Number {
			c.Number = last.NumberBefore
		}
		return nil
	})
}

// changeCertification runs a change under the version that the viewer saw.
func (v *View) changeCertification(ctx context.Context, id ce.CertificationID, version int, change func(*ce.Certification, *rules.Program) error) (ce.Certification, error) {
	turn, err := v.begin(ctx)
	if err != nil {
		return ce.Certification{}, err
	}
	certification, err := v.handle.Certifications().Update(ctx, id, func(c *ce.Certification) error {
		program, err := v.programOf(ctx, c)
		if err != nil {
			return err
		}
		before := *c
		if err := change(c, program); err != nil {
			if before.Version != version {
				return stale("certification")
			}
			return err
		}
		if reflect.DeepEqual(*c, before) {
			return storage.ErrUnchanged
		}
		if before.Version != version {
			return stale("certification")
		}
		c.UpdatedAt = v.now()
		return nil
	})
	if err != nil {
		return ce.Certification{}, translate(err, "certification")
	}
	v.settle(ctx, turn, nil)
	return certification, nil
}

// RemoveCertification removes a certification; removing it again is no error.
func (v *View) RemoveCertification(ctx context.Context, id ce.CertificationID, version int) error {
	turn, err := v.begin(ctx)
	if err != nil {
		return err
	}
	err = v.handle.Certifications().Remove(ctx, id, v.now(), func(c ce.Certification) error {
		if c.Version != version {
			return stale("certification")
		}
		return v.checkUnitsKept(ctx, &c)
	})
	if err != nil {
		return translate(err, "certification")
	}
	v.settle(ctx, turn, nil)
	return nil
}

// Cycles returns the certification's cycles, newest first: all that are known, and the one after the current.
func (v *View) Cycles(ctx context.Context, certification ce.Certification) ([]ce.Cycle, error) {
	program, err := v.programOf(ctx, &certification)
	if err != nil {
		return nil, err
	}
	return rules.Cycles(program, &certification, v.today(&certification)), nil
}

// CurrentCycle returns the certification's earliest cycle that is not closed, nil while nothing tells when it ends.
func (v *View) CurrentCycle(ctx context.Context, certification ce.Certification) (*ce.Cycle, error) {
	program, err := v.programOf(ctx, &certification)
	if err != nil {
		return nil, err
	}
	cycle, ok := rules.CurrentCycle(program, &certification, v.today(&certification))
	if !ok {
		return nil, nil
	}
	return &cycle, nil
}
