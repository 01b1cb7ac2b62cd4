package storagetest

import (
	"testing"

	"accrue/storage"
)

// Run checks the store that open returns against the contract. It calls open once; the
// database may be shared with other runs, since all that Run writes has new ids. Only instants and
// days before 2020 must not occur in it: by these the System's tests tell their own records from others'.
// Run does not close the store.
func Run(t *testing.T, open func(t *testing.T) storage.Store) {
	s := suite{open(t)}
	for _, part := range []struct {
		name string
		run  func(suite, *testing.T)
	}{
		{"Profile", suite.profile},
		{"Certifications", suite.certifications},
		{"Credits", suite.credits},
		{"OwnPrograms", suite.ownPrograms},
		{"OwnDeadlines", suite.ownDeadlines},
		{"Evidence", suite.evidence},
		{"Scans", suite.scans},
		{"ScanQueue", suite.scanQueue},
		{"CalendarFeed", suite.calendarFeed},
		{"Organizations", suite.organizations},
		{"Members", suite.members},
		{"Overviews", suite.overviews},
		{"MemberLists", suite.memberLists},
		{"Invitations", suite.invitations},
		{"OrganizationPrograms", suite.organizationPrograms},
		{"Postings", suite.postings},
		{"Reviews", suite.reviews},
		{"FactsRules", suite.facts},
		{"ListCredits", suite.listCredits},
		{"Scope", suite.scope},
		{"Concurrency", suite.concurrency},
		{"Marks", suite.marks},
		{"Derived", suite.derived},
		{"Deadlines", suite.deadlines},
		{"ReminderPreferences", suite.reminderPreferences},
		{"Plans", suite.plans},
		{"Issue", suite.issue},
		{"CreditNews", suite.creditNews},
		{"Devices", suite.devices},
		{"Notifications", suite.notifications},
		{"Deliveries", suite.deliveries},
		{"Recipients", suite.recipients},
		{"Backlog", suite.backlog},
		{"Erase", suite.erase},
		{"Accounts", suite.accounts},
		{"Sessions", suite.sessions},
		{"MailTokens", suite.mailTokens},
		{"SigningKeys", suite.signingKeys},
		{"Attempts", suite.attempts},
		{"Unfinished", suite.unfinished},
		{"DueStandings", suite.dueStandings},
		{"OutdatedStandings", suite.outdatedStandings},
		{"Purge", suite.purge},
		{"Leases", suite.leases},
		{"Cancelled", suite.cancelled},
	} {
		t.Run(part.name, func(t *testing.T) { part.run(s, t) })
	}
}

// suite is the contract, asked of one store.
type suite struct{ storage.Store }
