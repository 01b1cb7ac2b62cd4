// Package tracker holds the use cases: what a professional can do with her
// certifications, credits, evidence, own programs and own deadlines, who may do it, the refreshing of what is
// derived, and what she is reminded of when. It is the only place that decides who may see or change what.
//
// Reminders are planned with each refresh (plan.go) and issued to the inbox as they become due (issue.go); delivering
// them by other ways is not done here.
//
// Evidence is taken in, attached and served by links here (evidence.go); where its contents are kept is behind [storage.Files].
//
// Organisations are founded, joined and looked after here (organization.go, member.go, invitation.go): what a member sees and may do in one
// follows from her seat in it.
//
// A [View] is what one viewer sees during one request: it reads each kind of
// thing at most once, however many fields ask for it.
//
// It does not know how requests arrive (package resolvers), how a viewer is
// recognised (package identity) or where facts are kept (package storage).
package tracker
