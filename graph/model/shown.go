package model

import (
	"strconv"

	"accrue/ce"
	"accrue/rules/wording"
)

// Units finds a unit by its id.
type Units interface {
	Unit(id ce.UnitID) (ce.Unit, bool)
}

// Reader is for whom something is shown: the units that she may meet, and the language of what is said to her.
type Reader struct {
	Units
	Language *wording.Language
}

func unit(units Units, id ce.UnitID) *ce.Unit {
	if u, ok := units.Unit(id); ok && id != ce.UnitMinute {
		return &u
	}
	return nil
}

// shown returns an amount as it is written: to 4 places where no finite decimal writes it.
func shown(amount *ce.Amount, up bool) *ce.Amount {
	if amount == nil {
		return nil
	}
	a := amount.Shown(up)
	return &a
}

func optional[S ~string](text S) *S {
	if text == "" {
		return nil
	}
	return &text
}

// The types below are those of package ce as the API shows them: with their unit, and amounts in decimal. Their
// methods are fields of the schema.

// RequirementStanding shows a ce.RequirementStanding.
type RequirementStanding struct {
	ce.RequirementStanding
	Unit     *ce.Unit
	language *wording.Language
}

// NewRequirementStandings shows requirements.
func NewRequirementStandings(reader Reader, requirements []ce.RequirementStanding) []*RequirementStanding {
	all := make([]RequirementStanding, len(requirements))
	out := make([]*RequirementStanding, len(requirements))
	for i := range requirements {
		all[i] = RequirementStanding{requirements[i], unit(reader, requirements[i].Unit), reader.Language}
		out[i] = &all[i]
	}
	return out
}

// ParentID is nil at the top.
func (r *RequirementStanding) ParentID() *ce.RequirementID {
	return optional(r.RequirementStanding.ParentID)
}

// Required is rounded up where it has no finite decimal.
func (r *RequirementStanding) Required() *ce.Amount {
	return shown(r.RequirementStanding.Required, true)
}

// Earned is rounded down.
func (r *RequirementStanding) Earned() *ce.Amount { return shown(r.RequirementStanding.Earned, false) }

// Remaining is rounded up.
func (r *RequirementStanding) Remaining() *ce.Amount {
	return shown(r.RequirementStanding.Remaining, true)
}

// Explanation is in the reader's language.
func (r *RequirementStanding) Explanation() string {
	return r.language.Render(r.RequirementStanding.Explanation)
}

// CarriedCredit shows a ce.Carried.
type CarriedCredit struct {
	ce.Carried
	Unit *ce.Unit
}

// NewCarriedCredits shows what is carried.
func NewCarriedCredits(units Units, carried []ce.Carried) []*CarriedCredit {
	out := make([]*CarriedCredit, len(carried))
	for i := range carried {
		out[i] = &CarriedCredit{carried[i], unit(units, carried[i].Unit)}
	}
	return out
}

// Amount is rounded down.
func (c *CarriedCredit) Amount() ce.Amount { return c.Carried.Amount.Shown(false) }

// Format is nil where it has none.
func (c *CarriedCredit) Format() *ce.Term { return optional(c.Carried.Format) }

// Role is nil where it has none.
func (c *CarriedCredit) Role() *ce.Term { return optional(c.Carried.Role) }

// Portion shows a ce.Portion of a credit in the unit.
type Portion struct {
	ce.Portion
	unit ce.UnitID
}

// Minutes is nil when an amount in a unit was entered.
func (p *Portion) Minutes() (*int, error) { return minutes(p.Portion.Amount, p.unit) }

// Amount is nil when minutes were entered.
func (p *Portion) Amount() *ce.Amount {
	if p.unit == ce.UnitMinute {
		return nil
	}
	return &p.Portion.Amount
}

func minutes(amount ce.Amount, unit ce.UnitID) (*int, error) {
	if unit != ce.UnitMinute {
		return nil, nil
	}
	minutes, err := strconv.Atoi(amount.String())
	return &minutes, err
}

// Credit shows a ce.Credit.
type Credit struct {
	ce.Credit
	Unit      *ce.Unit   // nil when minutes were entered
	Previewed *Previewed // nil for a credit that is stored
}

// NewCredit shows a credit.
func NewCredit(units Units, credit ce.Credit) *Credit {
	return &Credit{Credit: credit, Unit: unit(units, credit.Unit)}
}

// Minutes is nil when an amount in a unit was entered.
func (c *Credit) Minutes() (*int, error) { return minutes(c.Credit.Amount, c.Credit.Unit) }

// Portions are in the credit's order.
func (c *Credit) Portions() []*Portion {
	out := make([]*Portion, len(c.Credit.Portions))
	for i, portion := range c.Credit.Portions {
		out[i] = &Portion{portion, c.Credit.Unit}
	}
	return out
}

// Amount is nil when minutes were entered.
func (c *Credit) Amount() *ce.Amount {
	if c.Credit.Unit == ce.UnitMinute {
		return nil
	}
	return &c.Credit.Amount
}

// Format is nil when not stated.
func (c *Credit) Format() *ce.Term { return optional(c.Credit.Format) }

// Role is nil when not stated.
func (c *Credit) Role() *ce.Term { return optional(c.Credit.Role) }

// CreditUse shows a ce.CreditUse.
type CreditUse struct {
	ce.CreditUse
	Unit      *ce.Unit
	Previewed *Previewed // the credit, where it is not a stored one
	language  *wording.Language
}

// NewCreditUses shows uses, among them perhaps those of a credit that is previewed (nil for none).
func NewCreditUses(reader Reader, uses []ce.CreditUse, previewed *Previewed) []*CreditUse {
	out := make([]*CreditUse, len(uses))
	for i := range uses {
		out[i] = &CreditUse{CreditUse: uses[i], Unit: unit(reader, uses[i].Unit), language: reader.Language}
		if previewed != nil && previewed.Credit.ID == uses[i].Credit {
			out[i].Previewed = previewed
		}
	}
	return out
}

// Counted is rounded down.
func (u *CreditUse) Counted() *ce.Amount { return shown(u.CreditUse.Counted, false) }

// Reported is rounded down.
func (u *CreditUse) Reported() *ce.Amount { return shown(&u.CreditUse.Reported, false) }

// Explanation is in the reader's language.
func (u *CreditUse) Explanation() string { return u.language.Render(u.CreditUse.Explanation) }

// Parts are rounded down.
func (u *CreditUse) Parts() []*ce.CreditPart {
	out := make([]*ce.CreditPart, len(u.CreditUse.Parts))
	for i, part := range u.CreditUse.Parts {
		out[i] = &ce.CreditPart{Requirement: part.Requirement, Amount: part.Amount.Shown(false)}
	}
	return out
}

// Deadline shows a ce.Deadline.
type Deadline struct {
	ce.Deadline
	Unit     *ce.Unit
	Own      *ce.OwnDeadline // nil for a derived one
	language *wording.Language
}

// NewDeadline shows a deadline, with what an own one is made of.
func NewDeadline(reader Reader, deadline ce.Deadline, own *ce.OwnDeadline) *Deadline {
	return &Deadline{deadline, unit(reader, deadline.Unit), own, reader.Language}
}

// Title is in the reader's language.
func (d *Deadline) Title() string { return d.language.Render(d.Deadline.Title) }

// Remaining is rounded up.
func (d *Deadline) Remaining() *ce.Amount { return shown(d.Deadline.Remaining, true) }
