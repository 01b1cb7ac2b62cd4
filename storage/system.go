package storage

import (
	"context"
	"time"

	"accrue/ce"
)

// Lease is the right to do a named piece of work until it expires.
type Lease struct {
	Name      string
	Token     string // proves that it is this holder's
	ExpiresAt time.Time
}

// Unfinished is a professional for whom something is left to do.
type Unfinished struct {
	Professional ce.ProfessionalID
	Erase        bool // an erasure was cut short; else a refresh is due
}

// System is for workers and operators.
type System interface {
	Plans
	CreditNews
	Deliveries
	ScanQueue
	Backlog
	Organizations
	SharedPrograms

	// Unfinished returns up to limit professionals of whom a fact was marked before the given instant and is
	// still marked, or whose erasure began before it and is not complete. Each appears once.
	Unfinished(ctx context.Context, before time.Time, limit int) ([]Unfinished, error)
	// DueStandings returns up to limit professionals of whom a standing changes on the
	// day or earlier (see ce.Standing.ChangesOn), earliest first. Each appears once.
	DueStandings(ctx context.Context, day ce.Date, limit int) ([]ce.ProfessionalID, error)
	// SavedSequences returns under which sequence number the derived data of each of the professionals was saved last; of whom there is none,
	// or who is erased, is left out.
	SavedSequences(context.Context, []ce.ProfessionalID) (map[ce.ProfessionalID]int64, error)
	// OutdatedStandings returns up to limit professionals whose standings were saved under other rules than these,
	// see Derived.Rules, in no order. Each appears once.
	OutdatedStandings(ctx context.Context, rules string, limit int) ([]ce.ProfessionalID, error)
	// Purge removes what is no longer needed: tombstones and marks of erasure older than
	// tombstones, sessions, mail tokens and attempts that ended before now, invitations that expired ce.ClosedInvitationKept before, devices not seen for ce.DeviceKept, and notifications
	// and news older than ce.NotificationKept. It removes at most limit of each kind and reports
	// whether it reached the limit.
	Purge(ctx context.Context, now, tombstones time.Time, limit int) (more bool, err error)

	// AcquireLease takes the named lease until the given instant if it is free or expired at now; else ErrLeaseLost.
	AcquireLease(ctx context.Context, name string, now, until time.Time) (Lease, error)
	// RenewLease prolongs the lease; ErrLeaseLost when its token is no longer the valid one.
	RenewLease(ctx context.Context, lease Lease, until time.Time) (Lease, error)
	// ReleaseLease gives the lease back; ErrLeaseLost when its token is no longer the valid one.
	ReleaseLease(ctx context.Context, lease Lease) error
}
