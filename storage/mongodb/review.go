package mongodb

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"accrue/ce"
	"accrue/storage"
)

// reviewDocument is a ce.Review.
type reviewDocument struct {
	Organization     ce.OrganizationID `bson:"organization"`
	OrganizationName string            `bson:"organizationName"`
	State            ce.ReviewState    `bson:"state"`
	Reason           string            `bson:"reason,omitempty"`
	At               time.Time         `bson:"at"`
}

func newReview(r ce.Review) reviewDocument {
	r.At = instant(r.At)
	return reviewDocument(r)
}

func (d reviewDocument) review() ce.Review { return ce.Review(d) }

// reviewRequestDocument is a ce.ReviewRequest. It is derived, under the sequence number.
type reviewRequestDocument struct {
	ID           string            `bson:"_id"` // see requestID
	Organization ce.OrganizationID `bson:"organization"`
	Professional ce.ProfessionalID `bson:"professional"`
	Sequence     int64             `bson:"sequence"`
	CreatedAt    time.Time         `bson:"createdAt"` // of the credit
	Credit       creditDocument    `bson:"credit"`
}

// requestID makes that no credit waits twice in a queue.
func requestID(organization ce.OrganizationID, credit ce.CreditID) string {
	return string(organization) + "/" + string(credit)
}

func (d reviewRequestDocument) request() ce.ReviewRequest {
	return ce.ReviewRequest{Organization: d.Organization, Credit: d.Credit.fact()}
}

// approving are the organisations of whose programs she holds certifications and that may approve credits.
type approving struct {
	organizations []ce.OrganizationID
	unknown       bool // of one at least it is not known
}

func (a *approving) add(certification bson.Raw) {
	of, shared := certification.Lookup("shared", "organization").StringValueOK()
	approves, known := certification.Lookup("shared", "approval").BooleanOK()
	if id := ce.OrganizationID(of); shared && (approves || !known) {
		a.unknown = a.unknown || !known
		if !slices.Contains(a.organizations, id) {
			a.organizations = append(a.organizations, id)
		}
	}
}

// approvers returns those of the organisations that approve credits and of which she is a member. What was not known is written down: never over what a change of
// the organisation writes, see deriveAnew.
func (p *professional) approvers(ctx context.Context, of approving) (approvers []ce.Approver, err error) {
	if len(of.organizations) == 0 {
		return nil, nil
	}
	var found []ce.Approver
	err = readAll(ctx, p.store.organizations, bson.D{in("_id", of.organizations), {Key: "approvesCredits", Value: true}}, bson.D{{Key: "name", Value: 1}},
		func(d *organizationDocument) { found = append(found, ce.Approver{ID: d.ID, Name: d.Name}) })
	if err != nil {
		return nil, err
	}
	if of.unknown {
		for _, id := range of.organizations {
			approves := slices.ContainsFunc(found, func(a ce.Approver) bool { return a.ID == id })
			_, err := p.store.certifications.UpdateMany(ctx,
				bson.D{{Key: "professional", Value: p.id}, {Key: "createdAt", Value: present}, {Key: "shared.organization", Value: id}, {Key: "shared.approval", Value: absent}},
				bson.D{{Key: "$set", Value: bson.D{{Key: "shared.approval", Value: approves}}}})
			if err != nil {
				return nil, opaque(err)
			}
		}
	}
	if len(found) == 0 {
		return nil, nil
	}
	ids := each(found, func(a ce.Approver) ce.MemberID { return ce.NewMemberID(a.ID, p.id) })
	err = readAll(ctx, p.store.members, bson.D{in("_id", ids), {Key: "current", Value: true}}, bson.D{{Key: "organization", Value: 1}}, func(d *memberDocument) {
		approvers = append(approvers, found[slices.IndexFunc(found, func(a ce.Approver) bool { return a.ID == d.Organization })])
	})
	slices.SortFunc(approvers, func(a, b ce.Approver) int { return cmp.Compare(a.ID, b.ID) })
	return approvers, err
}

// requestsAtOnce is how many requests one command writes: the time of a command is limited, and some databases take far longer for many.
const requestsAtOnce = 20

// saveRequests replaces what waits of her credits, but what a newer refresh has put there stays.
func (p *professional) saveRequests(ctx context.Context, derived storage.Derived) error {
	if len(derived.Requests) > 0 {
		_, err := p.store.professionals.UpdateOne(ctx, p.living(), bson.D{{Key: "$set", Value: bson.D{{Key: "requests", Value: true}}}})
		if err != nil {
			return opaque(err)
		}
	}
	var writes []mongo.WriteModel
	for _, request := range derived.Requests {
		credit := newCredit(request.Credit)
		credit.Header.MarkedAt = nil
		document := reviewRequestDocument{
			ID: requestID(request.Organization, request.Credit.ID), Organization: request.Organization, Professional: p.id, Sequence: derived.Sequence,
			CreatedAt: instant(request.Credit.CreatedAt), Credit: credit,
		}
		filter := bson.D{{Key: "_id", Value: document.ID}, {Key: "sequence", Value: bson.D{{Key: "$lte", Value: derived.Sequence}}}}
		writes = append(writes, mongo.NewReplaceOneModel().SetFilter(filter).SetReplacement(document).SetUpsert(true))
	}
	for some := range slices.Chunk(writes, requestsAtOnce) {
		_, err := p.store.reviewRequests.BulkWrite(ctx, some, options.BulkWrite().SetOrdered(false))
		// What is newer is left as it is.
		if err = opaque(err); err != nil && !errors.Is(err, storage.ErrConflict) {
			return err
		}
	}
	_, err := p.store.reviewRequests.DeleteMany(ctx, bson.D{{Key: "professional", Value: p.id}, {Key: "sequence", Value: bson.D{{Key: "$lt", Value: derived.Sequence}}}})
	return opaque(err)
}

// withdrawRequests deletes what a refresh put there that was overtaken.
func (p *professional) withdrawRequests(ctx context.Context, sequence int64) error {
	_, err := p.store.reviewRequests.DeleteMany(ctx, bson.D{{Key: "professional", Value: p.id}, {Key: "sequence", Value: sequence}})
	return opaque(err)
}

// ReviewRequest implements storage.Organization.
func (o *organization) ReviewRequest(ctx context.Context, id ce.CreditID) (ce.ReviewRequest, error) {
	var document reviewRequestDocument
	err := o.store.reviewRequests.FindOne(ctx, bson.D{{Key: "_id", Value: requestID(o.id, id)}}).Decode(&document)
	if err != nil {
		return ce.ReviewRequest{}, opaque(err)
	}
	return document.request(), nil
}

// ListReviewRequests implements storage.Organization.
func (o *organization) ListReviewRequests(ctx context.Context, page storage.Page[storage.ReviewKey]) (storage.Slice[ce.ReviewRequest], error) {
	query := o.of()
	if page.After != nil {
		query = append(query, following("createdAt", instant(page.After.CreatedAt), "credit._id", page.After.ID)...)
	}
	return readPage(ctx, o.store.reviewRequests, query, bson.D{{Key: "createdAt", Value: 1}, {Key: "credit._id", Value: 1}}, nil, page.First, reviewRequestDocument.request)
}
