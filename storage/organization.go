package storage

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"accrue/ce"
)

// Organization is everything that belongs to one organisation: itself, its members, its invitations, its postings and its log. Once it is
// deleted, or when it never was, every method that reads or changes something of it returns ErrNotFound or nothing.
//
// Each change brings the entries of the log that tell of it, and both are kept or neither: no change stands without its
// entries. A change function gives them, and may run several times.
type Organization interface {
	// Get returns the organisation.
	Get(context.Context) (ce.Organization, error)
	// Create stores a new organisation with Version 1 and its founder as a member with Version 1, and returns it. The
	// founder must be a professional who is there, else it is ErrNotFound. For the digest see Facts.Create.
	Create(ctx context.Context, organization ce.Organization, founder ce.Member, digest string, entries ...ce.LogEntry) (ce.Organization, error)
	// Update changes the organisation, see Facts.Update. When ApprovesCredits changes, the standings of all members are due to be derived anew.
	Update(context.Context, func(*ce.Organization) ([]ce.LogEntry, error)) (ce.Organization, error)
	// Delete removes the organisation after check has agreed to it, with all that belongs to it, and leaves a tombstone. The standings of those who
	// were members are due to be derived anew. Deleting it again is no error and does not ask. If it is cut short, System.UnfinishedOrganizations names it and Finish finishes.
	Delete(ctx context.Context, at time.Time, check func(ce.Organization) error) error
	// Finish completes what was cut short.
	Finish(context.Context) error

	// Member returns the member, or ErrNotFound when there is none or she has left.
	Member(context.Context, ce.MemberID) (ce.Member, error)
	// Join uses one of the invitation's uses and makes the member, with Version 1 or, when she was one before, one higher than then;
	// her CreatedAt stays then. ErrConflict when she is a member, ErrNotFound when she is no professional who is there, when there is no such
	// invitation, or when it is not open at the instant. Whoever was cut short uses no second one. The member's Name is that of her profile at some instant
	// during the call. Her standings are due to be derived anew from then on, so that an Overview follows.
	Join(ctx context.Context, member ce.Member, now time.Time, entries ...ce.LogEntry) (ce.Member, error)
	// UpdateMember changes the member, see Facts.Update; LeftAt ends the membership, and her standings are due to be derived anew. Name and Overview
	// stay. ErrNotFound when she has left.
	UpdateMember(context.Context, ce.MemberID, func(*ce.Member) ([]ce.LogEntry, error)) (ce.Member, error)
	// FormerMember returns the membership that has ended, or ErrNotFound when there is none or it goes on.
	FormerMember(context.Context, ce.MemberID) (ce.Member, error)
	// ListMembers returns a page of the members that pass the filter, in the order, then by id.
	ListMembers(context.Context, MemberFilter, ce.MemberOrder, Page[MemberKey]) (Slice[ce.Member], error)
	// TallyMembers counts the members who are in one of the groups (nil for all members) by their listings: each is counted once for all that she
	// holds, under the Program "", and once for each program. Tallies come in no order.
	TallyMembers(ctx context.Context, groups []ce.GroupID) ([]Tally, error)
	// CountMembers returns how many members there are.
	CountMembers(context.Context) (int, error)
	// OldestManager returns, of the members with ce.RoleManager, the one who joined first, or ErrNotFound.
	OldestManager(context.Context) (ce.Member, error)
	// MemberNames returns the names of those of the professionals who are or were members, without those that have none.
	MemberNames(context.Context, []ce.ProfessionalID) (map[ce.ProfessionalID]string, error)

	// CreateInvitation stores a new invitation with Version 1, see Facts.Create.
	CreateInvitation(ctx context.Context, invitation ce.Invitation, digest string, entries ...ce.LogEntry) (ce.Invitation, error)
	// Invitation returns the invitation, open or not, or ErrNotFound.
	Invitation(context.Context, ce.InvitationID) (ce.Invitation, error)
	// UpdateInvitation changes the invitation, see Facts.Update; Uses stays.
	UpdateInvitation(context.Context, ce.InvitationID, func(*ce.Invitation) ([]ce.LogEntry, error)) (ce.Invitation, error)
	// ReadInvitations returns all invitations that are open at the instant, newest first: by CreatedAt, then by id, both descending.
	ReadInvitations(ctx context.Context, now time.Time) ([]ce.Invitation, error)

	Postings

	// ReviewRequest returns what waits in the queue as the credit of that id, or ErrNotFound.
	ReviewRequest(context.Context, ce.CreditID) (ce.ReviewRequest, error)
	// ListReviewRequests returns a page of what waits in the queue, those first that were logged first: by the credit's CreatedAt, then by its id.
	ListReviewRequests(context.Context, Page[ReviewKey]) (Slice[ce.ReviewRequest], error)

	// CreateProgram stores a new program with Version 1 as the organisation's, see Facts.Create.
	CreateProgram(ctx context.Context, program ce.OwnProgram, digest string, entries ...ce.LogEntry) (ce.OwnProgram, error)
	// Program returns the program, or ErrNotFound when there is none or it was removed.
	Program(context.Context, ce.ProgramID) (ce.OwnProgram, error)
	// UpdateProgram changes the program, see Facts.Update. From then on System.ChangedPrograms names it, until SettleProgram.
	UpdateProgram(context.Context, ce.ProgramID, func(*ce.OwnProgram) ([]ce.LogEntry, error)) (ce.OwnProgram, error)
	// SettleProgram says that what had to follow from the last change of the program has, unless it has changed since that version.
	SettleProgram(ctx context.Context, id ce.ProgramID, version int) error
	// RemoveProgram deletes the program's content after check has agreed to the current one, see Facts.Remove.
	RemoveProgram(ctx context.Context, id ce.ProgramID, at time.Time, check func(ce.OwnProgram) ([]ce.LogEntry, error)) error
	// ReadPrograms returns all programs, oldest first: by creation, then by id.
	ReadPrograms(context.Context) ([]ce.OwnProgram, error)

	// AddToLog adds entries about what changes nothing of the organisation's own; those about a fact elsewhere are kept there until they are added. One
	// that is there stays as it is. Nothing is added once the organisation is deleted, which is no error.
	AddToLog(context.Context, ...ce.LogEntry) error
	// Changes names what was logged, and of which members the overview or what waits for approval was changed, at the instant or later by the clocks of those who did it: at most 1000 of each, the
	// latest, in no order. No two changes have the same name.
	Changes(ctx context.Context, since time.Time) ([]string, error)
	// ListLog returns a page of the log, newest first: by At, then by id, both descending.
	ListLog(context.Context, Page[LogKey]) (Slice[ce.LogEntry], error)
}

// Memberships is one professional's side of her memberships.
type Memberships interface {
	// Memberships returns those that have not ended, with their organisations, those first that she joined first: by JoinedAt, then by id.
	Memberships(context.Context) ([]Membership, error)
	// NameMemberships sets the Name of all, ended ones too, without a change of their Version.
	NameMemberships(ctx context.Context, name string) error
	// OwnedOrganizations returns the organisations whose owners she is among, whether she is there or not, in no order.
	OwnedOrganizations(context.Context) ([]ce.OrganizationID, error)
}

// Membership is a member with the organisation.
type Membership struct {
	ce.Member
	In ce.Organization
}

// Organizations finds organisations by what people hold of them.
type Organizations interface {
	// InvitationBySecret returns the invitation, open or not, whose code has that hash, or ErrNotFound.
	InvitationBySecret(ctx context.Context, secretHash string) (ce.Invitation, error)
	// OrganizationOf returns whose member, invitation, program or posting has that id, or ErrNotFound. Whether there still is the organisation, or
	// the program or posting, is not said.
	OrganizationOf(ctx context.Context, id string) (ce.OrganizationID, error)
	// UnfinishedOrganizations returns up to limit organisations of which something began before the instant and was cut short.
	// Each appears once.
	UnfinishedOrganizations(ctx context.Context, before time.Time, limit int) ([]ce.OrganizationID, error)
	// PendingPostedCredits returns up to limit parts of postings that are pending since before the instant, the oldest first. What UnfinishedOrganizations names may
	// have more.
	PendingPostedCredits(ctx context.Context, before time.Time, limit int) ([]ce.PostedCredit, error)
}

// SharedPrograms finds programs of organisations that changed, and whom that concerns.
type SharedPrograms interface {
	// ChangedPrograms returns up to limit programs that were changed and not settled, those first that wait longest.
	ChangedPrograms(ctx context.Context, limit int) ([]ChangedProgram, error)
	// Holders returns up to limit certifications that carry the program along with a lower revision, in no order.
	Holders(ctx context.Context, program ce.ProgramID, below, limit int) ([]Holder, error)
}

// ChangedProgram names a program of an organisation.
type ChangedProgram struct {
	Organization ce.OrganizationID
	Program      ce.ProgramID
}

// Holder names a certification.
type Holder struct {
	Professional  ce.ProfessionalID
	Certification ce.CertificationID
}

// MemberFilter chooses members; its zero value chooses all.
type MemberFilter struct {
	Groups []ce.GroupID // only those who are in one of them; nil for all
	Search string       // only those whose SortName has it; in small letters
	// Program is held by all of them, "" for any. Outcome and EndsBy are then about it alone.
	Program ce.ProgramID
	Outcome ce.MemberOutcome // at Now; "" for any
	Now     time.Time
	EndsBy  time.Time // only those whose soonest deadline that is not met is over by then; the zero time for all
}

// Bounds returns what the filter asks of a listing.
func (f *MemberFilter) Bounds() Bounds {
	b := Bounds{EndsBy: f.EndsBy}
	switch state, later := f.Outcome.StateOf(); {
	case f.Outcome == ce.MemberOverdue:
		if b.EndsBy.IsZero() || f.Now.Before(b.EndsBy) {
			b.EndsBy = f.Now
		}
	case f.Outcome == ce.MemberAtRisk:
		// Nothing is over, so that no risk began longer ago. Whatever the order is, it need not be looked for among who is overdue.
		b.EndsAfter, b.RiskAfter, b.RiskBy = f.Now, f.Now.Add(-ce.RiskPeriod), f.Now
	case later:
		b.State, b.EndsAfter, b.RiskAfter = state, f.Now, f.Now
	}
	return b
}

// Bounds are of a ce.Listing; what is zero bounds nothing.
type Bounds struct {
	State             ce.Outcome
	EndsAfter, EndsBy time.Time // of its EndsAt
	RiskAfter, RiskBy time.Time // of its RiskFrom
}

// MemberKey is a place in a list of members.
type MemberKey struct {
	Name string    // SortName, in ce.MembersByName
	At   time.Time // by what they are ordered in the other orders; the zero time is never
	ID   ce.MemberID
}

// MemberKeyOf returns the place of the member in the order.
func MemberKeyOf(m *ce.Member, order ce.MemberOrder) MemberKey {
	key := MemberKey{ID: m.ID}
	all := m.Overview.Listing()
	switch order {
	case ce.MembersByDeadline:
		key.At = all.EndsAt
	case ce.MembersByRisk:
		key.At = all.RiskFrom
	default:
		key.Name = m.SortName()
	}
	return key
}

// Compare orders the places of one list.
func (k MemberKey) Compare(other MemberKey) int {
	return cmp.Or(strings.Compare(k.Name, other.Name), ce.Never(k.At).Compare(ce.Never(other.At)), cmp.Compare(k.ID, other.ID))
}

// MaxChanges is how many names of each kind Organization.Changes returns.
const MaxChanges = 1000

// MergeMembers makes one page of the lists of several groups, each of up to limit members and each in the order. Who is in several groups comes once.
func MergeMembers(lists [][]ce.Member, order ce.MemberOrder, first int) Slice[ce.Member] {
	members := slices.Concat(lists...)
	if len(lists) > 1 {
		slices.SortFunc(members, func(a, b ce.Member) int { return MemberKeyOf(&a, order).Compare(MemberKeyOf(&b, order)) })
		members = slices.CompactFunc(members, func(a, b ce.Member) bool { return a.ID == b.ID })
	}
	return Slice[ce.Member]{Items: members[:min(first, len(members))], More: len(members) > first}
}

// Tally is how many members have a listing, whose Required and Earned are added up.
type Tally struct {
	ce.Listing
	Members int
}

// ReviewKey is a place in the queue of credits that wait for approval.
type ReviewKey struct {
	CreatedAt time.Time
	ID        ce.CreditID
}

// LogKey is a place in the log.
type LogKey struct {
	At time.Time
	ID ce.LogEntryID
}
