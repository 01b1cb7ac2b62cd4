package mongodb

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"accrue/ce"
	"accrue/storage"
)

// scanDocument is a ce.Scan. DueAt is NextAt while it waits; a claim moves it to its end.
type scanDocument struct {
	ID            ce.EvidenceID          `bson:"_id"`
	Professional  ce.ProfessionalID      `bson:"professional"`
	Revision      int                    `bson:"revision"`
	Status        ce.ScanStatus          `bson:"status"`
	RequestedAt   time.Time              `bson:"requestedAt"`
	NextAt        *time.Time             `bson:"nextAt,omitempty"`
	Attempts      int                    `bson:"attempts"`
	DeviceText    []byte                 `bson:"deviceText,omitempty"`
	FinishedAt    *time.Time             `bson:"finishedAt,omitempty"`
	Pages         int                    `bson:"pages,omitempty"`
	Found         []byte                 `bson:"found,omitempty"`
	Reason        string                 `bson:"reason,omitempty"`
	Text          string                 `bson:"text,omitempty"`
	Confirmations []confirmationDocument `bson:"confirmations,omitempty"`
	ConfirmedAt   *time.Time             `bson:"confirmedAt,omitempty"` // the last
	DueAt         *time.Time             `bson:"dueAt,omitempty"`
	Claim         string                 `bson:"claim,omitempty"`
}

// confirmationDocument is a ce.Confirmation.
type confirmationDocument struct {
	Certificate int                      `bson:"certificate"`
	Credit      ce.CreditID              `bson:"credit"`
	At          time.Time                `bson:"at"`
	Fields      []confirmedFieldDocument `bson:"fields"`
}

// confirmedFieldDocument is a ce.ConfirmedField.
type confirmedFieldDocument struct {
	Field      string `bson:"field"`
	Read       string `bson:"read,omitempty"`
	Confidence int    `bson:"confidence,omitempty"`
	Confirmed  string `bson:"confirmed,omitempty"`
}

func newScan(s *ce.Scan) scanDocument {
	d := scanDocument{
		ID: s.Evidence, Professional: s.Professional, Status: s.Status, RequestedAt: instant(s.RequestedAt), NextAt: optionalInstant(s.NextAt), Attempts: s.Attempts,
		DeviceText: s.DeviceText, FinishedAt: optionalInstant(s.FinishedAt), Pages: s.Pages, Found: s.Found, Reason: s.Reason, Text: s.Text,
		Confirmations: each(s.Confirmations, func(c ce.Confirmation) confirmationDocument {
			return confirmationDocument{c.Certificate, c.Credit, instant(c.At), each(c.Fields, func(f ce.ConfirmedField) confirmedFieldDocument {
				return confirmedFieldDocument(f)
			})}
		}),
	}
	if s.Status == ce.ScanWaiting {
		due := instant(s.NextAt)
		d.DueAt = &due
	}
	for i := range d.Confirmations {
		if at := &d.Confirmations[i].At; d.ConfirmedAt == nil || at.After(*d.ConfirmedAt) {
			d.ConfirmedAt = at
		}
	}
	return d
}

func (d *scanDocument) scan() ce.Scan {
	return ce.Scan{
		Evidence: d.ID, Professional: d.Professional, Status: d.Status, RequestedAt: d.RequestedAt, NextAt: given(d.NextAt), Attempts: d.Attempts,
		DeviceText: d.DeviceText, FinishedAt: given(d.FinishedAt), Pages: d.Pages, Found: d.Found, Reason: d.Reason, Text: d.Text,
		Confirmations: each(d.Confirmations, func(c confirmationDocument) ce.Confirmation {
			return ce.Confirmation{Certificate: c.Certificate, Credit: c.Credit, At: c.At, Fields: each(c.Fields, func(f confirmedFieldDocument) ce.ConfirmedField {
				return ce.ConfirmedField(f)
			})}
		}),
	}
}

func (d scanDocument) asRead() bson.D {
	return bson.D{{Key: "_id", Value: d.ID}, {Key: "revision", Value: d.Revision}}
}

func (p *professional) scanFilter(id ce.EvidenceID) bson.D {
	return bson.D{{Key: "_id", Value: id}, {Key: "professional", Value: p.id}}
}

// Scan implements storage.Professional.
func (p *professional) Scan(ctx context.Context, id ce.EvidenceID) (ce.Scan, error) {
	var document scanDocument
	err := opaque(p.store.scans.FindOne(ctx, p.scanFilter(id)).Decode(&document))
	if err != nil {
		return ce.Scan{}, err
	}
	return document.scan(), nil
}

// withoutContents leaves out what may be large.
var withoutContents = bson.D{{Key: "deviceText", Value: 0}, {Key: "found", Value: 0}}

// ScanSummaries implements storage.Professional.
func (p *professional) ScanSummaries(ctx context.Context) (map[ce.EvidenceID]ce.Scan, error) {
	summaries := map[ce.EvidenceID]ce.Scan{}
	err := readAll(ctx, p.store.scans, bson.D{{Key: "professional", Value: p.id}}, append(bson.D{{Key: "confirmations", Value: 0}}, withoutContents...),
		func(d *scanDocument) { summaries[d.ID] = d.scan() })
	return summaries, err
}

// CreateScan implements storage.Professional.
func (p *professional) CreateScan(ctx context.Context, s ce.Scan) (ce.Scan, error) {
	s.Professional = p.id
	document := newScan(&s)
	_, err := p.store.scans.InsertOne(ctx, document)
	if err := opaque(err); errors.Is(err, storage.ErrConflict) {
		stored, err := p.Scan(ctx, s.Evidence)
		if errors.Is(err, storage.ErrNotFound) {
			err = storage.ErrConflict // somebody else's
		}
		return stored, err
	} else if err != nil {
		return ce.Scan{}, err
	}
	if err := p.undoUnlessLiving(ctx, p.store.scans, string(s.Evidence)); err != nil {
		return ce.Scan{}, err
	}
	return document.scan(), nil
}

// UpdateScan implements storage.Professional.
func (p *professional) UpdateScan(ctx context.Context, id ce.EvidenceID, change func(*ce.Scan) error) (s ce.Scan, err error) {
	err = update(ctx, p.store.scans, p.scanFilter(id), func(current scanDocument) (any, error) {
		s = current.scan()
		if err := change(&s); err != nil {
			if errors.Is(err, storage.ErrUnchanged) {
				s = current.scan()
				return nil, nil
			}
			return nil, err
		}
		s.Evidence, s.Professional = current.ID, current.Professional
		next := newScan(&s)
		next.Revision = current.Revision + 1
		s = next.scan()
		return next, nil
	})
	if err != nil {
		return ce.Scan{}, err
	}
	return s, nil
}

// RemoveScan implements storage.Professional.
func (p *professional) RemoveScan(ctx context.Context, id ce.EvidenceID) error {
	_, err := p.store.scans.DeleteOne(ctx, p.scanFilter(id))
	return opaque(err)
}

// ClaimScans implements storage.System.
func (s *system) ClaimScans(ctx context.Context, now, until time.Time, limit int) ([]storage.ClaimedScan, error) {
	if limit <= 0 {
		return nil, nil
	}
	due := bson.D{{Key: "dueAt", Value: bson.D{{Key: "$lte", Value: instant(now)}}}}
	inOrder := inOneBatch().SetSort(bson.D{{Key: "dueAt", Value: 1}}).SetLimit(int64(limit))
	cursor, err := s.scans.Find(ctx, due, inOrder.SetProjection(bson.D{{Key: "_id", Value: 1}}))
	var documents []scanDocument
	if err == nil {
		err = cursor.All(ctx, &documents)
	}
	if err != nil || len(documents) == 0 {
		return nil, opaque(err)
	}
	// Each document that is still due gets the token; who has the token is read back.
	token := rand.Text()
	these := in("_id", each(documents, func(d scanDocument) ce.EvidenceID { return d.ID }))
	_, err = s.scans.UpdateMany(ctx, append(bson.D{these}, due...), bson.D{
		{Key: "$set", Value: bson.D{{Key: "dueAt", Value: instant(until)}, {Key: "claim", Value: token}}},
		{Key: "$inc", Value: bson.D{{Key: "attempts", Value: 1}, {Key: "revision", Value: 1}}},
	})
	if err != nil {
		return nil, opaque(err)
	}
	documents = nil
	cursor, err = s.scans.Find(ctx, bson.D{these, {Key: "claim", Value: token}}, inOneBatch())
	if err == nil {
		err = cursor.All(ctx, &documents)
	}
	if err != nil {
		return nil, opaque(err)
	}
	claimed := each(documents, func(d scanDocument) storage.ClaimedScan {
		return storage.ClaimedScan{ScanClaim: storage.ScanClaim{Evidence: d.ID, Token: token}, Scan: d.scan()}
	})
	slices.SortStableFunc(claimed, func(a, b storage.ClaimedScan) int { return a.Scan.NextAt.Compare(b.Scan.NextAt) })
	return claimed, nil
}

// holdScan changes the scan as long as the claim holds.
func (s *system) holdScan(ctx context.Context, claim storage.ScanClaim, change bson.D) error {
	result, err := s.scans.UpdateOne(ctx, bson.D{{Key: "_id", Value: claim.Evidence}, {Key: "claim", Value: claim.Token}}, change)
	if err != nil {
		return opaque(err)
	}
	if result.MatchedCount == 0 {
		return storage.ErrLeaseLost
	}
	return nil
}

// ExtendScan implements storage.System.
func (s *system) ExtendScan(ctx context.Context, claim storage.ScanClaim, until time.Time) error {
	return s.holdScan(ctx, claim, bson.D{{Key: "$set", Value: bson.D{{Key: "dueAt", Value: instant(until)}}}})
}

// FinishScan implements storage.System.
func (s *system) FinishScan(ctx context.Context, claim storage.ScanClaim, outcome ce.Scan) error {
	d := newScan(&outcome)
	set := bson.D{{Key: "status", Value: d.Status}, {Key: "attempts", Value: d.Attempts}, {Key: "pages", Value: d.Pages}, {Key: "reason", Value: d.Reason}, {Key: "text", Value: d.Text}}
	unset := bson.D{{Key: "claim", Value: ""}}
	for _, field := range []struct {
		name  string
		value any
		there bool
	}{
		{"nextAt", d.NextAt, d.NextAt != nil},
		{"deviceText", d.DeviceText, len(d.DeviceText) > 0},
		{"finishedAt", d.FinishedAt, d.FinishedAt != nil},
		{"found", d.Found, len(d.Found) > 0},
		{"dueAt", d.DueAt, d.DueAt != nil},
	} {
		if field.there {
			set = append(set, bson.E{Key: field.name, Value: field.value})
		} else {
			unset = append(unset, bson.E{Key: field.name, Value: ""})
		}
	}
	return s.holdScan(ctx, claim, bson.D{{Key: "$set", Value: set}, {Key: "$unset", Value: unset}, {Key: "$inc", Value: bson.D{{Key: "revision", Value: 1}}}})
}

// WaitingScans implements storage.System.
func (s *system) WaitingScans(ctx context.Context) (int, time.Time, error) {
	waiting := bson.D{{Key: "dueAt", Value: bson.D{{Key: "$gte", Value: time.Time{}}}}}
	count, err := s.scans.CountDocuments(ctx, waiting)
	if err != nil || count == 0 {
		return 0, time.Time{}, opaque(err)
	}
	var document scanDocument
	err = opaque(s.scans.FindOne(ctx, waiting, options.FindOne().SetSort(bson.D{{Key: "dueAt", Value: 1}}).SetProjection(bson.D{{Key: "dueAt", Value: 1}})).Decode(&document))
	if errors.Is(err, storage.ErrNotFound) { // read just now
		return 0, time.Time{}, nil
	}
	return int(count), given(document.DueAt), err
}

// VisitConfirmations implements storage.System.
func (s *system) VisitConfirmations(ctx context.Context, since time.Time, visit func(ce.Scan) error) error {
	cursor, err := s.scans.Find(ctx, bson.D{{Key: "confirmedAt", Value: bson.D{{Key: "$gte", Value: instant(since)}}}}, options.Find().SetProjection(withoutContents))
	if err != nil {
		return opaque(err)
	}
	for cursor.Next(ctx) {
		var document scanDocument
		if err := cursor.Decode(&document); err != nil {
			return errors.Join(opaque(err), cursor.Close(ctx))
		}
		if err := visit(document.scan()); err != nil {
			return errors.Join(err, opaque(cursor.Close(ctx)))
		}
	}
	return opaque(errors.Join(cursor.Err(), cursor.Close(ctx)))
}
