package storage

import (
	"context"
	"time"

	"accrue/ce"
)

// Scans is what is read in the files of one professional.
type Scans interface {
	// Scan returns the scan of the evidence, or ErrNotFound when there is none.
	Scan(context.Context, ce.EvidenceID) (ce.Scan, error)
	// ScanSummaries returns all scans without DeviceText, Found and Confirmations, by evidence.
	ScanSummaries(context.Context) (map[ce.EvidenceID]ce.Scan, error)
	// CreateScan stores a scan, unless the evidence has one, and returns the one that is stored. The professional must exist.
	CreateScan(context.Context, ce.Scan) (ce.Scan, error)
	// UpdateScan runs change on the current scan and stores the outcome; Evidence and owner stay. It ends a claim. It may run change
	// several times, each on a newer value. An error of change ends it, is returned and stores nothing, except ErrUnchanged.
	// ErrNotFound when there is none.
	UpdateScan(ctx context.Context, evidence ce.EvidenceID, change func(*ce.Scan) error) (ce.Scan, error)
	// RemoveScan removes the scan; removing it again is no error.
	RemoveScan(context.Context, ce.EvidenceID) error
}

// ScanQueue is the scans that wait, of all professionals.
type ScanQueue interface {
	// ClaimScans returns up to limit waiting scans whose NextAt is at or before now, longest due first, with
	// Attempts one higher, and claims each until the given instant: before it nobody else is given them. An unfinished claim makes the scan
	// due again then.
	ClaimScans(ctx context.Context, now, until time.Time, limit int) ([]ClaimedScan, error)
	// ExtendScan prolongs the claim; ErrLeaseLost when it has ended, be it that the scan is gone.
	ExtendScan(ctx context.Context, claim ScanClaim, until time.Time) error
	// FinishScan stores what came of the claimed scan, but for its Confirmations and RequestedAt, and ends the claim: when the outcome
	// waits, until its NextAt. ErrLeaseLost when the claim has ended, be it that the scan is gone; a claim that is only past its instant
	// has not.
	FinishScan(ctx context.Context, claim ScanClaim, outcome ce.Scan) error
	// WaitingScans returns how many scans wait, and since when the longest due one could be read: the zero time when none waits.
	WaitingScans(context.Context) (count int, since time.Time, err error)
	// VisitConfirmations calls visit with each scan of which something was confirmed at or after the instant, in no order, until visit returns an error,
	// which is then returned. Found and DeviceText are left out.
	VisitConfirmations(ctx context.Context, since time.Time, visit func(ce.Scan) error) error
}

// ScanClaim is the right to read a file.
type ScanClaim struct {
	Evidence ce.EvidenceID
	Token    string
}

// ClaimedScan is a scan to be made.
type ClaimedScan struct {
	ScanClaim
	Scan ce.Scan
}
