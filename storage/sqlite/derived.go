package sqlite

import (
	"bytes"
	"context"

	"accrue/ce"
	"accrue/storage"
)

func (p professional) Begin(ctx context.Context) (turn storage.Turn, err error) {
	err = p.store.read(ctx, func(c *connection) error {
		turn.Sequence = p.store.sequences.of(p.id).Add(1)
		mark := func(kind storage.MarkedKind, version any) {
			if version, ok := version.(int64); ok {
				turn.Marks = append(turn.Marks, storage.Mark{Kind: kind, ID: string(p.id), Version: int(version)})
			}
		}
		ok, err := c.first(func(r row) error {
			mark(storage.MarkedProfile, r[1])
			mark(storage.MarkedPreferences, r[3])
			if turn.Profile, err = decodeProfile(r.blob(0)); err != nil {
				return err
			}
			if r[2] != nil {
				if turn.Preferences, err = decodePreferences(r.blob(2)); err != nil {
					return err
				}
			}
			turn.Member, turn.Requests = r.number(5) != 0, r.number(6) != 0
			turn.Told, err = decodeTold(r.blob(4))
			return err
		}, `SELECT p.record, m.version, r.record, n.version, t.told, EXISTS (SELECT 1 FROM members WHERE professional = p.id),
			EXISTS (SELECT 1 FROM review_requests WHERE professional = p.id) FROM professionals p
			LEFT JOIN marks m ON m.professional = p.id AND m.kind = 'profile' AND m.id = p.id
			LEFT JOIN reminder_preferences r ON r.professional = p.id
			LEFT JOIN marks n ON n.professional = p.id AND n.kind = 'preferences' AND n.id = p.id
			LEFT JOIN plans t ON t.professional = p.id WHERE p.id = ?`, p.id)
		if err == nil && !ok {
			err = storage.ErrNotFound
		}
		return err
	})
	return turn, err
}

// saved is one standing as it is stored.
type saved struct {
	certification     string
	changesOn         any
	deadlines, record []byte
}

func (p professional) SaveDerived(ctx context.Context, derived storage.Derived) (last int64, err error) {
	wanted := make([]saved, len(derived.Standings))
	for i := range derived.Standings {
		standing := &derived.Standings[i]
		wanted[i] = saved{string(standing.Certification), value(standing.ChangesOn), encodeDeadlines(standing.Deadlines), encodeStanding(standing)}
	}
	nextAt, plan := value(derived.Plan.NextAt), encodePlan(&derived.Plan)
	err = p.store.writeDerived(ctx, func(c *connection) error {
		n, err := c.exec(`INSERT INTO progress (professional, sequence, rules) SELECT ?1, ?2, ?3 WHERE EXISTS (SELECT 1 FROM professionals WHERE id = ?1)
			ON CONFLICT DO UPDATE SET sequence = excluded.sequence, rules = excluded.rules WHERE excluded.sequence >= sequence`,
			p.id, derived.Sequence, derived.Rules)
		if err != nil {
			return err
		}
		if n == 0 {
			return p.unsaved(c)
		}
		if err := p.savePlan(c, nextAt, plan); err != nil {
			return err
		}
		err = p.replaceStandings(c, wanted)
		if err == nil && derived.Overview != nil {
			err = p.saveOverview(c, &derived)
		}
		if err == nil && derived.Requests != nil {
			err = p.saveRequests(c, &derived)
		}
		return err
	})
	return p.store.sequences.of(p.id).Load(), err
}

func (s system) SavedSequences(ctx context.Context, ids []ce.ProfessionalID) (map[ce.ProfessionalID]int64, error) {
	sequences := make(map[ce.ProfessionalID]int64, len(ids))
	err := s.store.read(ctx, func(c *connection) error {
		return c.query(func(r row) error {
			sequences[ce.ProfessionalID(r.text(0))] = r.number(1)
			return nil
		}, "SELECT professional, sequence FROM progress WHERE "+among("professional"), listed(ids))
	})
	return sequences, err
}

// unsaved says why a number could not be saved.
func (p professional) unsaved(c *connection) error {
	ok, err := c.exists("SELECT 1 FROM professionals WHERE id = ?", p.id)
	if err == nil && !ok {
		return storage.ErrNotFound
	}
	if err != nil {
		return err
	}
	return storage.ErrOvertaken
}

// replaceStandings writes only what differs: of a professional's standings, most stay as they are.
func (p professional) replaceStandings(c *connection, wanted []saved) error {
	stored := make(map[string]saved, len(wanted))
	err := c.query(func(r row) error {
		stored[r.text(0)] = saved{r.text(0), r[1], r.blob(2), r.blob(3)}
		return nil
	}, "SELECT certification, changes_on, deadlines, record FROM standings WHERE professional = ?", p.id)
	if err != nil {
		return err
	}
	for _, w := range wanted {
		s, ok := stored[w.certification]
		delete(stored, w.certification)
		if ok && s.changesOn == w.changesOn && bytes.Equal(s.deadlines, w.deadlines) && bytes.Equal(s.record, w.record) {
			continue
		}
		_, err := c.exec(`INSERT INTO standings (professional, certification, changes_on, deadlines, record) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET changes_on = excluded.changes_on, deadlines = excluded.deadlines, record = excluded.record`,
			p.id, w.certification, w.changesOn, w.deadlines, w.record)
		if err != nil {
			return err
		}
	}
	for certification := range stored {
		if _, err := c.exec("DELETE FROM standings WHERE professional = ? AND certification = ?", p.id, certification); err != nil {
			return err
		}
	}
	return nil
}

func (p professional) Standings(ctx context.Context) (map[ce.CertificationID]ce.Standing, error) {
	standings := make(map[ce.CertificationID]ce.Standing)
	err := p.store.read(ctx, func(c *connection) error {
		return c.query(func(r row) error {
			standing, err := decodeStanding(r.blob(0))
			standings[standing.Certification] = standing
			return err
		}, "SELECT record FROM standings WHERE professional = ?", p.id)
	})
	return standings, err
}
