package ce

import (
	"strings"
	"time"
)

// DeadlineID is the UUID of an OwnDeadline. That of a derived deadline is made from certification, cycle, kind and requirement, never from the day, so that a
// deadline stays the same one when it is computed anew.
type DeadlineID string

// DeadlineKind says what is due.
type DeadlineKind string

// The kinds of deadlines.
const (
	DeadlineEarn   DeadlineKind = "EARN"        // the last day to earn what the cycle asks
	DeadlineAnnual DeadlineKind = "ANNUAL"      // the last day to earn what a part of the cycle asks
	DeadlineOwn    DeadlineKind = "REQUIREMENT" // the last day of a requirement that has a window or a day of its own
	DeadlineReport DeadlineKind = "REPORT"      // the last day to report
	DeadlineRenew  DeadlineKind = "RENEWAL"     // the last day of the licence or certificate
	DeadlineGrace  DeadlineKind = "GRACE_END"   // the last day of a late renewal
	DeadlineOther  DeadlineKind = "OTHER"       // what the professional entered herself, see OwnDeadline
)

// DeadlineStatus says how a deadline stands.
type DeadlineStatus string

// The statuses of deadlines.
const (
	DeadlineUpcoming DeadlineStatus = "UPCOMING" // due, and what it asks is not done or not known to be done
	DeadlineMet      DeadlineStatus = "MET"      // what it asks is done
	DeadlineMissed   DeadlineStatus = "MISSED"   // the day is over and what it asks was not done
)

// Deadline is a dated obligation, derived from a standing or entered as an OwnDeadline, which has neither cycle nor amount.
type Deadline struct {
	ID            DeadlineID
	Certification CertificationID // "" for none
	Cycle         CycleKey
	Kind          DeadlineKind
	Requirement   RequirementID // "" when it is about the cycle as a whole
	DueOn         Date          // the last day on which it can be met
	TimeZone      string        // IANA, the certification's
	Status        DeadlineStatus
	Remaining     *Amount // what is still to be earned, in Unit; nil when it is no amount
	Unit          UnitID
	Title         Text
}

// EndsAt is the instant at which the deadline is over: the first one after DueOn in its time zone.
func (d *Deadline) EndsAt() time.Time { return d.DueOn.End(ZoneOrUTC(d.TimeZone)) }

// NewDeadlineID makes the id of a derived deadline.
func NewDeadlineID(certification CertificationID, cycle CycleKey, kind DeadlineKind, requirement RequirementID) DeadlineID {
	id := string(certification) + "." + string(cycle) + "." + strings.ToLower(string(kind))
	if requirement != "" {
		id += "." + string(requirement)
	}
	return DeadlineID(id)
}

// IsDerived reports whether the text has the form of a derived deadline's id.
func (id DeadlineID) IsDerived() bool {
	head, _, found := strings.Cut(string(id), ".")
	_, err := ParseUUID(head)
	return found && err == nil
}
