package tracker

import (
	"context"
	"slices"

	"accrue/ce"
)

// evaluation names a standing that is not the stored one.
type evaluation struct {
	certification ce.CertificationID
	asOf          ce.Date
	cycle         ce.CycleKey
}

// Standing returns how the certification stands on the day (no day: today in its time zone) for the cycle
// (""; the one that is current on the day). Its Uses are left out where the stored standing serves; StandingWithUses has them.
func (v *View) Standing(ctx context.Context, certification ce.Certification, asOf ce.Date, cycle ce.CycleKey) (ce.Standing, error) {
	today := v.today(&certification)
	if cycle == "" && (asOf.IsZero() || asOf == today) {
		standings, err := v.storedStandings(ctx)
		if err != nil {
			return ce.Standing{}, err
		}
		programs, err := v.programs(ctx)
		if err != nil {
			return ce.Standing{}, err
		}
		if standing, ok := standings[certification.ID]; ok && programs.fresh(&certification, &standing) {
			standing.AsOf = today
			return standing, nil
		}
	}
	return v.StandingWithUses(ctx, certification, asOf, cycle)
}

func (v *View) storedStandings(ctx context.Context) (map[ce.CertificationID]ce.Standing, error) {
	return v.reading().standings.get(func() (map[ce.CertificationID]ce.Standing, error) {
		return v.handle.Standings(ctx)
	})
}

// fresh reports whether a stored standing is today's answer: no day has come on which it may
// differ, and the rules are still the ones that it was made by.
func (p programs) fresh(certification *ce.Certification, standing *ce.Standing) bool {
	program, err := p.of(certification)
	today := p.tracker.today(certification)
	return err == nil && standing.ProgramHash == program.Hash && !today.Before(standing.AsOf) &&
		(standing.ChangesOn.IsZero() || today.Before(standing.ChangesOn))
}

// StandingWithUses is Standing with what each credit of the cycle gives, evaluated from the facts.
func (v *View) StandingWithUses(ctx context.Context, certification ce.Certification, asOf ce.Date, cycle ce.CycleKey) (ce.Standing, error) {
	if asOf.IsZero() {
		asOf = v.today(&certification)
	}
	read := v.reading()
	key := evaluation{certification.ID, asOf, cycle}
	read.mu.Lock()
	if read.evaluated == nil {
		read.evaluated = make(map[evaluation]*lazy[ce.Standing])
	}
	if read.evaluated[key] == nil {
		read.evaluated[key] = &lazy[ce.Standing]{}
	}
	cell := read.evaluated[key]
	read.mu.Unlock()
	return cell.get(func() (ce.Standing, error) {
		credits, err := v.allCredits(ctx)
		if err != nil {
			return ce.Standing{}, err
		}
		held, err := v.held(ctx)
		if err != nil {
			return ce.Standing{}, err
		}
		return v.Tracker.programs(held).standing(&certification, held.Items, credits, asOf, cycle)
	})
}

// Uses returns what the credit gives to each certification in whose current cycle it lies.
func (v *View) Uses(ctx context.Context, credit ce.CreditID) ([]ce.CreditUse, error) {
	certifications, err := v.Certifications(ctx)
	if err != nil {
		return nil, err
	}
	uses := []ce.CreditUse{}
	for _, certification := range certifications {
		standing, err := v.StandingWithUses(ctx, certification, ce.Date{}, "")
		if err != nil {
			return nil, err
		}
		if i := slices.IndexFunc(standing.Uses, func(u ce.CreditUse) bool { return u.Credit == credit }); i >= 0 {
			uses = append(uses, standing.Uses[i])
		}
	}
	return uses, nil
}

// CycleOf resolves the id of one of the certification's cycles.
func (v *View) CycleOf(ctx context.Context, certification ce.Certification, id string) (ce.CycleKey, error) {
	owner, key, ok := ce.ParseCycleID(id)
	if ok && owner == certification.ID {
		cycles, err := v.Cycles(ctx, certification)
		if err != nil {
			return "", err
		}
		if slices.ContainsFunc(cycles, func(c ce.Cycle) bool { return c.Key == key }) {
			return key, nil
		}
	}
	return "", notFound("cycle of this certification")
}
