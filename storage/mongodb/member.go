package mongodb

import (
	"cmp"
	"context"
	"errors"
	"slices"
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
}

func newMember(m ce.Member) memberDocument {
	return memberDocument{
		ID: m.ID, Organization: m.Organization, Professional: m.Professional, Version: m.Version, Name: m.Name, SortName: m.SortName(),
		Current: m.LeftAt.IsZero(), Role: m.Role, Groups: slices.Clone(m.Groups), ShareCredits: m.ShareCredits,
		Invitation: m.Invitation, JoinedAt: instant(m.JoinedAt), LeftAt: optionalInstant(m.LeftAt), Removed: m.Removed,
		CreatedAt: instant(m.CreatedAt), UpdatedAt: instant(m.UpdatedAt),
	}
}

func (d memberDocument) member() ce.Member {
	return ce.Member{
		ID: d.ID, Organization: d.Organization, Professional: d.Professional, Version: d.Version, Name: d.Name, Role: d.Role,
		Groups: slices.Clone(d.Groups), ShareCredits: d.ShareCredits, Invitation: d.Invitation, JoinedAt: d.JoinedAt, LeftAt: given(d.LeftAt),
		Removed: d.Removed, CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt,
	}
}

// asRead has the name, too, which changes without the version.
func (d memberDocument) asRead() bson.D {
	return bson.D{{Key: "_id", Value: d.ID}, {Key: "version", Value: d.Version}, {Key: "name", Value: d.Name}}
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
		next.Use, next.Unlogged = before.Use, o.unlogged(before.Unlogged.Entries, entries)
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

// ListMembers implements storage.Organization. Members of several groups are read group by group, since no index serves the order of
// all at once.
func (o *organization) ListMembers(ctx context.Context, filter storage.MemberFilter, page storage.Page[storage.MemberKey]) (slice storage.Slice[ce.Member], err error) {
	query := append(o.of(), bson.E{Key: "current", Value: true})
	if page.After != nil {
		query = append(query,
			bson.E{Key: "sortName", Value: bson.D{{Key: "$gte", Value: page.After.Name}}},
			bson.E{Key: "$nor", Value: bson.A{bson.D{{Key: "sortName", Value: page.After.Name}, {Key: "_id", Value: bson.D{{Key: "$lte", Value: page.After.ID}}}}}},
		)
	}
	var documents []memberDocument
	if filter.Groups == nil {
		documents, err = o.membersBy(ctx, query, page.First+1)
	}
	for _, group := range filter.Groups {
		in, err := o.membersBy(ctx, append(slices.Clone(query), bson.E{Key: "groups", Value: group}), page.First+1)
		if err != nil {
			return slice, err
		}
		documents = append(documents, in...)
	}
	if err != nil {
		return slice, err
	}
	if len(filter.Groups) > 1 {
		slices.SortFunc(documents, func(a, b memberDocument) int {
			return cmp.Or(cmp.Compare(a.SortName, b.SortName), cmp.Compare(a.ID, b.ID))
		})
		documents = slices.CompactFunc(documents, func(a, b memberDocument) bool { return a.ID == b.ID })
	}
	if slice.More = len(documents) > page.First; slice.More {
		documents = documents[:page.First]
	}
	slice.Items = each(documents, memberDocument.member)
	return slice, nil
}

func (o *organization) membersBy(ctx context.Context, query bson.D, limit int) (documents []memberDocument, err error) {
	cursor, err := o.store.members.Find(ctx, query, inOneBatch().SetSort(bson.D{{Key: "sortName", Value: 1}, {Key: "_id", Value: 1}}).SetLimit(int64(limit)))
	if err == nil {
		err = cursor.All(ctx, &documents)
	}
	return documents, opaque(err)
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
