package mongodb

import (
	"context"
	"errors"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"accrue/ce"
	"accrue/storage"
)

// postingDocument is a ce.Posting.
type postingDocument struct {
	ID           ce.PostingID      `bson:"_id"`
	Organization ce.OrganizationID `bson:"organization"`
	Version      int               `bson:"version"`
	Digest       string            `bson:"digest"`
	Credit       creditDocument    `bson:"credit"`
	PostedBy     ce.ProfessionalID `bson:"postedBy"`
	Total        int               `bson:"total"`
	CreatedAt    time.Time         `bson:"createdAt"`
	UpdatedAt    time.Time         `bson:"updatedAt"`
	WithdrawnAt  *time.Time        `bson:"withdrawnAt,omitempty"`
	Withdrawal   string            `bson:"withdrawal,omitempty"`
	WithdrawnBy  ce.ProfessionalID `bson:"withdrawnBy,omitempty"`
	// Credits are there until each is a document of its own.
	Credits  []partDocument `bson:"credits,omitempty"`
	Unlogged unlogged       `bson:",inline"`
}

// partDocument is what a new ce.PostedCredit has of its own.
type partDocument struct {
	ID           ce.CreditID       `bson:"id"`
	Professional ce.ProfessionalID `bson:"professional"`
	Amount       ce.Amount         `bson:"amount"`
	Place        int               `bson:"place"`
}

// postedCreditDocument is a ce.PostedCredit.
type postedCreditDocument struct {
	ID           ce.CreditID       `bson:"_id"`
	Organization ce.OrganizationID `bson:"organization"`
	Posting      ce.PostingID      `bson:"posting"`
	Professional ce.ProfessionalID `bson:"professional"`
	Place        int               `bson:"place"`
	Version      int               `bson:"version"`
	Amount       ce.Amount         `bson:"amount"`
	Withdrawn    bool              `bson:"withdrawn"`
	Withdrawal   string            `bson:"withdrawal,omitempty"`
	Dispute      *disputeDocument  `bson:"dispute,omitempty"`
	DisputedAt   *time.Time        `bson:"disputedAt,omitempty"` // while a dispute waits
	State        ce.PostedState    `bson:"state"`
	PendingSince *time.Time        `bson:"pendingSince,omitempty"`
	Decision     *decisionDocument `bson:"decision,omitempty"`
	Unlogged     unlogged          `bson:",inline"`
}

// decisionDocument is a ce.Decision.
type decisionDocument struct {
	Event  ce.CreditEvent    `bson:"event"`
	By     ce.ProfessionalID `bson:"by"`
	Reason string            `bson:"reason"`
	At     time.Time         `bson:"at"`
}

func newDecision(d ce.Decision) *decisionDocument {
	if d.Event == "" {
		return nil
	}
	d.At = instant(d.At)
	document := decisionDocument(d)
	return &document
}

func (d *decisionDocument) decision() ce.Decision {
	if d == nil {
		return ce.Decision{}
	}
	return ce.Decision(*d)
}

// disputeDocument is a ce.Dispute.
type disputeDocument struct {
	At         time.Time  `bson:"at"`
	Reason     string     `bson:"reason"`
	ResolvedAt *time.Time `bson:"resolvedAt,omitempty"`
	Resolution string     `bson:"resolution,omitempty"`
}

func newDispute(d ce.Dispute) *disputeDocument {
	if d == (ce.Dispute{}) {
		return nil
	}
	return &disputeDocument{At: instant(d.At), Reason: d.Reason, ResolvedAt: optionalInstant(d.ResolvedAt), Resolution: d.Resolution}
}

func (d *disputeDocument) dispute() ce.Dispute {
	if d == nil {
		return ce.Dispute{}
	}
	return ce.Dispute{At: d.At, Reason: d.Reason, ResolvedAt: given(d.ResolvedAt), Resolution: d.Resolution}
}

func newPosting(p ce.Posting) postingDocument {
	credit := newCredit(p.Credit)
	credit.Header.MarkedAt = nil
	return postingDocument{
		ID: p.ID, Organization: p.Organization, Version: p.Version, Digest: p.Digest, Credit: credit, PostedBy: p.PostedBy, Total: p.Total,
		CreatedAt: instant(p.CreatedAt), UpdatedAt: instant(p.UpdatedAt), WithdrawnAt: optionalInstant(p.WithdrawnAt), Withdrawal: p.Withdrawal,
		WithdrawnBy: p.WithdrawnBy,
	}
}

func (d postingDocument) posting() ce.Posting {
	return ce.Posting{
		ID: d.ID, Organization: d.Organization, Version: d.Version, Digest: d.Digest, Credit: d.Credit.fact(), PostedBy: d.PostedBy, Total: d.Total,
		CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt, WithdrawnAt: given(d.WithdrawnAt), Withdrawal: d.Withdrawal,
		WithdrawnBy: d.WithdrawnBy,
	}
}

func (d postingDocument) asRead() bson.D {
	return bson.D{{Key: "_id", Value: d.ID}, {Key: "version", Value: d.Version}}
}

func newPostedCredit(p ce.PostedCredit) postedCreditDocument {
	document := postedCreditDocument{
		ID: p.ID, Organization: p.Organization, Posting: p.Posting, Professional: p.Professional, Place: p.Place, Version: p.Version, Amount: p.Amount,
		Withdrawn: p.Withdrawn, Withdrawal: p.Withdrawal, Dispute: newDispute(p.Dispute), State: p.State, PendingSince: optionalInstant(p.PendingSince),
		Decision: newDecision(p.Decision),
	}
	if p.Disputed() {
		document.DisputedAt = optionalInstant(p.Dispute.At)
	}
	return document
}

func (d postedCreditDocument) postedCredit() ce.PostedCredit {
	return ce.PostedCredit{
		ID: d.ID, Organization: d.Organization, Posting: d.Posting, Professional: d.Professional, Place: d.Place, Version: d.Version, Amount: d.Amount,
		Withdrawn: d.Withdrawn, Withdrawal: d.Withdrawal, Dispute: d.Dispute.dispute(), State: d.State, PendingSince: given(d.PendingSince),
		Decision: d.Decision.decision(),
	}
}

// asRead has the state, too, which changes without the version.
func (d postedCreditDocument) asRead() bson.D {
	return bson.D{{Key: "_id", Value: d.ID}, {Key: "version", Value: d.Version}, {Key: "state", Value: d.State}}
}

func (o *organization) postingByID(id ce.PostingID) bson.D {
	return append(o.of(), bson.E{Key: "_id", Value: id})
}

// CreatePosting implements storage.Organization. The parts ride in the posting's document until each is a document of its own.
func (o *organization) CreatePosting(ctx context.Context, posting ce.Posting, credits []ce.PostedCredit, entries ...ce.LogEntry) (ce.Posting, error) {
	if _, err := o.document(ctx); err != nil {
		return ce.Posting{}, err
	}
	posting.Organization, posting.Version = o.id, 1
	document := newPosting(posting)
	document.Credits = each(credits, func(p ce.PostedCredit) partDocument { return partDocument{p.ID, p.Professional, p.Amount, p.Place} })
	document.Unlogged = o.unlogged(nil, entries)
	since := document.CreatedAt
	document.Unlogged.UnfinishedSince = &since
	_, err := o.store.postings.InsertOne(ctx, document)
	if err = opaque(err); errors.Is(err, storage.ErrConflict) {
		var there postingDocument
		err = opaque(o.store.postings.FindOne(ctx, bson.D{{Key: "_id", Value: posting.ID}}).Decode(&there))
		if err == nil && (there.Organization != o.id || there.Digest != posting.Digest) {
			err = storage.ErrConflict
		}
		document = there
	}
	if err == nil {
		err = o.undoUnlessThere(ctx, o.store.postings, string(posting.ID))
	}
	if err == nil {
		err = o.finishPosting(ctx, document)
	}
	if err != nil {
		return ce.Posting{}, err
	}
	return document.posting(), nil
}

// partsWritten is how many parts of a posting are written at once.
const partsWritten = 1000

// finishPosting lets each part be a document, withdraws all when the posting is withdrawn, and moves the entries that ride in the document.
func (o *organization) finishPosting(ctx context.Context, d postingDocument) error {
	if d.Unlogged.UnfinishedSince == nil {
		return nil
	}
	for parts := range slices.Chunk(d.Credits, partsWritten) {
		_, err := o.store.postedCredits.InsertMany(ctx, each(parts, func(part partDocument) postedCreditDocument {
			return newPostedCredit(ce.PostedCredit{
				ID: part.ID, Organization: o.id, Posting: d.ID, Professional: part.Professional, Place: part.Place, Version: 1, Amount: part.Amount,
				State: ce.PostedPending, PendingSince: d.CreatedAt,
			})
		}), options.InsertMany().SetOrdered(false))
		// Those that are there already are left as they are.
		if err = opaque(err); err != nil && !errors.Is(err, storage.ErrConflict) {
			return err
		}
	}
	if d.WithdrawnAt != nil {
		_, err := o.store.postedCredits.UpdateMany(ctx, append(o.of(), bson.E{Key: "posting", Value: d.ID}, bson.E{Key: "withdrawn", Value: false}), bson.D{
			{Key: "$set", Value: bson.D{{Key: "withdrawn", Value: true}, {Key: "pendingSince", Value: *d.WithdrawnAt}}},
			{Key: "$unset", Value: bson.D{{Key: "disputedAt", Value: ""}}},
			{Key: "$inc", Value: bson.D{{Key: "version", Value: 1}}},
		})
		if err != nil {
			return opaque(err)
		}
	}
	if _, err := o.document(ctx); errors.Is(err, storage.ErrNotFound) { // deleted meanwhile
		_, failed := o.store.postedCredits.DeleteMany(ctx, append(o.of(), bson.E{Key: "posting", Value: d.ID}))
		return errors.Join(err, opaque(failed))
	} else if err != nil {
		return err
	}
	return o.settle(ctx, o.store.postings, d.ID, d.Version, d.Unlogged)
}

// finishPostings finishes all postings that are unfinished.
func (o *organization) finishPostings(ctx context.Context) error {
	var all []postingDocument
	err := readAll(ctx, o.store.postings, append(o.of(), bson.E{Key: "unfinishedSince", Value: bson.D{{Key: "$gt", Value: time.Time{}}}}), nil,
		func(d *postingDocument) { all = append(all, *d) })
	for _, d := range all {
		if err == nil {
			err = o.finishPosting(ctx, d)
		}
	}
	return err
}

// withoutParts leaves out of postings what can be large and is no part of them.
var withoutParts = bson.D{{Key: "credits", Value: 0}}

// Posting implements storage.Organization.
func (o *organization) Posting(ctx context.Context, id ce.PostingID) (ce.Posting, error) {
	var document postingDocument
	if err := o.store.postings.FindOne(ctx, o.postingByID(id), options.FindOne().SetProjection(withoutParts)).Decode(&document); err != nil {
		return ce.Posting{}, opaque(err)
	}
	return document.posting(), nil
}

// UpdatePosting implements storage.Organization.
func (o *organization) UpdatePosting(ctx context.Context, id ce.PostingID, change func(*ce.Posting) ([]ce.LogEntry, error)) (ce.Posting, error) {
	var out, written postingDocument
	err := update(ctx, o.store.postings, o.postingByID(id), func(before postingDocument) (any, error) {
		changed := before.posting()
		entries, err := change(&changed)
		if errors.Is(err, storage.ErrUnchanged) {
			out, written = before, before // which may be unfinished
			return nil, nil
		} else if err != nil {
			return nil, err
		}
		changed.ID, changed.Organization, changed.Version, changed.Digest = before.ID, before.Organization, before.Version+1, before.Digest
		changed.PostedBy, changed.Total, changed.CreatedAt = before.PostedBy, before.Total, before.CreatedAt
		next := newPosting(changed)
		next.Credits, next.Unlogged = before.Credits, o.unlogged(before.Unlogged.Entries, entries)
		if next.Unlogged.UnfinishedSince == nil {
			next.Unlogged.UnfinishedSince = before.Unlogged.UnfinishedSince
		}
		if next.Unlogged.UnfinishedSince == nil {
			next.Unlogged.UnfinishedSince = &next.UpdatedAt
		}
		out, written = next, next
		return next, nil
	})
	if err == nil {
		err = o.finishPosting(ctx, written)
	}
	if err != nil {
		return ce.Posting{}, err
	}
	return out.posting(), nil
}

// ListPostings implements storage.Organization.
func (o *organization) ListPostings(ctx context.Context, filter storage.PostingFilter, page storage.Page[storage.PostingKey]) (storage.Slice[ce.Posting], error) {
	query := o.of()
	if filter.PostedBy != "" {
		query = append(query, bson.E{Key: "postedBy", Value: filter.PostedBy})
	}
	if page.After != nil {
		query = append(query, preceding("createdAt", instant(page.After.CreatedAt), "_id", page.After.ID)...)
	}
	return readPage(ctx, o.store.postings, query, lastCreated, withoutParts, page.First, postingDocument.posting)
}

// CountPostings implements storage.Organization.
func (o *organization) CountPostings(ctx context.Context) (int, error) {
	count, err := o.store.postings.CountDocuments(ctx, o.of())
	return int(count), opaque(err)
}

// CountPosted implements storage.Organization.
func (o *organization) CountPosted(ctx context.Context, id ce.PostingID) (posted, disputed int, err error) {
	there, err := o.store.postedCredits.CountDocuments(ctx, append(o.of(), bson.E{Key: "posting", Value: id}, bson.E{Key: "state", Value: ce.PostedThere}))
	if err != nil {
		return 0, 0, opaque(err)
	}
	waiting, err := o.store.postedCredits.CountDocuments(ctx,
		append(o.of(), bson.E{Key: "posting", Value: id}, bson.E{Key: "disputedAt", Value: bson.D{{Key: "$gt", Value: time.Time{}}}}))
	return int(there), int(waiting), opaque(err)
}

func (o *organization) postedCreditByID(id ce.CreditID) bson.D {
	return append(o.of(), bson.E{Key: "_id", Value: id})
}

// PostedCredit implements storage.Organization.
func (o *organization) PostedCredit(ctx context.Context, id ce.CreditID) (ce.PostedCredit, error) {
	var document postedCreditDocument
	if err := o.store.postedCredits.FindOne(ctx, o.postedCreditByID(id)).Decode(&document); err != nil {
		return ce.PostedCredit{}, opaque(err)
	}
	return document.postedCredit(), nil
}

// UpdatePostedCredit implements storage.Organization.
func (o *organization) UpdatePostedCredit(ctx context.Context, id ce.CreditID, change func(*ce.PostedCredit) ([]ce.LogEntry, error)) (ce.PostedCredit, error) {
	var out, written postedCreditDocument
	err := update(ctx, o.store.postedCredits, o.postedCreditByID(id), func(before postedCreditDocument) (any, error) {
		changed := before.postedCredit()
		entries, err := change(&changed)
		if errors.Is(err, storage.ErrUnchanged) {
			out, written = before, postedCreditDocument{}
			return nil, nil
		} else if err != nil {
			return nil, err
		}
		kept := before.postedCredit()
		kept.Version, kept.Withdrawn, kept.Withdrawal = kept.Version+1, changed.Withdrawn, changed.Withdrawal
		kept.Dispute, kept.PendingSince, kept.Decision = changed.Dispute, changed.PendingSince, changed.Decision
		next := newPostedCredit(kept)
		next.Unlogged = o.unlogged(before.Unlogged.Entries, entries)
		out, written = next, next
		return next, nil
	})
	if err == nil && written.ID != "" {
		err = o.settle(ctx, o.store.postedCredits, written.ID, written.Version, written.Unlogged)
	}
	if err != nil {
		return ce.PostedCredit{}, err
	}
	return out.postedCredit(), nil
}

// SettlePostedCredit implements storage.Organization.
func (o *organization) SettlePostedCredit(ctx context.Context, id ce.CreditID, version int, state ce.PostedState) error {
	result, err := o.store.postedCredits.UpdateOne(ctx, append(o.postedCreditByID(id), bson.E{Key: "version", Value: version}), bson.D{
		{Key: "$set", Value: bson.D{{Key: "state", Value: state}}}, {Key: "$unset", Value: bson.D{{Key: "pendingSince", Value: ""}}},
	})
	if err != nil || result.MatchedCount > 0 {
		return opaque(err)
	}
	if _, err = o.PostedCredit(ctx, id); err == nil {
		return storage.ErrConflict
	} else if errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	return err
}

// ForgetPostedCredit implements storage.Organization.
func (o *organization) ForgetPostedCredit(ctx context.Context, id ce.CreditID) error {
	return o.forgetPostedCredits(ctx, o.postedCreditByID(id))
}

// forgetPostedCredits deletes parts, after what rides in them is in the logs.
func (o *organization) forgetPostedCredits(ctx context.Context, filter bson.D) error {
	var riding []postedCreditDocument
	err := readAll(ctx, o.store.postedCredits, append(slices.Clone(filter), bson.E{Key: "unfinishedSince", Value: bson.D{{Key: "$gt", Value: time.Time{}}}}), nil,
		func(d *postedCreditDocument) { riding = append(riding, *d) })
	for _, d := range riding {
		if err == nil {
			of := &organization{store: o.store, id: d.Organization}
			err = of.settle(ctx, o.store.postedCredits, d.ID, d.Version, d.Unlogged)
		}
	}
	if err != nil {
		return err
	}
	_, err = o.store.postedCredits.DeleteMany(ctx, filter)
	return opaque(err)
}

// ListPostedCredits implements storage.Organization. What still rides in the posting is moved first, so that nothing is missing.
func (o *organization) ListPostedCredits(ctx context.Context, id ce.PostingID, page storage.Page[int]) (slice storage.Slice[ce.PostedCredit], err error) {
	if err := o.finishPostings(ctx); err != nil {
		return slice, err
	}
	query := append(o.of(), bson.E{Key: "posting", Value: id})
	if page.After != nil {
		query = append(query, bson.E{Key: "place", Value: bson.D{{Key: "$gt", Value: *page.After}}})
	}
	return readPage(ctx, o.store.postedCredits, query, bson.D{{Key: "place", Value: 1}}, nil, page.First, postedCreditDocument.postedCredit)
}

// ListDisputed implements storage.Organization.
func (o *organization) ListDisputed(ctx context.Context, page storage.Page[storage.DisputeKey]) (storage.Slice[ce.PostedCredit], error) {
	query := o.of()
	if page.After == nil {
		query = append(query, bson.E{Key: "disputedAt", Value: bson.D{{Key: "$gt", Value: time.Time{}}}})
	} else {
		query = append(query, following("disputedAt", instant(page.After.At), "_id", page.After.ID)...)
	}
	return readPage(ctx, o.store.postedCredits, query, bson.D{{Key: "disputedAt", Value: 1}, {Key: "_id", Value: 1}}, nil, page.First, postedCreditDocument.postedCredit)
}

// PendingPostedCredits implements storage.System.
func (s *system) PendingPostedCredits(ctx context.Context, before time.Time, limit int) ([]ce.PostedCredit, error) {
	cursor, err := s.postedCredits.Find(ctx, bson.D{{Key: "pendingSince", Value: bson.D{{Key: "$lt", Value: instant(before)}}}},
		inOneBatch().SetSort(bson.D{{Key: "pendingSince", Value: 1}}).SetLimit(int64(limit)))
	var documents []postedCreditDocument
	if err == nil {
		err = cursor.All(ctx, &documents)
	}
	return each(documents, postedCreditDocument.postedCredit), opaque(err)
}

// MembersByID implements storage.Organization.
func (o *organization) MembersByID(ctx context.Context, ids []ce.MemberID) (found []ce.Member, err error) {
	for ids := range slices.Chunk(ids, keysAsked) {
		err := readAll(ctx, o.store.members, append(o.of(), in("_id", ids)), nil, func(d *memberDocument) { found = append(found, d.member()) })
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// keysAsked is how many ids or keys one query asks for.
const keysAsked = 1000

// MembersFoundBy implements storage.Organization.
func (o *organization) MembersFoundBy(ctx context.Context, keys []string) (map[string][]ce.Member, error) {
	people := map[ce.MemberID][]string{} // the keys that find her
	var ids []ce.MemberID
	for keys := range slices.Chunk(keys, keysAsked) {
		asked := make(map[string]bool, len(keys))
		for _, key := range keys {
			asked[key] = true
		}
		err := readAll(ctx, o.store.professionals, bson.D{in("foundBy", keys)}, bson.D{{Key: "foundBy", Value: 1}}, func(d *professionalDocument) {
			id := ce.NewMemberID(o.id, d.ID)
			if people[id] == nil {
				ids = append(ids, id)
			}
			for _, key := range d.FoundBy {
				if asked[key] {
					people[id] = append(people[id], key)
				}
			}
		})
		if err != nil {
			return nil, err
		}
	}
	members, err := o.MembersByID(ctx, ids)
	found := map[string][]ce.Member{}
	for _, m := range members {
		if m.LeftAt.IsZero() {
			for _, key := range people[m.ID] {
				found[key] = append(found[key], m)
			}
		}
	}
	return found, err
}

// SetFoundBy implements storage.Professional.
func (p *professional) SetFoundBy(ctx context.Context, keys []string) error {
	set := bson.D{{Key: "$set", Value: bson.D{{Key: "foundBy", Value: keys}}}}
	if len(keys) == 0 {
		set = bson.D{{Key: "$unset", Value: bson.D{{Key: "foundBy", Value: ""}}}}
	}
	result, err := p.store.professionals.UpdateOne(ctx, p.living(), set)
	if err == nil && result.MatchedCount == 0 {
		return storage.ErrNotFound
	}
	return opaque(err)
}
