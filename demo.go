package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"accrue/ce"
	"accrue/identity"
	"accrue/tracker"
)

// demoCommand runs the server with an invented population.
type demoCommand struct {
	Server
	Evidence
}

// demoPassword opens every account of the demo.
const demoPassword = "continuing education"

// Run serves from a new folder that is removed at the end.
func (c *demoCommand) Run(ctx context.Context) error {
	folder, err := os.MkdirTemp("", "accrue-demo-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	serve := serveCommand{Server: c.Server, Database: Database{DataDir: folder}, Evidence: c.Evidence}
	return serve.serve(ctx, populate)
}

// populate makes the people of the demo, and the organization that looks after them. Their credits lie in the months before today, so that the demo
// shows cycles under way whenever it is run.
func populate(ctx context.Context, s *services) error {
	today := ce.EarliestDate(time.Now())
	owner, err := signUp(ctx, s, "Dana Whitfield", "dana@example.com")
	if err != nil {
		return err
	}
	organization, err := owner.CreateOrganization(ctx, tracker.NewOrganization{Name: "Harbor Hospital", TimeZone: demoTimeZone})
	if err != nil {
		return fmt.Errorf("demo: the organization: %w", err)
	}
	groups := map[string]ce.GroupID{}
	for _, name := range []string{"Wards", "Offices"} {
		_, group, err := owner.CreateGroup(ctx, organization.ID, "", name)
		if err != nil {
			return fmt.Errorf("demo: %s: %w", name, err)
		}
		groups[name] = group.ID
	}
	for _, person := range demoPeople(today) {
		view, err := signUp(ctx, s, person.name, person.email)
		if err != nil {
			return err
		}
		for _, certification := range person.certifications {
			if _, err := view.AddCertification(ctx, certification); err != nil {
				return fmt.Errorf("demo: %s: %w", certification.Program, err)
			}
		}
		for _, credit := range person.credits {
			if _, err := view.LogCredit(ctx, credit); err != nil {
				return fmt.Errorf("demo: %s: %w", credit.Title, err)
			}
		}
		_, code, err := owner.CreateInvitation(ctx, tracker.NewInvitation{Organization: organization.ID, Role: ce.RoleMember, Groups: []ce.GroupID{groups[person.group]}})
		if err == nil {
			_, err = view.JoinOrganization(ctx, code, person.sharesCredits)
		}
		if err != nil {
			return fmt.Errorf("demo: %s joins: %w", person.name, err)
		}
		introduce(person.name, person.what, person.email)
	}
	introduce("Dana Whitfield", "who looks after all of them for Harbor Hospital", "dana@example.com")
	return nil
}

const demoTimeZone = "America/New_York"

// signUp makes an account and returns its view.
func signUp(ctx context.Context, s *services, name, email string) (*tracker.View, error) {
	session, err := s.accounts.SignUp(ctx, identity.SignUp{Email: email, Password: demoPassword, Name: name, TimeZone: demoTimeZone}, "")
	if err != nil {
		return nil, fmt.Errorf("demo: %s: %w", name, err)
	}
	viewer, err := s.accounts.Authenticate(ctx, session.AccessToken)
	if err != nil {
		return nil, fmt.Errorf("demo: %s: %w", name, err)
	}
	return s.tracker.View(tracker.Viewer{Professional: viewer.Professional, SignedInAt: viewer.SignedInAt, Profile: viewer.Profile}), nil
}

func introduce(name, what, email string) {
	fmt.Printf("%s, %s: sign in as %s with the password %q\n", name, what, email, demoPassword)
}

type demoPerson struct {
	name, what, email string
	group             string
	sharesCredits     bool
	certifications    []tracker.NewCertification
	credits           []tracker.NewCredit
}

func demoPeople(today ce.Date) []demoPerson {
	ago := func(days int) ce.Date { return today.AddDays(-days) }
	minutes := func(title, provider string, days int, minutes int64, topics ...ce.Term) tracker.NewCredit {
		return tracker.NewCredit{
			Title: title, Provider: provider, CompletedOn: ago(days), Amount: ce.Int(minutes), Unit: ce.UnitMinute,
			Role: "participant", Format: "live-online", Topics: append([]ce.Term{}, topics...),
		}
	}
	approved := func(credit tracker.NewCredit, by ...ce.Term) tracker.NewCredit {
		credit.Approvals = by
		return credit
	}
	as := func(role ce.Term, credit tracker.NewCredit) tracker.NewCredit {
		credit.Role = role
		return credit
	}
	return []demoPerson{
		{
			name: "Priya Raman", what: "a pharmacist half-way through her biennium", email: "priya@example.com",
			group: "Wards", sharesCredits: true,
			certifications: []tracker.NewCertification{{
				Program: "us-ga-pharmacist", Number: "RPH000001", IssuedOn: ce.MustDate(2015, time.May, 11),
				Facts: []ce.Fact{},
			}},
			credits: []tracker.NewCredit{
				minutes("Anticoagulation in practice", "Peachtree Pharmacy Academy", 20, 240),
				minutes("Immunization update", "Peachtree Pharmacy Academy", 75, 120),
				minutes("Opioid stewardship", "Riverside Hospital", 130, 180),
				minutes("Compounding: what changed", "Peachtree Pharmacy Academy", 200, 300),
			},
		},
		{
			name: "Jordan Lee", what: "an accountant with two certifications", email: "jordan@example.com",
			group: "Offices",
			certifications: []tracker.NewCertification{
				{Program: "us-ga-cpa", Number: "CPA000001", IssuedOn: ce.MustDate(2012, time.March, 2)},
				{
					Program: "iia-cia", Number: "CIA000001", IssuedOn: ce.MustDate(2016, time.September, 30),
					Facts: []ce.Fact{{Question: "status", Value: "practising"}},
				},
			},
			credits: []tracker.NewCredit{
				minutes("Revenue recognition workshop", "Chattahoochee CPE", 15, 400, "technical"),
				minutes("Ethics for Georgia accountants", "Chattahoochee CPE", 40, 200, "ethics", "georgia-ethics"),
				minutes("Internal audit conference", "Southern Audit Forum", 90, 800, "technical"),
				minutes("Leading small teams", "Chattahoochee CPE", 160, 100),
				minutes("Federal tax update", "Chattahoochee CPE", 220, 400, "technical"),
			},
		},
		{
			name: "Elena Marsh", what: "a nurse whose licence expires in seventy days", email: "elena@example.com",
			group: "Wards", sharesCredits: true,
			certifications: []tracker.NewCertification{{
				Program: "us-ga-rn", Number: "RN000001", IssuedOn: ce.MustDate(2017, time.August, 21), ExpiresOn: today.AddDays(70),
			}},
			credits: []tracker.NewCredit{
				approved(minutes("Sepsis: the first hour", "Riverside Hospital", 30, 600), "board-approved"),
				approved(minutes("Wound care", "Peachtree Nursing School", 110, 360), "board-approved"),
				approved(minutes("Charting for the defence", "Peachtree Nursing School", 260, 240), "board-approved"),
			},
		},
		{
			name: "Marcus Bell", what: "a project manager in the last half-year of three", email: "marcus@example.com",
			group: "Offices", sharesCredits: true,
			certifications: []tracker.NewCertification{
				{Program: "pmi-pmp", Number: "PMP000001", IssuedOn: today.AddMonths(-31)},
				{Program: "pmi-acp", Number: "ACP000001", IssuedOn: today.AddMonths(-20)},
			},
			credits: []tracker.NewCredit{
				minutes("Estimating what nobody knows", "Southern Project Forum", 25, 600, "ways-of-working"),
				minutes("Teams that disagree well", "Southern Project Forum", 140, 480, "power-skills"),
				minutes("Reading a balance sheet", "Chattahoochee CPE", 300, 540, "business-acumen"),
				as("volunteer", minutes("A food bank's new warehouse", "Example Food Bank", 320, 1200)),
			},
		},
		{
			name: "Sam Okafor", what: "an auditor near the end of the year with hours to go", email: "sam@example.com",
			group: "Offices",
			certifications: []tracker.NewCertification{{
				Program: "iia-cia", Number: "CIA000002", IssuedOn: ce.MustDate(2019, time.June, 14),
				Facts: []ce.Fact{{Question: "status", Value: "practising"}},
			}},
			credits: []tracker.NewCredit{
				minutes("Data analytics for auditors", "Southern Audit Forum", 10, 500, "technical"),
				minutes("Fraud risk", "Southern Audit Forum", 60, 600),
			},
		},
	}
}
