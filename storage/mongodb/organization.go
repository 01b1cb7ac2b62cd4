package mongodb

import (
	"context"
	"errors"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"accrue/ce"
	"accrue/storage"
)

// organizationDocument is a ce.Organization, or the tombstone of one.
type organizationDocument struct {
	ID        ce.OrganizationID   `bson:"_id"`
	Version   int                 `bson:"version"`
	Digest    string              `bson:"digest"`
	Name      string              `bson:"name"`
	TimeZone  string              `bson:"timeZone"`
	Locale    string              `bson:"locale"`
	Approves  bool                `bson:"approvesCredits,omitempty"`
	Owners    []ce.ProfessionalID `bson:"owners"`
	Groups    []groupDocument     `bson:"groups"`
	CreatedAt time.Time           `bson:"createdAt"`
	UpdatedAt time.Time           `bson:"updatedAt"`
	// Founder is there until her membership is a document of its own.
	Founder *memberDocument `bson:"founder,omitempty"`
	// Anew is there until the standings of all members are due to be derived anew.
	Anew     bool     `bson:"anew,omitempty"`
	Unlogged unlogged `bson:",inline"`
}

// organizationTombstone takes the place of an organisation that was deleted. It is unfinished until all that belonged to it is gone.
type organizationTombstone struct {
	ID              ce.OrganizationID `bson:"_id"`
	Version         int               `bson:"version"`
	Digest          string            `bson:"digest"`
	DeletedAt       time.Time         `bson:"deletedAt"`
	UnfinishedSince time.Time         `bson:"unfinishedSince"`
}

// organizationFound is either.
type organizationFound struct {
	Document  organizationDocument `bson:",inline"`
	DeletedAt *time.Time           `bson:"deletedAt,omitempty"`
}

// groupDocument is a ce.Group.
type groupDocument struct {
	ID        ce.GroupID `bson:"id"`
	Version   int        `bson:"version"`
	Name      string     `bson:"name"`
	CreatedAt time.Time  `bson:"createdAt"`
}

func newOrganization(o ce.Organization) organizationDocument {
	return organizationDocument{
		ID: o.ID, Version: o.Version, Name: o.Name, TimeZone: o.TimeZone, Locale: o.Locale, Approves: o.ApprovesCredits, Owners: slices.Clone(o.Owners),
		Groups: each(o.Groups, func(g ce.Group) groupDocument {
			g.CreatedAt = instant(g.CreatedAt)
			return groupDocument(g)
		}),
		CreatedAt: instant(o.CreatedAt), UpdatedAt: instant(o.UpdatedAt),
	}
}

func (d organizationDocument) organization() ce.Organization {
	return ce.Organization{
		ID: d.ID, Version: d.Version, Name: d.Name, TimeZone: d.TimeZone, Locale: d.Locale, ApprovesCredits: d.Approves, Owners: slices.Clone(d.Owners),
		Groups: each(d.Groups, func(g groupDocument) ce.Group { return ce.Group(g) }), CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt,
	}
}

func (d organizationFound) asRead() bson.D {
	return bson.D{{Key: "_id", Value: d.Document.ID}, {Key: "version", Value: d.Document.Version}}
}

// organization is a storage.Organization.
type organization struct {
	store *Store
	id    ce.OrganizationID
}

// Organization implements storage.Store.
func (s *Store) Organization(id ce.OrganizationID) storage.Organization {
	return &organization{store: s, id: id}
}

func (o *organization) byID() bson.D { return bson.D{{Key: "_id", Value: o.id}} }

// document returns the organisation's document, or ErrNotFound when it is deleted.
func (o *organization) document(ctx context.Context) (organizationDocument, error) {
	var found organizationFound
	err := opaque(o.store.organizations.FindOne(ctx, o.byID()).Decode(&found))
	if err == nil && found.DeletedAt != nil {
		err = storage.ErrNotFound
	}
	return found.Document, err
}

// Get implements storage.Organization.
func (o *organization) Get(ctx context.Context) (ce.Organization, error) {
	document, err := o.document(ctx)
	if err != nil {
		return ce.Organization{}, err
	}
	return document.organization(), nil
}

// Create implements storage.Organization. The founder rides in the organisation's document until she is a document of her own: made before,
// whoever takes the id of somebody else's would be a member of that.
func (o *organization) Create(ctx context.Context, created ce.Organization, founder ce.Member, digest string, entries ...ce.LogEntry) (ce.Organization, error) {
	profile, err := o.professional(founder.Professional).Profile(ctx)
	if err != nil {
		return ce.Organization{}, err
	}
	founder.Organization, founder.Version, founder.Name = o.id, 1, profile.Name
	member := newMember(founder)
	document := newOrganization(created)
	document.ID, document.Version, document.Digest, document.Founder = o.id, 1, digest, &member
	document.Unlogged = o.unlogged(nil, entries)
	since := document.CreatedAt
	document.Unlogged.UnfinishedSince = &since
	err = persist(ctx, func() (bool, error) {
		_, err := o.store.organizations.InsertOne(ctx, document)
		if err = opaque(err); !errors.Is(err, storage.ErrConflict) {
			return true, err
		}
		var there organizationFound
		err = opaque(o.store.organizations.FindOne(ctx, o.byID()).Decode(&there))
		switch {
		case errors.Is(err, storage.ErrNotFound): // purged just now
			return false, nil
		case err != nil:
			return false, err
		case there.Document.Digest != digest:
			return false, storage.ErrConflict
		case there.DeletedAt != nil:
			return false, storage.ErrRemoved
		}
		document = there.Document
		return true, nil
	})
	if err != nil {
		return ce.Organization{}, err
	}
	return document.organization(), o.finish(ctx, document)
}

// finish lets the founder be a member, derives anew what a change of the organisation is about, and moves the entries that ride in the document.
func (o *organization) finish(ctx context.Context, document organizationDocument) error {
	if document.Founder != nil {
		if err := o.professional(document.Founder.Professional).beMember(ctx); err != nil {
			return err
		}
		_, err := o.store.members.InsertOne(ctx, document.Founder)
		if err = opaque(err); err != nil && !errors.Is(err, storage.ErrConflict) {
			return err
		}
		err = o.professional(document.Founder.Professional).undoUnlessLiving(ctx, o.store.members, string(document.Founder.ID))
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return err
		}
	}
	if document.Anew {
		if err := o.deriveAnew(ctx, document.Approves); err != nil {
			return err
		}
	}
	return o.settle(ctx, o.store.organizations, document.ID, document.Version, document.Unlogged)
}

// deriveAnew says in all certifications of the organisation's programs that it approves credits, or else that this is not known any more, so that of two changes
// the one that comes late does no harm, and lets the standings of all members be due.
func (o *organization) deriveAnew(ctx context.Context, approves bool) error {
	update := bson.D{{Key: "$unset", Value: bson.D{{Key: "shared.approval", Value: ""}}}}
	if approves {
		update = bson.D{{Key: "$set", Value: bson.D{{Key: "shared.approval", Value: true}}}}
	}
	_, err := o.store.certifications.UpdateMany(ctx, bson.D{{Key: "shared.organization", Value: o.id}}, update)
	if err != nil {
		return opaque(err)
	}
	var members []ce.ProfessionalID
	err = readAll(ctx, o.store.members, append(o.of(), bson.E{Key: "current", Value: true}), bson.D{{Key: "professional", Value: 1}},
		func(d *memberDocument) { members = append(members, d.Professional) })
	for some := range slices.Chunk(members, 1000) {
		if err == nil {
			err = o.store.due(ctx, in("_id", some))
		}
	}
	return err
}

// due lets the standings be derived anew.
func (s *Store) due(ctx context.Context, of bson.E) error {
	_, err := s.standings.UpdateMany(ctx, bson.D{of, {Key: "standings", Value: present}}, bson.D{{Key: "$set", Value: bson.D{{Key: "changesOn", Value: "1970-01-01"}}}})
	return opaque(err)
}

func (o *organization) professional(id ce.ProfessionalID) *professional {
	return &professional{store: o.store, id: id}
}

// Update implements storage.Organization.
func (o *organization) Update(ctx context.Context, change func(*ce.Organization) ([]ce.LogEntry, error)) (ce.Organization, error) {
	var out, written organizationDocument
	err := update(ctx, o.store.organizations, o.byID(), func(current organizationFound) (any, error) {
		if current.DeletedAt != nil {
			return nil, storage.ErrNotFound
		}
		before := current.Document
		changed := before.organization()
		entries, err := change(&changed)
		if errors.Is(err, storage.ErrUnchanged) {
			out, written = before, organizationDocument{}
			return nil, nil
		} else if err != nil {
			return nil, err
		}
		next := newOrganization(changed)
		next.ID, next.Version, next.Digest, next.CreatedAt = before.ID, before.Version+1, before.Digest, before.CreatedAt
		next.Founder, next.Unlogged = before.Founder, o.unlogged(before.Unlogged.Entries, entries)
		next.Anew = before.Anew || next.Approves != before.Approves
		if (next.Founder != nil || next.Anew) && next.Unlogged.UnfinishedSince == nil {
			next.Unlogged.UnfinishedSince = before.Unlogged.UnfinishedSince
		}
		out, written = next, next
		return next, nil
	})
	if err != nil {
		return ce.Organization{}, err
	}
	if written.ID != "" {
		err = o.finish(ctx, written)
	}
	return out.organization(), err
}

// Delete implements storage.Organization. From the tombstone on, nothing of it is there for anybody.
func (o *organization) Delete(ctx context.Context, at time.Time, check func(ce.Organization) error) error {
	at = instant(at)
	err := update(ctx, o.store.organizations, o.byID(), func(current organizationFound) (any, error) {
		if current.DeletedAt != nil {
			return nil, nil
		}
		if err := check(current.Document.organization()); err != nil {
			return nil, err
		}
		return organizationTombstone{
			ID: o.id, Version: current.Document.Version + 1, Digest: current.Document.Digest, DeletedAt: at, UnfinishedSince: at,
		}, nil
	})
	if err != nil {
		return err
	}
	return o.finishDeletion(ctx)
}

func (o *organization) finishDeletion(ctx context.Context) error {
	if err := o.deriveAnew(ctx, false); err != nil {
		return err
	}
	for _, collection := range o.store.belonging() {
		if _, err := collection.DeleteMany(ctx, o.of()); err != nil {
			return opaque(err)
		}
	}
	_, err := o.store.organizations.UpdateOne(ctx, append(o.byID(), bson.E{Key: "deletedAt", Value: present}),
		bson.D{{Key: "$unset", Value: bson.D{{Key: "unfinishedSince", Value: ""}}}})
	return opaque(err)
}

// belonging is where the documents are that belong to an organisation.
func (s *Store) belonging() []*mongo.Collection {
	return []*mongo.Collection{s.members, s.invitations, s.programs, s.postings, s.postedCredits, s.reviewRequests, s.organizationLog}
}

// of finds what belongs to the organisation.
func (o *organization) of() bson.D { return bson.D{{Key: "organization", Value: o.id}} }

// undoUnlessThere deletes what was just written of the organisation when it was deleted meanwhile, and returns ErrNotFound then.
func (o *organization) undoUnlessThere(ctx context.Context, collection *mongo.Collection, id string) error {
	_, err := o.document(ctx)
	if !errors.Is(err, storage.ErrNotFound) {
		return err
	}
	if _, failed := collection.DeleteOne(ctx, append(o.of(), bson.E{Key: "_id", Value: id})); failed != nil {
		return opaque(failed)
	}
	return err
}

// Finish implements storage.Organization.
func (o *organization) Finish(ctx context.Context) error {
	var found organizationFound
	err := opaque(o.store.organizations.FindOne(ctx, o.byID()).Decode(&found))
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return nil
	case err != nil:
		return err
	case found.DeletedAt != nil:
		return o.finishDeletion(ctx)
	case found.Document.Unlogged.UnfinishedSince != nil:
		if err := o.finish(ctx, found.Document); err != nil {
			return err
		}
	}
	if err := o.finishPostings(ctx); err != nil {
		return err
	}
	for _, collection := range []*mongo.Collection{o.store.members, o.store.invitations, o.store.programs, o.store.postedCredits} {
		if err := o.settleAll(ctx, collection, o.of()); err != nil {
			return err
		}
	}
	return nil
}

// UnfinishedOrganizations implements storage.System.
func (s *system) UnfinishedOrganizations(ctx context.Context, before time.Time, limit int) (ids []ce.OrganizationID, err error) {
	for _, source := range []struct {
		collection *mongo.Collection
		of         string
	}{{s.organizations, "_id"}, {s.members, "organization"}, {s.invitations, "organization"}, {s.programs, "organization"}, {s.postings, "organization"}, {s.postedCredits, "organization"}} {
		err := s.owners(ctx, source.collection, "unfinishedSince", source.of, before, func(id string) (more bool) {
			if id := ce.OrganizationID(id); !slices.Contains(ids, id) && len(ids) < limit {
				ids = append(ids, id)
			}
			return len(ids) < limit
		})
		if err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// OrganizationOf implements storage.System.
func (s *system) OrganizationOf(ctx context.Context, id string) (ce.OrganizationID, error) {
	for _, collection := range []*mongo.Collection{s.members, s.invitations, s.programs, s.postings} {
		var document struct {
			Organization ce.OrganizationID `bson:"organization"`
		}
		err := opaque(collection.FindOne(ctx, bson.D{{Key: "_id", Value: id}}).Decode(&document))
		if !errors.Is(err, storage.ErrNotFound) {
			return document.Organization, err
		}
	}
	return "", storage.ErrNotFound
}

// Memberships implements storage.Professional.
func (p *professional) Memberships(ctx context.Context) ([]storage.Membership, error) {
	cursor, err := p.store.members.Find(ctx, bson.D{{Key: "professional", Value: p.id}, {Key: "current", Value: true}},
		inOneBatch().SetSort(bson.D{{Key: "joinedAt", Value: 1}, {Key: "_id", Value: 1}}))
	if err != nil {
		return nil, opaque(err)
	}
	var members []memberDocument
	if err := cursor.All(ctx, &members); err != nil {
		return nil, opaque(err)
	}
	if len(members) == 0 {
		return nil, nil
	}
	there := map[ce.OrganizationID]ce.Organization{}
	ids := each(members, func(m memberDocument) ce.OrganizationID { return m.Organization })
	err = readAll(ctx, p.store.organizations, bson.D{in("_id", ids), {Key: "deletedAt", Value: absent}}, nil, func(d *organizationDocument) {
		there[d.ID] = d.organization()
	})
	if err != nil {
		return nil, err
	}
	var found []storage.Membership
	for _, member := range members {
		if organization, ok := there[member.Organization]; ok {
			found = append(found, storage.Membership{Member: member.member(), In: organization})
		}
	}
	return found, nil
}

// OwnedOrganizations implements storage.Professional.
func (p *professional) OwnedOrganizations(ctx context.Context) (owned []ce.OrganizationID, err error) {
	err = readAll(ctx, p.store.organizations, bson.D{{Key: "owners", Value: p.id}}, bson.D{{Key: "_id", Value: 1}}, func(d *organizationDocument) {
		owned = append(owned, d.ID)
	})
	return owned, err
}
