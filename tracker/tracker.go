package tracker

import (
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"accrue/catalog"
	"accrue/ce"
	"accrue/rules"
	"accrue/storage"
)

// Tracker holds what the use cases need. It is safe for concurrent use.
type Tracker struct {
	store   storage.Store
	catalog *catalog.Catalog
	now     func() time.Time
	log     *slog.Logger

	// upToDate says that nobody's standings are of other rules than this server's, as far as it has looked. It looks when it
	// starts: servers of two versions that run side by side must not undo each other's work again and again.
	upToDate    atomic.Bool
	ownCompiled *lru.Cache[compiledKey, *rules.Program]

	files      storage.Files // nil where none are kept
	fileLimits FileLimits
	scanning   *Scanning // nil where no files are read
	live       live

	letters Letters       // nil where none are sent
	logged  atomic.Uint32 // entries of logs, by which those of one instant are in order

	channels   []ce.Channel // by which reminders are delivered beside the inbox
	spreadOver time.Duration
	issued     atomic.Int64
}

// New returns a tracker on the store with the programs of the catalog. Now is the clock.
func New(store storage.Store, programs *catalog.Catalog, now func() time.Time, log *slog.Logger) *Tracker {
	compiled, err := lru.New[compiledKey, *rules.Program](compiledKept)
	if err != nil {
		panic("tracker: " + err.Error()) // only for a size below 1
	}
	return &Tracker{
		store:   store,
		catalog: programs,
		// Stores keep instants to the millisecond; what is answered is what is kept.
		now: func() time.Time { return now().UTC().Truncate(time.Millisecond) },
		log: log,

		ownCompiled: compiled,
		spreadOver:  DefaultSpread,
	}
}

// Deliver says by which channels reminders are delivered besides the inbox; none unless it is called, which must be before
// the tracker is used.
func (t *Tracker) Deliver(channels ...ce.Channel) { t.channels = channels }

// Viewer is who is asking, as established by package identity.
type Viewer struct {
	Professional ce.ProfessionalID
	// SignedInAt is when the viewer last proved who she is: sessions older than
	// ce.Professional.SessionsFrom, and those from before an erasure, are refused.
	SignedInAt time.Time
	// Profile is what a professional seen for the first time starts with.
	Profile ce.Professional
}

// today returns the current day in the certification's time zone.
func (t *Tracker) today(c *ce.Certification) ce.Date {
	return ce.DateOf(t.now(), c.Zone())
}

// notFound is what a viewer is told of everything that is absent or not hers.
func notFound(what string) error {
	return ce.Errorf(ce.CodeNotFound, "There is no such %s.", what)
}

// stale is what a viewer is told whose change was made to an older version.
func stale(what string) error { return staleBy("version", what) }

// staleBy is stale where the field of that name says which version was seen.
func staleBy(field, what string) error {
	return &ce.Error{Code: ce.CodeConflict, Path: []string{field}, Text: "This " + what + " has changed since you read it. Read it again and repeat your change."}
}

// translate turns the errors of storage into those fit to be shown.
func translate(err error, what string) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, storage.ErrNotFound):
		return notFound(what)
	case errors.Is(err, storage.ErrConflict):
		return &ce.Error{Code: ce.CodeConflict, Path: []string{"id"}, Text: "This id is already used for something else. Make a new one for each new " + what + "."}
	}
	return err
}
