package mongodb

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"accrue/ce"
	"accrue/storage"
)

// standingsDocument is all standings of one professional.
type standingsDocument struct {
	ID        ce.ProfessionalID  `bson:"_id"`
	Sequence  int64              `bson:"sequence"`
	ChangesOn *ce.Date           `bson:"changesOn,omitempty"` // the earliest of all; nil when none is known to change
	Rules     string             `bson:"rules"`
	Standings []standingDocument `bson:"standings"`
}

// standingDocument is a ce.Standing without uses, what is carried, and deadlines.
type standingDocument struct {
	Certification ce.CertificationID    `bson:"certification"`
	Program       ce.ProgramID          `bson:"program"`
	AsOf          ce.Date               `bson:"asOf"`
	Outcome       ce.Outcome            `bson:"outcome"`
	Phase         ce.Phase              `bson:"phase"`
	Cycle         *cycleDocument        `bson:"cycle"`
	Requirements  []requirementDocument `bson:"requirements"`
	Questions     []questionDocument    `bson:"questions"`
	ChangesOn     ce.Date               `bson:"changesOn"`
	ProgramHash   string                `bson:"programHash"`
}

// cycleDocument is a ce.Cycle.
type cycleDocument struct {
	Key         ce.CycleKey `bson:"key"`
	StartsOn    ce.Date     `bson:"startsOn"`
	EarnBy      ce.Date     `bson:"earnBy"`
	ReportBy    ce.Date     `bson:"reportBy"`
	EndsOn      ce.Date     `bson:"endsOn"`
	OpensOn     ce.Date     `bson:"opensOn"`
	GraceEndsOn ce.Date     `bson:"graceEndsOn"`
}

// requirementDocument is a ce.RequirementStanding.
type requirementDocument struct {
	ID          ce.RequirementID   `bson:"id"`
	ParentID    ce.RequirementID   `bson:"parentId"`
	Kind        ce.RequirementKind `bson:"kind"`
	Force       ce.Force           `bson:"force"`
	Title       string             `bson:"title"`
	Outcome     ce.Outcome         `bson:"outcome"`
	Required    *ce.Amount         `bson:"required"`
	Earned      *ce.Amount         `bson:"earned"`
	Remaining   *ce.Amount         `bson:"remaining"`
	Unit        ce.UnitID          `bson:"unit"`
	Explanation ce.Text            `bson:"explanation"`
	Source      *sourceDocument    `bson:"source"`
}

// sourceDocument is a ce.Source.
type sourceDocument struct {
	ID         ce.SourceID   `bson:"id"`
	Title      string        `bson:"title"`
	URL        string        `bson:"url"`
	Date       string        `bson:"date"`
	Confidence ce.Confidence `bson:"confidence"`
}

// questionDocument is a ce.Question without credits.
type questionDocument struct {
	ID      ce.QuestionID     `bson:"id"`
	Prompt  string            `bson:"prompt"`
	Type    ce.QuestionType   `bson:"type"`
	Target  ce.QuestionTarget `bson:"target"`
	Choices []choiceDocument  `bson:"choices"`
}

// choiceDocument is a ce.Choice.
type choiceDocument struct {
	ID   string `bson:"id"`
	Name string `bson:"name"`
}

func newStanding(s ce.Standing) standingDocument {
	return standingDocument{
		Certification: s.Certification, Program: s.Program, AsOf: s.AsOf, Outcome: s.Outcome, Phase: s.Phase,
		Cycle: (*cycleDocument)(s.Cycle),
		Requirements: each(s.Requirements, func(r ce.RequirementStanding) requirementDocument {
			return requirementDocument{
				ID: r.ID, ParentID: r.ParentID, Kind: r.Kind, Force: r.Force, Title: r.Title, Outcome: r.Outcome,
				Required: r.Required, Earned: r.Earned, Remaining: r.Remaining, Unit: r.Unit,
				Explanation: r.Explanation, Source: (*sourceDocument)(r.Source),
			}
		}),
		Questions: each(s.Questions, func(q ce.Question) questionDocument {
			return questionDocument{
				ID: q.ID, Prompt: q.Prompt, Type: q.Type, Target: q.Target,
				Choices: each(q.Choices, func(c ce.Choice) choiceDocument { return choiceDocument(c) }),
			}
		}),
		ChangesOn: s.ChangesOn, ProgramHash: s.ProgramHash,
	}
}

func (d standingDocument) standing() ce.Standing {
	return ce.Standing{
		Certification: d.Certification, Program: d.Program, AsOf: d.AsOf, Outcome: d.Outcome, Phase: d.Phase,
		Cycle: (*ce.Cycle)(d.Cycle),
		Requirements: each(d.Requirements, func(r requirementDocument) ce.RequirementStanding {
			return ce.RequirementStanding{
				ID: r.ID, ParentID: r.ParentID, Kind: r.Kind, Force: r.Force, Title: r.Title, Outcome: r.Outcome,
				Required: r.Required, Earned: r.Earned, Remaining: r.Remaining, Unit: r.Unit,
				Explanation: r.Explanation, Source: (*ce.Source)(r.Source),
			}
		}),
		Questions: each(d.Questions, func(q questionDocument) ce.Question {
			return ce.Question{
				ID: q.ID, Prompt: q.Prompt, Type: q.Type, Target: q.Target,
				Choices: each(q.Choices, func(c choiceDocument) ce.Choice { return ce.Choice(c) }),
			}
		}),
		ChangesOn: d.ChangesOn, ProgramHash: d.ProgramHash,
	}
}

// SaveDerived implements storage.Professional with three commands, of members with four, and more where credits wait in queues: the deadlines with what is planned, when the plan
// is due, what waits, the overview, by which others hear of it, then the standings. Those are last since they say when they are to be derived anew: if it is cut short before, it
// is done again by them or by the marks.
func (p *professional) SaveDerived(ctx context.Context, derived storage.Derived) (last int64, err error) {
	standings := standingsDocument{ID: p.id, Sequence: derived.Sequence, Rules: derived.Rules, Standings: each(derived.Standings, newStanding)}
	for _, standing := range derived.Standings {
		if on := standing.ChangesOn; !on.IsZero() && (standings.ChangesOn == nil || on.Before(*standings.ChangesOn)) {
			standings.ChangesOn = &on
		}
	}
	if err := p.replaceDerived(ctx, p.store.deadlines, derived.Sequence, p.newDeadlines(derived)); err != nil {
		return 0, err
	}
	if last, err = p.savePlan(ctx, derived.Sequence, derived.Plan.NextAt); err != nil {
		return 0, err
	}
	if derived.Requests != nil {
		if err := p.saveRequests(ctx, derived); err != nil {
			return 0, err
		}
	}
	if derived.Overview != nil {
		if err := p.saveOverview(ctx, derived); err != nil {
			return 0, err
		}
	}
	err = p.replaceDerived(ctx, p.store.standings, derived.Sequence, standings)
	if errors.Is(err, storage.ErrOvertaken) && len(derived.Requests) > 0 {
		err = errors.Join(err, p.withdrawRequests(ctx, derived.Sequence))
	}
	return last, err
}

// replaceDerived replaces the professional's document unless it holds a higher sequence number. Then the filter does
// not find it, and the upsert meets its _id. The first time that she has such a document at all, the same happens
// to one of two writers at once, whichever number it has; so the second failure counts.
func (p *professional) replaceDerived(ctx context.Context, collection *mongo.Collection, sequence int64, document any) error {
	filter := bson.D{{Key: "_id", Value: p.id}, {Key: "sequence", Value: bson.D{{Key: "$lte", Value: sequence}}}}
	for range 2 {
		_, err := collection.ReplaceOne(ctx, filter, document, options.Replace().SetUpsert(true))
		if !mongo.IsDuplicateKeyError(err) {
			return opaque(err)
		}
	}
	return storage.ErrOvertaken
}

// Standings implements storage.Professional.
func (p *professional) Standings(ctx context.Context) (map[ce.CertificationID]ce.Standing, error) {
	var document standingsDocument
	err := opaque(p.store.standings.FindOne(ctx, bson.D{{Key: "_id", Value: p.id}}).Decode(&document))
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return nil, err
	}
	standings := make(map[ce.CertificationID]ce.Standing, len(document.Standings))
	for _, standing := range document.Standings {
		standings[standing.Certification] = standing.standing()
	}
	return standings, nil
}

// SavedSequences implements storage.System.
func (s *system) SavedSequences(ctx context.Context, ids []ce.ProfessionalID) (map[ce.ProfessionalID]int64, error) {
	sequences := make(map[ce.ProfessionalID]int64, len(ids))
	if len(ids) == 0 {
		return sequences, nil
	}
	err := readAll(ctx, s.standings, bson.D{in("_id", ids), {Key: "erased", Value: absent}}, bson.D{{Key: "sequence", Value: 1}},
		func(d *standingsDocument) { sequences[d.ID] = d.Sequence })
	return sequences, err
}

// DueStandings implements storage.System.
func (s *system) DueStandings(ctx context.Context, day ce.Date, limit int) ([]ce.ProfessionalID, error) {
	if limit <= 0 {
		return nil, nil
	}
	cursor, err := s.standings.Find(ctx, bson.D{{Key: "changesOn", Value: bson.D{{Key: "$lte", Value: day}}}},
		inOneBatch().SetSort(bson.D{{Key: "changesOn", Value: 1}}).SetLimit(int64(limit)).SetProjection(bson.D{{Key: "_id", Value: 1}}))
	if err != nil {
		return nil, opaque(err)
	}
	var documents []standingsDocument
	if err := cursor.All(ctx, &documents); err != nil {
		return nil, opaque(err)
	}
	return each(documents, func(d standingsDocument) ce.ProfessionalID { return d.ID }), nil
}

// OutdatedStandings implements storage.System.
func (s *system) OutdatedStandings(ctx context.Context, rules string, limit int) ([]ce.ProfessionalID, error) {
	var outdated []ce.ProfessionalID
	for _, operator := range []string{"$lt", "$gt"} {
		if limit -= len(outdated); limit <= 0 {
			break
		}
		cursor, err := s.standings.Find(ctx, bson.D{{Key: "rules", Value: bson.D{{Key: operator, Value: rules}}}},
			inOneBatch().SetLimit(int64(limit)).SetProjection(bson.D{{Key: "_id", Value: 1}}))
		if err != nil {
			return nil, opaque(err)
		}
		var documents []standingsDocument
		if err := cursor.All(ctx, &documents); err != nil {
			return nil, opaque(err)
		}
		outdated = append(outdated, each(documents, func(d standingsDocument) ce.ProfessionalID { return d.ID })...)
	}
	return outdated, nil
}
