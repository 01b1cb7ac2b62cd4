package storage

import (
	"context"
	"errors"
	"slices"
	"time"

	"accrue/ce"
)

// Errors that callers tell apart, by errors.Is. Any other error means that nothing is known
// of the outcome but that no fact was half written; its text is for the log.
var (
	// ErrNotFound: there is no such thing in the handle's scope, or it was removed.
	ErrNotFound = errors.New("storage: not found")
	// ErrConflict: the id or key is taken by something else.
	ErrConflict = errors.New("storage: conflict")
	// ErrRemoved: the same creation was made before and its fact has been removed since.
	ErrRemoved = errors.New("storage: created before and removed since")
	// ErrOvertaken: derived data of a higher sequence number is already there.
	ErrOvertaken = errors.New("storage: overtaken")
	// ErrLeaseLost: the lease is held by someone else or has been given up.
	ErrLeaseLost = errors.New("storage: lease lost")
	// ErrUnavailable: the database cannot be reached or did not answer in time. Whether the step was done is not known;
	// it may be repeated.
	ErrUnavailable = errors.New("storage: unavailable")
	// ErrUnchanged is for a change function to return: the update then succeeds with
	// the current fact and writes nothing.
	ErrUnchanged = errors.New("storage: unchanged")
)

// Store is one database. Its methods may be called at the same time, also from several
// processes where the database allows that.
type Store interface {
	// Professional returns the handle for all that belongs to one professional. It reads nothing;
	// what belongs to others cannot be reached through it.
	Professional(ce.ProfessionalID) Professional
	// Organization returns the handle for all that belongs to one organisation. It reads nothing;
	// what belongs to others cannot be reached through it.
	Organization(ce.OrganizationID) Organization
	// Identity returns the handle for sign-in data.
	Identity() Identity
	// System returns the handle for workers and operators, which is scoped to nobody.
	System() System
	// Ping reports whether the database answers.
	Ping(context.Context) error
	// Close waits for writes under way and releases the database.
	Close() error
}

// Professional is everything that belongs to one professional.
type Professional interface {
	// Profile returns the professional, or ErrNotFound when there is none (or an erased one).
	Profile(context.Context) (ce.Professional, error)
	// CreateProfile stores a new professional with Version 1 and returns it. When there already
	// is one, it returns that one unchanged. An erased professional is ErrRemoved, unless the erasure
	// is complete and began before CreatedAt: then she starts anew, with sequence numbers that go on.
	CreateProfile(context.Context, ce.Professional) (ce.Professional, error)
	// UpdateProfile changes the professional, see Facts.Update.
	UpdateProfile(context.Context, func(*ce.Professional) error) (ce.Professional, error)
	// Erase removes the professional and everything that belongs to her, facts and derived
	// data, her memberships, accounts, sessions and mail tokens too, and leaves a mark without personal data: the id and
	// the instant. Once it has begun she is ErrNotFound; if it is cut short,
	// System.Unfinished names her and Erase finishes. Erasing again is no error and keeps the
	// first instant. One who has no profile is erased all the same.
	Erase(ctx context.Context, at time.Time) error
	// SetFoundBy replaces the keys by which organisations find her among their members, see Organization.MembersFoundBy; ErrNotFound when there is no such professional.
	SetFoundBy(ctx context.Context, keys []string) error
	// ErasedAt returns when the professional was erased, or ErrNotFound when she was not or has started anew.
	ErasedAt(context.Context) (time.Time, error)

	Certifications() Facts[ce.CertificationID, ce.Certification]
	Credits() Facts[ce.CreditID, ce.Credit]
	OwnPrograms() Facts[ce.ProgramID, ce.OwnProgram]
	OwnDeadlines() Facts[ce.DeadlineID, ce.OwnDeadline]

	Reminders
	Evidence
	Scans
	Memberships

	// ListCredits returns a page of the credits that pass the filter, newest first: by
	// CompletedOn, then by id, both descending.
	ListCredits(context.Context, CreditFilter, Page[CreditKey]) (Slice[ce.Credit], error)
	// CountCredits returns how many credits there are.
	CountCredits(context.Context) (int, error)

	// Begin takes the professional's next sequence number and returns it with her profile, her preferences, their marks,
	// and what she was told. Numbers grow and none is given twice. ErrNotFound when there is no such professional.
	Begin(context.Context) (Turn, error)
	// ReadCertifications returns all certifications, all own programs, which they may be of, and all own deadlines, each
	// oldest first (by creation, then id), with the marks of them and of their tombstones, and the approvers.
	ReadCertifications(context.Context) (Held, error)
	// ReadCredits returns all credits, newest first as ListCredits, with the marks of credits and their tombstones.
	ReadCredits(context.Context) (Marked[ce.Credit], error)
	// SaveDerived replaces the standings, deadlines and plan of the professional, the overview in her memberships, and what waits in queues, by these and returns the sequence number
	// that was taken last, as it was at some instant during the call; or it returns ErrOvertaken when a higher sequence number was saved, be it with no standings; then that stays.
	// It saves nothing for an erased professional and returns an error.
	// A claim of the plan before ends. What was told stays.
	// It is not atomic towards readers: they may see new deadlines beside old standings.
	SaveDerived(context.Context, Derived) (last int64, err error)
	// ClearMarks clears the marks of facts whose version is still the one given.
	ClearMarks(context.Context, []Mark) error

	// Standings returns what was derived last, without uses, questions' credits and deadlines, by certification.
	Standings(context.Context) (map[ce.CertificationID]ce.Standing, error)
	// ListDeadlines returns a page of the derived deadlines, soonest first: by DueOn, then id.
	ListDeadlines(context.Context, DeadlineFilter, Page[DeadlineKey]) (Slice[ce.Deadline], error)

	// CalendarFeed returns the calendar feed, or ErrNotFound when there is none.
	CalendarFeed(context.Context) (ce.CalendarFeed, error)
	// SetCalendarFeed replaces the calendar feed, whoever its owner is said to be. ErrNotFound when there is no such professional.
	SetCalendarFeed(context.Context, ce.CalendarFeed) error
	// ReviseCalendarFeed stores Content, Revision and RevisedAt of the feed, unless its secret is no longer that of the one
	// stored or its Revision is not one higher than that one's: then it is ErrConflict.
	ReviseCalendarFeed(context.Context, ce.CalendarFeed) error
	// RemoveCalendarFeed removes the calendar feed; removing it again is no error.
	RemoveCalendarFeed(context.Context) error
}

// Facts is one kind of facts of one professional.
type Facts[ID ~string, T any] interface {
	// Get returns the fact, or ErrNotFound when it is absent, removed or somebody else's.
	Get(context.Context, ID) (T, error)
	// Create stores a new fact, whose ID is set, with Version 1 and the handle's professional as its owner, and
	// returns it. The professional must exist. Digest identifies the
	// content of the creating request: when the id is there with the same digest, Create
	// changes nothing and returns the current fact, or ErrRemoved when it has been removed; with
	// another digest, or as somebody else's, it is ErrConflict. Ids are made at random: whether one can also be
	// that of a fact of another kind is up to the store.
	Create(ctx context.Context, fact T, digest string) (T, error)
	// Update runs change on the current fact and stores the outcome with a Version one
	// higher; ID, owner and CreatedAt stay whatever change does. It may run change several times, each on a
	// newer value. An error of change ends it, is
	// returned and stores nothing, except ErrUnchanged. ErrNotFound when there is no such fact.
	Update(ctx context.Context, id ID, change func(*T) error) (T, error)
	// Remove deletes the fact's content after check has agreed to the current one, and
	// leaves a tombstone: id, owner, a version one higher, digest and the instant. Removing it again is no error and
	// does not ask. ErrNotFound when there never was such a fact. The other data of the professional is untouched.
	Remove(ctx context.Context, id ID, at time.Time, check func(T) error) error
}

// Turn is a sequence number with the profile and what goes with it, as it was when, or after, the number was taken.
type Turn struct {
	Sequence    int64
	Profile     ce.Professional
	Preferences ce.ReminderPreferences // the zero value when none were ever saved
	Told        Told
	Marks       []Mark // the profile's and the preferences', if they are marked
	Member      bool   // whether she may be a member of an organisation; false is certain
	Requests    bool   // whether credits of hers may wait in queues of organisations; false is certain
}

// MarkedKind is a kind of facts that carries refresh marks.
type MarkedKind string

// The kinds of marked facts.
const (
	MarkedProfile       MarkedKind = "profile"
	MarkedCertification MarkedKind = "certification"
	MarkedCredit        MarkedKind = "credit"
	MarkedOwnProgram    MarkedKind = "own-program"
	MarkedOwnDeadline   MarkedKind = "own-deadline"
	MarkedPreferences   MarkedKind = "preferences" // with the professional's id
)

// Mark names a fact, by kind, id and version, that was written and is not yet in the derived data. A removed
// fact's tombstone carries a mark, too.
type Mark struct {
	Kind    MarkedKind
	ID      string
	Version int
}

// Marked is facts of one kind that a refresh evaluates, with the marks that were found beside them.
type Marked[T any] struct {
	Items []T
	Marks []Mark
}

// Held is the certifications of a professional, with her own programs and deadlines. They are read together, since
// whoever evaluates the ones needs the others.
type Held struct {
	Marked[ce.Certification]
	OwnPrograms  Marked[ce.OwnProgram]
	OwnDeadlines Marked[ce.OwnDeadline]
	// Approvers are the organisations that approve credits, of which she is a member and of whose programs her certifications are, by id.
	Approvers []ce.Approver
}

// AllMarks returns the marks of all of it.
func (h *Held) AllMarks() []Mark {
	return slices.Concat(h.Marks, h.OwnPrograms.Marks, h.OwnDeadlines.Marks)
}

// Derived is what a refresh computed under a sequence number: the standings of all certifications
// of the professional, each with its deadlines, and the plan made from them.
type Derived struct {
	Sequence  int64
	Rules     string // identifies the rules of the catalog that were used, see System.OutdatedStandings
	Standings []ce.Standing
	Plan      ce.Plan
	// Overview goes to each of her memberships, nil to none. It may be left out only where Turn.Member is false.
	Overview *ce.Overview
	// Requests replace those of her credits that wait in the queues of organisations; nil leaves them, which is right only where Turn.Requests is false.
	Requests []ce.ReviewRequest
	At       time.Time // now, for Organization.Changes
}

// Page asks for at most First items that follow After in the list's order; nil starts at the beginning.
type Page[K any] struct {
	First int
	After *K
}

// Slice is one page of a list. More says whether others follow.
type Slice[T any] struct {
	Items []T
	More  bool
}

// CreditKey is a place in the list of credits.
type CreditKey struct {
	CompletedOn ce.Date
	ID          ce.CreditID
}

// CreditFilter chooses credits; its zero value chooses all.
type CreditFilter struct {
	Text          string // in title, provider or notes, without regard to case (of ASCII letters at least); "" for any
	From, Until   ce.Date
	Certification ce.CertificationID // only credits that are not narrowed to other certifications; "" for any
	Topic         ce.Term            // "" for any
}

// DeadlineKey is a place in the list of deadlines.
type DeadlineKey struct {
	DueOn ce.Date
	ID    ce.DeadlineID
}

// DeadlineFilter chooses deadlines; its zero value chooses all.
type DeadlineFilter struct {
	Until         ce.Date            // no day for no bound
	Certification ce.CertificationID // "" for all
}
