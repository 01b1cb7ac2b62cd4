package ce

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Limits of organisations.
const (
	MaxMembers            = 50_000 // of one organisation
	MaxMemberships        = 50     // of one professional
	MaxOwners             = 20     // of one organisation
	MaxGroups             = 500    // of one organisation
	MaxGroupsOfMember     = 20     // in which one member is, or to which she is limited
	MaxOpenInvitations    = 1000   // of one organisation
	MaxOrganizationName   = 120    // bytes
	MaxGroupName          = 80     // bytes
	MaxInvitationLife     = 365 * 24 * time.Hour
	DefaultInvitationLife = 14 * 24 * time.Hour
	ClosedInvitationKept  = 30 * 24 * time.Hour // after it has expired
)

// NewMemberID returns the id of the professional's membership. So whoever joins twice is one member, and is the same again
// when she comes back.
func NewMemberID(organization OrganizationID, professional ProfessionalID) MemberID {
	sum := sha256.Sum256([]byte("member\n" + string(organization) + "\n" + string(professional)))
	return MemberID(ownUUID(sum))
}

// NewLogEntryID returns a new UUID (version 7, RFC 9562) for an entry made at the instant: one made later, or at the same instant with a higher count,
// comes after it.
func NewLogEntryID(at time.Time, count uint32) LogEntryID {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(at.UnixMilli())<<16)
	_, _ = rand.Read(b[8:])            // never fails, see crypto/rand
	b[6] = 0x70 | byte(count>>24)&0x0f // 28 bits of the count go around the two of the variant
	b[7] = byte(count >> 16)
	b[8] = 0x80 | byte(count>>10)&0x3f
	b[9] = byte(count >> 2)
	b[10] = byte(count<<6) | b[10]&0x3f
	return LogEntryID(formatUUID(b))
}

// Role is what a member may do in an organisation. Each may what those below it may.
type Role string

// The roles, highest first.
const (
	RoleOwner   Role = "OWNER"   // everything
	RoleManager Role = "MANAGER" // invite, change and remove members
	RoleViewer  Role = "VIEWER"  // see the members
	RoleMember  Role = "MEMBER"  // be seen
)

// roles are all roles, lowest first.
var roles = []Role{RoleMember, RoleViewer, RoleManager, RoleOwner}

// IsValid reports whether it is one of the roles.
func (r Role) IsValid() bool { return slices.Contains(roles, r) }

// Above reports whether the role may more than the other.
func (r Role) Above(other Role) bool { return slices.Index(roles, r) > slices.Index(roles, other) }

// Sees reports whether the role sees members besides herself.
func (r Role) Sees() bool { return r.Above(RoleMember) }

// Manages reports whether the role changes members.
func (r Role) Manages() bool { return r.Above(RoleViewer) }

// Organization is an employer or society.
type Organization struct {
	ID       OrganizationID
	Version  int // 1 when created, one more with each change
	Name     string
	TimeZone string // IANA
	Locale   string // BCP 47, of the letters that it sends
	// ApprovesCredits says that credits that members log themselves count for its own programs only once a manager has approved them.
	ApprovesCredits bool
	// Owners are at least one. Who is among them is decided here alone, in one fact, so that there is never none.
	Owners               []ProfessionalID
	Groups               []Group // oldest first
	CreatedAt, UpdatedAt time.Time
}

// Group is a part of an organisation: a ward, an office. Members are in any number of groups.
type Group struct {
	ID        GroupID
	Version   int // 1 when created, one more with each change
	Name      string
	CreatedAt time.Time
}

// Clean trims and checks what a person may enter of an organisation, except its groups.
func (o *Organization) Clean() error {
	var problems Problems
	var err error
	o.Name, err = requiredLine(o.Name, MaxOrganizationName)
	problems.Check(err, "name")
	if o.TimeZone == "" {
		problems.Add("must be given", "timeZone")
	} else {
		_, err = LoadZone(o.TimeZone)
		problems.Check(err, "timeZone")
	}
	if o.Locale == "" {
		o.Locale = DefaultLocale
	}
	o.Locale, err = parseLocale(o.Locale)
	problems.Check(err, "locale")
	return problems.Err()
}

// Clean trims and checks what a person may enter of a group.
func (g *Group) Clean() error {
	var problems Problems
	var err error
	g.Name, err = requiredLine(g.Name, MaxGroupName)
	problems.Check(err, "name")
	return problems.Err()
}

func requiredLine(text string, limit int) (string, error) {
	text, err := Line(text, limit)
	if err == nil && text == "" {
		err = errors.New("must be given")
	}
	return text, err
}

// Group returns the place of the group among the organisation's, -1 when it is none of them.
func (o *Organization) Group(id GroupID) int {
	return slices.IndexFunc(o.Groups, func(g Group) bool { return g.ID == id })
}

// Owned reports whether the professional is an owner.
func (o *Organization) Owned(by ProfessionalID) bool { return slices.Contains(o.Owners, by) }

// RoleOf returns what the member may do.
func (o *Organization) RoleOf(m *Member) Role {
	if o.Owned(m.Professional) {
		return RoleOwner
	}
	return m.Role
}

// Member is one professional's membership of an organisation. It is read from both sides.
type Member struct {
	ID           MemberID
	Organization OrganizationID
	Professional ProfessionalID
	Version      int // 1 when created, one more with each change
	// Name is the professional's, "" while not given. It follows her profile without a change of Version; after she has left
	// it stays as it was.
	Name string
	// Role is what she may do while she is not among the owners; see Organization.RoleOf.
	Role Role
	// Groups are those in which she is. Who sees or manages members is limited to them; without any she is not limited. A
	// group that the organisation no longer has stays among them, so that whoever was limited to it does not see all by its removal.
	Groups []GroupID
	// ShareCredits says that she agreed to show her credits with their evidence, not her standing and deadlines alone.
	ShareCredits bool
	Invitation   InvitationID // by which she joined last; "" for the founder
	JoinedAt     time.Time
	LeftAt       time.Time // the zero time while she is a member
	Removed      bool      // she did not leave by herself
	CreatedAt    time.Time
	UpdatedAt    time.Time
	// Overview is where she stands. It follows her standings without a change of Version; nil while none was derived, and once she has left.
	Overview *Overview
}

// SortName is by what members are listed.
func (m *Member) SortName() string { return strings.ToLower(m.Name) }

// Limited reports whether what she sees, in the role, is limited to her groups.
func (m *Member) Limited(role Role) bool { return role != RoleOwner && len(m.Groups) > 0 }

// CheckGroups checks the list of groups of a member or an invitation: each of the organisation, none twice.
func (o *Organization) CheckGroups(groups []GroupID) error {
	var problems Problems
	if len(groups) > MaxGroupsOfMember {
		problems.Add(fmt.Sprintf("must be at most %d groups", MaxGroupsOfMember), "groupIds")
		return problems.Err()
	}
	for i, id := range groups {
		if o.Group(id) < 0 {
			problems.Add("is not the id of a group of this organization", "groupIds", i)
		} else if slices.Contains(groups[:i], id) {
			problems.Add("is there twice", "groupIds", i)
		}
	}
	return problems.Err()
}

// Invitation lets people join an organisation. Whoever knows its code may use it.
type Invitation struct {
	ID           InvitationID
	Organization OrganizationID
	Version      int            // 1 when created, one more with each change; a use is none
	SecretHash   string         // digest of the code, which is not kept
	Role         Role           // which it gives; never RoleOwner
	Groups       []GroupID      // which it gives
	Email        string         // to which it was sent, "" for one that was not sent by mail
	MaxUses      int            // from 1 to MaxMembers
	Uses         int            // how often it was used
	CreatedBy    ProfessionalID // "" once she is erased
	CreatedAt    time.Time
	UpdatedAt    time.Time
	ExpiresAt    time.Time
	RevokedAt    time.Time // the zero time while it is not
}

// InvitationState says whether an invitation can be used.
type InvitationState string

// The states.
const (
	InvitationOpen    InvitationState = "OPEN"
	InvitationUsed    InvitationState = "USED" // as often as it may be
	InvitationExpired InvitationState = "EXPIRED"
	InvitationRevoked InvitationState = "REVOKED"
)

// State returns whether it can be used at the instant.
func (i *Invitation) State(now time.Time) InvitationState {
	switch {
	case !i.RevokedAt.IsZero():
		return InvitationRevoked
	case i.Uses >= i.MaxUses:
		return InvitationUsed
	case !now.Before(i.ExpiresAt):
		return InvitationExpired
	}
	return InvitationOpen
}

// LogAction is what was done in an organisation.
type LogAction string

// The actions. Before and After of an entry hold what is said here.
const (
	LogOrganizationCreated LogAction = "ORGANIZATION_CREATED" // after: the name
	LogOrganizationUpdated LogAction = "ORGANIZATION_UPDATED" // name, time zone, locale, and APPROVES_CREDITS where it does
	LogGroupCreated        LogAction = "GROUP_CREATED"        // after: the name
	LogGroupRenamed        LogAction = "GROUP_RENAMED"        // the names
	LogGroupRemoved        LogAction = "GROUP_REMOVED"        // before: the name
	LogInvitationCreated   LogAction = "INVITATION_CREATED"   // after: the role, then names of groups
	LogInvitationRevoked   LogAction = "INVITATION_REVOKED"   // before: the role, then names of groups
	LogMemberJoined        LogAction = "MEMBER_JOINED"        // after: the role, then names of groups
	LogRoleChanged         LogAction = "ROLE_CHANGED"         // the roles
	LogGroupsChanged       LogAction = "GROUPS_CHANGED"       // names of groups
	LogSharingChanged      LogAction = "SHARING_CHANGED"      // CREDITS where credits are shown, else nothing
	LogMemberRemoved       LogAction = "MEMBER_REMOVED"       // before: the role
	LogMemberLeft          LogAction = "MEMBER_LEFT"          // before: the role
	LogMemberErased        LogAction = "MEMBER_ERASED"        // before: the role
	LogFactsRecorded       LogAction = "FACTS_RECORDED"       // after: the program's name, then the answers, see Fact.String
	LogFactsRemoved        LogAction = "FACTS_REMOVED"        // before: the program's name, then the answers
	LogProgramCreated      LogAction = "PROGRAM_CREATED"      // after: the name
	LogProgramUpdated      LogAction = "PROGRAM_UPDATED"      // the names
	LogProgramRemoved      LogAction = "PROGRAM_REMOVED"      // before: the name
	LogPosted              LogAction = "POSTED"               // after: title, day, amount and unit, number of members
	LogPostingWithdrawn    LogAction = "POSTING_WITHDRAWN"    // before: title, day, amount and unit, without a subject number of members
	LogCreditDisputed      LogAction = "CREDIT_DISPUTED"      // before: title, day, amount and unit
	LogDisputeResolved     LogAction = "DISPUTE_RESOLVED"     // before: title, day, amount and unit; after: a DisputeOutcome
	LogCreditApproved      LogAction = "CREDIT_APPROVED"      // before: title, day, amount and unit
	LogCreditRefused       LogAction = "CREDIT_REFUSED"       // before: title, day, amount and unit
	LogMembersExported     LogAction = "MEMBERS_EXPORTED"     // after: number of members
)

// LogEntry says who did what to whom. It names professionals by id, so that those who are erased are unknown in it.
type LogEntry struct {
	ID            LogEntryID
	Organization  OrganizationID
	At            time.Time
	Action        LogAction
	Actor         ProfessionalID // "" for what nobody did, such as taking over from an owner who is erased
	Subject       ProfessionalID // to whom; "" where it was to nobody
	Before, After []string       // names, not ids; nil where there is nothing to say
	Reason        string         // "" where none was asked for
}
