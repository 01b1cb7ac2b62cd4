package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"accrue/storage"
)

// openFields are the root fields that anyone may ask. Every other one is refused to a stranger.
var openFields = map[string]bool{
	"Query.programs": true, "Query.program": true, "Query.signInSettings": true,
	"Query.node":      true, // of programs only, see the case nobody-sees-what-is-not-theirs
	"Mutation.signUp": true, "Mutation.signIn": true, "Mutation.refreshSession": true, "Mutation.signOut": true,
	"Mutation.verifyEmail": true, "Mutation.requestPasswordReset": true, "Mutation.resetPassword": true,
}

// foreign is what each mutation is given to reach what belongs to jordan, and what somebody else is told who tries. Mutations
// that take no id can only change the viewer's own.
var foreign = map[string]struct{ input, code string }{
	"signUp":                    {},
	"signIn":                    {},
	"refreshSession":            {},
	"signOut":                   {},
	"verifyEmail":               {`{token: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}`, "INVALID_INPUT"},
	"resendVerification":        {},
	"requestPasswordReset":      {`{email: "jordan@example.com"}`, ""},
	"resetPassword":             {`{token: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", newPassword: "mine from now on"}`, "INVALID_INPUT"},
	"changePassword":            {`{oldPassword: "the password of jordan", newPassword: "mine from now on"}`, "INVALID_INPUT"},
	"updateProfile":             {`{version: 1, name: "Sam"}`, ""},
	"deleteAccount":             {`{confirm: true, password: "the password of jordan"}`, "INVALID_INPUT"},
	"addCertification":          {`{id: "CERTIFICATION", programId: "iia-cia"}`, "CONFLICT"},
	"updateCertification":       {`{id: "CERTIFICATION", version: 1, number: "mine"}`, "NOT_FOUND"},
	"recordRenewal":             {`{certificationId: "CERTIFICATION", version: 1, renewedOn: "2026-11-01"}`, "NOT_FOUND"},
	"undoRenewal":               {`{certificationId: "CERTIFICATION", version: 1}`, "NOT_FOUND"},
	"removeCertification":       {`{id: "CERTIFICATION", version: 1}`, "NOT_FOUND"},
	"logCredit":                 {`{title: "Mine", completedOn: "2026-11-01", minutes: 50, certificationIds: ["CERTIFICATION"]}`, "NOT_FOUND"},
	"updateCredit":              {`{id: "CREDIT", version: 1, title: "mine"}`, "NOT_FOUND"},
	"uploadEvidence":            {`{file: "no file", creditId: "CREDIT"}`, "INVALID_INPUT"}, // with a file: see the tests of evidence
	"attachEvidence":            {`{id: "EVIDENCE", creditId: "CREDIT"}`, "NOT_FOUND"},
	"detachEvidence":            {`{id: "EVIDENCE", creditId: "CREDIT"}`, "NOT_FOUND"},
	"removeEvidence":            {`{id: "EVIDENCE", version: 1}`, "NOT_FOUND"},
	"scanEvidence":              {`{id: "EVIDENCE"}`, "NOT_FOUND"},
	"confirmScan":               {`{evidenceId: "EVIDENCE", credit: {title: "Mine", completedOn: "2026-11-01", minutes: 50}}`, "NOT_FOUND"},
	"deleteCredit":              {`{id: "CREDIT", version: 1}`, "NOT_FOUND"},
	"addDeadline":               {`{id: "DEADLINE", title: "Mine", dueOn: "2027-12-31"}`, "CONFLICT"},
	"updateDeadline":            {`{id: "DEADLINE", version: 1, title: "mine"}`, "NOT_FOUND"},
	"completeDeadline":          {`{id: "DEADLINE", version: 1}`, "NOT_FOUND"},
	"removeDeadline":            {`{id: "DEADLINE", version: 1}`, "NOT_FOUND"},
	"snoozeDeadline":            {`{id: "DEADLINE", until: "2026-12-24"}`, "NOT_FOUND"},
	"createCalendarFeed":        {`{}`, ""},
	"revokeCalendarFeed":        {`it takes none`, ""},
	"createProgram":             {`{id: "PROGRAM", name: "Mine", hours: {amount: "1", years: 1, endsOn: "2027-12-31"}}`, "CONFLICT"},
	"updateProgram":             {`{id: "PROGRAM", revision: 1, text: "name: Mine"}`, "NOT_FOUND"},
	"removeProgram":             {`{id: "PROGRAM", revision: 1}`, "NOT_FOUND"},
	"validateProgram":           {`{id: "PROGRAM", text: "name: Mine"}`, "NOT_FOUND"},
	"registerDevice":            {`{token: "the token of sam", platform: IOS}`, ""},
	"unregisterDevice":          {`{token: "the token of jordan"}`, ""},
	"updateReminderPreferences": {`{version: 0, certifications: [{certificationId: "CERTIFICATION", ladder: []}]}`, "NOT_FOUND"},
	"markNotificationsRead":     {`{ids: ["NOTIFICATION"]}`, ""},
	"createOrganization":        {`{id: "ORGANIZATION", name: "Mine"}`, "CONFLICT"},
	"updateOrganization":        {`{id: "ORGANIZATION", version: 2, name: "Mine"}`, "NOT_FOUND"},
	"deleteOrganization":        {`{id: "ORGANIZATION", version: 2, confirm: true}`, "NOT_FOUND"},
	"createGroup":               {`{organizationId: "ORGANIZATION", name: "Mine"}`, "NOT_FOUND"},
	"renameGroup":               {`{organizationId: "ORGANIZATION", id: "GROUP", version: 1, name: "Mine"}`, "NOT_FOUND"},
	"removeGroup":               {`{organizationId: "ORGANIZATION", id: "GROUP", version: 1}`, "NOT_FOUND"},
	"updateMember":              {`{id: "MEMBER", version: 1, role: VIEWER}`, "NOT_FOUND"},
	"removeMember":              {`{id: "MEMBER", version: 1}`, "NOT_FOUND"},
	"transferOwnership":         {`{id: "MEMBER", version: 1}`, "NOT_FOUND"},
	"updateMembership":          {`{id: "MEMBER", version: 1, shareCredits: true}`, "NOT_FOUND"},
	"leaveOrganization":         {`{id: "MEMBER"}`, "NOT_FOUND"},
	"recordFacts":               {`{memberId: "MEMBER", certificationId: "CERTIFICATION", version: 1, facts: [{questionId: "waived.total", value: "true"}], reason: "Mine"}`, "NOT_FOUND"},
	"removeFacts":               {`{memberId: "MEMBER", certificationId: "CERTIFICATION", version: 1, facts: [{questionId: "waived.total"}], reason: "Mine"}`, "NOT_FOUND"},
	"createInvitation":          {`{organizationId: "ORGANIZATION", id: "INVITATION"}`, "NOT_FOUND"},
	"revokeInvitation":          {`{id: "INVITATION", version: 1}`, "NOT_FOUND"},
	"joinOrganization":          {`{code: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", shareCredits: false}`, "NOT_FOUND"},
	"postCredits":               {`{organizationId: "ORGANIZATION", title: "Theirs", completedOn: "2026-11-01", minutes: 50, memberIds: ["MEMBER"]}`, "NOT_FOUND"},
	"withdrawPosting":           {`{id: "POSTING", version: 1, reason: "mine"}`, "NOT_FOUND"},
	"disputeCredit":             {`{id: "POSTED", version: 1, reason: "mine"}`, "NOT_FOUND"},
	"withdrawDispute":           {`{id: "POSTED", version: 1}`, "NOT_FOUND"},
	"resolveDispute":            {`{postingId: "POSTING", memberId: "MEMBER", outcome: WITHDRAWN, reason: "mine"}`, "NOT_FOUND"},
	"sendTestNotification":      {`{id: "NOTIFICATION"}`, "CONFLICT"},
}

func schema(t *testing.T) *ast.Schema {
	t.Helper()
	files, err := filepath.Glob("graph/schema/*.graphqls")
	if err != nil || len(files) == 0 {
		t.Fatal("no schema", err)
	}
	var sources []*ast.Source
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, &ast.Source{Name: file, Input: string(text)})
	}
	return gqlparser.MustLoadSchema(sources...)
}

// request writes a request for one root field with the least arguments.
func requestFor(schema *ast.Schema, root *ast.Definition, field *ast.FieldDefinition, input string) string {
	text := field.Name
	if arguments := leastFields(schema, field.Arguments, input); arguments != "" {
		text += "(" + arguments + ")"
	}
	return strings.ToLower(root.Name) + " { " + text + " { __typename } }"
}

func leastFields(schema *ast.Schema, arguments ast.ArgumentDefinitionList, input string) string {
	var parts []string
	for _, argument := range arguments {
		switch {
		case argument.Name == "input" && input != "":
			parts = append(parts, "input: "+input)
		case argument.Type.NonNull:
			parts = append(parts, argument.Name+": "+leastValue(schema, argument.Type))
		}
	}
	return strings.Join(parts, ", ")
}

func leastValue(schema *ast.Schema, kind *ast.Type) string {
	if kind.Elem != nil {
		return "[]"
	}
	switch definition := schema.Types[kind.NamedType]; definition.Kind {
	case ast.InputObject:
		var parts []string
		for _, field := range definition.Fields {
			if field.Type.NonNull {
				parts = append(parts, field.Name+": "+leastValue(schema, field.Type))
			}
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case ast.Enum:
		return definition.EnumValues[0].Name
	}
	switch kind.NamedType {
	case "Int":
		return "1"
	case "Boolean":
		return "true"
	case "Date":
		return `"2026-11-01"`
	}
	return `"x"`
}

func TestStrangersAreRefused(t *testing.T) {
	s := schema(t)
	a := newAPI(t, stores["sqlite"](t))
	for _, root := range []*ast.Definition{s.Query, s.Mutation} {
		for _, field := range root.Fields {
			if strings.HasPrefix(field.Name, "__") {
				continue
			}
			name := root.Name + "." + field.Name
			_, answer := a.ask(t, "", requestFor(s, root, field, ""), nil)
			refused := answer["errors"] != nil && codeOf(t, answer) == "UNAUTHENTICATED"
			if refused == openFields[name] && !strings.HasPrefix(field.Name, "sign") && field.Name != "refreshSession" {
				t.Errorf("%s for a stranger: open is %v, refused is %v: %s", name, openFields[name], refused, indented(answer))
			}
		}
	}
}

func TestMutationsReachOnlyTheirOwn(t *testing.T) {
	s := schema(t)
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		certification, credit, program, deadline, notification := uuid(1), uuid(2), uuid(3), uuid(4), uuid(5)
		organization, group, invitation := uuid(901), uuid(6), uuid(7)
		posting := uuid(8)
		a.person(t, "jordan")
		prepare := []string{
			`mutation { addCertification(input: {id: "` + certification + `", programId: "us-ga-cpa", number: "CPA1"}) { certification { id } } }`,
			`mutation { logCredit(input: {id: "` + credit + `", title: "Theirs", completedOn: "2026-11-01", minutes: 50}) { credit { id } } }`,
			`mutation { registerDevice(input: {token: "the token of jordan", platform: ANDROID}) { device { id } } }`,
			`mutation { sendTestNotification(input: {id: "` + notification + `"}) { notification { id } } }`,
			`mutation { createProgram(input: {id: "` + program + `", name: "Theirs", hours: {amount: "30", years: 2, endsOn: "2027-12-31"}}) { program { id } } }`,
			`mutation { createCalendarFeed(input: {alarms: false}) { calendarFeed { createdAt } } }`,
			`mutation { addDeadline(input: {id: "` + deadline + `", title: "Theirs", dueOn: "2027-12-31"}) { deadline { id } } }`,
			`mutation { createOrganization(input: {id: "` + organization + `", name: "Theirs"}) { organization { id } } }`,
			`mutation { createGroup(input: {organizationId: "` + organization + `", id: "` + group + `", name: "Theirs"}) { group { id } } }`,
			`mutation { createInvitation(input: {organizationId: "` + organization + `", id: "` + invitation + `"}) { code } }`,
			`mutation { postCredits(input: {organizationId: "` + organization + `", id: "` + posting + `", title: "Theirs", completedOn: "2026-11-01", minutes: 50, memberIds: ["` + a.memberID("jordan", 1) + `"]}) { posting { id } } }`,
		}
		for _, query := range prepare {
			if _, answer := a.ask(t, "jordan", query, nil); answer["errors"] != nil {
				t.Fatal(indented(answer))
			}
		}
		upload := []byte(`{"query": "mutation($input: UploadEvidenceInput!) { uploadEvidence(input: $input) { evidence { id } } }", "variables": {"input": {"file": null, "creditId": "` + credit + `"}}}`)
		if _, answer := a.sendFile(t, a.person(t, "jordan").accessToken, upload, "theirs.pdf", "%PDF-1.7 theirs"); answer["errors"] != nil {
			t.Fatal(indented(answer))
		}
		everything := `{ me { evidence { nodes { id version fileName credits { id } } } devices { id platform } notifications { nodes { id readAt } } unreadCount reminderPreferences { version } version name certifications { nodes { version number } } credits { nodes { version title dispute { open } } } deadlines { nodes { id title dueOn snoozedUntil own { version doneOn } } } calendarFeed { createdAt alarms } memberships { id version role shareCredits organization { version name groups { version name } members { nodes { id } } invitations { nodes { id state } } log { nodes { id } } postings { nodes { version withdrawnAt } } } } } programs(own: true) { nodes { id revision text } } }`
		_, before := a.ask(t, "jordan", everything, nil)
		for _, field := range s.Mutation.Fields {
			attempt, ok := foreign[field.Name]
			if !ok {
				t.Errorf("mutation %s: say in `foreign` how somebody else tries it and what she is told", field.Name)
				continue
			}
			if attempt.input == "" {
				continue
			}
			input := strings.NewReplacer("CERTIFICATION", certification, "CREDIT", credit, "PROGRAM", program, "DEADLINE", deadline, "EVIDENCE", a.evidenceID("jordan", "theirs.pdf"), "NOTIFICATION", notification, "ORGANIZATION", organization, "GROUP", group, "MEMBER", a.memberID("jordan", 1), "INVITATION", invitation, "POSTING", posting, "POSTED", a.postedID(posting, "jordan")).Replace(attempt.input)
			_, answer := a.ask(t, "sam", requestFor(s, s.Mutation, field, input), nil)
			if code := codeOf(t, answer); code != attempt.code {
				t.Errorf("%s as another: code %q, want %q: %s", field.Name, code, attempt.code, indented(answer))
			}
		}
		if _, after := a.ask(t, "jordan", everything, nil); indented(after) != indented(before) {
			t.Errorf("something of jordan's was changed by another:\n%s\n%s", indented(before), indented(after))
		}
	})
}
