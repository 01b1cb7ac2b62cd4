package mongodb

import (
	"context"
	"crypto/rand"
	"errors"
	"maps"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"accrue/ce"
	"accrue/storage"
)

// A plan lies in two documents. Its items are beside the deadlines, where a refresh writes anyway and nothing else reads
// them; when it is next to be issued, its claim and what was told are in the professional's document, so that each step of
// issuing is one write. The items are written first: should they be of a higher sequence number than the rest, the
// rest is on its way, or never comes, and the plan is made anew before it is issued.
//
// An issue puts the notification into the professional's document in the same write that moves what was told. From there it is
// copied to its collection, by whoever issued it or, if that one dies, by the next that claims or saves a plan.

// planDocument is a ce.Plan without NextAt.
type planDocument struct {
	Items      []plannedDocument `bson:"items"`
	TimeZone   string            `bson:"timeZone"`
	EvaluateAt time.Time         `bson:"evaluateAt,omitempty"`
}

// plannedDocument is what is planned for one deadline: at each of the instants the step beside it.
type plannedDocument struct {
	Deadline      ce.DeadlineID      `bson:"deadline"`
	Certification ce.CertificationID `bson:"certification"`
	DueOn         ce.Date            `bson:"dueOn"`
	Steps         []int              `bson:"steps"`
	At            []time.Time        `bson:"at"`
}

// toldDocument is an entry of storage.Told.
type toldDocument struct {
	Deadline ce.DeadlineID `bson:"deadline"`
	Step     int           `bson:"step"`
	DueOn    ce.Date       `bson:"dueOn"`
}

// planState is what a professional's document has of her plan.
type planState struct {
	PlanSequence int64          `bson:"planSequence,omitempty"` // of the save that NextAt is from; it outlives an erasure
	NextAt       *time.Time     `bson:"nextAt,omitempty"`       // while the plan is claimed, the end of the claim
	Claim        string         `bson:"claim,omitempty"`
	ClaimedAt    *time.Time     `bson:"claimedAt,omitempty"` // what NextAt was before the claim
	Told         []toldDocument `bson:"told,omitempty"`
	ToldAt       *time.Time     `bson:"toldAt,omitempty"`
	// Issuing is a notification on its way to its collection.
	Issuing      *notificationDocument `bson:"issuing,omitempty"`
	IssuingSince *time.Time            `bson:"issuingSince,omitempty"`
}

func (d *planState) told() storage.Told {
	var told storage.Told
	if d.ToldAt != nil {
		told.At = *d.ToldAt
	}
	for _, t := range d.Told {
		if told.Steps == nil {
			told.Steps = make(map[ce.DeadlineID]storage.ToldStep, len(d.Told))
		}
		told.Steps[t.Deadline] = storage.ToldStep{Step: t.Step, DueOn: t.DueOn}
	}
	return told
}

func newPlan(plan ce.Plan) planDocument {
	document := planDocument{TimeZone: plan.TimeZone, EvaluateAt: instant(plan.EvaluateAt)}
	places := map[ce.DeadlineID]int{}
	for _, item := range plan.Items {
		place, ok := places[item.Deadline]
		if !ok {
			place = len(document.Items)
			places[item.Deadline] = place
			document.Items = append(document.Items, plannedDocument{Deadline: item.Deadline, Certification: item.Certification, DueOn: item.DueOn})
		}
		planned := &document.Items[place]
		planned.Steps, planned.At = append(planned.Steps, item.Step), append(planned.At, instant(item.At))
	}
	return document
}

// plan returns the plan without what was told.
func (d *planDocument) plan(told storage.Told) ce.Plan {
	plan := ce.Plan{TimeZone: d.TimeZone, EvaluateAt: d.EvaluateAt}
	for _, planned := range d.Items {
		for i, step := range planned.Steps {
			item := ce.PlannedReminder{
				Deadline: planned.Deadline, Certification: planned.Certification, DueOn: planned.DueOn, Step: step, At: planned.At[i],
			}
			if !told.Covers(item) {
				plan.Items = append(plan.Items, item)
			}
		}
	}
	slices.SortFunc(plan.Items, ce.PlannedReminder.Compare)
	return plan
}

// Plan implements storage.Professional.
func (p *professional) Plan(ctx context.Context) (ce.Plan, error) {
	document, err := p.document(ctx, p.living())
	if errors.Is(err, storage.ErrNotFound) {
		return ce.Plan{}, nil
	} else if err != nil {
		return ce.Plan{}, err
	}
	var items deadlinesDocument
	err = opaque(p.store.deadlines.FindOne(ctx, bson.D{{Key: "_id", Value: p.id}}).Decode(&items))
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return ce.Plan{}, err
	}
	plan := items.Plan.plan(document.Plan.told())
	if document.Plan.NextAt != nil {
		plan.NextAt = *document.Plan.NextAt
	}
	return plan, nil
}

// savePlan sets when the plan is next to be issued, ends its claim, and returns the number that was taken last.
func (p *professional) savePlan(ctx context.Context, sequence int64, nextAt time.Time) (last int64, err error) {
	set := bson.D{{Key: "planSequence", Value: sequence}}
	unset := bson.D{{Key: "claim", Value: ""}, {Key: "claimedAt", Value: ""}}
	if nextAt.IsZero() {
		unset = append(unset, bson.E{Key: "nextAt", Value: ""})
	} else {
		set = append(set, bson.E{Key: "nextAt", Value: instant(nextAt)})
	}
	var document professionalDocument
	err = opaque(p.store.professionals.FindOneAndUpdate(ctx,
		append(p.living(), bson.E{Key: "planSequence", Value: bson.D{{Key: "$not", Value: bson.D{{Key: "$gt", Value: sequence}}}}}),
		bson.D{{Key: "$set", Value: set}, {Key: "$unset", Value: unset}},
		options.FindOneAndUpdate().SetReturnDocument(options.After)).Decode(&document))
	if errors.Is(err, storage.ErrNotFound) {
		if _, err := p.document(ctx, p.living()); err != nil {
			return 0, err
		}
		return 0, storage.ErrOvertaken
	}
	if err != nil {
		return 0, err
	}
	return document.Sequence, p.finishIssue(ctx, document.Plan.Issuing)
}

// finishIssue brings the notification of an issue to its collection; nil for none.
func (p *professional) finishIssue(ctx context.Context, issuing *notificationDocument) error {
	if issuing == nil {
		return nil
	}
	if err := p.insertNotification(ctx, *issuing); err != nil {
		return err
	}
	result, err := p.store.professionals.UpdateOne(ctx, bson.D{{Key: "_id", Value: p.id}, {Key: "issuing._id", Value: issuing.ID}},
		bson.D{{Key: "$unset", Value: bson.D{{Key: "issuing", Value: ""}, {Key: "issuingSince", Value: ""}}}})
	if err != nil {
		return opaque(err)
	}
	if result.MatchedCount == 1 {
		return nil
	}
	// Somebody else finished it, or she was erased meanwhile.
	if err := p.undoUnlessLiving(ctx, p.store.notifications, issuing.ID); !errors.Is(err, storage.ErrNotFound) {
		return err
	}
	return nil
}

// ClaimPlans implements storage.System.
func (s *system) ClaimPlans(ctx context.Context, now, until time.Time, limit int) ([]storage.ClaimedPlan, error) {
	if limit <= 0 {
		return nil, nil
	}
	if err := s.finishIssues(ctx, now, limit); err != nil {
		return nil, err
	}
	due := bson.E{Key: "nextAt", Value: bson.D{{Key: "$lte", Value: instant(now)}}}
	var documents []professionalDocument
	cursor, err := s.professionals.Find(ctx, bson.D{due}, inOneBatch().SetSort(bson.D{{Key: "nextAt", Value: 1}}).
		SetLimit(int64(limit)).SetProjection(bson.D{{Key: "_id", Value: 1}, {Key: "nextAt", Value: 1}}))
	if err == nil {
		err = cursor.All(ctx, &documents)
	}
	if err != nil || len(documents) == 0 {
		return nil, opaque(err)
	}
	var claimed []storage.ClaimedPlan
	var sequences []int64
	for _, found := range documents {
		token := rand.Text()
		var document professionalDocument
		err := opaque(s.professionals.FindOneAndUpdate(ctx, bson.D{{Key: "_id", Value: found.ID}, due},
			bson.D{{Key: "$set", Value: bson.D{
				{Key: "nextAt", Value: instant(until)}, {Key: "claim", Value: token}, {Key: "claimedAt", Value: found.Plan.NextAt},
			}}}, options.FindOneAndUpdate().SetReturnDocument(options.After)).Decode(&document))
		if errors.Is(err, storage.ErrNotFound) { // somebody else was faster
			continue
		}
		if err != nil {
			return nil, err
		}
		owner := &professional{store: (*Store)(s), id: found.ID}
		if err := owner.finishIssue(ctx, document.Plan.Issuing); err != nil {
			return nil, err
		}
		claimed = append(claimed, storage.ClaimedPlan{
			PlanClaim: storage.PlanClaim{Professional: found.ID, Token: token}, Profile: document.Profile.profile(found.ID),
			Preferences: document.Preferences.preferences(), Told: document.Plan.told(),
			Plan: ce.Plan{NextAt: *document.Plan.ClaimedAt}, Stale: true,
		})
		sequences = append(sequences, document.Plan.PlanSequence)
	}
	return claimed, s.addItems(ctx, claimed, sequences)
}

// addItems reads the items of the plans, and says of those that are of the sequence numbers that they are not stale.
func (s *system) addItems(ctx context.Context, claimed []storage.ClaimedPlan, sequences []int64) error {
	if len(claimed) == 0 {
		return nil
	}
	ids := each(claimed, func(c storage.ClaimedPlan) ce.ProfessionalID { return c.Professional })
	cursor, err := s.deadlines.Find(ctx, bson.D{in("_id", ids)},
		inOneBatch().SetProjection(bson.D{{Key: "sequence", Value: 1}, {Key: "plan", Value: 1}}))
	var documents []deadlinesDocument
	if err == nil {
		err = cursor.All(ctx, &documents)
	}
	if err != nil {
		return opaque(err)
	}
	for _, document := range documents {
		i := slices.Index(ids, document.ID)
		nextAt := claimed[i].Plan.NextAt
		claimed[i].Plan = document.Plan.plan(claimed[i].Told)
		claimed[i].Plan.NextAt = nextAt
		claimed[i].Stale = document.Sequence != sequences[i]
	}
	return nil
}

// finishIssues finishes what dead workers left half-way.
func (s *system) finishIssues(ctx context.Context, now time.Time, limit int) error {
	cursor, err := s.professionals.Find(ctx, bson.D{{Key: "issuingSince", Value: bson.D{{Key: "$lte", Value: instant(now)}}}},
		inOneBatch().SetSort(bson.D{{Key: "issuingSince", Value: 1}}).SetLimit(int64(limit)))
	var documents []professionalDocument
	if err == nil {
		err = cursor.All(ctx, &documents)
	}
	if err != nil {
		return opaque(err)
	}
	for _, document := range documents {
		if err := (&professional{store: (*Store)(s), id: document.ID}).finishIssue(ctx, document.Plan.Issuing); err != nil {
			return err
		}
	}
	return nil
}

// Issue implements storage.System.
func (s *system) Issue(ctx context.Context, claim storage.PlanClaim, issued storage.Issued) error {
	told := []toldDocument{}
	for _, id := range slices.Sorted(maps.Keys(issued.Told.Steps)) {
		told = append(told, toldDocument{id, issued.Told.Steps[id].Step, issued.Told.Steps[id].DueOn})
	}
	set := bson.D{{Key: "told", Value: told}}
	unset := bson.D{{Key: "claim", Value: ""}, {Key: "claimedAt", Value: ""}}
	if !issued.Told.At.IsZero() {
		set = append(set, bson.E{Key: "toldAt", Value: instant(issued.Told.At)})
	}
	if issued.NextAt.IsZero() {
		unset = append(unset, bson.E{Key: "nextAt", Value: ""})
	} else {
		set = append(set, bson.E{Key: "nextAt", Value: instant(issued.NextAt)})
	}
	var issuing *notificationDocument
	if issued.Notification != nil {
		document := newNotification(*issued.Notification)
		document.Professional = claim.Professional
		issuing = &document
		set = append(set, bson.E{Key: "issuing", Value: document}, bson.E{Key: "issuingSince", Value: document.CreatedAt})
	}
	result, err := s.professionals.UpdateOne(ctx,
		bson.D{{Key: "_id", Value: claim.Professional}, {Key: "claim", Value: claim.Token}, {Key: "erasedAt", Value: absent}},
		bson.D{{Key: "$set", Value: set}, {Key: "$unset", Value: unset}})
	if err != nil {
		return opaque(err)
	}
	if result.MatchedCount == 0 {
		return storage.ErrLeaseLost
	}
	return (&professional{store: (*Store)(s), id: claim.Professional}).finishIssue(ctx, issuing)
}

// OverduePlans implements storage.System.
func (s *system) OverduePlans(ctx context.Context, now time.Time, limit int) (count int, first time.Time, err error) {
	if limit <= 0 {
		return 0, time.Time{}, nil
	}
	cursor, err := s.professionals.Find(ctx, bson.D{{Key: "nextAt", Value: bson.D{{Key: "$lte", Value: instant(now)}}}},
		inOneBatch().SetSort(bson.D{{Key: "nextAt", Value: 1}}).SetLimit(int64(limit)).SetProjection(bson.D{{Key: "nextAt", Value: 1}}))
	var documents []professionalDocument
	if err == nil {
		err = cursor.All(ctx, &documents)
	}
	if err != nil || len(documents) == 0 {
		return 0, time.Time{}, opaque(err)
	}
	return len(documents), *documents[0].Plan.NextAt, nil
}
