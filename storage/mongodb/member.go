package mongodb

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"accrue/ce"
	"accrue/storage"
)

// memberDocument is a ce.Member. One who has left stays, for the log and for when she comes back.
type memberDocument struct {
	ID           ce.MemberID       `bson:"_id"`
	Organization ce.OrganizationID `bson:"organization"`
	Professional ce.ProfessionalID `bson:"professional"`
	Version      int               `bson:"version"`
	Name         string            `bson:"name"`
	SortName     string            `bson:"sortName"`
	Current      bool              `bson:"current"` // she has not left
	Role         ce.Role           `bson:"role"`
	Groups       []ce.GroupID      `bson:"groups"`
	ShareCredits bool              `bson:"shareCredits"`
	Invitation   ce.InvitationID   `bson:"invitation"`
	JoinedAt     time.Time         `bson:"joinedAt"`
	LeftAt       *time.Time        `bson:"leftAt,omitempty"`
	Removed      bool              `bson:"removed"`
	CreatedAt    time.Time         `bson:"createdAt"`
	UpdatedAt    time.Time         `bson:"updatedAt"`
	Use          string            `bson:"use,omitempty"` // of the invitation, by which she joined last
	Unlogged     unlogged          `bson:",inline"`
	Listed       listed            `bson:",inline"`
}

// listed is what a member is found in lists by. It is derived with her standings.
type listed struct {
	Derived  int64             `bson:"derived"` // the sequence number under which it was; 0 for not yet
	At       time.Time         `bson:"derivedAt"`
	Overview *overviewDocument `bson:"overview,omitempty"`
	// Listings are ce.Overview.Listings; the first, which is of all, stands beside them again, for the indexes. What is never is ce.Never.
	Listings []listingDocument `bson:"listings"`
	// ByProgram has those of programs again, by the program's id, so that conditions on one are on it alone.
	ByProgram map[ce.ProgramID]listingDocument `bson:"byProgram"`
	State     ce.Outcome                       `bson:"state"`
	EndsAt    time.Time                        `bson:"endsAt"`
	RiskFrom  time.Time                        `bson:"riskFrom"`
}

// listingDocument is a ce.Listing.
type listingDocument struct {
	Program  ce.ProgramID `bson:"program"`
	State    ce.Outcome   `bson:"state"`
	EndsAt   time.Time    `bson:"endsAt"`
	RiskFrom time.Time    `bson:"riskFrom"`
	Required int64        `bson:"required"`
	Earned   int64        `bson:"earned"`
}

// overviewDocument is a ce.Overview.
type overviewDocument struct {
	Certifications []certificationOverviewDocument `bson:"certifications"`
}

// certificationOverviewDocument is a ce.CertificationOverview.
type certificationOverviewDocument struct {
	Certification ce.CertificationID `bson:"certification"`
	Program       ce.ProgramID       `bson:"program"`
	ProgramName   string             `bson:"programName"`
	Outcome       ce.Outcome         `bson:"outcome"`
	DueOn         ce.Date            `bson:"dueOn"`
	EndsAt        *time.Time         `bson:"endsAt,omitempty"`
	Title         ce.Text            `bson:"title"`
	Required      *ce.Amount         `bson:"required"`
	Earned        *ce.Amount         `bson:"earned"`
	Missing       []missingDocument  `bson:"missing"`
}

// missingDocument is a ce.MissingRequirement.
type missingDocument struct {
	Title     string     `bson:"title"`
	Remaining *ce.Amount `bson:"remaining"`
	Unit      string     `bson:"unit"`
}

func newListed(overview *ce.Overview, sequence int64, at time.Time) listed {
	l := listed{Derived: sequence, At: instant(at), Listings: each(overview.Listings(), func(l ce.Listing) listingDocument {
		return listingDocument{Program: l.Program, State: l.State, EndsAt: instant(ce.Never(l.EndsAt)), RiskFrom: instant(ce.Never(l.RiskFrom)), Required: l.Required, Earned: l.Earned}
	})}
	l.ByProgram = map[ce.ProgramID]listingDocument{}
	for _, listing := range l.Listings[1:] {
		l.ByProgram[listing.Program] = listing
	}
	l.State, l.EndsAt, l.RiskFrom = l.Listings[0].State, l.Listings[0].EndsAt, l.Listings[0].RiskFrom
	if overview != nil {
		l.Overview = &overviewDocument{each(overview.Certifications, func(c ce.CertificationOverview) certificationOverviewDocument {
			return certificationOverviewDocument{
				Certification: c.Certification, Program: c.Program, ProgramName: c.ProgramName, Outcome: c.Outcome, DueOn: c.DueOn,
				EndsAt: optionalInstant(c.EndsAt), Title: c.Title, Required: c.Required, Earned: c.Earned,
				Missing: each(c.Missing, func(m ce.MissingRequirement) missingDocument { return missingDocument(m) }),
			}
		})}
	}
	return l
}

func (l listed) overview() *ce.Overview {
	if l.Overview == nil {
		return nil
	}
	return &ce.Overview{Certifications: each(l.Overview.Certifications, func(c certificationOverviewDocument) ce.CertificationOverview {
		return ce.CertificationOverview{
			Certification: c.Certification, Program: c.Program, ProgramName: c.ProgramName, Outcome: c.Outcome, DueOn: c.DueOn,
			EndsAt: given(c.EndsAt), Title: c.Title, Required: c.Required, Earned: c.Earned,
			Missing: each(c.Missing, func(m missingDocument) ce.MissingRequirement { return ce.MissingRequirement(m) }),
		}
	})}
}

func newMember(m ce.Member) memberDocument {
	return memberDocument{
		ID: m.ID, Organization: m.Organization, Professional: m.Professional, Version: m.Version, Name: m.Name, SortName: m.SortName(),
		Current: m.LeftAt.IsZero(), Role: m.Role, Groups: slices.Clone(m.Groups), ShareCredits: m.ShareCredits,
		Invitation: m.Invitation, JoinedAt: instant(m.JoinedAt), LeftAt: optionalInstant(m.LeftAt), Removed: m.Removed,
		CreatedAt: instant(m.CreatedAt), UpdatedAt: instant(m.UpdatedAt), Listed: newListed(nil, 0, m.CreatedAt),
	}
}

func (d memberDocument) member() ce.Member {
	return ce.Member{
		ID: d.ID, Organization: d.Organization, Professional: d.Professional, Version: d.Version, Name: d.Name, Role: d.Role,
		Groups: slices.Clone(d.Groups), ShareCredits: d.ShareCredits, Invitation: d.Invitation, JoinedAt: d.JoinedAt, LeftAt: given(d.LeftAt),
		Removed: d.Removed, CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt, Overview: d.Listed.overview(),
	}
}

// asRead has name and overview, too, which change without the version.
func (d memberDocument) asRead() bson.D {
	return bson.D{{Key: "_id", Value: d.ID}, {Key: "version", Value: d.Version}, {Key: "name", Value: d.Name}, {Key: "derived", Value: d.Listed.Derived}}
}

func (o *organization) memberByID(id ce.MemberID) bson.D {
	return append(o.of(), bson.E{Key: "_id", Value: id})
}

func (o *organization) member(ctx context.Context, filter bson.D) (ce.Member, error) {
	var document memberDocument
	if err := o.store.members.FindOne(ctx, filter).Decode(&document); err != nil {
		return ce.Member{}, opaque(err)
	}
	return document.member(), nil
}

// Member implements storage.Organization.
func (o *organization) Member(ctx context.Context, id ce.MemberID) (ce.Member, error) {
	return o.member(ctx, append(o.memberByID(id), bson.E{Key: "current", Value: true}))
}

// FormerMember implements storage.Organization.
func (o *organization) FormerMember(ctx context.Context, id ce.MemberID) (ce.Member, error) {
	return o.member(ctx, append(o.memberByID(id), bson.E{Key: "current", Value: false}))
}

// Join implements storage.Organization. The use is taken first and remembered beside the invitation until the membership is there, so that
// whoever was cut short goes on with it.
func (o *organization) Join(ctx context.Context, member ce.Member, now time.Time, entries ...ce.LogEntry) (ce.Member, error) {
	professional := o.professional(member.Professional)
	profile, err := professional.Profile(ctx)
	if err != nil {
		return ce.Member{}, err
	}
	if _, err := o.document(ctx); err != nil {
		return ce.Member{}, err
	}
	if _, err := o.Member(ctx, member.ID); !errors.Is(err, storage.ErrNotFound) {
		if err == nil {
			err = storage.ErrConflict
		}
		return ce.Member{}, err
	}
	use, err := o.takeUse(ctx, member.Invitation, member.ID, now)
	if err != nil {
		return ce.Member{}, err
	}
	member.Organization, member.Version, member.Name, member.LeftAt, member.Removed = o.id, 1, profile.Name, time.Time{}, false
	document := newMember(member)
	document.Use, document.Unlogged = use.Token, o.unlogged(nil, entries)
	if err := professional.beMember(ctx); err != nil {
		return ce.Member{}, err
	}
	if there, err := o.enter(ctx, &document); err != nil {
		if errors.Is(err, storage.ErrConflict) && there != use.Token { // another of her requests was faster, by a use of its own
			err = errors.Join(err, o.returnUse(ctx, member.Invitation, use))
		}
		return ce.Member{}, err
	}
	if err := o.undoUnlessThere(ctx, o.store.members, string(document.ID)); err != nil {
		return ce.Member{}, err
	}
	if err := professional.undoUnlessLiving(ctx, o.store.members, string(document.ID)); err != nil {
		return ce.Member{}, err
	}
	if err := o.endUse(ctx, member.Invitation, use); err != nil {
		return ce.Member{}, err
	}
	return document.member(), o.settle(ctx, o.store.members, document.ID, document.Version, document.Unlogged)
}

// enter writes the document of one who joins, or returns ErrConflict when she is a member, with the use by which she is.
func (o *organization) enter(ctx context.Context, document *memberDocument) (use string, err error) {
	err = persist(ctx, func() (bool, error) {
		_, err := o.store.members.InsertOne(ctx, document)
		if err = opaque(err); !errors.Is(err, storage.ErrConflict) {
			return true, err
		}
		var before memberDocument
		err = opaque(o.store.members.FindOne(ctx, o.memberByID(document.ID)).Decode(&before))
		switch {
		case errors.Is(err, storage.ErrNotFound): // erased just now
			return false, nil
		case err != nil:
			return false, err
		case before.Current:
			use = before.Use
			return false, storage.ErrConflict
		}
		document.Version, document.CreatedAt = before.Version+1, before.CreatedAt
		again := *document
		again.Unlogged.Entries = slices.Concat(before.Unlogged.Entries, document.Unlogged.Entries)
		if before.Unlogged.UnfinishedSince != nil {
			again.Unlogged.UnfinishedSince = before.Unlogged.UnfinishedSince
		}
		result, err := o.store.members.ReplaceOne(ctx, before.asRead(), again)
		if err != nil {
			return false, opaque(err)
		}
		if result.MatchedCount == 1 {
			*document = again
		}
		return result.MatchedCount == 1, nil
	})
	return use, err
}

// UpdateMember implements storage.Organization.
func (o *organization) UpdateMember(ctx context.Context, id ce.MemberID, change func(*ce.Member) ([]ce.LogEntry, error)) (ce.Member, error) {
	var out, written memberDocument
	err := update(ctx, o.store.members, append(o.memberByID(id), bson.E{Key: "current", Value: true}), func(before memberDocument) (any, error) {
		changed := before.member()
		entries, err := change(&changed)
		if errors.Is(err, storage.ErrUnchanged) {
			out, written = before, memberDocument{}
			return nil, nil
		} else if err != nil {
			return nil, err
		}
		changed.ID, changed.Organization, changed.Professional, changed.Name = before.ID, before.Organization, before.Professional, before.Name
		changed.Version, changed.CreatedAt = before.Version+1, before.CreatedAt
		next := newMember(changed)
		if !next.Current { // before it ends, so that whoever is cut short leaves nothing that binds her
			if err := o.store.due(ctx, bson.E{Key: "_id", Value: before.Professional}); err != nil {
				return nil, err
			}
		}
		next.Use, next.Unlogged = before.Use, o.unlogged(before.Unlogged.Entries, entries)
		if next.Current {
			next.Listed = before.Listed
		}
		out, written = next, next
		return next, nil
	})
	if err != nil {
		return ce.Member{}, err
	}
	if written.ID != "" {
		err = o.settle(ctx, o.store.members, written.ID, written.Version, written.Unlogged)
	}
	return out.member(), err
}

// beMember has her refreshes save an overview from now on, and one be due.
func (p *professional) beMember(ctx context.Context) error {
	_, err := p.store.professionals.UpdateOne(ctx, p.living(), bson.D{{Key: "$set", Value: bson.D{{Key: "member", Value: true}}}})
	if err != nil {
		return opaque(err)
	}
	return p.store.due(ctx, bson.E{Key: "_id", Value: p.id})
}

// saveOverview gives the overview to all memberships of the professional, unless they have a newer one.
func (p *professional) saveOverview(ctx context.Context, derived storage.Derived) error {
	_, err := p.store.members.UpdateMany(ctx,
		bson.D{{Key: "professional", Value: p.id}, {Key: "current", Value: true}, {Key: "derived", Value: bson.D{{Key: "$lte", Value: derived.Sequence}}}},
		bson.D{{Key: "$set", Value: newListed(derived.Overview, derived.Sequence, derived.At)}})
	return opaque(err)
}

// placeOf is the field of each order.
var placeOf = map[ce.MemberOrder]string{ce.MembersByName: "sortName", ce.MembersByDeadline: "endsAt", ce.MembersByRisk: "riskFrom"}

// ListMembers implements storage.Organization. Members of several groups are read group by group, since no index serves the order of
// all at once.
func (o *organization) ListMembers(
	ctx context.Context, filter storage.MemberFilter, order ce.MemberOrder, page storage.Page[storage.MemberKey],
) (slice storage.Slice[ce.Member], err error) {
	place := placeOf[order]
	conditions := passing(filter)
	if page.After != nil {
		var at any = page.After.Name
		if order != ce.MembersByName {
			at = instant(ce.Never(page.After.At))
		}
		conditions.add(place, "$gte", at)
		conditions = append(conditions, bson.E{Key: "$nor", Value: bson.A{bson.D{{Key: place, Value: at}, {Key: "_id", Value: bson.D{{Key: "$lte", Value: page.After.ID}}}}}})
	}
	query := append(append(o.of(), bson.E{Key: "current", Value: true}), conditions...)
	queries := []bson.D{query}
	if filter.Groups != nil {
		queries = each(filter.Groups, func(group ce.GroupID) bson.D { return append(slices.Clone(query), bson.E{Key: "groups", Value: group}) })
	}
	lists := make([][]ce.Member, len(queries))
	for i, query := range queries {
		cursor, err := o.store.members.Find(ctx, query, inOneBatch().SetSort(bson.D{{Key: place, Value: 1}, {Key: "_id", Value: 1}}).SetLimit(int64(page.First+1)))
		var documents []memberDocument
		if err == nil {
			err = cursor.All(ctx, &documents)
		}
		if err != nil {
			return slice, opaque(err)
		}
		lists[i] = each(documents, memberDocument.member)
	}
	return storage.MergeMembers(lists, order, page.First), nil
}

// conditions are a filter in which each field stands once.
type conditions bson.D

func (c *conditions) add(field, operator string, value any) {
	operators := bson.D{{Key: operator, Value: value}}
	for i, e := range *c {
		if there, ok := e.Value.(bson.D); ok && e.Key == field {
			(*c)[i].Value = slices.Concat(there, operators)
			return
		}
	}
	*c = append(*c, bson.E{Key: field, Value: operators})
}

// passing is what the filter asks of members, except the groups. Of all certifications together the fields say it that have indexes.
//
// What is asked of a program's listing stands under a field of the program's id, which has neither dots nor dollar signs: the tracker sees to that.
func passing(filter storage.MemberFilter) (passing conditions) {
	if filter.Search != "" {
		passing.add("sortName", "$regex", quote(filter.Search))
	}
	of := ""
	if filter.Program != "" {
		passing, of = append(passing, bson.E{Key: "listings.program", Value: filter.Program}), "byProgram."+string(filter.Program)+"."
	}
	bounds := filter.Bounds()
	if bounds.State != "" {
		passing = append(passing, bson.E{Key: of + "state", Value: bounds.State})
	}
	for _, bound := range []struct {
		field, operator string
		at              time.Time
	}{{"endsAt", "$gt", bounds.EndsAfter}, {"endsAt", "$lte", bounds.EndsBy}, {"riskFrom", "$gt", bounds.RiskAfter}, {"riskFrom", "$lte", bounds.RiskBy}} {
		if !bound.at.IsZero() {
			passing.add(of+bound.field, bound.operator, instant(bound.at))
		}
	}
	return passing
}

// Changes implements storage.Organization.
func (o *organization) Changes(ctx context.Context, since time.Time) (changes []string, err error) {
	from := bson.D{{Key: "$gte", Value: instant(since)}}
	newest := func(field string) *options.FindOptionsBuilder {
		return inOneBatch().SetSort(bson.D{{Key: field, Value: -1}}).SetLimit(storage.MaxChanges).SetProjection(bson.D{{Key: "derived", Value: 1}})
	}
	cursor, err := o.store.organizationLog.Find(ctx, append(o.of(), bson.E{Key: "at", Value: from}), newest("at"))
	var entries []logEntryDocument
	if err == nil {
		err = cursor.All(ctx, &entries)
	}
	if err != nil {
		return nil, opaque(err)
	}
	cursor, err = o.store.members.Find(ctx, append(o.of(), bson.E{Key: "derivedAt", Value: from}), newest("derivedAt"))
	var members []memberDocument
	if err == nil {
		err = cursor.All(ctx, &members)
	}
	for _, entry := range entries {
		changes = append(changes, string(entry.ID))
	}
	for _, member := range members {
		changes = append(changes, string(member.ID)+" "+strconv.FormatInt(member.Listed.Derived, 10))
	}
	return changes, opaque(err)
}

// TallyMembers implements storage.Organization. What has other amounts is a group of its own, so that the sums are made here.
func (o *organization) TallyMembers(ctx context.Context, groups []ce.GroupID) (tallies []storage.Tally, err error) {
	query := append(o.of(), bson.E{Key: "current", Value: true})
	if groups != nil {
		query = append(query, in("groups", groups))
	}
	cursor, err := o.store.members.Aggregate(ctx, bson.A{
		bson.D{{Key: "$match", Value: query}},
		bson.D{{Key: "$unwind", Value: "$listings"}},
		bson.D{{Key: "$group", Value: bson.D{{Key: "_id", Value: "$listings"}, {Key: "members", Value: bson.D{{Key: "$sum", Value: 1}}}}}},
	}, options.Aggregate().SetBatchSize(oneBatch))
	var counted []struct {
		Listing listingDocument `bson:"_id"`
		Members int             `bson:"members"`
	}
	if err == nil {
		err = cursor.All(ctx, &counted)
	}
	if err != nil {
		return nil, opaque(err)
	}
	places := map[ce.Listing]int{}
	for _, c := range counted {
		key := ce.Listing{Program: c.Listing.Program, State: c.Listing.State, EndsAt: ce.Sometime(c.Listing.EndsAt), RiskFrom: ce.Sometime(c.Listing.RiskFrom)}
		place, ok := places[key]
		if !ok {
			place = len(tallies)
			places[key], tallies = place, append(tallies, storage.Tally{Listing: key})
		}
		tally := &tallies[place]
		tally.Members += c.Members
		tally.Required += int64(c.Members) * c.Listing.Required
		tally.Earned += int64(c.Members) * c.Listing.Earned
	}
	return tallies, nil
}

// CountMembers implements storage.Organization.
func (o *organization) CountMembers(ctx context.Context) (int, error) {
	count, err := o.store.members.CountDocuments(ctx, append(o.of(), bson.E{Key: "current", Value: true}))
	return int(count), opaque(err)
}

// OldestManager implements storage.Organization.
func (o *organization) OldestManager(ctx context.Context) (ce.Member, error) {
	var document memberDocument
	err := o.store.members.FindOne(ctx, append(o.of(),
		bson.E{Key: "current", Value: true}, bson.E{Key: "role", Value: ce.RoleManager},
	), options.FindOne().SetSort(bson.D{{Key: "joinedAt", Value: 1}, {Key: "_id", Value: 1}})).Decode(&document)
	if err != nil {
		return ce.Member{}, opaque(err)
	}
	return document.member(), nil
}

// MemberNames implements storage.Organization.
func (o *organization) MemberNames(ctx context.Context, professionals []ce.ProfessionalID) (map[ce.ProfessionalID]string, error) {
	names := map[ce.ProfessionalID]string{}
	if len(professionals) == 0 {
		return names, nil
	}
	ids := each(professionals, func(id ce.ProfessionalID) ce.MemberID { return ce.NewMemberID(o.id, id) })
	err := readAll(ctx, o.store.members, bson.D{in("_id", ids)}, bson.D{{Key: "professional", Value: 1}, {Key: "name", Value: 1}}, func(d *memberDocument) {
		if d.Name != "" {
			names[d.Professional] = d.Name
		}
	})
	return names, err
}

// NameMemberships implements storage.Professional.
func (p *professional) NameMemberships(ctx context.Context, name string) error {
	named := ce.Member{Name: name}
	_, err := p.store.members.UpdateMany(ctx, bson.D{{Key: "professional", Value: p.id}},
		bson.D{{Key: "$set", Value: bson.D{{Key: "name", Value: name}, {Key: "sortName", Value: named.SortName()}}}})
	return opaque(err)
}

// endMemberships deletes the professional's memberships, after what rides in them is in the logs.
func (p *professional) endMemberships(ctx context.Context) error {
	of := bson.D{{Key: "professional", Value: p.id}}
	var members []memberDocument
	if err := readAll(ctx, p.store.members, of, nil, func(d *memberDocument) { members = append(members, *d) }); err != nil {
		return err
	}
	for _, member := range members {
		in := &organization{store: p.store, id: member.Organization}
		if err := in.settle(ctx, p.store.members, member.ID, member.Version, member.Unlogged); err != nil {
			return err
		}
	}
	_, err := p.store.members.DeleteMany(ctx, of)
	return opaque(err)
}
