package storagetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// cancelled checks that every method refuses a context that is over, and that nothing was written.
func (s suite) cancelled(t *testing.T) {
	over, cancel := context.WithCancel(t.Context())
	cancel()
	owner, handle := s.newProfile(t)
	certification := addCertification(t, handle, owner)
	credit := addCredit(t, handle, owner, day(2026, time.January, 1))
	program := addOwnProgram(t, handle, owner)
	evidence := addEvidence(t, handle, owner)
	feed := feedOf(owner)
	succeed(t, handle.SetCalendarFeed(t.Context(), feed))
	revised := feed
	revised.Revision++
	email, session := ce.NewUUID()+"@example.com", ce.NewUUID()
	succeed(t, s.Identity().CreateAccount(t.Context(), accountOf(email, owner)))
	succeed(t, s.Identity().CreateSession(t.Context(), sessionOf(session, owner)))
	standing := standingOf(certification.ID, "x", ce.Date{}, day(2026, time.December, 31))
	turn, err := handle.Begin(t.Context())
	succeed(t, err)
	succeed(t, saveDerived(t.Context(), handle, storage.Derived{Sequence: turn.Sequence, Standings: []ce.Standing{standing}}))
	device, notification := addReminders(t, handle)
	organization, members, founder := s.newOrganization(t)
	invitation := addInvitation(t, members, invitationOf(organization.ID))
	neverMember := func(*ce.Member) ([]ce.LogEntry, error) { t.Error("a member is changed"); return nil, nil }
	before := everythingOf(t, handle)
	nobody := ce.ProfessionalID(ce.NewUUID())
	newEmail, lease, key := ce.NewUUID()+"@example.com", ce.NewUUID(), ce.NewUUID()

	for name, call := range map[string]func() error{
		"Profile": func() error { _, err := handle.Profile(over); return err },
		"CreateProfile": func() error {
			_, err := s.Professional(nobody).CreateProfile(over, profileOf(nobody))
			return err
		},
		"UpdateProfile": func() error {
			_, err := handle.UpdateProfile(over, func(p *ce.Professional) error { p.Name = "never"; return nil })
			return err
		},
		"Erase":    func() error { return handle.Erase(over, instant(1)) },
		"ErasedAt": func() error { _, err := handle.ErasedAt(over); return notAbsent(err) },
		"Get":      func() error { _, err := handle.Credits().Get(over, credit.ID); return err },
		"Create": func() error {
			_, err := handle.Credits().Create(over, creditOf(owner, day(2026, time.January, 2)), "digest")
			return err
		},
		"Update": func() error {
			_, err := handle.Credits().Update(over, credit.ID, func(c *ce.Credit) error { c.Title = "never"; return nil })
			return err
		},
		"Remove": func() error {
			return handle.Certifications().Remove(over, certification.ID, instant(1), func(ce.Certification) error { return nil })
		},
		"Get own program": func() error { _, err := handle.OwnPrograms().Get(over, program.ID); return err },
		"Get evidence":    func() error { _, err := handle.Evidence().Get(over, evidence.ID); return err },
		"Remove evidence": func() error {
			return handle.Evidence().Remove(over, evidence.ID, instant(1), func(ce.Evidence) error { return nil })
		},
		"RestoreEvidence": func() error { _, err := handle.RestoreEvidence(over, evidence); return err },
		"ReadEvidence":    func() error { _, err := handle.ReadEvidence(over); return err },
		"ListEvidence": func() error {
			_, err := handle.ListEvidence(over, storage.Page[storage.EvidenceKey]{First: 1})
			return err
		},
		"ReadCertifications": func() error { _, err := handle.ReadCertifications(over); return err },
		"ListCredits": func() error {
			_, err := handle.ListCredits(over, storage.CreditFilter{}, storage.Page[storage.CreditKey]{First: 1})
			return err
		},
		"CountCredits": func() error { _, err := handle.CountCredits(over); return err },
		"Begin":        func() error { _, err := handle.Begin(over); return err },
		"ReadCredits":  func() error { _, err := handle.ReadCredits(over); return err },
		"SaveDerived":  func() error { return saveDerived(over, handle, storage.Derived{Sequence: turn.Sequence}) },
		"ClearMarks":   func() error { return handle.ClearMarks(over, before.marks) },
		"Standings":    func() error { _, err := handle.Standings(over); return err },
		"ListDeadlines": func() error {
			_, err := handle.ListDeadlines(over, storage.DeadlineFilter{}, storage.Page[storage.DeadlineKey]{First: 1})
			return err
		},
		"Organization":       func() error { _, err := members.Get(over); return err },
		"CreateOrganization": func() error { _, err := members.Create(over, organization, founder, "digest"); return err },
		"UpdateOrganization": func() error {
			_, err := members.Update(over, func(*ce.Organization) ([]ce.LogEntry, error) { return nil, nil })
			return err
		},
		"DeleteOrganization": func() error { return members.Delete(over, instant(1), func(ce.Organization) error { return nil }) },
		"Member":             func() error { _, err := members.Member(over, founder.ID); return err },
		"FormerMember":       func() error { _, err := members.FormerMember(over, founder.ID); return notAbsent(err) },
		"Join": func() error {
			_, err := members.Join(over, memberOf(organization.ID, owner, invitation.ID), instant(5))
			return err
		},
		"UpdateMember": func() error { _, err := members.UpdateMember(over, founder.ID, neverMember); return err },
		"ListMembers": func() error {
			_, err := members.ListMembers(over, storage.MemberFilter{}, ce.MembersByName, storage.Page[storage.MemberKey]{First: 1})
			return err
		},
		"CountMembers":  func() error { _, err := members.CountMembers(over); return err },
		"Changes":       func() error { _, err := members.Changes(over, instant(0)); return err },
		"TallyMembers":  func() error { _, err := members.TallyMembers(over, nil); return err },
		"OldestManager": func() error { _, err := members.OldestManager(over); return err },
		"MemberNames":   func() error { _, err := members.MemberNames(over, []ce.ProfessionalID{owner}); return err },
		"CreateInvitation": func() error {
			_, err := members.CreateInvitation(over, invitationOf(organization.ID), "digest")
			return err
		},
		"Invitation": func() error { _, err := members.Invitation(over, invitation.ID); return err },
		"UpdateInvitation": func() error {
			_, err := members.UpdateInvitation(over, invitation.ID, func(*ce.Invitation) ([]ce.LogEntry, error) { return nil, nil })
			return err
		},
		"ReadInvitations": func() error { _, err := members.ReadInvitations(over, instant(1)); return err },
		"ListLog":         func() error { _, err := members.ListLog(over, storage.Page[storage.LogKey]{First: 1}); return err },
		"Memberships":     func() error { _, err := handle.Memberships(over); return err },
		"NameMemberships": func() error { return handle.NameMemberships(over, "never") },
		"SetFoundBy":      func() error { return handle.SetFoundBy(over, []string{"never"}) },
		"CreatePosting": func() error {
			_, err := members.CreatePosting(over, postingOf(organization.ID, instant(1)), nil)
			return err
		},
		"ListPostings": func() error {
			_, err := members.ListPostings(over, storage.PostingFilter{}, storage.Page[storage.PostingKey]{First: 1})
			return err
		},
		"OwnedOrganizations":  func() error { _, err := handle.OwnedOrganizations(over); return err },
		"InvitationBySecret":  func() error { _, err := s.System().InvitationBySecret(over, invitation.SecretHash); return err },
		"OrganizationOf":      func() error { _, err := s.System().OrganizationOf(over, string(founder.ID)); return err },
		"ReminderPreferences": func() error { _, err := handle.ReminderPreferences(over); return err },
		"UpdateReminderPreferences": func() error {
			_, err := handle.UpdateReminderPreferences(over, func(p *ce.ReminderPreferences) error { p.Language = "de"; return nil })
			return err
		},
		"RegisterDevice":     func() error { _, err := handle.RegisterDevice(over, deviceOf("never", instant(7))); return err },
		"UnregisterDevice":   func() error { return handle.UnregisterDevice(over, device.ID) },
		"Devices":            func() error { _, err := handle.Devices(over); return err },
		"Plan":               func() error { _, err := handle.Plan(over); return err },
		"AddCreditNews":      func() error { return handle.AddCreditNews(over, instant(5), newsOf(instant(5))) },
		"CreateNotification": func() error { return handle.CreateNotification(over, notificationOf(ce.NewUUID(), instant(8))) },
		"Notification":       func() error { _, err := handle.Notification(over, notification.ID); return err },
		"ListNotifications": func() error {
			_, err := handle.ListNotifications(over, true, storage.Page[storage.NotificationKey]{First: 1})
			return err
		},
		"CountUnread": func() error { _, err := handle.CountUnread(over); return err },
		"MarkRead":    func() error { return handle.MarkRead(over, nil, instant(9)) },
		"ClaimPlans":  func() error { _, err := s.System().ClaimPlans(over, instant(0), instant(5), 1); return err },
		"Issue": func() error {
			return s.System().Issue(over, storage.PlanClaim{Professional: owner, Token: "none"}, storage.Issued{})
		},
		"OverduePlans": func() error { _, _, err := s.System().OverduePlans(over, instant(0), 1); return err },
		"ClaimDeliveries": func() error {
			_, err := s.System().ClaimDeliveries(over, ce.ChannelPush, instant(0), instant(5), 1)
			return err
		},
		"FinishDelivery": func() error {
			return s.System().FinishDelivery(over, storage.DeliveryClaim{Notification: notification.ID, Channel: ce.ChannelPush, Token: "none"}, ce.Delivery{})
		},
		"CountDeliveries": func() error {
			_, _, err := s.System().CountDeliveries(over, ce.ChannelPush, ce.DeliveryPending)
			return err
		},
		"DuePlans": func() error { _, err := s.System().DuePlans(over, instant(0), 1); return err },
		"ListDeliveries": func() error {
			_, err := s.System().ListDeliveries(over, ce.ChannelPush, storage.DeliveryFilter{State: ce.DeliveryFailed}, storage.Page[storage.DeliveryKey]{First: 1})
			return err
		},
		"RetryDeliveries": func() error {
			_, err := s.System().RetryDeliveries(over, ce.ChannelPush, []ce.NotificationID{notification.ID}, instant(0))
			return err
		},
		"CalendarFeed":       func() error { _, err := handle.CalendarFeed(over); return err },
		"SetCalendarFeed":    func() error { return handle.SetCalendarFeed(over, feedOf(owner)) },
		"ReviseCalendarFeed": func() error { return handle.ReviseCalendarFeed(over, revised) },
		"RemoveCalendarFeed": func() error { return handle.RemoveCalendarFeed(over) },
		"CalendarFeedOwner": func() error {
			_, err := s.Identity().CalendarFeedOwner(over, feed.SecretHash)
			return err
		},
		"CreateAccount":  func() error { return s.Identity().CreateAccount(over, accountOf(newEmail, nobody)) },
		"AccountByEmail": func() error { _, err := s.Identity().AccountByEmail(over, email); return err },
		"AccountOf":      func() error { _, err := s.Identity().AccountOf(over, owner); return err },
		"UpdateAccount": func() error {
			_, err := s.Identity().UpdateAccount(over, email, func(a *storage.Account) error { a.PasswordHash = "never"; return nil })
			return err
		},
		"CreateSession": func() error { return s.Identity().CreateSession(over, sessionOf(key, owner)) },
		"UpdateSession": func() error {
			_, err := s.Identity().UpdateSession(over, session, func(x *storage.Session) error { x.Generation = 99; return nil })
			return err
		},
		"RevokeSession":     func() error { return s.Identity().RevokeSession(over, session) },
		"RevokeSessions":    func() error { return s.Identity().RevokeSessions(over, owner, "") },
		"SigningKeys":       func() error { _, err := s.Identity().SigningKeys(over); return err },
		"AddSigningKey":     func() error { return s.Identity().AddSigningKey(over, storage.SigningKey{ID: key}) },
		"RemoveSigningKey":  func() error { return s.Identity().RemoveSigningKey(over, key) },
		"Attempt":           func() error { _, err := s.Identity().Attempt(over, key, instant(0), instant(5)); return err },
		"ForgetAttempts":    func() error { return s.Identity().ForgetAttempts(over, key) },
		"Unfinished":        func() error { _, err := s.System().Unfinished(over, instant(0), 1); return err },
		"OutdatedStandings": func() error { _, err := s.System().OutdatedStandings(over, "m", 1); return err },
		"DueStandings":      func() error { _, err := s.System().DueStandings(over, day(2026, time.January, 1), 1); return err },
		"Purge":             func() error { _, err := s.System().Purge(over, instant(0), instant(0), 1); return err },
		"AcquireLease":      func() error { _, err := s.System().AcquireLease(over, lease, instant(0), instant(5)); return err },
		"Ping":              func() error { return s.Ping(over) },
	} {
		if err := call(); err == nil {
			t.Errorf("%s succeeded", name)
		}
	}

	same(t, "everything", everythingOf(t, handle), before, append(loose, allowListing))
	profile, err := handle.Profile(t.Context())
	succeed(t, err)
	same(t, "profile", profile, profileOf(owner), exact)
	_, err = s.Professional(nobody).Profile(t.Context())
	fails(t, "the profile not created", err, storage.ErrNotFound)
	_, err = s.Identity().AccountByEmail(t.Context(), newEmail)
	fails(t, "the account not created", err, storage.ErrNotFound)
	account, err := s.Identity().AccountByEmail(t.Context(), email)
	succeed(t, err)
	same(t, "account", account, accountOf(email, owner), exact)
	stored, err := s.Identity().UpdateSession(t.Context(), session, func(*storage.Session) error { return storage.ErrUnchanged })
	succeed(t, err)
	same(t, "session", stored, sessionOf(session, owner), exact)
	attempts, err := s.Identity().Attempt(t.Context(), key, instant(0), instant(5))
	succeed(t, err)
	same(t, "attempts", attempts.Count, 1, nil)
	_, err = s.System().AcquireLease(t.Context(), lease, instant(0), instant(5))
	succeed(t, err)
	succeed(t, s.Ping(t.Context()))
}

// notAbsent turns the answer that there is no such thing into no error.
func notAbsent(err error) error {
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	return err
}
