package storagetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"accrue/ce"
	"accrue/storage"
)

// instant is a moment n minutes after an arbitrary one in 2026.
func instant(n int) time.Time {
	return time.Date(2026, time.March, 1, 9, 30, 15, 123_000_000, time.UTC).Add(time.Duration(n) * time.Minute)
}

// uneven is an instant finer than a millisecond and in a zone of its own; kept is what a store keeps of it.
var (
	uneven = time.Date(2026, time.March, 1, 23, 30, 15, 123_987_654, time.FixedZone("UTC+14", 14*60*60))
	kept   = time.Date(2026, time.March, 1, 9, 30, 15, 123_000_000, time.UTC)
)

func day(year int, month time.Month, number int) ce.Date { return ce.MustDate(year, month, number) }

// newProfile stores a new professional and returns her handle.
func (s suite) newProfile(t *testing.T) (ce.ProfessionalID, storage.Professional) {
	t.Helper()
	id := ce.ProfessionalID(ce.NewUUID())
	handle := s.Professional(id)
	_, err := handle.CreateProfile(t.Context(), profileOf(id))
	succeed(t, err)
	return id, handle
}

func profileOf(id ce.ProfessionalID) ce.Professional {
	return ce.Professional{
		ID: id, Version: 1, Name: "Zoë Ångström-李", Email: "zoe@example.com", EmailVerified: true, TimeZone: "Pacific/Kiritimati", Locale: "es-MX",
		SessionsFrom: instant(1), CreatedAt: instant(2), UpdatedAt: instant(3),
	}
}

// certificationOf is a certification in which every field is set.
func certificationOf(owner ce.ProfessionalID) ce.Certification {
	return ce.Certification{
		ID: ce.CertificationID(ce.NewUUID()), Professional: owner, Version: 1,
		Program: "us-ga-cpa", Number: "CPA № 1", IssuedOn: day(1900, time.January, 1), ExpiresOn: day(2199, time.December, 31),
		TimeZone: "America/New_York",
		Facts: []ce.Fact{
			{Question: "active", Value: "true"},
			{Question: "active", Value: "Größe \"<&> \u2028", Since: day(2024, time.February, 29)},
			{Question: "waived.total", Value: "true", Since: day(2024, time.February, 29), Recorded: &ce.Recorded{
				Organization: ce.OrganizationID(ce.NewUUID()), OrganizationName: "Größe \"<&>", Reason: "Leave \u2028", At: instant(-3),
			}},
		},
		Entries: []ce.LogEntry{entryOf(ce.OrganizationID(ce.NewUUID()), instant(-3)), entryOf(ce.OrganizationID(ce.NewUUID()), instant(-2))},
		Shared:  &ce.SharedProgram{Organization: ce.OrganizationID(ce.NewUUID()), Revision: 7, Text: "name: Größe \"<&> \u2028\n\tid: x\n"},
		Renewals: []ce.Renewal{
			{Cycle: "2022", RenewedOn: day(2023, time.December, 30), RecordedAt: instant(-5)},
			{
				Cycle: "2024", RenewedOn: day(2025, time.December, 31), ExpiresOn: day(2027, time.December, 31), Number: "CPA 2",
				RecordedAt: instant(-1), NumberBefore: "CPA 1", ExpiresBefore: day(2025, time.December, 31),
			},
		},
		CreatedAt: instant(1), UpdatedAt: instant(2),
	}
}

// creditOf is a credit in which every field is set.
func creditOf(owner ce.ProfessionalID, completed ce.Date) ce.Credit {
	return ce.Credit{
		ID: ce.CreditID(ce.NewUUID()), Professional: owner, Version: 1,
		Title: "Ethics, O'Brien & \"Søn\" 100% ✓", Provider: "Example_Academy", CompletedOn: completed,
		Amount: ce.Fraction(3, 2), Unit: "us-ga-board-of-accountancy.cpe-credit", Format: "live-online", Role: "author",
		Topics: []ce.Term{"ethics", "größe.2"}, Approvals: []ce.Term{"nasba"}, Portions: []ce.Portion{{Amount: ce.Fraction(1, 3), Topics: []ce.Term{"agile", "größe.2"}}, {Amount: ce.Int(1), Topics: []ce.Term{}}}, Notes: "first line\nsecond\tline",
		Certifications: []ce.CertificationID{ce.CertificationID(ce.NewUUID()), ce.CertificationID(ce.NewUUID())},
		ScannedFrom:    ce.EvidenceID(ce.NewUUID()),
		Posted: ce.Posted{
			Organization: ce.OrganizationID(ce.NewUUID()), Posting: ce.PostingID(ce.NewUUID()), At: instant(-3), Revision: 4,
			Dispute: ce.Dispute{At: instant(-2), Reason: "Größe\n\u2028", ResolvedAt: instant(-1), Resolution: "李"},
		},
		Reviews: []ce.Review{
			{Organization: ce.OrganizationID(ce.NewUUID()), OrganizationName: "Größe \"<&>", State: ce.ReviewRefused, Reason: "No certificate\n\u2028", At: instant(-2)},
			{Organization: ce.OrganizationID(ce.NewUUID()), OrganizationName: "李", State: ce.ReviewApproved, At: instant(-1)},
		},
		Entries:   []ce.LogEntry{entryOf(ce.OrganizationID(ce.NewUUID()), instant(-2))},
		CreatedAt: instant(1), UpdatedAt: instant(2),
	}
}

// ownProgramOf is an own program in which every field is set.
func ownProgramOf(owner ce.ProfessionalID) ce.OwnProgram {
	return ce.OwnProgram{
		ID: ce.ProgramID(ce.NewUUID()), Professional: owner, Version: 1,
		Texts: []ce.ProgramText{
			{Text: "name: Größe \"<&> \u2028\n\tid: x\n", CreatedAt: instant(-5)},
			{Text: "name: '李'\nnotes: [a, b]\n", CreatedAt: instant(-1)},
		},
		CreatedAt: instant(1), UpdatedAt: instant(2),
	}
}

// ownDeadlineOf is an own deadline in which every field is set.
func ownDeadlineOf(owner ce.ProfessionalID) ce.OwnDeadline {
	return ce.OwnDeadline{
		ID: ce.DeadlineID(ce.NewUUID()), Professional: owner, Version: 1,
		Title: "Größe \"<&>; \u2028, 李", DueOn: day(2027, time.February, 28), Certification: ce.CertificationID(ce.NewUUID()),
		TimeZone: "Pacific/Kiritimati", DoneOn: day(2024, time.February, 29),
		Repeats: ce.Repetition{Every: 2, Unit: ce.RepeatYears, From: day(2023, time.February, 28)}, Notes: "first line\nsecond\tline",
		CreatedAt: instant(1), UpdatedAt: instant(2),
	}
}

// evidenceOf is evidence in which every field is set.
func evidenceOf(owner ce.ProfessionalID) ce.Evidence {
	return ce.Evidence{
		ID: ce.EvidenceID(ce.NewUUID()), Professional: owner, Version: 1,
		Hash: ce.Digest("content"), Key: string(owner) + "/" + ce.NewUUID(), Secret: ce.NewSecret(), FileName: "Größe \"<&>; \u2028, 李.pdf",
		MediaType: ce.MediaPDF, Size: 1 << 40, Pages: 3, Credits: []ce.CreditID{ce.CreditID(ce.NewUUID()), ce.CreditID(ce.NewUUID())},
		CreatedAt: instant(1), UpdatedAt: instant(2),
	}
}

// addCertification stores a certification of the owner.
func addCertification(t *testing.T, handle storage.Professional, owner ce.ProfessionalID) ce.Certification {
	t.Helper()
	certification, err := handle.Certifications().Create(t.Context(), certificationOf(owner), "digest")
	succeed(t, err)
	return certification
}

// addCredit stores a credit of the owner.
func addCredit(t *testing.T, handle storage.Professional, owner ce.ProfessionalID, completed ce.Date) ce.Credit {
	t.Helper()
	credit, err := handle.Credits().Create(t.Context(), creditOf(owner, completed), "digest")
	succeed(t, err)
	return credit
}

// addEvidence stores evidence of the owner.
func addEvidence(t *testing.T, handle storage.Professional, owner ce.ProfessionalID) ce.Evidence {
	t.Helper()
	evidence, err := handle.Evidence().Create(t.Context(), evidenceOf(owner), "digest")
	succeed(t, err)
	return evidence
}

// addOwnProgram stores an own program of the owner.
func addOwnProgram(t *testing.T, handle storage.Professional, owner ce.ProfessionalID) ce.OwnProgram {
	t.Helper()
	program, err := handle.OwnPrograms().Create(t.Context(), ownProgramOf(owner), "digest")
	succeed(t, err)
	return program
}

// addOwnDeadline stores an own deadline of the owner.
func addOwnDeadline(t *testing.T, handle storage.Professional, owner ce.ProfessionalID) ce.OwnDeadline {
	t.Helper()
	deadline, err := handle.OwnDeadlines().Create(t.Context(), ownDeadlineOf(owner), "digest")
	succeed(t, err)
	return deadline
}

// feedOf is a calendar feed in which every field is set.
func feedOf(owner ce.ProfessionalID) ce.CalendarFeed {
	return ce.CalendarFeed{
		Professional: owner, SecretHash: ce.NewUUID(), Alarms: true, CreatedAt: instant(1),
		Content: "content", Revision: 3, RevisedAt: instant(2),
	}
}

// exact compares with everything that a store must keep, also the difference between nil and empty.
var exact = cmp.Options{
	cmp.Comparer(func(a, b ce.Date) bool { return a == b }),
	cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) && a.Location() == b.Location() }),
}

// loose does not tell nil from empty.
var loose = append(cmp.Options{cmpopts.EquateEmpty()}, exact...)

func same(t *testing.T, what string, got, want any, options cmp.Options) {
	t.Helper()
	if diff := cmp.Diff(want, got, options); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func succeed(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("unexpected error: %v", err)
	}
}

// fails checks that an error is the one wanted.
func fails(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: error is %v, want %v", what, err, want)
	}
}

func amount(a ce.Amount) *ce.Amount { return &a }

// standingOf is a standing of the certification in which every field is set, with a deadline on each of the days.
func standingOf(certification ce.CertificationID, title string, changesOn ce.Date, dueOn ...ce.Date) ce.Standing {
	standing := ce.Standing{
		Certification: certification, Program: "us-ga-cpa", AsOf: day(2026, time.March, 1), Outcome: ce.Undetermined, Phase: ce.Grace,
		Cycle: &ce.Cycle{
			Key: "2024", StartsOn: day(2024, time.January, 1), EarnBy: day(2025, time.December, 31),
			ReportBy: day(2026, time.January, 15), EndsOn: day(2026, time.January, 31), OpensOn: day(2025, time.June, 1), GraceEndsOn: day(2026, time.March, 31),
		},
		Requirements: []ce.RequirementStanding{
			{ID: "all", Kind: ce.KindAllOf, Force: ce.Binding, Title: title, Outcome: ce.NotMet, Explanation: "Two of three are met."},
			{
				ID: "total", ParentID: "all", Kind: ce.KindMinimum, Force: ce.Advisory, Title: "80 hours", Outcome: ce.NotMet,
				Required: amount(ce.Int(80)), Earned: amount(ce.Fraction(121, 3)), Remaining: amount(ce.Fraction(119, 3)), Unit: "hour",
				Explanation: "Größe", Source: &ce.Source{ID: "rule", Title: "Rule 20-11", URL: "https://example.com/rule", Date: "2024", Confidence: ce.ConfidenceMedium},
			},
			{ID: "other", ParentID: "all", Kind: ce.KindOther, Force: ce.Binding, Title: "Other", Outcome: ce.NotEvaluated, Required: amount(ce.Int(0))},
		},
		Uses: []ce.CreditUse{{
			Certification: certification, Credit: ce.CreditID(ce.NewUUID()), Reported: ce.Int(2), Unit: "hour",
			Parts: []ce.CreditPart{{Requirement: "total", Amount: ce.Int(2)}}, Explanation: "all of it",
		}},
		Questions: []ce.Question{
			{ID: "cpr", Prompt: "Is the card valid?", Type: ce.QuestionChoice, Target: ce.TargetFact, Choices: []ce.Choice{{ID: "yes", Name: "Yes"}, {ID: "no", Name: "No"}}},
			{ID: "topics", Prompt: "What about?", Type: ce.QuestionTerms, Target: ce.TargetTopics, Credits: []ce.CreditID{ce.CreditID(ce.NewUUID())}},
		},
		ChangesOn:   changesOn,
		ProgramHash: "hash",
	}
	for i, due := range dueOn {
		requirement := ce.RequirementID(string(rune('a' + i)))
		deadline := ce.Deadline{
			ID: ce.NewDeadlineID(certification, "2024", ce.DeadlineAnnual, requirement), Certification: certification, Cycle: "2024",
			Kind: ce.DeadlineAnnual, Requirement: requirement, DueOn: due, TimeZone: "America/New_York",
			Status: ce.DeadlineUpcoming, Unit: "hour", Title: ce.Text(title),
		}
		if i%2 == 1 {
			deadline.Remaining = amount(ce.Fraction(1, 3))
		}
		standing.Deadlines = append(standing.Deadlines, deadline)
	}
	return standing
}

// shown is what Standings returns of a standing that was saved.
func shown(standing ce.Standing) ce.Standing {
	standing.Uses, standing.Deadlines = nil, nil
	questions := make([]ce.Question, len(standing.Questions))
	for i, question := range standing.Questions {
		question.Credits = nil
		questions[i] = question
	}
	standing.Questions = questions
	return standing
}

// saveDerived saves what was derived, whatever number was taken last.
func saveDerived(ctx context.Context, handle storage.Professional, derived storage.Derived) error {
	_, err := handle.SaveDerived(ctx, derived)
	return err
}
