package resolvers

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"accrue/ce"
	"accrue/graph/model"
	"accrue/storage"
	"accrue/tracker"
)

func certifications(ctx context.Context, view *tracker.View, first *int, after *string) (*model.CertificationConnection, error) {
	type key struct {
		CreatedAt int64
		ID        ce.CertificationID
	}
	page, err := pageOf[key](first, after)
	if err != nil {
		return nil, err
	}
	items, err := view.Certifications(ctx)
	if err != nil {
		return nil, err
	}
	items, more := cut(items, page, func(c *ce.Certification, k key) int {
		return cmp.Or(cmp.Compare(c.CreatedAt.UnixMilli(), k.CreatedAt), cmp.Compare(c.ID, k.ID))
	})
	c := connect(pointers(items), more, func(c *ce.Certification) any { return key{c.CreatedAt.UnixMilli(), c.ID} })
	return &model.CertificationConnection{
		Edges: edges(c, func(cursor string, node *ce.Certification) *model.CertificationEdge {
			return &model.CertificationEdge{Cursor: cursor, Node: node}
		}),
		Nodes: c.nodes, PageInfo: c.info,
	}, nil
}

func credits(ctx context.Context, view *tracker.View, filter *model.CreditFilter, first *int, after *string) (*model.CreditConnection, error) {
	page, err := pageOf[storage.CreditKey](first, after)
	if err != nil {
		return nil, err
	}
	var chosen storage.CreditFilter
	if filter != nil {
		var problems ce.Problems
		chosen = storage.CreditFilter{
			From:          given(filter.From),
			Until:         given(filter.Until),
			Certification: certificationID(given(filter.CertificationID)),
			Topic:         term(&problems, filter.Topic, "filter", "topic"),
		}
		chosen.Text, err = ce.Line(given(filter.Text), ce.MaxTitleLength)
		problems.Check(err, "filter", "text")
		if err := problems.Err(); err != nil {
			return nil, err
		}
	}
	slice, err := view.ListCredits(ctx, chosen, page)
	if err != nil {
		return nil, err
	}
	items, err := shownCredits(ctx, view, slice.Items)
	if err != nil {
		return nil, err
	}
	c := connect(items, slice.More, func(c *model.Credit) any { return storage.CreditKey{CompletedOn: c.CompletedOn, ID: c.ID} })
	return &model.CreditConnection{
		Edges: edges(c, func(cursor string, node *model.Credit) *model.CreditEdge {
			return &model.CreditEdge{Cursor: cursor, Node: node}
		}),
		Nodes: c.nodes, PageInfo: c.info,
	}, nil
}

func deadlines(ctx context.Context, view *tracker.View, filter tracker.DeadlineFilter, first *int, after *string) (*model.DeadlineConnection, error) {
	page, err := pageOf[storage.DeadlineKey](first, after)
	if err != nil {
		return nil, err
	}
	items, err := view.Deadlines(ctx, filter)
	if err != nil {
		return nil, err
	}
	items, more := cut(items, page, func(d *tracker.Deadline, k storage.DeadlineKey) int {
		return cmp.Or(d.DueOn.Compare(k.DueOn), cmp.Compare(d.ID, k.ID))
	})
	reader, err := readerOf(ctx, view, items, func(d *tracker.Deadline) ce.UnitID { return d.Unit })
	if err != nil {
		return nil, err
	}
	nodes := make([]*model.Deadline, len(items))
	for i, deadline := range items {
		nodes[i] = model.NewDeadline(reader, deadline.Deadline, deadline.Own)
	}
	c := connect(nodes, more, func(d *model.Deadline) any { return storage.DeadlineKey{DueOn: d.DueOn, ID: d.ID} })
	return &model.DeadlineConnection{
		Edges: edges(c, func(cursor string, node *model.Deadline) *model.DeadlineEdge {
			return &model.DeadlineEdge{Cursor: cursor, Node: node}
		}),
		Nodes: c.nodes, PageInfo: c.info,
	}, nil
}

func reminders(ctx context.Context, view *tracker.View, certification ce.CertificationID, first *int, after *string) (*model.ReminderConnection, error) {
	page, err := pageOf[ce.PlannedReminder](first, after)
	if err != nil {
		return nil, err
	}
	items, zone, err := view.Reminders(ctx, certification)
	if err != nil {
		return nil, err
	}
	items, more := cut(items, page, func(r *ce.PlannedReminder, k ce.PlannedReminder) int { return r.Compare(k) })
	c := connect(model.NewReminders(items, zone), more, func(r *model.Reminder) any {
		return ce.PlannedReminder{At: r.At, DueOn: r.DueOn, Deadline: r.Deadline, Step: r.Step} // its place
	})
	return &model.ReminderConnection{
		Edges: edges(c, func(cursor string, node *model.Reminder) *model.ReminderEdge {
			return &model.ReminderEdge{Cursor: cursor, Node: node}
		}),
		Nodes: c.nodes, PageInfo: c.info,
	}, nil
}

func notifications(ctx context.Context, view *tracker.View, unreadOnly bool, first *int, after *string) (*model.NotificationConnection, error) {
	page, err := pageOf[storage.NotificationKey](first, after)
	if err != nil {
		return nil, err
	}
	slice, err := view.Notifications(ctx, unreadOnly, page)
	if err != nil {
		return nil, err
	}
	items := make([]*model.Notification, len(slice.Items))
	for i, notification := range slice.Items {
		if items[i], err = shownNotification(ctx, view, notification); err != nil {
			return nil, err
		}
	}
	c := connect(items, slice.More, func(n *model.Notification) any { return storage.NotificationKey{CreatedAt: n.CreatedAt, ID: n.ID} })
	return &model.NotificationConnection{
		Edges: edges(c, func(cursor string, node *model.Notification) *model.NotificationEdge {
			return &model.NotificationEdge{Cursor: cursor, Node: node}
		}),
		Nodes: c.nodes, PageInfo: c.info,
	}, nil
}

func cycleConnection(owner ce.CertificationID, cycles []ce.Cycle, first *int, after *string) (*model.CycleConnection, error) {
	page, err := pageOf[ce.Date](first, after)
	if err != nil {
		return nil, err
	}
	cycles, more := cut(cycles, page, func(c *ce.Cycle, startsOn ce.Date) int { return startsOn.Compare(c.StartsOn) })
	items := make([]*model.Cycle, len(cycles))
	for i := range cycles {
		items[i] = model.CycleOf(owner, &cycles[i])
	}
	c := connect(items, more, func(c *model.Cycle) any { return c.StartsOn })
	return &model.CycleConnection{
		Edges: edges(c, func(cursor string, node *model.Cycle) *model.CycleEdge {
			return &model.CycleEdge{Cursor: cursor, Node: node}
		}),
		Nodes: c.nodes, PageInfo: c.info,
	}, nil
}

// creditUses pages by the credit's id: a use has no date of its own, and the list is newest first by its credit.
func creditUses(ctx context.Context, view *tracker.View, uses []ce.CreditUse, previewed *model.Previewed, first *int, after *string) (*model.CreditUseConnection, error) {
	page, err := pageOf[ce.CreditID](first, after)
	if err != nil {
		return nil, err
	}
	if page.After != nil {
		i := slices.IndexFunc(uses, func(u ce.CreditUse) bool { return u.Credit == *page.After })
		uses, page.After = uses[i+1:], nil
	}
	uses, more := cut(uses, page, nil)
	reader, err := readerOf(ctx, view, uses, unitOfUse)
	if err != nil {
		return nil, err
	}
	c := connect(model.NewCreditUses(reader, uses, previewed), more, func(u *model.CreditUse) any { return u.Credit })
	return &model.CreditUseConnection{
		Edges: edges(c, func(cursor string, node *model.CreditUse) *model.CreditUseEdge {
			return &model.CreditUseEdge{Cursor: cursor, Node: node}
		}),
		Nodes: c.nodes, PageInfo: c.info,
	}, nil
}

func evidence(ctx context.Context, view *tracker.View, first *int, after *string) (*model.EvidenceConnection, error) {
	page, err := pageOf[storage.EvidenceKey](first, after)
	if err != nil {
		return nil, err
	}
	slice, err := view.ListEvidence(ctx, page)
	if err != nil {
		return nil, err
	}
	c := connect(pointers(slice.Items), slice.More, func(e *ce.Evidence) any { return storage.EvidenceKey{CreatedAt: e.CreatedAt, ID: e.ID} })
	return &model.EvidenceConnection{
		Edges: edges(c, func(cursor string, node *ce.Evidence) *model.EvidenceEdge {
			return &model.EvidenceEdge{Cursor: cursor, Node: node}
		}),
		Nodes: c.nodes, PageInfo: c.info,
	}, nil
}

// members is nil for who sees none.
func members(
	ctx context.Context, view *tracker.View, of ce.OrganizationID, filter *model.MemberFilter, order ce.MemberOrder, first *int, after *string,
) (*model.MemberConnection, error) {
	// A cursor names its order, so that one of another order is refused.
	type key struct {
		Order ce.MemberOrder
		storage.MemberKey
	}
	place, err := pageOf[key](first, after)
	if err != nil {
		return nil, err
	}
	page := storage.Page[storage.MemberKey]{First: place.First}
	if place.After != nil {
		if place.After.Order != order {
			return nil, &ce.Error{Code: ce.CodeInvalidInput, Path: []string{"after"}, Text: "is a cursor of another order"}
		}
		page.After = &place.After.MemberKey
	}
	slice, allowed, err := view.Members(ctx, of, memberFilter(filter), order, page)
	if err != nil || !allowed {
		return nil, err
	}
	c := connect(pointers(slice.Items), slice.More, func(m *tracker.Member) any { return key{order, storage.MemberKeyOf(&m.Member, order)} })
	return &model.MemberConnection{
		Edges: edges(c, func(cursor string, node *tracker.Member) *model.MemberEdge {
			return &model.MemberEdge{Cursor: cursor, Node: node}
		}),
		Nodes: c.nodes, PageInfo: c.info,
	}, nil
}

func memberFilter(filter *model.MemberFilter) tracker.MemberFilter {
	if filter == nil {
		return tracker.MemberFilter{}
	}
	return tracker.MemberFilter{
		Search: given(filter.Search), Group: groupID(given(filter.Group)), Program: ce.ProgramID(given(filter.Program)), Outcome: given(filter.Outcome),
		DueBefore: given(filter.DueBefore),
	}
}

// memberCredits is nil unless she shows them.
func memberCredits(ctx context.Context, view *tracker.View, of *tracker.Member, first *int, after *string) (*model.MemberCreditConnection, error) {
	page, err := pageOf[storage.CreditKey](first, after)
	if err != nil {
		return nil, err
	}
	slice, shared, err := view.MemberCredits(ctx, of, page)
	if err != nil || !shared {
		return nil, err
	}
	items := make([]*model.MemberCredit, len(slice.Items))
	for i, credit := range slice.Items {
		items[i] = model.NewMemberCredit(credit.Units, credit.Credit, credit.Evidence)
	}
	c := connect(items, slice.More, func(c *model.MemberCredit) any { return storage.CreditKey{CompletedOn: c.CompletedOn, ID: c.ID} })
	return &model.MemberCreditConnection{
		Edges: edges(c, func(cursor string, node *model.MemberCredit) *model.MemberCreditEdge {
			return &model.MemberCreditEdge{Cursor: cursor, Node: node}
		}),
		Nodes: c.nodes, PageInfo: c.info,
	}, nil
}

// invitations is nil for who sees none.
func invitations(ctx context.Context, view *tracker.View, of ce.OrganizationID, first *int, after *string) (*model.InvitationConnection, error) {
	type key struct {
		CreatedAt int64
		ID        ce.InvitationID
	}
	page, err := pageOf[key](first, after)
	if err != nil {
		return nil, err
	}
	items, allowed, err := view.Invitations(ctx, of)
	if err != nil || !allowed {
		return nil, err
	}
	items, more := cut(items, page, func(i *tracker.Invitation, k key) int {
		return cmp.Or(cmp.Compare(k.CreatedAt, i.CreatedAt.UnixMilli()), cmp.Compare(k.ID, i.ID))
	})
	c := connect(pointers(items), more, func(i *tracker.Invitation) any { return key{i.CreatedAt.UnixMilli(), i.ID} })
	return &model.InvitationConnection{
		Edges: edges(c, func(cursor string, node *tracker.Invitation) *model.InvitationEdge {
			return &model.InvitationEdge{Cursor: cursor, Node: node}
		}),
		Nodes: c.nodes, PageInfo: c.info,
	}, nil
}

// postings is nil for who sees none.
func postings(ctx context.Context, view *tracker.View, of ce.OrganizationID, first *int, after *string) (*model.PostingConnection, error) {
	page, err := pageOf[storage.PostingKey](first, after)
	if err != nil {
		return nil, err
	}
	slice, allowed, err := view.Postings(ctx, of, page)
	if err != nil || !allowed {
		return nil, err
	}
	nodes := make([]*model.Posting, len(slice.Items))
	for i, posting := range slice.Items {
		if nodes[i], err = shownPosting(ctx, view, posting); err != nil {
			return nil, err
		}
	}
	c := connect(nodes, slice.More, func(p *model.Posting) any { return storage.PostingKey{CreatedAt: p.Of.CreatedAt, ID: p.Of.ID} })
	return &model.PostingConnection{
		Edges: edges(c, func(cursor string, node *model.Posting) *model.PostingEdge {
			return &model.PostingEdge{Cursor: cursor, Node: node}
		}),
		Nodes: c.nodes, PageInfo: c.info,
	}, nil
}

func postedMembers(ctx context.Context, view *tracker.View, of *ce.Posting, first *int, after *string) (*model.PostedMemberConnection, error) {
	page, err := pageOf[int](first, after)
	if err != nil {
		return nil, err
	}
	slice, err := view.PostedMembers(ctx, of, page)
	if err != nil {
		return nil, err
	}
	return connectPosted(slice, func(m *tracker.PostedMember) any { return m.Part.Place }), nil
}

// disputes is nil for who sees none.
func disputes(ctx context.Context, view *tracker.View, of ce.OrganizationID, first *int, after *string) (*model.PostedMemberConnection, error) {
	page, err := pageOf[storage.DisputeKey](first, after)
	if err != nil {
		return nil, err
	}
	slice, allowed, err := view.Disputes(ctx, of, page)
	if err != nil || !allowed {
		return nil, err
	}
	return connectPosted(slice, func(m *tracker.PostedMember) any { return storage.DisputeKey{At: m.Part.Dispute.At, ID: m.Part.ID} }), nil
}

func connectPosted(slice storage.Slice[tracker.PostedMember], key func(*tracker.PostedMember) any) *model.PostedMemberConnection {
	c := connect(pointers(slice.Items), slice.More, key)
	return &model.PostedMemberConnection{
		Edges: edges(c, func(cursor string, node *tracker.PostedMember) *model.PostedMemberEdge {
			return &model.PostedMemberEdge{Cursor: cursor, Node: node}
		}),
		Nodes: c.nodes, PageInfo: c.info,
	}
}

// reviews is nil for who decides about none.
func reviews(ctx context.Context, view *tracker.View, of ce.OrganizationID, first *int, after *string) (*model.CreditUnderReviewConnection, error) {
	page, err := pageOf[storage.ReviewKey](first, after)
	if err != nil {
		return nil, err
	}
	slice, allowed, err := view.Reviews(ctx, of, page)
	if err != nil || !allowed {
		return nil, err
	}
	nodes := make([]*model.CreditUnderReview, len(slice.Items))
	for i := range slice.Items {
		if nodes[i], err = underReview(&slice.Items[i]); err != nil {
			return nil, err
		}
	}
	c := connect(nodes, slice.More, func(c *model.CreditUnderReview) any {
		return storage.ReviewKey{CreatedAt: c.LoggedAt, ID: ce.CreditID(c.CreditID)}
	})
	return &model.CreditUnderReviewConnection{
		Edges: edges(c, func(cursor string, node *model.CreditUnderReview) *model.CreditUnderReviewEdge {
			return &model.CreditUnderReviewEdge{Cursor: cursor, Node: node}
		}),
		Nodes: c.nodes, PageInfo: c.info,
	}, nil
}

// organizationLog is nil for who may not read it.
func organizationLog(ctx context.Context, view *tracker.View, of ce.OrganizationID, first *int, after *string) (*model.OrganizationLogConnection, error) {
	page, err := pageOf[storage.LogKey](first, after)
	if err != nil {
		return nil, err
	}
	slice, allowed, err := view.Log(ctx, of, page)
	if err != nil || !allowed {
		return nil, err
	}
	c := connect(pointers(slice.Items), slice.More, func(e *tracker.LogEntry) any { return storage.LogKey{At: e.At, ID: e.ID} })
	return &model.OrganizationLogConnection{
		Edges: edges(c, func(cursor string, node *tracker.LogEntry) *model.OrganizationLogEdge {
			return &model.OrganizationLogEdge{Cursor: cursor, Node: node}
		}),
		Nodes: c.nodes, PageInfo: c.info,
	}, nil
}

// programs pages a list of which the viewer's own come first.
func programs(all []tracker.Program, first *int, after *string) (*model.ProgramConnection, error) {
	type key struct {
		Own  bool `json:",omitempty"`
		Name string
		ID   ce.ProgramID
	}
	page, err := pageOf[key](first, after)
	if err != nil {
		return nil, err
	}
	catalogued := func(own bool) int {
		if own {
			return 0
		}
		return 1
	}
	items, more := cut(all, page, func(p *tracker.Program, k key) int {
		return cmp.Or(catalogued(p.IsOwn())-catalogued(k.Own), strings.Compare(p.Name, k.Name), cmp.Compare(p.ID, k.ID))
	})
	c := connect(pointers(items), more, func(p *tracker.Program) any { return key{p.IsOwn(), p.Name, p.ID} })
	return &model.ProgramConnection{
		Edges: edges(c, func(cursor string, node *tracker.Program) *model.ProgramEdge {
			return &model.ProgramEdge{Cursor: cursor, Node: node}
		}),
		Nodes: c.nodes, PageInfo: c.info, TotalCount: len(all),
	}, nil
}
