package resolvers

import (
	"github.com/99designs/gqlgen/graphql"

	"accrue/ce"
	"accrue/graph/model"
	"accrue/tracker"
)

// given returns what an optional field holds, the empty value when it is absent or null.
func given[T any](field *T) T {
	if field == nil {
		var none T
		return none
	}
	return *field
}

// change translates an omittable field: absent changes nothing, null clears.
func change[T any](field graphql.Omittable[*T]) tracker.Change[T] {
	return tracker.Change[T]{Given: field.IsSet(), Value: given(field.Value())}
}

// certificationID reads the id of something that exists: one that has not the form of an id names nothing.
func certificationID(id string) ce.CertificationID {
	if uuid, err := ce.ParseUUID(id); err == nil {
		return ce.CertificationID(uuid)
	}
	return ce.CertificationID(id)
}

func programID(id string) ce.ProgramID {
	return ce.ProgramID(certificationID(id))
}

func creditID(id string) ce.CreditID {
	return ce.CreditID(certificationID(id))
}

func evidenceID(id string) ce.EvidenceID {
	return ce.EvidenceID(certificationID(id))
}

func organizationID(id string) ce.OrganizationID {
	return ce.OrganizationID(certificationID(id))
}

func groupID(id string) ce.GroupID {
	return ce.GroupID(certificationID(id))
}

func memberID(id string) ce.MemberID {
	return ce.MemberID(certificationID(id))
}

func invitationID(id string) ce.InvitationID {
	return ce.InvitationID(certificationID(id))
}

func postingID(id string) ce.PostingID {
	return ce.PostingID(certificationID(id))
}

func deadlineID(id string) ce.DeadlineID {
	return ce.DeadlineID(certificationID(id))
}

// repetition reads how a deadline repeats; nil is for one that does not.
func repetition(input *model.RepetitionInput) ce.Repetition {
	if input == nil {
		return ce.Repetition{}
	}
	return ce.Repetition{Every: input.Every, Unit: input.Unit}
}

// newID reads an id made by the client; none is "".
func newID(problems *ce.Problems, id *string) string {
	if id == nil {
		return ""
	}
	uuid, err := ce.ParseUUID(*id)
	problems.Check(err, "id")
	return uuid
}

func term(problems *ce.Problems, text *string, path ...any) ce.Term {
	if text == nil {
		return ""
	}
	parsed, err := ce.ParseTerm(*text)
	problems.Check(err, path...)
	return parsed
}

// terms keeps the difference between absent (nil) and none (empty).
func terms(problems *ce.Problems, texts []string, path string) []ce.Term {
	if texts == nil {
		return nil
	}
	out := make([]ce.Term, len(texts))
	for i := range texts {
		out[i] = term(problems, &texts[i], path, i)
	}
	return out
}

// idsOf keeps the difference between absent (nil) and none (empty).
func idsOf[T ~string](ids []string) []T {
	if ids == nil {
		return nil
	}
	out := make([]T, len(ids))
	for i, id := range ids {
		out[i] = T(certificationID(id))
	}
	return out
}

// quantity reads minutes, or an amount with its unit.
func quantity(problems *ce.Problems, minutes *int, amount *ce.Amount, unit *string) (ce.Amount, ce.UnitID) {
	switch {
	case minutes != nil && (amount != nil || unit != nil):
		problems.Add("give either minutes, or amount with unit", "minutes")
	case minutes != nil:
		return ce.Int(int64(*minutes)), ce.UnitMinute
	case amount == nil:
		problems.Add("give minutes, or amount with unit", "minutes")
	case unit == nil:
		problems.Add("must come with amount: a unit belongs to a body, see `Program.units`", "unit")
	default:
		return *amount, ce.UnitID(*unit)
	}
	// A quantity that is already refused is not refused again.
	return ce.Int(1), ce.UnitMinute
}

// deviceID reads by what a device is named.
func deviceID(input model.UnregisterDeviceInput) (ce.DeviceID, error) {
	switch {
	case (input.Token == nil) == (input.ID == nil):
		return "", &ce.Error{Code: ce.CodeInvalidInput, Path: []string{"token"}, Text: "give either token or id"}
	case input.ID != nil:
		return ce.DeviceID(*input.ID), nil
	}
	device := ce.Device{Token: *input.Token, Platform: ce.PlatformWeb}
	err := device.Clean()
	return device.ID, err
}

// changeOr is change for fields that null gives their default back.
func changeOr[T any](field graphql.Omittable[*T], standard T) tracker.Change[T] {
	out := change(field)
	if field.Value() == nil {
		out.Value = standard
	}
	return out
}

func reminderPreferencesUpdate(input model.UpdateReminderPreferencesInput) tracker.ReminderPreferencesUpdate {
	standard := ce.DefaultReminderPreferences()
	update := tracker.ReminderPreferencesUpdate{
		Version:     input.Version,
		Channels:    tracker.Change[[]ce.Channel]{Given: input.Channels.IsSet(), Value: input.Channels.Value()},
		Ladder:      tracker.Change[[]int]{Given: input.Ladder.IsSet(), Value: input.Ladder.Value()},
		Hour:        changeOr(input.Hour, standard.Hour),
		QuietFrom:   changeOr(input.QuietFrom, standard.QuietFrom),
		QuietUntil:  changeOr(input.QuietUntil, standard.QuietUntil),
		Language:    change(input.Language),
		MuteUntil:   change(input.MuteUntil),
		MuteCredits: change(input.MuteCredits),
		Detail:      changeOr(input.Detail, standard.Detail),
	}
	if update.Channels.Value == nil {
		update.Channels.Value = standard.Channels
	}
	if update.Ladder.Value == nil {
		update.Ladder.Value = standard.Ladder
	}
	update.Certifications.Given = input.Certifications.IsSet()
	for _, c := range input.Certifications.Value() {
		update.Certifications.Value = append(update.Certifications.Value, ce.CertificationReminders{
			Certification: certificationID(c.CertificationID), Channels: c.Channels, Ladder: c.Ladder, MuteUntil: given(c.MuteUntil),
		})
	}
	return update
}

func facts(inputs []*model.FactInput) []ce.Fact {
	if len(inputs) == 0 {
		return nil
	}
	out := make([]ce.Fact, len(inputs))
	for i, input := range inputs {
		out[i] = ce.Fact{Question: ce.QuestionID(input.QuestionID), Value: input.Value, Since: given(input.Since)}
	}
	return out
}

// factKeys reads which facts are meant.
func factKeys(inputs []*model.FactKeyInput) []ce.Fact {
	out := make([]ce.Fact, len(inputs))
	for i, input := range inputs {
		out[i] = ce.Fact{Question: ce.QuestionID(input.QuestionID), Since: given(input.Since)}
	}
	return out
}

// portions reads parts of a credit; none gives nil.
func portions(problems *ce.Problems, inputs []*model.PortionInput) []ce.Portion {
	var out []ce.Portion
	for i, input := range inputs {
		portion := ce.Portion{Topics: []ce.Term{}}
		switch {
		case (input.Minutes == nil) == (input.Amount == nil):
			problems.Add("give either minutes or amount, as for the credit", "portions", i)
		case input.Minutes != nil:
			portion.Amount = ce.Int(int64(*input.Minutes))
		default:
			portion.Amount = *input.Amount
		}
		for k := range input.Topics {
			portion.Topics = append(portion.Topics, term(problems, &input.Topics[k], "portions", i, "topics", k))
		}
		out = append(out, portion)
	}
	return out
}

func newOwnProgram(input model.CreateProgramInput) (tracker.NewOwnProgram, error) {
	var problems ce.Problems
	program := tracker.NewOwnProgram{
		ID: ce.ProgramID(newID(&problems, input.ID)), Organization: organizationID(given(input.OrganizationID)), Text: given(input.Text),
	}
	if input.OrganizationID != nil && program.Organization == "" {
		problems.Add("must be the id of an organization", "organizationId")
	}
	switch {
	case input.Text == nil && input.Hours == nil:
		problems.Add("give either text, or name with hours", "text")
	case input.Text != nil && (input.Hours != nil || input.Name != nil || input.Body != nil):
		problems.Add("must be the only one: what else is given stands in the text", "text")
	case input.Hours != nil:
		program.Hours = &ce.HoursProgram{
			Name:           given(input.Name),
			Body:           given(input.Body),
			Amount:         input.Hours.Amount,
			Years:          input.Hours.Years,
			EndsOn:         input.Hours.EndsOn,
			MinutesPerHour: input.Hours.MinutesPerHour,
		}
	}
	return program, problems.Err()
}

func newInvitation(input model.CreateInvitationInput) (tracker.NewInvitation, error) {
	var problems ce.Problems
	invitation := tracker.NewInvitation{
		ID:           ce.InvitationID(newID(&problems, input.ID)),
		Organization: organizationID(input.OrganizationID),
		Role:         input.Role,
		Groups:       idsOf[ce.GroupID](input.GroupIds),
		ExpiresAt:    given(input.ExpiresAt),
		Email:        given(input.Email),
	}
	if input.MaxUses != nil {
		invitation.MaxUses = *input.MaxUses
		if *input.MaxUses == 0 {
			problems.Add("must be at least 1", "maxUses")
		}
	}
	return invitation, problems.Err()
}

func newCredit(input model.LogCreditInput) (tracker.NewCredit, error) {
	var problems ce.Problems
	credit := tracker.NewCredit{
		ID:             ce.CreditID(newID(&problems, input.ID)),
		Title:          input.Title,
		Provider:       given(input.Provider),
		CompletedOn:    input.CompletedOn,
		Format:         term(&problems, input.Format, "format"),
		Role:           term(&problems, input.Role, "role"),
		Topics:         terms(&problems, input.Topics, "topics"),
		Approvals:      terms(&problems, input.Approvals, "approvals"),
		Notes:          given(input.Notes),
		Certifications: idsOf[ce.CertificationID](input.CertificationIds),
	}
	credit.Amount, credit.Unit = quantity(&problems, input.Minutes, input.Amount, input.Unit)
	credit.Portions = portions(&problems, input.Portions)
	return credit, problems.Err()
}

func newPosting(input model.PostCreditsInput) (tracker.NewPosting, error) {
	var problems ce.Problems
	id := newID(&problems, input.ID)
	credit, err := newCredit(model.LogCreditInput{
		Title: input.Title, CompletedOn: input.CompletedOn, Minutes: input.Minutes, Amount: input.Amount, Unit: input.Unit, Provider: input.Provider,
		Format: input.Format, Role: input.Role, Topics: input.Topics, Approvals: input.Approvals, Portions: input.Portions, Notes: input.Notes,
	})
	problems.Check(err)
	return tracker.NewPosting{
		ID: ce.PostingID(id), Organization: organizationID(input.OrganizationID), Credit: credit, Members: idsOf[ce.MemberID](input.MemberIds), Roster: input.Roster,
	}, problems.Err()
}

func creditUpdate(input model.UpdateCreditInput) (tracker.CreditUpdate, error) {
	var problems ce.Problems
	update := tracker.CreditUpdate{
		ID:             creditID(input.ID),
		Version:        input.Version,
		Title:          change(input.Title),
		Provider:       change(input.Provider),
		CompletedOn:    change(input.CompletedOn),
		Format:         tracker.Change[ce.Term]{Given: input.Format.IsSet(), Value: term(&problems, input.Format.Value(), "format")},
		Role:           tracker.Change[ce.Term]{Given: input.Role.IsSet(), Value: term(&problems, input.Role.Value(), "role")},
		Topics:         tracker.Change[[]ce.Term]{Given: input.Topics.IsSet(), Value: terms(&problems, input.Topics.Value(), "topics")},
		Approvals:      tracker.Change[[]ce.Term]{Given: input.Approvals.IsSet(), Value: terms(&problems, input.Approvals.Value(), "approvals")},
		Portions:       tracker.Change[[]ce.Portion]{Given: input.Portions.IsSet(), Value: portions(&problems, input.Portions.Value())},
		Notes:          change(input.Notes),
		Certifications: tracker.Change[[]ce.CertificationID]{Given: input.CertificationIds.IsSet(), Value: idsOf[ce.CertificationID](input.CertificationIds.Value())},
	}
	if input.Minutes.IsSet() || input.Amount.IsSet() || input.Unit.IsSet() {
		amount, unit := quantity(&problems, input.Minutes.Value(), input.Amount.Value(), input.Unit.Value())
		update.Amount = tracker.Change[ce.Amount]{Given: true, Value: amount}
		update.Unit = tracker.Change[ce.UnitID]{Given: true, Value: unit}
	}
	return update, problems.Err()
}
