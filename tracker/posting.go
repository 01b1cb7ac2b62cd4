package tracker

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"accrue/ce"
	"accrue/roster"
	"accrue/storage"
)

// How postings are brought about.
const (
	// postedAtOnce is up to how many members have the credit when the request that posts it is answered. What is left the sweep does.
	postedAtOnce = 20
	// postingAge is how long a part of a posting is left to the request that wrote it, at most.
	postingAge = 5 * time.Second
	// postingWriters is for how many members the sweep works at the same time.
	postingWriters = 8
	// maxWithdrawn is of how many members one request takes a credit back, unless it is all of a posting.
	maxWithdrawn = 100
	// maxMatches is how many of those to whom a credit would be posted a preview shows.
	maxMatches = 100
)

// NewPosting is what a manager enters to post a credit to members. Empty fields were not given.
type NewPosting struct {
	ID           ce.PostingID
	Organization ce.OrganizationID
	Credit       NewCredit // its facts
	Members      []ce.MemberID
	Roster       *string // the text of a CSV file; instead of members
}

// PostingPreview is to whom a credit would be posted, or what is wrong with the roster.
type PostingPreview struct {
	Problems []roster.Problem // at most roster.MaxProblems; then it is posted to nobody
	Total    int
	Matches  []PostingMatch // the first, at most maxMatches, in the order given
}

// PostingMatch is one member to whom a credit would be posted.
type PostingMatch struct {
	Measured
	Row    int // of the roster; 0 without one
	Member Member
}

// Posting is a posting as a manager sees it.
type Posting struct {
	ce.Posting
	By string // the name of who posted it, "" when she is erased or has none
}

// PostedMember is one member's part in a posting as a manager sees it.
type PostedMember struct {
	Measured
	Part             ce.PostedCredit
	PostingID        ce.PostingID
	Title            string  // of the posting
	CompletedOn      ce.Date // of the posting
	MemberID         ce.MemberID
	Name             string  // "" while not given
	Member           *Member // nil when she has left
	State            ce.PostedState
	Dispute          *ce.Dispute // nil for nothing
	WithdrawalReason string
}

// Measured is an amount as it was entered.
type Measured struct {
	Unit   *ce.Unit // nil for minutes
	amount ce.Amount
}

// Minutes is nil when an amount in a unit was entered.
func (m *Measured) Minutes() (*int, error) {
	if m.Unit != nil {
		return nil, nil
	}
	minutes, err := strconv.Atoi(m.amount.String())
	return &minutes, err
}

// Amount is nil when minutes were entered.
func (m *Measured) Amount() *ce.Amount {
	if m.Unit == nil {
		return nil
	}
	return &m.amount
}

// measured is an amount in a unit of the catalog's.
func (t *Tracker) measured(amount ce.Amount, id ce.UnitID) Measured {
	if unit, ok := t.programs(storage.Held{}).Unit(id); ok && id != ce.UnitMinute {
		return Measured{&unit, amount}
	}
	return Measured{nil, amount}
}

// match is one member to whom a credit is posted.
type match struct {
	row    int
	member ce.Member
	amount ce.Amount
}

// prepare checks what a manager wants to post, and finds the members.
func (v *View) prepare(ctx context.Context, s *seat, in NewPosting) (credit ce.Credit, matches []match, problems []roster.Problem, err error) {
	credit = v.newCredit(in.Credit)
	var wrong ce.Problems
	wrong.Check(v.checkCredit(&credit, v.Tracker.programs(storage.Held{}), ce.Professional{TimeZone: s.in.TimeZone}))
	credit.ID, credit.Professional, credit.Certifications, credit.CreatedAt, credit.UpdatedAt = "", "", nil, time.Time{}, time.Time{}
	switch {
	case (in.Roster == nil) == (len(in.Members) == 0):
		wrong.Add("give either members or a roster", "memberIds")
	case len(in.Members) > ce.MaxPosted:
		wrong.Add(fmt.Sprintf("must be at most %d members; post it in parts", ce.MaxPosted), "memberIds")
	}
	if err := wrong.Err(); err != nil {
		return credit, nil, nil, err
	}
	if in.Roster == nil {
		matches, err = s.matchMembers(ctx, in.Members, credit.Amount)
		return credit, matches, nil, err
	}
	matches, problems, err = s.matchRoster(ctx, *in.Roster, &credit)
	return credit, matches, problems, err
}

// everVisible returns those of the members whom the viewer sees, also of those who have left. Others are unknown to her.
func (s *seat) everVisible(ctx context.Context, ids []ce.MemberID) (map[ce.MemberID]ce.Member, error) {
	members, err := s.handle.MembersByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	visible := make(map[ce.MemberID]ce.Member, len(members))
	for _, m := range members {
		if s.sees(&m) {
			visible[m.ID] = m
		}
	}
	return visible, nil
}

// visible is everVisible without those who have left.
func (s *seat) visible(ctx context.Context, ids []ce.MemberID) (map[ce.MemberID]ce.Member, error) {
	visible, err := s.everVisible(ctx, ids)
	maps.DeleteFunc(visible, func(_ ce.MemberID, m ce.Member) bool { return !m.LeftAt.IsZero() })
	return visible, err
}

// membersOf are the ids of those to whom the parts belong.
func (s *seat) membersOf(parts []ce.PostedCredit) []ce.MemberID {
	ids := make([]ce.MemberID, len(parts))
	for i := range parts {
		ids[i] = ce.NewMemberID(s.in.ID, parts[i].Professional)
	}
	return ids
}

func (s *seat) matchMembers(ctx context.Context, ids []ce.MemberID, amount ce.Amount) ([]match, error) {
	visible, err := s.visible(ctx, ids)
	if err != nil {
		return nil, err
	}
	var problems ce.Problems
	matches, seen, wrong := make([]match, 0, len(ids)), make(map[ce.MemberID]bool, len(ids)), 0
	for i, id := range ids {
		m, ok := visible[id]
		switch {
		case wrong == roster.MaxProblems:
			return nil, problems.Err()
		case !ok:
			problems.Add(roster.Unknown, "memberIds", i)
			wrong++
		case seen[id]:
			problems.Add("is there twice", "memberIds", i)
			wrong++
		}
		seen[id] = true
		matches = append(matches, match{member: m, amount: amount})
	}
	return matches, problems.Err()
}

// matchRoster finds the members that a roster names. With problems there is no match.
func (s *seat) matchRoster(ctx context.Context, text string, credit *ce.Credit) (matches []match, problems []roster.Problem, err error) {
	list, problems := roster.Parse(text)
	if list == nil {
		return nil, problems, nil
	}
	if minutes := credit.Unit == ce.UnitMinute; list.Measure != "" && minutes == (list.Measure == roster.Amount) {
		text := "cannot be there: what is posted has an amount in a unit, so the column must be amount"
		if minutes {
			text = "cannot be there: what is posted has minutes, so the column must be minutes or hours"
		}
		return nil, []roster.Problem{{Row: 1, Column: list.Column, Text: text}}, nil
	}
	find, err := s.finder(ctx, list)
	if err != nil {
		return nil, nil, err
	}
	add := func(row int, column, format string, args ...any) {
		problems = append(problems, roster.Problem{Row: row, Column: column, Text: fmt.Sprintf(format, args...)})
	}
	rowOf := make(map[ce.MemberID]int, len(list.Rows))
	for _, row := range list.Rows {
		if len(problems) >= roster.MaxProblems {
			return nil, problems[:roster.MaxProblems], nil
		}
		one := match{row: row.Number, amount: credit.Amount}
		before := len(problems)
		for i, cell := range row.People {
			switch found := find(cell); {
			case len(found) == 0:
				add(row.Number, cell.Column, roster.Unknown)
			case len(found) > 1:
				add(row.Number, cell.Column, "is that of more than one member; name her otherwise")
			case i > 0 && len(problems) == before && found[0].ID != one.member.ID:
				add(row.Number, cell.Column, "names another member than column %s", row.People[0].Column)
			default:
				one.member = found[0]
			}
		}
		if len(problems) == before {
			if earlier := rowOf[one.member.ID]; earlier != 0 {
				add(row.Number, row.People[0].Column, "names the same member as row %d", earlier)
			} else {
				rowOf[one.member.ID] = row.Number
			}
		}
		if row.HasAmount {
			own := *credit
			own.Amount = row.Amount
			one.amount = row.Amount
			if err := own.Clean(); err != nil { // everything else was found good before
				add(row.Number, list.Column, "%s", firstText(err))
			}
		}
		matches = append(matches, one)
	}
	if len(problems) > 0 {
		return nil, problems[:min(len(problems), roster.MaxProblems)], nil
	}
	return matches, nil, nil
}

// firstText is the text for people of the first error.
func firstText(err error) string {
	var one *ce.Error
	if errors.As(err, &one) {
		return one.Text
	}
	return err.Error()
}

// finder returns what finds the members of a cell whom the viewer sees.
func (s *seat) finder(ctx context.Context, list *roster.Roster) (func(roster.Cell) []ce.Member, error) {
	var ids []ce.MemberID
	var keys []string
	for _, row := range list.Rows {
		for _, cell := range row.People {
			if cell.Kind == roster.Member {
				ids = append(ids, memberIn(cell))
			} else if key := keyOf(cell); key != "" {
				keys = append(keys, key)
			}
		}
	}
	byID, err := s.visible(ctx, ids)
	if err != nil {
		return nil, err
	}
	byKey, err := s.handle.MembersFoundBy(ctx, keys)
	return func(cell roster.Cell) []ce.Member {
		if cell.Kind == roster.Member {
			if m, ok := byID[memberIn(cell)]; ok {
				return []ce.Member{m}
			}
			return nil
		}
		return slices.DeleteFunc(slices.Clone(byKey[keyOf(cell)]), func(m ce.Member) bool { return !s.sees(&m) })
	}, err
}

func memberIn(cell roster.Cell) ce.MemberID {
	uuid, _ := ce.ParseUUID(cell.Text) // what is none is nobody's
	return ce.MemberID(uuid)
}

func keyOf(cell roster.Cell) string {
	if cell.Kind == roster.Email {
		return ce.EmailKey(cell.Text)
	}
	return ce.NumberKey(cell.Text)
}

// PreviewPosting says to whom a credit would be posted, and posts nothing. What PostCredits refuses it refuses with the same errors.
func (v *View) PreviewPosting(ctx context.Context, in NewPosting) (PostingPreview, error) {
	s, err := v.seat(ctx, in.Organization)
	if err == nil {
		err = s.manages()
	}
	if err != nil {
		return PostingPreview{}, err
	}
	credit, matches, problems, err := v.prepare(ctx, s, in)
	preview := PostingPreview{Problems: problems, Total: len(matches)}
	for _, one := range matches[:min(len(matches), maxMatches)] {
		preview.Matches = append(preview.Matches, PostingMatch{v.measured(one.amount, credit.Unit), one.row, s.shownMember(&one.member)})
	}
	return preview, err
}

// PostCredits posts a credit to members. It returns the posting once it is kept; for many members the credits follow in the background. With problems of the roster
// nothing is posted, and there is no posting. The same request repeated answers as the first time and goes on where that was cut short.
func (v *View) PostCredits(ctx context.Context, in NewPosting) (*Posting, []roster.Problem, error) {
	s, err := v.seat(ctx, in.Organization)
	if err == nil {
		err = s.manages()
	}
	if err != nil {
		return nil, nil, err
	}
	id := in.ID
	if id == "" {
		id = ce.PostingID(ce.NewUUID())
	}
	same := digest(struct {
		By ce.ProfessionalID
		In NewPosting
	}{v.viewer.Professional, in})
	stored, err := s.handle.Posting(ctx, id)
	switch {
	case err == nil && stored.Digest != same:
		return nil, nil, translate(storage.ErrConflict, "posting")
	case errors.Is(err, storage.ErrNotFound):
		var problems []roster.Problem
		if stored, problems, err = v.post(ctx, s, id, same, in); err != nil || len(problems) > 0 {
			return nil, problems, err
		}
	case err != nil:
		return nil, nil, err
	}
	v.bringFirst(ctx, s.handle, stored.ID)
	posting, err := v.shownPosting(ctx, s, stored)
	return &posting, nil, err
}

// post keeps a posting.
func (v *View) post(ctx context.Context, s *seat, id ce.PostingID, digest string, in NewPosting) (ce.Posting, []roster.Problem, error) {
	credit, matches, problems, err := v.prepare(ctx, s, in)
	if err != nil || len(problems) > 0 {
		return ce.Posting{}, problems, err
	}
	count, err := s.handle.CountPostings(ctx)
	if err != nil {
		return ce.Posting{}, nil, err
	}
	if count >= ce.MaxPostings {
		return ce.Posting{}, nil, ce.Errorf(ce.CodeLimitExceeded, "This organization has posted %d times, and no more are possible.", ce.MaxPostings)
	}
	now := v.now()
	posting := ce.Posting{
		ID: id, Digest: digest, Credit: credit, PostedBy: v.viewer.Professional, Total: len(matches), CreatedAt: now, UpdatedAt: now,
	}
	parts := make([]ce.PostedCredit, len(matches))
	for i, one := range matches {
		parts[i] = ce.PostedCredit{
			ID: ce.NewPostedCreditID(id, one.member.Professional), Professional: one.member.Professional, Place: i, Amount: one.amount,
		}
	}
	stored, err := s.handle.CreatePosting(ctx, posting, parts,
		v.entry(ce.LogPosted, "", nil, append(toldOf(&posting.Credit, credit.Amount), strconv.Itoa(posting.Total))))
	return stored, nil, translate(err, "posting")
}

// toldOf is what the log says of a credit.
func toldOf(credit *ce.Credit, amount ce.Amount) []string {
	unit := string(credit.Unit)
	if credit.Unit == ce.UnitMinute {
		unit = "minutes"
	}
	return []string{credit.Title, credit.CompletedOn.String(), amount.Shown(false).String() + " " + unit}
}

// bringFirst brings about what a posting says for its first members. It is kept, so what fails here is finished later.
func (v *View) bringFirst(ctx context.Context, handle storage.Organization, id ce.PostingID) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), refreshTime)
	defer cancel()
	slice, err := handle.ListPostedCredits(ctx, id, storage.Page[int]{First: postedAtOnce})
	for _, part := range slice.Items {
		if err == nil && !part.PendingSince.IsZero() {
			err = v.bringAbout(ctx, handle, part.ID)
		}
	}
	if err != nil {
		v.log.ErrorContext(ctx, "post credits", "posting", id, "error", err)
	}
	v.forget()
}

// finishPostings brings about what is pending of all postings, and reports whether others may be left.
func (t *Tracker) finishPostings(ctx context.Context, system storage.System, before time.Time, failed *int) (more bool, err error) {
	pending, err := system.PendingPostedCredits(ctx, before, sweepBatch)
	if err != nil {
		return false, err
	}
	// Writes that come together share a commit.
	for parts := range slices.Chunk(pending, postingWriters) {
		errs := make([]error, len(parts))
		var writing sync.WaitGroup
		for i, part := range parts {
			writing.Go(func() { errs[i] = t.bringAbout(ctx, t.store.Organization(part.Organization), part.ID) })
		}
		writing.Wait()
		for i, part := range parts {
			if errs[i] != nil {
				errs[i] = errors.Join(errs[i], t.postpone(ctx, &part))
			}
			*failed += t.report(ctx, part.Professional, errs[i])
		}
	}
	return len(pending) == sweepBatch, nil
}

// postpone puts a part that could not be brought about behind all that are pending: it is tried again in its turn, and however many always fail, others come between.
func (t *Tracker) postpone(ctx context.Context, part *ce.PostedCredit) error {
	_, err := t.store.Organization(part.Organization).UpdatePostedCredit(ctx, part.ID, func(p *ce.PostedCredit) ([]ce.LogEntry, error) {
		if p.PendingSince.IsZero() { // another has brought it about
			return nil, storage.ErrUnchanged
		}
		p.PendingSince = t.now()
		return nil, nil
	})
	return ignore(err, storage.ErrNotFound)
}

// errGone says that a professional is erased.
var errGone = errors.New("tracker: she is erased")

// bringAbout makes a member's records as her part in a posting says. Whoever is cut short, or runs beside another, leaves nothing that the next run does not
// make right: the part is pending until its own version was brought about.
func (t *Tracker) bringAbout(ctx context.Context, handle storage.Organization, id ce.CreditID) error {
	for {
		part, err := handle.PostedCredit(ctx, id)
		if errors.Is(err, storage.ErrNotFound) || err == nil && part.PendingSince.IsZero() {
			return nil
		}
		if err != nil {
			return err
		}
		posting, err := handle.Posting(ctx, part.Posting)
		if errors.Is(err, storage.ErrNotFound) { // the organisation was deleted just now
			return handle.ForgetPostedCredit(ctx, id)
		}
		if err != nil {
			return err
		}
		state, err := t.bring(ctx, handle, &posting, &part)
		if errors.Is(err, errGone) {
			return handle.ForgetPostedCredit(ctx, id)
		}
		if err != nil {
			return err
		}
		if err := handle.SettlePostedCredit(ctx, id, part.Version, state); !errors.Is(err, storage.ErrConflict) {
			return err
		}
	}
}

// bring makes the records of a member as the part says, and returns how they are then.
func (t *Tracker) bring(ctx context.Context, handle storage.Organization, posting *ce.Posting, part *ce.PostedCredit) (state ce.PostedState, err error) {
	records := t.store.Professional(part.Professional)
	if _, err := records.Profile(ctx); errors.Is(err, storage.ErrNotFound) {
		return "", errGone
	} else if err != nil {
		return "", err
	}
	decision := posting.DecisionOn(part)
	switch {
	case part.Withdrawn:
		var there bool
		if there, err = t.takeBack(ctx, records, posting, part); !there {
			decision = ce.Decision{}
		}
		state = ce.PostedWithdrawn
	case part.State == ce.PostedPending:
		decision = ce.Decision{}
		if state, err = t.give(ctx, handle, records, posting, part); state == ce.PostedThere {
			decision = ce.Decision{Event: ce.CreditPosted, By: posting.PostedBy, At: posting.CreatedAt}
		}
	default:
		state, err = part.State, revise(ctx, records, part, t.now())
	}
	if err == nil {
		err = t.tellPosted(ctx, handle, records, posting, part, decision)
	}
	if err != nil {
		return "", err
	}
	_, err = t.Refresh(ctx, part.Professional)
	return state, err
}

// tellPosted has the member told what was decided about her part. It comes before the part is settled, so that whoever is cut short leaves it to the next run.
func (t *Tracker) tellPosted(
	ctx context.Context, handle storage.Organization, records storage.Professional, posting *ce.Posting, part *ce.PostedCredit, decision ce.Decision,
) error {
	if decision.Event == "" {
		return nil
	}
	o, err := handle.Get(ctx)
	if err != nil {
		return ignore(err, storage.ErrNotFound) // it was deleted just now
	}
	credit := posting.Credit
	credit.ID, credit.Professional = part.ID, part.Professional
	return t.addNews(ctx, records, &credit, o.ID, o.Name, decision)
}

// give logs the credit in the records of the member, if she still is one.
func (t *Tracker) give(ctx context.Context, handle storage.Organization, records storage.Professional, posting *ce.Posting, part *ce.PostedCredit) (ce.PostedState, error) {
	_, err := records.Credits().Get(ctx, part.ID)
	if errors.Is(err, storage.ErrNotFound) {
		if _, err := handle.Member(ctx, ce.NewMemberID(posting.Organization, part.Professional)); errors.Is(err, storage.ErrNotFound) {
			return ce.PostedNot, nil
		} else if err != nil {
			return "", err
		}
		count, err := records.CountCredits(ctx)
		if err != nil {
			return "", err
		}
		if count >= ce.MaxCredits {
			return ce.PostedNot, nil
		}
		if err = t.logOne(ctx, records, posting, part); errors.Is(err, storage.ErrRemoved) { // taken back just now
			return ce.PostedWithdrawn, nil
		} else if err != nil {
			return "", err
		}
	} else if err != nil {
		return "", err
	}
	return ce.PostedThere, revise(ctx, records, part, t.now())
}

// takeBack removes the credit, and reports whether it was there. One that never was is logged and removed, so that whoever is slow and still about to log it cannot.
func (t *Tracker) takeBack(ctx context.Context, records storage.Professional, posting *ce.Posting, part *ce.PostedCredit) (there bool, err error) {
	remove := func() error {
		return records.Credits().Remove(ctx, part.ID, t.now(), func(ce.Credit) error { return nil })
	}
	if err = remove(); !errors.Is(err, storage.ErrNotFound) {
		return part.State != ce.PostedNot, err
	}
	if err = t.logOne(ctx, records, posting, part); err == nil {
		err = remove()
	}
	return false, ignore(err, storage.ErrRemoved)
}

func ignore(err, ignored error) error {
	if errors.Is(err, ignored) {
		return nil
	}
	return err
}

// logOne logs the credit of one member.
func (t *Tracker) logOne(ctx context.Context, records storage.Professional, posting *ce.Posting, part *ce.PostedCredit) error {
	credit := posting.Credit
	credit.ID, credit.Amount, credit.CreatedAt, credit.UpdatedAt = part.ID, part.Amount, posting.CreatedAt, t.now()
	credit.Posted = ce.Posted{Organization: posting.Organization, Posting: posting.ID, At: posting.CreatedAt, Revision: part.Version, Dispute: part.Dispute}
	_, err := records.Credits().Create(ctx, credit, digest("posting "+posting.ID))
	return err
}

// revise keeps in the credit what the part says of a dispute, unless it knows a newer version.
func revise(ctx context.Context, records storage.Professional, part *ce.PostedCredit, now time.Time) error {
	_, err := records.Credits().Update(ctx, part.ID, func(c *ce.Credit) error {
		if c.Posted.Revision >= part.Version {
			return storage.ErrUnchanged
		}
		c.Posted.Revision, c.Posted.Dispute, c.UpdatedAt = part.Version, part.Dispute, now
		return nil
	})
	return ignore(err, storage.ErrNotFound) // it is taken back just now, or was never posted
}

// seesPosting reports whether the viewer sees the posting: one who is limited to groups, those that she made.
func (s *seat) seesPosting(p *ce.Posting) bool {
	return s.role.Manages() && (!s.limited() || p.PostedBy == s.member.Professional)
}

// posting returns a posting that the viewer sees.
func (v *View) posting(ctx context.Context, id ce.PostingID) (*seat, ce.Posting, error) {
	s, err := v.seatOf(ctx, string(id), "posting")
	if err != nil {
		return nil, ce.Posting{}, err
	}
	p, err := s.handle.Posting(ctx, id)
	if err == nil && !s.seesPosting(&p) {
		err = storage.ErrNotFound
	}
	return s, p, translate(err, "posting")
}

func (v *View) shownPosting(ctx context.Context, s *seat, p ce.Posting) (Posting, error) {
	shown, err := s.shownPostings(ctx, []ce.Posting{p})
	if err != nil {
		return Posting{}, err
	}
	return shown[0], nil
}

func (s *seat) shownPostings(ctx context.Context, postings []ce.Posting) ([]Posting, error) {
	var people []ce.ProfessionalID
	for i := range postings {
		if !slices.Contains(people, postings[i].PostedBy) {
			people = append(people, postings[i].PostedBy)
		}
	}
	names, err := s.handle.MemberNames(ctx, people)
	out := make([]Posting, len(postings))
	for i, p := range postings {
		out[i] = Posting{p, names[p.PostedBy]}
	}
	return out, err
}

// Posting returns a posting that the viewer sees.
func (v *View) Posting(ctx context.Context, id ce.PostingID) (Posting, error) {
	s, p, err := v.posting(ctx, id)
	if err != nil {
		return Posting{}, err
	}
	return v.shownPosting(ctx, s, p)
}

// Postings returns a page of an organisation's postings that the viewer sees, newest first, and false for who manages nothing there.
func (v *View) Postings(ctx context.Context, id ce.OrganizationID, page storage.Page[storage.PostingKey]) (slice storage.Slice[Posting], allowed bool, err error) {
	s, err := v.seat(ctx, id)
	if err != nil || !s.role.Manages() {
		return slice, false, err
	}
	var filter storage.PostingFilter
	if s.limited() {
		filter.PostedBy = v.viewer.Professional
	}
	postings, err := s.handle.ListPostings(ctx, filter, page)
	if err != nil {
		return slice, false, err
	}
	slice.More = postings.More
	slice.Items, err = s.shownPostings(ctx, postings.Items)
	return slice, true, err
}

// CountPosted returns how many members have the credit of a posting that was shown to the viewer, and how many dispute it.
func (v *View) CountPosted(ctx context.Context, p *ce.Posting) (posted, disputed int, err error) {
	return v.store.Organization(p.Organization).CountPosted(ctx, p.ID)
}

// PostedMembers returns a page of the parts in a posting of the members whom the viewer sees, in the order in which they were given.
func (v *View) PostedMembers(ctx context.Context, p *ce.Posting, page storage.Page[int]) (storage.Slice[PostedMember], error) {
	s, err := v.seat(ctx, p.Organization)
	if err != nil {
		return storage.Slice[PostedMember]{}, err
	}
	return seenParts(ctx, v, s, page, func(ctx context.Context, page storage.Page[int]) (storage.Slice[ce.PostedCredit], error) {
		return s.handle.ListPostedCredits(ctx, p.ID, page)
	}, func(part *ce.PostedCredit) int { return part.Place })
}

// Disputes returns a page of the disputes of members whom the viewer sees that wait, those first that began first, and false for who manages nothing there.
func (v *View) Disputes(ctx context.Context, id ce.OrganizationID, page storage.Page[storage.DisputeKey]) (slice storage.Slice[PostedMember], allowed bool, err error) {
	s, err := v.seat(ctx, id)
	if err != nil || !s.role.Manages() {
		return slice, false, err
	}
	slice, err = seenParts(ctx, v, s, page, s.handle.ListDisputed, func(part *ce.PostedCredit) storage.DisputeKey {
		return storage.DisputeKey{At: part.Dispute.At, ID: part.ID}
	})
	return slice, true, err
}

// partsRead is how many items of a list are read at once to find those that a viewer sees who is limited to groups.
const partsRead = 500

// seenParts returns a page of those parts of a list that are of members whom the viewer sees.
func seenParts[K any](
	ctx context.Context, v *View, s *seat, page storage.Page[K], list func(context.Context, storage.Page[K]) (storage.Slice[ce.PostedCredit], error), key func(*ce.PostedCredit) K,
) (slice storage.Slice[PostedMember], err error) {
	postings := map[ce.PostingID]ce.Posting{}
	return seen(ctx, s, page, list, key, func(parts []ce.PostedCredit) ([]PostedMember, error) { return v.shownParts(ctx, s, parts, postings) })
}

// seen returns a page of what the viewer is shown of a list.
func seen[T, S, K any](
	ctx context.Context, s *seat, page storage.Page[K], list func(context.Context, storage.Page[K]) (storage.Slice[T], error), key func(*T) K, show func([]T) ([]S, error),
) (slice storage.Slice[S], err error) {
	next := page
	if s.limited() {
		next.First = max(page.First, partsRead)
	}
	for {
		items, err := list(ctx, next)
		if err != nil {
			return slice, err
		}
		shown, err := show(items.Items)
		if err != nil {
			return slice, err
		}
		slice.Items = append(slice.Items, shown...)
		if slice.More = items.More; len(slice.Items) > page.First {
			slice.Items, slice.More = slice.Items[:page.First], true
		}
		if len(slice.Items) == page.First || !items.More {
			return slice, nil
		}
		last := key(&items.Items[len(items.Items)-1])
		next.After = &last
	}
}

// shownParts shows the parts of members whom the viewer sees.
func (v *View) shownParts(ctx context.Context, s *seat, parts []ce.PostedCredit, postings map[ce.PostingID]ce.Posting) (shown []PostedMember, err error) {
	ids := s.membersOf(parts)
	visible, err := s.everVisible(ctx, ids)
	if err != nil {
		return nil, err
	}
	for i, part := range parts {
		m, ok := visible[ids[i]]
		if !ok {
			continue
		}
		posting, known := postings[part.Posting]
		if !known {
			if posting, err = s.handle.Posting(ctx, part.Posting); err != nil {
				return nil, ignore(err, storage.ErrNotFound)
			}
			postings[part.Posting] = posting
		}
		one := PostedMember{
			Measured: v.measured(part.Amount, posting.Credit.Unit), Part: part, PostingID: part.Posting, MemberID: m.ID, Name: m.Name, State: part.State,
			Title: posting.Credit.Title, CompletedOn: posting.Credit.CompletedOn, WithdrawalReason: part.Withdrawal,
		}
		if dispute := part.Dispute; !dispute.At.IsZero() {
			if dispute.Open() && !posting.WithdrawnAt.IsZero() { // all of it was taken back
				dispute.ResolvedAt, dispute.Resolution = posting.WithdrawnAt, posting.Withdrawal
			}
			one.Dispute = &dispute
		}
		if m.LeftAt.IsZero() {
			member := s.shownMember(&m)
			one.Member = &member
		}
		shown = append(shown, one)
	}
	return shown, nil
}

// WithdrawPosting takes back the credits of the members, or, without any, all of the posting, and returns it. Taking back again is no error.
func (v *View) WithdrawPosting(ctx context.Context, id ce.PostingID, version int, reason string, members []ce.MemberID) (Posting, error) {
	s, p, err := v.posting(ctx, id)
	if err != nil {
		return Posting{}, err
	}
	var problems ce.Problems
	reason, err = ce.ParseReason(reason)
	problems.Check(err, "reason")
	if len(members) > maxWithdrawn {
		problems.Add(fmt.Sprintf("must be at most %d members; without any all are taken back", maxWithdrawn), "memberIds")
	}
	if err := problems.Err(); err != nil {
		return Posting{}, err
	}
	if members != nil {
		err = v.withdrawParts(ctx, s, &p, version, reason, members)
	} else if err = s.mayWithdrawAll(ctx, id); err == nil {
		if p, err = v.withdrawAll(ctx, s, id, version, reason); err == nil {
			v.bringFirst(ctx, s.handle, id)
		}
	}
	v.forget()
	if err != nil {
		return Posting{}, translate(err, "posting")
	}
	return v.shownPosting(ctx, s, p)
}

// decision is one that the viewer makes now.
func (v *View) decision(event ce.CreditEvent, reason string) ce.Decision {
	return ce.Decision{Event: event, By: v.viewer.Professional, Reason: reason, At: v.now()}
}

// errOwnDispute refuses managers who would decide about themselves.
var errOwnDispute = ce.Errorf(ce.CodeForbidden, "Another manager must resolve your own dispute; you can take it back.")

// mayWithdrawAll refuses those who would decide about members whom they do not see any more.
func (s *seat) mayWithdrawAll(ctx context.Context, id ce.PostingID) error {
	if !s.limited() {
		return nil
	}
	for page := (storage.Page[int]{First: partsRead}); ; {
		parts, err := s.handle.ListPostedCredits(ctx, id, page)
		if err != nil {
			return err
		}
		visible, err := s.everVisible(ctx, s.membersOf(parts.Items))
		if err == nil && len(visible) < len(parts.Items) {
			err = s.may(false, "Some of those to whom it was posted are in groups that you do not look after; take back the credits of those whom you see.")
		}
		if err != nil || !parts.More {
			return err
		}
		page.After = &parts.Items[len(parts.Items)-1].Place
	}
}

func (v *View) withdrawAll(ctx context.Context, s *seat, id ce.PostingID, version int, reason string) (ce.Posting, error) {
	return s.handle.UpdatePosting(ctx, id, func(p *ce.Posting) ([]ce.LogEntry, error) {
		if !p.WithdrawnAt.IsZero() {
			return nil, storage.ErrUnchanged
		}
		if p.Version != version {
			return nil, stale("posting")
		}
		p.WithdrawnAt, p.UpdatedAt, p.Withdrawal, p.WithdrawnBy = v.now(), v.now(), reason, v.viewer.Professional
		return []ce.LogEntry{v.entry(ce.LogPostingWithdrawn, "", append(toldOf(&p.Credit, p.Credit.Amount), strconv.Itoa(p.Total)), nil)}, nil
	})
}

// withdrawParts takes back the credits of single members. All are looked at first.
func (v *View) withdrawParts(ctx context.Context, s *seat, p *ce.Posting, version int, reason string, members []ce.MemberID) error {
	if p.Version != version {
		return stale("posting")
	}
	people, err := s.everVisible(ctx, members)
	if err != nil {
		return err
	}
	var problems ce.Problems
	ids := make([]ce.CreditID, len(members))
	for i, id := range members {
		ids[i] = ce.NewPostedCreditID(p.ID, people[id].Professional)
		part, err := s.handle.PostedCredit(ctx, ids[i])
		switch {
		case errors.Is(err, storage.ErrNotFound):
			problems.Add("has no credit of this posting", "memberIds", i)
		case err != nil:
			return err
		case id == s.member.ID && part.Disputed():
			return errOwnDispute
		}
	}
	if err := problems.Err(); err != nil {
		return err
	}
	for i, id := range ids {
		err := v.changePart(ctx, s.handle, id, func(part *ce.PostedCredit) ([]ce.LogEntry, error) {
			if part.Withdrawn {
				return nil, storage.ErrUnchanged
			}
			part.Withdrawn, part.Withdrawal, part.Decision = true, reason, v.decision(ce.CreditWithdrawn, reason)
			if part.Dispute.Open() {
				part.Dispute.ResolvedAt, part.Dispute.Resolution = v.now(), reason
			}
			return []ce.LogEntry{v.entry(ce.LogPostingWithdrawn, people[members[i]].Professional, toldOf(&p.Credit, part.Amount), nil)}, nil
		})
		if err := ignore(err, storage.ErrNotFound); err != nil { // she was erased just now
			return err
		}
	}
	return nil
}

// changePart changes one member's part and brings it about.
func (v *View) changePart(ctx context.Context, handle storage.Organization, id ce.CreditID, change func(*ce.PostedCredit) ([]ce.LogEntry, error)) error {
	_, err := handle.UpdatePostedCredit(ctx, id, func(part *ce.PostedCredit) ([]ce.LogEntry, error) {
		entries, err := change(part)
		part.PendingSince = v.now()
		return entries, err
	})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), refreshTime)
	defer cancel()
	if err := v.bringAbout(ctx, handle, id); err != nil {
		// The change is kept, and the sweep finishes it.
		v.log.ErrorContext(ctx, "change a posted credit", "credit", id, "error", err)
	}
	v.forget()
	return nil
}

// DisputeCredit says that a posted credit of the viewer's is wrong; it counts for nothing until that is resolved.
func (v *View) DisputeCredit(ctx context.Context, id ce.CreditID, version int, reason string) (Logged, error) {
	reason, err := ce.ParseReason(reason)
	if err != nil {
		var problems ce.Problems
		problems.Check(err, "reason")
		return Logged{}, problems.Err()
	}
	return v.changeDispute(ctx, id, version, func(d *ce.Dispute) (ce.LogAction, []string, error) {
		switch {
		case d.Open() && d.Reason == reason:
			return "", nil, storage.ErrUnchanged
		case d.Open():
			return "", nil, ce.Errorf(ce.CodeConflict, "You dispute this credit already. Take that back first to give another reason.")
		}
		*d = ce.Dispute{At: v.now(), Reason: reason}
		return ce.LogCreditDisputed, nil, nil
	})
}

// WithdrawDispute takes back that a credit of the viewer's is wrong: it counts again. That there is nothing to take back is no error.
func (v *View) WithdrawDispute(ctx context.Context, id ce.CreditID, version int) (Logged, error) {
	return v.changeDispute(ctx, id, version, func(d *ce.Dispute) (ce.LogAction, []string, error) {
		if !d.Open() {
			return "", nil, storage.ErrUnchanged
		}
		*d = ce.Dispute{}
		return ce.LogDisputeResolved, []string{string(ce.OutcomeTakenBack)}, nil
	})
}

// changeDispute changes what the viewer says against a credit of hers. The organisation's side is changed first, and the credit after it.
func (v *View) changeDispute(ctx context.Context, id ce.CreditID, version int, change func(*ce.Dispute) (ce.LogAction, []string, error)) (Logged, error) {
	credit, err := v.Credit(ctx, id)
	if err != nil {
		return Logged{}, err
	}
	if !credit.IsPosted() {
		return Logged{}, ce.Errorf(ce.CodeForbidden, "No organization posted this credit: change it, or delete it.")
	}
	checked := func(d *ce.Dispute) (ce.LogAction, []string, error) {
		action, after, err := change(d)
		if err == nil && credit.Version != version {
			err = stale("credit")
		}
		return action, after, err
	}
	handle := v.store.Organization(credit.Posted.Organization)
	posting, err := handle.Posting(ctx, credit.Posted.Posting)
	if err == nil {
		err = v.changePart(ctx, handle, id, func(part *ce.PostedCredit) ([]ce.LogEntry, error) {
			if part.Withdrawn {
				return nil, notFound("credit")
			}
			action, after, err := checked(&part.Dispute)
			part.Decision = ce.Decision{}
			return []ce.LogEntry{v.entry(action, part.Professional, toldOf(&posting.Credit, part.Amount), after)}, err
		})
	}
	if errors.Is(err, storage.ErrNotFound) { // the organisation is gone, and it is hers alone
		_, err = v.handle.Credits().Update(ctx, id, func(c *ce.Credit) error {
			_, _, err := checked(&c.Posted.Dispute)
			c.UpdatedAt = v.now()
			return err
		})
		if err == nil {
			_, err = v.Refresh(context.WithoutCancel(ctx), v.viewer.Professional)
		}
	}
	v.forget()
	if err != nil {
		return Logged{}, translate(err, "credit")
	}
	changed, err := v.Credit(ctx, id)
	if err != nil {
		return Logged{}, err
	}
	held, err := v.held(ctx)
	return Logged{Credit: &changed, Certifications: affected(&changed, held.Items)}, err
}

// ResolveDispute ends a member's dispute, and returns her part. The same request repeated is no error. Of what the viewer does not see, all that
// is said is that there is no such dispute: a posting that reaches members of other groups is not hers to know of.
func (v *View) ResolveDispute(ctx context.Context, id ce.PostingID, member ce.MemberID, outcome ce.DisputeOutcome, reason string) (PostedMember, error) {
	s, err := v.seatOf(ctx, string(id), "dispute")
	if err != nil {
		return PostedMember{}, err
	}
	p, err := s.handle.Posting(ctx, id)
	if err == nil && !s.role.Manages() {
		err = storage.ErrNotFound
	}
	if err != nil {
		return PostedMember{}, translate(err, "dispute")
	}
	visible, err := s.everVisible(ctx, []ce.MemberID{member})
	if err != nil {
		return PostedMember{}, err
	}
	m, ok := visible[member]
	if !ok {
		return PostedMember{}, notFound("dispute")
	}
	if member == s.member.ID {
		return PostedMember{}, errOwnDispute
	}
	var problems ce.Problems
	reason, err = ce.ParseReason(reason)
	problems.Check(err, "reason")
	if err := problems.Err(); err != nil {
		return PostedMember{}, err
	}
	credit := ce.NewPostedCreditID(id, m.Professional)
	err = v.changePart(ctx, s.handle, credit, func(part *ce.PostedCredit) ([]ce.LogEntry, error) {
		d := &part.Dispute
		if !part.Disputed() {
			if d.Resolution == reason && !d.ResolvedAt.IsZero() && part.Withdrawn == (outcome == ce.OutcomeWithdrawn) {
				return nil, storage.ErrUnchanged
			}
			return nil, ce.Errorf(ce.CodeConflict, "No dispute of this member waits: it was resolved or taken back.")
		}
		d.ResolvedAt, d.Resolution, part.Withdrawn = v.now(), reason, outcome == ce.OutcomeWithdrawn
		part.Decision = v.decision(ce.CreditEvent(outcome), reason)
		return []ce.LogEntry{v.entry(ce.LogDisputeResolved, part.Professional, toldOf(&p.Credit, part.Amount), []string{string(outcome)})}, nil
	})
	if err != nil {
		return PostedMember{}, translate(err, "dispute")
	}
	part, err := s.handle.PostedCredit(ctx, credit)
	if err != nil {
		return PostedMember{}, translate(err, "dispute")
	}
	shown, err := v.shownParts(ctx, s, []ce.PostedCredit{part}, map[ce.PostingID]ce.Posting{})
	if err == nil && len(shown) == 0 {
		err = notFound("dispute")
	}
	if err != nil {
		return PostedMember{}, err
	}
	return shown[0], nil
}

// Poster returns the name of the organisation that posted a credit of the viewer's, "" when it is no longer there.
func (v *View) Poster(ctx context.Context, id ce.OrganizationID) (string, error) {
	read := v.reading()
	read.mu.Lock()
	if read.posters == nil {
		read.posters = map[ce.OrganizationID]*lazy[string]{}
	}
	if read.posters[id] == nil {
		read.posters[id] = &lazy[string]{}
	}
	poster := read.posters[id]
	read.mu.Unlock()
	return poster.get(func() (string, error) {
		o, err := v.store.Organization(id).Get(ctx)
		return o.Name, ignore(err, storage.ErrNotFound)
	})
}

// Duplicates returns other credits of the viewer's that may be of the same activity, likeliest first, at most maxDuplicates.
func (v *View) Duplicates(ctx context.Context, credit *ce.Credit) ([]Duplicate, error) {
	credits, err := v.allCredits(ctx)
	if err != nil {
		return nil, err
	}
	programs, err := v.programs(ctx)
	if err != nil {
		return nil, err
	}
	near := slices.DeleteFunc(slices.Clone(credits), func(c ce.Credit) bool {
		return c.ID == credit.ID || abs(credit.CompletedOn.DaysUntil(c.CompletedOn)) > nearDays
	})
	return duplicates(&Draft{Credit: NewCredit{
		Title: credit.Title, Provider: credit.Provider, CompletedOn: credit.CompletedOn, Amount: credit.Amount, Unit: credit.Unit,
	}, Units: programs}, near), nil
}
