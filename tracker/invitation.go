package tracker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// Limits of requests about invitations.
const (
	codesTried       = 30 // by one viewer within codesTriedPeriod; a right one clears the count
	codesTriedPeriod = 15 * time.Minute
	lettersToAddress = 3   // that invite, to one e-mail address within lettersPeriod
	lettersOfViewer  = 100 // that invite, of one viewer within lettersPeriod
	lettersPeriod    = time.Hour
)

// Invitation is an invitation as those who manage an organisation see it.
type Invitation struct {
	ce.Invitation
	Groups []ce.Group // those that there still are, oldest first; never nil
	State  ce.InvitationState
	// CreatedBy is the name of who made it, "" when she is erased or has none.
	CreatedBy string
}

// NewInvitation is what somebody enters to invite people. Empty fields were not given.
type NewInvitation struct {
	ID           ce.InvitationID
	Organization ce.OrganizationID
	Role         ce.Role
	Groups       []ce.GroupID
	MaxUses      int       // 1 when not given
	ExpiresAt    time.Time // ce.DefaultInvitationLife from now when not given
	Email        string    // to which it is sent; then nobody but its reader learns the code
}

// InvitationPreview is what somebody who has the code sees before she joins.
type InvitationPreview struct {
	Organization ce.Organization
	Role         ce.Role
	Groups       []string // their names
	ExpiresAt    time.Time
	// Member is the viewer's membership, nil while she has none.
	Member *Member
}

// InvitationLetter invites somebody by e-mail.
type InvitationLetter struct {
	ID           string // a UUID
	Email        string
	Organization string
	Inviter      string // her name, "" when she has none
	Locale       string
	Code         string
	At           time.Time
	LastDay      ce.Date // on which the code works, in the organisation's time zone
}

// ErrNoLetter is what the writer of a letter returns when it is not to be sent any more.
var ErrNoLetter = errors.New("tracker: no letter")

// Letters sends letters in the background.
type Letters interface {
	// Invite returns at once, and has the letter written and sent soon after. While that fails, it runs write again, also when the
	// request that asked for the letter is over. It returns false when it can take no more.
	Invite(write func(context.Context) (InvitationLetter, error)) bool
}

// Write lets letters be sent; none are unless it is called, which must be before the tracker is used.
func (t *Tracker) Write(letters Letters) { t.letters = letters }

func (s *seat) shownInvitation(i *ce.Invitation, names map[ce.ProfessionalID]string, now time.Time) Invitation {
	return Invitation{Invitation: *i, Groups: s.groups(i.Groups, true), State: i.State(now), CreatedBy: names[i.CreatedBy]}
}

// seesInvitation reports whether the viewer sees the invitation: one who is limited to groups, those to these alone.
func (s *seat) seesInvitation(i *ce.Invitation) bool {
	return s.role.Manages() && (!s.limited() || len(i.Groups) > 0 && !slices.ContainsFunc(i.Groups, func(id ce.GroupID) bool { return !s.within(id) }))
}

// Invitations returns the open invitations of an organisation that the viewer sees, newest first, and false for who manages nothing there.
func (v *View) Invitations(ctx context.Context, id ce.OrganizationID) (list []Invitation, allowed bool, err error) {
	s, err := v.seat(ctx, id)
	if err != nil || !s.role.Manages() {
		return nil, false, err
	}
	now := v.now()
	open, err := s.handle.ReadInvitations(ctx, now)
	if err != nil {
		return nil, false, err
	}
	open = slices.DeleteFunc(open, func(i ce.Invitation) bool { return !s.seesInvitation(&i) })
	var people []ce.ProfessionalID
	for _, i := range open {
		if !slices.Contains(people, i.CreatedBy) {
			people = append(people, i.CreatedBy)
		}
	}
	names, err := s.handle.MemberNames(ctx, people)
	if err != nil {
		return nil, false, err
	}
	for i := range open {
		list = append(list, s.shownInvitation(&open[i], names, now))
	}
	return list, true, nil
}

// Invitation returns an invitation that the viewer sees, open or not.
func (v *View) Invitation(ctx context.Context, id ce.InvitationID) (Invitation, error) {
	s, i, err := v.invitation(ctx, id)
	if err != nil {
		return Invitation{}, err
	}
	names, err := s.handle.MemberNames(ctx, []ce.ProfessionalID{i.CreatedBy})
	return s.shownInvitation(&i, names, v.now()), err
}

func (v *View) invitation(ctx context.Context, id ce.InvitationID) (*seat, ce.Invitation, error) {
	s, err := v.seatOf(ctx, string(id), "invitation")
	if err != nil {
		return nil, ce.Invitation{}, err
	}
	i, err := s.handle.Invitation(ctx, id)
	if err == nil && !s.seesInvitation(&i) {
		err = storage.ErrNotFound
	}
	return s, i, translate(err, "invitation")
}

// CreateInvitation invites people to an organisation and returns the code, which is not kept, "" for an invitation that was sent by
// mail. The same request repeated gives the invitation another code, since the first may have been lost, and sends no second letter.
func (v *View) CreateInvitation(ctx context.Context, in NewInvitation) (created Invitation, code string, err error) {
	s, err := v.seat(ctx, in.Organization)
	if err != nil {
		return Invitation{}, "", err
	}
	if err := s.manages(); err != nil {
		return Invitation{}, "", err
	}
	code = ce.NewSecret()
	i, err := v.newInvitation(in, s, code)
	if err != nil {
		return Invitation{}, "", err
	}
	_, err = s.handle.Invitation(ctx, i.ID)
	repeated := err == nil // or refused for its id
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return Invitation{}, "", err
	}
	if !repeated {
		if err := v.checkInvitation(ctx, s, &i); err != nil {
			return Invitation{}, "", err
		}
	}
	after := append([]string{string(i.Role)}, s.names(i.Groups)...)
	stored, err := s.handle.CreateInvitation(ctx, i, digest(in)+string(v.viewer.Professional), v.entry(ce.LogInvitationCreated, "", nil, after))
	if err != nil {
		return Invitation{}, "", translate(err, "invitation")
	}
	switch {
	case i.Email != "" && !repeated:
		if err := v.send(ctx, s, stored, code); err != nil {
			return Invitation{}, "", err
		}
	case i.Email == "" && stored.SecretHash != i.SecretHash:
		stored, err = s.handle.UpdateInvitation(ctx, stored.ID, func(i *ce.Invitation) ([]ce.LogEntry, error) {
			i.SecretHash, i.UpdatedAt = ce.Digest(code), v.now()
			return []ce.LogEntry{v.entry(ce.LogInvitationCreated, "", nil, after)}, nil
		})
		if err != nil {
			return Invitation{}, "", translate(err, "invitation")
		}
	}
	if i.Email != "" {
		code = ""
	}
	names, err := s.handle.MemberNames(ctx, []ce.ProfessionalID{stored.CreatedBy})
	return s.shownInvitation(&stored, names, v.now()), code, err
}

// newInvitation checks what was entered and makes an invitation of it.
func (v *View) newInvitation(in NewInvitation, s *seat, code string) (ce.Invitation, error) {
	now := v.now()
	i := ce.Invitation{
		ID: in.ID, Organization: in.Organization, SecretHash: ce.Digest(code), Role: in.Role, Groups: in.Groups, MaxUses: in.MaxUses,
		CreatedBy: v.viewer.Professional, CreatedAt: now, UpdatedAt: now, ExpiresAt: in.ExpiresAt.UTC(),
	}
	if i.ID == "" {
		i.ID = ce.InvitationID(ce.NewUUID())
	}
	if in.MaxUses == 0 {
		i.MaxUses = 1
	}
	if in.ExpiresAt.IsZero() {
		i.ExpiresAt = now.Add(ce.DefaultInvitationLife)
	}
	var problems ce.Problems
	if i.Role == ce.RoleOwner {
		problems.Add("must be below OWNER: ownership is given to members, see `updateMember`", "role")
	}
	problems.Check(s.checkGroups(i.Groups))
	if i.MaxUses < 1 || i.MaxUses > ce.MaxMembers {
		problems.Add(fmt.Sprintf("must be from 1 to %d", ce.MaxMembers), "maxUses")
	}
	if !i.ExpiresAt.After(now) || i.ExpiresAt.After(now.Add(ce.MaxInvitationLife)) {
		problems.Add(fmt.Sprintf("must be in the future, at most %d days from now", int(ce.MaxInvitationLife.Hours()/24)), "expiresAt")
	}
	if in.Email != "" {
		entered, _, err := ce.ParseEmail(in.Email)
		problems.Check(err, "email")
		i.Email = entered
		if i.MaxUses != 1 {
			problems.Add("must be 1 for an invitation that is sent by e-mail", "maxUses")
		}
	}
	if err := problems.Err(); err != nil {
		return ce.Invitation{}, err
	}
	if s.limited() && len(i.Groups) == 0 {
		return ce.Invitation{}, errGroupNeeded
	}
	return i, s.checkGrant(i.Role, i.Groups)
}

// checkInvitation refuses one invitation too many, and letters too many or where none are sent.
func (v *View) checkInvitation(ctx context.Context, s *seat, i *ce.Invitation) error {
	open, err := s.handle.ReadInvitations(ctx, v.now())
	if err != nil {
		return err
	}
	if len(open) >= ce.MaxOpenInvitations {
		return ce.Errorf(ce.CodeLimitExceeded, "This organization has %d open invitations, and no more are possible. Revoke some, or make one that many can use.", ce.MaxOpenInvitations)
	}
	if i.Email == "" {
		return nil
	}
	if v.letters == nil {
		return &ce.Error{Code: ce.CodeForbidden, Path: []string{"email"}, Text: "This server sends no mail. Leave the address out and pass the code on yourself."}
	}
	_, key, _ := ce.ParseEmail(i.Email) // checked before
	if err := v.limit(ctx, "invitation letter to "+key, lettersToAddress, lettersPeriod); err != nil {
		return err
	}
	return v.limit(ctx, "invitation letter of "+string(v.viewer.Professional), lettersOfViewer, lettersPeriod)
}

// limit counts one more under the name and refuses what is above the limit within the period.
func (v *View) limit(ctx context.Context, name string, limit int, period time.Duration) error {
	now := v.now()
	attempts, err := v.store.Identity().Attempt(ctx, digest(name), now, now.Add(period))
	if err != nil || attempts.Count <= limit {
		return err
	}
	return &ce.Error{Code: ce.CodeRateLimited, Text: "Too many attempts; try again later.", RetryAfter: max(attempts.ResetAt.Sub(now), time.Second)}
}

// send has the invitation sent, or takes it back when there is no room for its letter.
func (v *View) send(ctx context.Context, s *seat, i ce.Invitation, code string) error {
	letter := InvitationLetter{
		ID: ce.NewUUID(), Email: i.Email, Organization: s.in.Name, Inviter: s.member.Name, Locale: s.in.Locale, Code: code, At: v.now(),
	}
	zone, err := ce.LoadZone(s.in.TimeZone)
	if err != nil {
		return err
	}
	letter.LastDay = ce.DateOf(i.ExpiresAt.Add(-time.Millisecond), zone)
	taken := v.letters.Invite(func(ctx context.Context) (InvitationLetter, error) {
		current, err := s.handle.Invitation(ctx, i.ID)
		if errors.Is(err, storage.ErrNotFound) || err == nil && current.State(v.now()) != ce.InvitationOpen {
			return InvitationLetter{}, ErrNoLetter
		}
		return letter, err
	})
	if taken {
		return nil
	}
	_, err = s.handle.UpdateInvitation(ctx, i.ID, v.revoke(s, 0))
	return errors.Join(&ce.Error{Code: ce.CodeUnavailable, Text: "The mail cannot be sent at the moment; try again.", RetryAfter: time.Minute}, err)
}

// revoke is the change of an invitation, of the version unless that is 0, after which it cannot be used.
func (v *View) revoke(s *seat, version int) func(*ce.Invitation) ([]ce.LogEntry, error) {
	return func(i *ce.Invitation) ([]ce.LogEntry, error) {
		if !i.RevokedAt.IsZero() {
			return nil, storage.ErrUnchanged
		}
		if version != 0 && i.Version != version {
			return nil, stale("invitation")
		}
		i.RevokedAt, i.UpdatedAt = v.now(), v.now()
		return []ce.LogEntry{v.entry(ce.LogInvitationRevoked, "", append([]string{string(i.Role)}, s.names(i.Groups)...), nil)}, nil
	}
}

// RevokeInvitation ends that an invitation can be used, and returns it. Revoking again is no error.
func (v *View) RevokeInvitation(ctx context.Context, id ce.InvitationID, version int) (Invitation, error) {
	s, _, err := v.invitation(ctx, id)
	if err != nil {
		return Invitation{}, err
	}
	if _, err := s.handle.UpdateInvitation(ctx, id, v.revoke(s, version)); err != nil {
		return Invitation{}, translate(err, "invitation")
	}
	return v.Invitation(ctx, id)
}

// What is said of codes that do not admit.
var (
	errNoInvitation = refusedCode(ce.CodeNotFound, "There is no such invitation. Check the code, or ask for a new one.")
	errClosed       = map[ce.InvitationState]error{
		ce.InvitationUsed:    refusedCode(ce.CodeNotFound, "This invitation has been used. Ask for a new one."),
		ce.InvitationExpired: refusedCode(ce.CodeNotFound, "This invitation has expired. Ask for a new one."),
		ce.InvitationRevoked: refusedCode(ce.CodeNotFound, "This invitation is no longer valid. Ask for a new one."),
	}
	errRemovedBefore = refusedCode(ce.CodeForbidden, "Your membership was ended after this invitation was made. Ask for a new one.")
	errMemberAlready = refusedCode(ce.CodeConflict, "You are a member of this organization already.")
)

func refusedCode(code ce.Code, text string) error {
	return &ce.Error{Code: code, Path: []string{"code"}, Text: text}
}

// find returns the invitation of the code with its organisation, whether it is open or not. Who tries too many codes is RATE_LIMITED.
func (v *View) find(ctx context.Context, code string) (i ce.Invitation, o ce.Organization, err error) {
	profile, err := v.Professional(ctx)
	if err != nil {
		return i, o, err
	}
	tries := "invitation code " + string(profile.ID)
	if err := v.limit(ctx, tries, codesTried, codesTriedPeriod); err != nil {
		return i, o, err
	}
	if len(code) != ce.SecretLength {
		return i, o, errNoInvitation
	}
	if i, err = v.store.System().InvitationBySecret(ctx, ce.Digest(code)); err == nil {
		o, err = v.store.Organization(i.Organization).Get(ctx)
	}
	if errors.Is(err, storage.ErrNotFound) {
		return i, o, errNoInvitation
	}
	if err == nil {
		err = v.store.Identity().ForgetAttempts(ctx, digest(tries))
	}
	return i, o, err
}

// admits says why the invitation does not admit the viewer, who is no member; nil when it does.
func (v *View) admits(ctx context.Context, i *ce.Invitation, o *ce.Organization) error {
	if state := i.State(v.now()); state != ce.InvitationOpen {
		return errClosed[state]
	}
	handle := v.store.Organization(o.ID)
	former, err := handle.FormerMember(ctx, ce.NewMemberID(o.ID, v.viewer.Professional))
	switch {
	case err == nil && former.Removed && !i.CreatedAt.After(former.LeftAt):
		return errRemovedBefore
	case err != nil && !errors.Is(err, storage.ErrNotFound):
		return err
	}
	// It is worth what whoever made it may give today.
	inviter, err := handle.Member(ctx, ce.NewMemberID(o.ID, i.CreatedBy))
	if errors.Is(err, storage.ErrNotFound) {
		return errClosed[ce.InvitationRevoked]
	}
	if err != nil {
		return err
	}
	by := &seat{handle: handle, in: *o, member: inviter, role: o.RoleOf(&inviter)}
	if by.manages() != nil || by.checkGrant(i.Role, i.Groups) != nil || !by.seesInvitation(i) {
		return errClosed[ce.InvitationRevoked]
	}
	return nil
}

// PreviewInvitation returns what the viewer would join by the code. A code that does not admit her is NOT_FOUND or FORBIDDEN, with the reason as far as it is
// hers to know; with one of an organisation of which she is a member, she sees her membership.
func (v *View) PreviewInvitation(ctx context.Context, code string) (InvitationPreview, error) {
	i, o, err := v.find(ctx, code)
	if err != nil {
		return InvitationPreview{}, err
	}
	preview := InvitationPreview{Organization: o, Role: i.Role, ExpiresAt: i.ExpiresAt, Groups: []string{}}
	s, err := v.seat(ctx, o.ID)
	if err == nil {
		own := s.shownMember(&s.member)
		preview.Member = &own
	} else if ce.CodeOf(err) == ce.CodeNotFound {
		err = v.admits(ctx, &i, &o)
	}
	if err != nil {
		return InvitationPreview{}, err
	}
	for _, group := range o.Groups {
		if slices.Contains(i.Groups, group.ID) {
			preview.Groups = append(preview.Groups, group.Name)
		}
	}
	return preview, nil
}

// JoinOrganization makes the viewer a member by the code. She agrees that the organisation sees her standing and deadlines, and, if she says so, her credits
// with their evidence. The same request repeated answers as the first time; a member who has another invitation is CONFLICT.
func (v *View) JoinOrganization(ctx context.Context, code string, shareCredits bool) (Member, error) {
	i, o, err := v.find(ctx, code)
	if err != nil {
		return Member{}, err
	}
	if s, err := v.seat(ctx, o.ID); err == nil {
		if s.member.Invitation != i.ID || s.member.ShareCredits != shareCredits {
			return Member{}, errMemberAlready
		}
		return s.shownMember(&s.member), nil
	} else if ce.CodeOf(err) != ce.CodeNotFound {
		return Member{}, err
	}
	if err := v.admits(ctx, &i, &o); err != nil {
		return Member{}, err
	}
	if err := v.checkMemberships(ctx); err != nil {
		return Member{}, err
	}
	handle := v.store.Organization(o.ID)
	count, err := handle.CountMembers(ctx)
	if err != nil {
		return Member{}, err
	}
	if count >= ce.MaxMembers {
		return Member{}, ce.Errorf(ce.CodeLimitExceeded, "This organization has %d members, and no more are possible.", ce.MaxMembers)
	}
	now := v.now()
	m := ce.Member{
		ID: ce.NewMemberID(o.ID, v.viewer.Professional), Professional: v.viewer.Professional, Role: i.Role, Groups: i.Groups, ShareCredits: shareCredits,
		Invitation: i.ID, JoinedAt: now, CreatedAt: now, UpdatedAt: now,
	}
	by := &seat{in: o}
	after := append([]string{string(i.Role)}, by.names(i.Groups)...)
	_, err = handle.Join(ctx, m, now, v.entry(ce.LogMemberJoined, m.Professional, nil, after))
	switch {
	case errors.Is(err, storage.ErrConflict): // another of her devices was faster
	case errors.Is(err, storage.ErrNotFound): // closed just now
		return Member{}, errClosed[ce.InvitationUsed]
	case err != nil:
		return Member{}, err
	}
	v.introduce(ctx)
	s, err := v.seat(ctx, o.ID)
	if err != nil {
		return Member{}, err
	}
	return s.shownMember(&s.member), nil
}

// introduce brings an overview into a new membership. Should it fail, the sweep does so: from the joining on her standings are due.
func (v *View) introduce(ctx context.Context) {
	v.forget()
	v.refreshNow(ctx, v.viewer.Professional)
}
