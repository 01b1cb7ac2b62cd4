package resolvers

import (
	"context"
	"fmt"
	"runtime/debug"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"accrue/ce"
	"accrue/graph"
	"accrue/graph/model"
)

// depthLimit refuses requests whose fields lie too deep. Introspection is not counted: its types nest by themselves.
type depthLimit int

func (depthLimit) ExtensionName() string { return "DepthLimit" }

func (depthLimit) Validate(graphql.ExecutableSchema) error { return nil }

func (limit depthLimit) MutateOperationContext(_ context.Context, operation *graphql.OperationContext) *gqlerror.Error {
	if depth := depthOf(operation.Operation.SelectionSet, int(limit)); depth > int(limit) {
		err := gqlerror.Errorf("This request nests fields deeper than the %d levels allowed.", limit)
		err.Extensions = map[string]any{"code": string(ce.CodeTooComplex)}
		return err
	}
	return nil
}

// depthOf returns the depth of the selection, or limit+1 as soon as it is known to be deeper. Validation has
// refused fragments that contain themselves.
func depthOf(selection ast.SelectionSet, limit int) int {
	deepest := 0
	for _, one := range selection {
		depth := 0
		switch one := one.(type) {
		case *ast.Field:
			if one.Name == "__schema" || one.Name == "__type" {
				continue
			}
			depth = 1
			if limit > 0 {
				depth += depthOf(one.SelectionSet, limit-1)
			}
		case *ast.InlineFragment:
			depth = depthOf(one.SelectionSet, limit)
		case *ast.FragmentSpread:
			depth = depthOf(one.Definition.SelectionSet, limit)
		}
		if deepest = max(deepest, depth); deepest > limit {
			break
		}
	}
	return deepest
}

// Costs. Each field costs 1. A list costs what its items may cost: its page size times what one item costs, or,
// where it has no pages, what it holds as a rule. What is evaluated from all credits, or compiled, costs more than what is read.
const (
	someItems      = 10
	fewItems       = 4
	evaluationCost = 20
	countingCost   = 10
	suggestionCost = 500 // tries many kinds of activities
	readingCost    = 500 // of the text of a program, of which one of 64 kB takes some 50 ms
)

// price sets the costs of fields that are lists or need an evaluation. A new list is priced by a test that fails without.
func price(c *graph.ComplexityRoot) {
	paged := func(child int, first *int, _ *string) int { return 1 + min(max(pageSize(first), 1), maxPage)*child }
	listed := func(child int) int { return 1 + someItems*child }
	few := func(child int) int { return 1 + fewItems*child }

	c.Query.Programs = func(child int, _ *string, _ *bool, first *int, after *string) int { return paged(child, first, after) }
	c.Professional.Certifications = paged
	c.Professional.Credits = func(child int, _ *model.CreditFilter, first *int, after *string) int {
		return paged(child, first, after)
	}
	c.Professional.Evidence = paged
	c.Professional.Memberships = listed
	c.Organization.Groups = listed
	c.Organization.Members = func(child int, _ *model.MemberFilter, _ ce.MemberOrder, first *int, after *string) int {
		return paged(child, first, after)
	}
	c.Organization.Summary = func(child int, _ *string) int { return evaluationCost + child }
	c.OrganizationSummary.ByOutcome = few
	c.OrganizationSummary.ByProgram = listed
	c.OrganizationSummary.ByMonth = listed
	c.ProgramSummary.ByOutcome = few
	c.Member.Standings = few
	c.MemberStanding.Missing = few
	c.Member.Certifications = func(child int) int { return someItems*evaluationCost + listed(child) }
	c.MemberCertification.Requirements = listed
	c.MemberCertification.Deadlines = listed
	c.MemberCertification.RecordedFacts = listed
	c.Member.Credits = func(child int, first *int, after *string) int { return evaluationCost + paged(child, first, after) }
	c.MemberCredit.Evidence = few
	c.Organization.Programs = listed
	c.Organization.Invitations = paged
	c.Organization.Log = paged
	c.Organization.Postings = paged
	c.Organization.Disputes = paged
	c.Organization.Reviews = paged
	c.CreditUnderReview.Portions = listed
	c.Mutation.ReviewCredits = func(child int, input model.ReviewCreditsInput) int {
		return max(len(input.Credits), 1) * (evaluationCost + child)
	}
	c.ReviewCreditsPayload.Credits = func(child int) int { return child } // ReviewCredits counts them
	c.Posting.Members = paged
	c.Posting.Portions = listed
	c.Posting.Posted = func(int) int { return countingCost }
	c.Posting.Disputed = func(int) int { return countingCost }
	c.Credit.Duplicates = few
	c.Credit.Reviews = func(child int) int { return evaluationCost + few(child) }
	c.Query.PreviewPosting = func(child int, _ model.PostCreditsInput) int { return readingCost + child }
	c.Mutation.PostCredits = func(child int, _ model.PostCreditsInput) int { return readingCost + child }
	c.PreviewPostingPayload.Problems = listed
	c.PreviewPostingPayload.Matches = listed
	c.PostCreditsPayload.Problems = listed
	c.DisputeCreditPayload.Certifications = listed
	c.Member.Groups = listed
	c.Invitation.Groups = listed
	c.Credit.Evidence = listed
	c.Evidence.Credits = listed
	c.Evidence.Status = func(int) int { return 0 }
	c.Scan.Pages = listed
	c.Scan.Certificates = listed
	c.ScannedCertificate.Pages = listed
	c.ScannedCertificate.Amounts = listed
	c.ScannedCertificate.Parts = listed
	c.ScannedCertificate.Topics = listed
	c.ScannedCertificate.Approvals = listed
	c.ScannedCertificate.Codes = listed
	c.ScannedCertificate.Draft = func(child int) int { return someItems*evaluationCost + child }
	c.ScannedText.Others = few
	c.ScannedDate.Others = few
	c.ScannedAmount.Others = few
	c.ScannedApproval.Others = few
	c.CreditDraft.Portions = listed
	c.CreditDraft.Duplicates = few
	c.CreditDraft.Certifications = listed
	c.ConfirmScanPayload.Certifications = listed
	c.Professional.Notifications = func(child int, _ bool, first *int, after *string) int { return paged(child, first, after) }
	c.Professional.Devices = listed
	c.Notification.Items = listed
	c.Notification.Credits = listed
	c.Certification.Reminders = paged
	c.ReminderPreferences.Certifications = listed
	c.Professional.Deadlines = func(child int, _ *ce.Date, _ bool, first *int, after *string) int {
		return paged(child, first, after)
	}
	c.Certification.Cycles = paged
	c.Certification.Deadlines = paged
	c.Certification.Facts = listed
	c.RecordFactsPayload.Facts = listed
	c.Certification.Standing = func(child int, asOf *ce.Date, cycle *string) int {
		if asOf == nil && cycle == nil {
			return 1 + child
		}
		return evaluationCost + child
	}
	c.Standing.Credits = func(child int, first *int, after *string) int { return evaluationCost + paged(child, first, after) }
	c.StandingChange.Certifications = listed
	c.Certification.Suggestions = func(child int) int { return suggestionCost + listed(child) }
	c.Suggestion.Activities = listed
	carried := func(child int) int { return evaluationCost + listed(child) }
	c.Standing.CarriedIn, c.Standing.CarriesOver = carried, carried
	c.Standing.Requirements = listed
	c.Standing.Questions = listed
	c.Credit.Portions = listed
	c.Credit.Uses = func(child int) int { return evaluationCost + listed(child) }
	c.CreditUse.Parts = listed
	c.Query.PreviewCredit = func(child int, _ model.LogCreditInput) int { return someItems*evaluationCost + child }
	c.PreviewCreditPayload.Certifications = listed
	c.CreditPreview.Changes = listed
	c.LogCreditPayload.Certifications = listed
	c.UpdateCreditPayload.Certifications = listed
	c.DeleteCreditPayload.Certifications = listed
	c.Program.Sources = listed
	c.Program.Questions = listed
	c.Program.Units = listed
	c.Program.Topics = listed
	c.Program.Formats = listed
	c.Program.Roles = listed
	c.Program.Approvals = listed
	c.Question.Choices = listed
	c.ValidateProgramPayload.Problems = listed
	c.Mutation.CreateProgram = func(child int, _ model.CreateProgramInput) int { return readingCost + child }
	c.Mutation.UpdateProgram = func(child int, _ model.UpdateProgramInput) int { return readingCost + child }
	c.Mutation.ValidateProgram = func(child int, _ model.ValidateProgramInput) int { return readingCost + child }
}

// panicError is a resolver that panicked.
type panicError struct {
	cause any
	stack []byte
}

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v\n%s", e.cause, e.stack) }

func stack() []byte { return debug.Stack() }
