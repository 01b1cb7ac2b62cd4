package tracker

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strconv"

	"accrue/ce"
	"accrue/rules"
	"accrue/storage"
)

// NewCredit is what a professional enters to log a credit. Empty fields were not given.
type NewCredit struct {
	ID             ce.CreditID
	Title          string
	Provider       string
	CompletedOn    ce.Date
	Amount         ce.Amount
	Unit           ce.UnitID
	Format, Role   ce.Term
	Topics         []ce.Term
	Approvals      []ce.Term
	Portions       []ce.Portion
	Notes          string
	Certifications []ce.CertificationID
	ScannedFrom    ce.EvidenceID // set by ConfirmScan
}

// CreditUpdate changes a credit. Amount and Unit change together.
type CreditUpdate struct {
	ID             ce.CreditID
	Version        int
	Title          Change[string]
	Provider       Change[string]
	CompletedOn    Change[ce.Date]
	Amount         Change[ce.Amount]
	Unit           Change[ce.UnitID]
	Format, Role   Change[ce.Term]
	Topics         Change[[]ce.Term]
	Approvals      Change[[]ce.Term]
	Portions       Change[[]ce.Portion]
	Notes          Change[string]
	Certifications Change[[]ce.CertificationID]
}

// Logged is what a change of a credit brings about.
type Logged struct {
	// Credit is nil when the same request was made before and the credit has been deleted since.
	Credit *ce.Credit
	// Certifications are those that the credit may count for.
	Certifications []ce.Certification
}

// ListCredits returns a page of the viewer's credits, newest first.
func (v *View) ListCredits(ctx context.Context, filter storage.CreditFilter, page storage.Page[storage.CreditKey]) (storage.Slice[ce.Credit], error) {
	if _, err := v.Professional(ctx); err != nil {
		return storage.Slice[ce.Credit]{}, err
	}
	return v.handle.ListCredits(ctx, filter, page)
}

// allCredits returns the credits that a standing is evaluated from, newest first.
func (v *View) allCredits(ctx context.Context) ([]ce.Credit, error) {
	return v.reading().credits.get(func() ([]ce.Credit, error) {
		marked, err := v.handle.ReadCredits(ctx)
		return marked.Items, err
	})
}

// Credit returns one credit of the viewer.
func (v *View) Credit(ctx context.Context, id ce.CreditID) (ce.Credit, error) {
	if _, err := v.Professional(ctx); err != nil {
		return ce.Credit{}, err
	}
	credit, err := v.handle.Credits().Get(ctx, id)
	return credit, translate(err, "credit")
}

// EvaluatedCredit returns one of the credits that the view's standings were evaluated from.
func (v *View) EvaluatedCredit(ctx context.Context, id ce.CreditID) (ce.Credit, error) {
	credits, err := v.allCredits(ctx)
	if err != nil {
		return ce.Credit{}, err
	}
	if i := slices.IndexFunc(credits, func(c ce.Credit) bool { return c.ID == id }); i >= 0 {
		return credits[i], nil
	}
	return ce.Credit{}, notFound("credit")
}

// LogCredit logs a credit.
func (v *View) LogCredit(ctx context.Context, in NewCredit) (Logged, error) {
	turn, err := v.begin(ctx)
	if err != nil {
		return Logged{}, err
	}
	content := digest(in)
	credit := v.newCredit(in)
	held, err := v.handle.ReadCertifications(ctx)
	if err != nil {
		return Logged{}, err
	}
	if err := v.checkCredit(&credit, v.Tracker.programs(held), turn.Profile); err != nil {
		return Logged{}, err
	}
	if err := checkNarrowing(credit.Certifications, nil, held.Items); err != nil {
		return Logged{}, err
	}
	if err := v.checkRoom(ctx, turn); err != nil {
		return Logged{}, err
	}
	stored, err := v.handle.Credits().Create(ctx, credit, content)
	if errors.Is(err, storage.ErrRemoved) {
		v.forget().held.set(held)
		return Logged{Certifications: affected(&credit, held.Items)}, nil
	}
	if err != nil {
		return Logged{}, translate(err, "credit")
	}
	v.settle(ctx, turn, &held)
	return Logged{Credit: &stored, Certifications: affected(&stored, held.Items)}, nil
}

// newCredit is the credit that logging would keep, not yet checked.
func (v *View) newCredit(in NewCredit) ce.Credit {
	credit := ce.Credit{
		ID:             in.ID,
		Professional:   v.viewer.Professional,
		Title:          in.Title,
		Provider:       in.Provider,
		CompletedOn:    in.CompletedOn,
		Amount:         in.Amount,
		Unit:           in.Unit,
		Format:         in.Format,
		Role:           in.Role,
		Topics:         in.Topics,
		Approvals:      in.Approvals,
		Portions:       in.Portions,
		Notes:          in.Notes,
		Certifications: in.Certifications,
		ScannedFrom:    in.ScannedFrom,
		CreatedAt:      v.now(),
	}
	credit.UpdatedAt = credit.CreatedAt
	if credit.ID == "" {
		credit.ID = ce.CreditID(ce.NewUUID())
	}
	return credit
}

// checkRoom refuses one credit too many. Each credit took a sequence number of its own, so that
// they are counted only once so many numbers were given.
func (v *View) checkRoom(ctx context.Context, turn storage.Turn) error {
	if turn.Sequence <= ce.MaxCredits {
		return nil
	}
	count, err := v.handle.CountCredits(ctx)
	if err != nil {
		return err
	}
	return checkCount(count)
}

func checkCount(count int) error {
	if count >= ce.MaxCredits {
		return ce.Errorf(ce.CodeLimitExceeded, "You have logged %d credits, and no more can be kept.", ce.MaxCredits)
	}
	return nil
}

func (v *View) checkCredit(credit *ce.Credit, units rules.Units, profile ce.Professional) error {
	var problems ce.Problems
	problems.Check(credit.Clean())
	problems.Check(ce.CheckPast(credit.CompletedOn, v.now(), profile.TimeZone), "completedOn")
	if _, ok := units.Unit(credit.Unit); !ok {
		problems.Add("must be the id of a unit; the units of a program are in `Program.units`", "unit")
	}
	return problems.Err()
}

// checkNarrowing refuses to narrow a credit to what the viewer does not hold. What it was narrowed to
// before may have been removed since and is no reason to refuse.
func checkNarrowing(ids, before []ce.CertificationID, held []ce.Certification) error {
	for i, id := range ids {
		if indexOf(held, id) < 0 && !slices.Contains(before, id) {
			return &ce.Error{Code: ce.CodeNotFound, Path: []string{"certificationIds", strconv.Itoa(i)}, Text: "There is no such certification."}
		}
	}
	return nil
}

// affected returns the certifications that the credit may count for.
func affected(credit *ce.Credit, held []ce.Certification) []ce.Certification {
	out := make([]ce.Certification, 0, len(held))
	for _, certification := range held {
		if credit.AllowsCertification(certification.ID) {
			out = append(out, certification)
		}
	}
	return out
}

// UpdateCredit changes a credit. An update that changes nothing succeeds whatever version it saw.
func (v *View) UpdateCredit(ctx context.Context, in CreditUpdate) (Logged, error) {
	turn, err := v.begin(ctx)
	if err != nil {
		return Logged{}, err
	}
	held, err := v.handle.ReadCertifications(ctx)
	if err != nil {
		return Logged{}, err
	}
	credit, err := v.handle.Credits().Update(ctx, in.ID, func(c *ce.Credit) error {
		before := *c
		in.Title.Apply(&c.Title)
		in.Provider.Apply(&c.Provider)
		in.CompletedOn.Apply(&c.CompletedOn)
		in.Amount.Apply(&c.Amount)
		in.Unit.Apply(&c.Unit)
		in.Format.Apply(&c.Format)
		in.Role.Apply(&c.Role)
		in.Topics.Apply(&c.Topics)
		in.Approvals.Apply(&c.Approvals)
		in.Portions.Apply(&c.Portions)
		in.Notes.Apply(&c.Notes)
		in.Certifications.Apply(&c.Certifications)
		if err := v.checkCredit(c, v.Tracker.programs(held), turn.Profile); err != nil {
			return err
		}
		if err := checkNarrowing(c.Certifications, before.Certifications, held.Items); err != nil {
			return err
		}
		if c.Amount.Equal(before.Amount) {
			c.Amount = before.Amount
		}
		if slices.EqualFunc(c.Portions, before.Portions, samePortion) {
			c.Portions = before.Portions
		}
		keepReviews(c, &before)
		if reflect.DeepEqual(*c, before) {
			return storage.ErrUnchanged
		}
		facts := *c
		if facts.Certifications = before.Certifications; before.IsPosted() && !reflect.DeepEqual(facts, before) {
			return errPosted
		}
		if before.Version != in.Version {
			return stale("credit")
		}
		c.UpdatedAt = v.now()
		return nil
	})
	if err != nil {
		return Logged{}, translate(err, "credit")
	}
	v.settle(ctx, turn, &held)
	return Logged{Credit: &credit, Certifications: affected(&credit, held.Items)}, nil
}

var errPosted = ce.Errorf(ce.CodeForbidden, "An organization posted this credit. You can say for which certifications it counts, and dispute it; what it says only the organization can take back.")

func samePortion(a, b ce.Portion) bool {
	return a.Amount.Equal(b.Amount) && slices.Equal(a.Topics, b.Topics)
}

// DeleteCredit deletes a credit and returns the certifications whose standing that may change; deleting it
// again is no error.
func (v *View) DeleteCredit(ctx context.Context, id ce.CreditID, version int) ([]ce.Certification, error) {
	turn, err := v.begin(ctx)
	if err != nil {
		return nil, err
	}
	held, err := v.handle.ReadCertifications(ctx)
	if err != nil {
		return nil, err
	}
	deleted := ce.Credit{}
	err = v.handle.Credits().Remove(ctx, id, v.now(), func(c ce.Credit) error {
		if c.IsPosted() {
			return errPosted
		}
		if c.Version != version {
			return stale("credit")
		}
		deleted = c
		return nil
	})
	if err != nil {
		return nil, translate(err, "credit")
	}
	v.settle(ctx, turn, &held)
	return affected(&deleted, held.Items), nil
}
