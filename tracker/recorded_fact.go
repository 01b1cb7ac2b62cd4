package tracker

import (
	"context"
	"fmt"
	"slices"

	"accrue/ce"
	"accrue/rules"
	"accrue/storage"
)

// RecordedFacts is what an organisation records of a member's certification, or no longer does.
type RecordedFacts struct {
	Member        ce.MemberID
	Certification ce.CertificationID
	Version       int
	Facts         []ce.Fact // to be removed: only their Question and Since count
	Reason        string
}

// Recording is a certification after an organisation recorded something of it, as far as the organisation sees it.
type Recording struct {
	Member        Member
	Certification ce.CertificationID
	Version       int
	Facts         []ce.Fact // that the organisation recorded
}

// RecordFacts records answers that hold for the certification of one member, such as an exemption, each in the place of what was recorded for
// the same question and day before. A change that changes nothing succeeds whatever version it saw.
func (v *View) RecordFacts(ctx context.Context, in RecordedFacts) (Recording, error) {
	return v.record(ctx, in, ce.LogFactsRecorded, func(s *seat, c *ce.Certification, program *rules.Program) error {
		facts := slices.Clone(in.Facts)
		var problems ce.Problems
		checked := ce.Certification{TimeZone: c.TimeZone, Facts: facts}
		problems.Check(checked.Clean())
		problems.Check(rules.CheckFacts(program, facts), "facts")
		for i := range facts {
			if slices.ContainsFunc(facts[:i], func(f ce.Fact) bool { return f.Question == facts[i].Question && f.Since == facts[i].Since }) {
				problems.Add("is answered twice for the same day", "facts", i)
			}
		}
		if err := problems.Err(); err != nil {
			return err
		}
		c.Facts = slices.Clone(c.Facts)
		for i := range facts {
			fact := &facts[i]
			fact.Recorded = &ce.Recorded{Organization: s.in.ID, OrganizationName: s.in.Name, Reason: in.Reason, At: v.now()}
			at := recordedAt(c, s.in.ID, fact)
			switch {
			case at < 0:
				c.Facts = append(c.Facts, *fact)
			case !c.Facts[at].Answers(fact) || c.Facts[at].Recorded.Reason != in.Reason:
				c.Facts[at] = *fact
			}
		}
		if len(c.Facts) > ce.MaxFacts {
			return ce.Errorf(ce.CodeLimitExceeded, "A certification has at most %d answers.", ce.MaxFacts)
		}
		return nil
	})
}

// RemoveFacts removes what the organisation recorded for these questions and days. That it is gone already is no error.
func (v *View) RemoveFacts(ctx context.Context, in RecordedFacts) (Recording, error) {
	return v.record(ctx, in, ce.LogFactsRemoved, func(s *seat, c *ce.Certification, _ *rules.Program) error {
		c.Facts = slices.Clone(c.Facts)
		for i := range in.Facts {
			if at := recordedAt(c, s.in.ID, &in.Facts[i]); at >= 0 {
				c.Facts = slices.Delete(c.Facts, at, at+1)
			}
		}
		return nil
	})
}

// recordedAt returns the place of what the organisation recorded for the question and day of the fact, -1 for nothing.
func recordedAt(c *ce.Certification, by ce.OrganizationID, fact *ce.Fact) int {
	return slices.IndexFunc(c.Facts, func(f ce.Fact) bool {
		return f.Recorded != nil && f.Recorded.Organization == by && f.Question == fact.Question && f.Since == fact.Since
	})
}

var errForeignRules = ce.Errorf(ce.CodeForbidden, "An organization records facts of its own programs only: what another body asks, that body alone can waive or extend.")

// record has an organisation change what it recorded of a member's certification.
func (v *View) record(ctx context.Context, in RecordedFacts, action ce.LogAction, change func(*seat, *ce.Certification, *rules.Program) error) (Recording, error) {
	s, err := v.seatOf(ctx, string(in.Member), "member")
	if err != nil {
		return Recording{}, err
	}
	m, err := s.target(ctx, in.Member)
	if err != nil {
		return Recording{}, err
	}
	if err := s.manages(); err != nil {
		return Recording{}, err
	}
	if m.ID == s.member.ID {
		return Recording{}, s.may(false, "Nobody records facts for herself. Ask another manager.")
	}
	var problems ce.Problems
	in.Reason, err = ce.CleanReason(in.Reason)
	problems.Check(err, "reason")
	if len(in.Facts) == 0 || len(in.Facts) > ce.MaxRecordedFacts {
		problems.Add(fmt.Sprintf("must be from 1 to %d", ce.MaxRecordedFacts), "facts")
	}
	if err := problems.Err(); err != nil {
		return Recording{}, err
	}
	handle := v.store.Professional(m.Professional)
	logged, err := v.logRecordings(ctx, handle, in.Certification)
	if err != nil {
		return Recording{}, err
	}
	changed, err := handle.Certifications().Update(ctx, in.Certification, func(c *ce.Certification) error {
		if c.Shared == nil || c.Shared.Organization != s.in.ID {
			return errForeignRules
		}
		program, err := v.shared(c.Program, c.Shared)
		if err != nil {
			return err
		}
		before := *c
		if err := change(s, c, program.Program); err != nil {
			return err
		}
		entry := v.entry(action, m.Professional, told(program.Name, &before, c), told(program.Name, c, &before))
		if len(entry.Before)+len(entry.After) == 0 {
			return storage.ErrUnchanged
		}
		if before.Version != in.Version {
			return stale("certification")
		}
		entry.Organization, entry.Reason = s.in.ID, in.Reason
		c.Entries = append(slices.DeleteFunc(slices.Clone(c.Entries), func(e ce.LogEntry) bool { return logged[e.ID] }), entry)
		c.UpdatedAt = v.now()
		return nil
	})
	if err != nil {
		return Recording{}, translate(err, "certification")
	}
	v.refreshNow(ctx, m.Professional)
	return Recording{Member: s.shownMember(&m), Certification: changed.ID, Version: changed.Version, Facts: changed.RecordedBy(s.in.ID)}, nil
}

// told says for the log what of the recorded facts is in the one certification and not, or otherwise, in the other, after the program's
// name; nil for nothing.
func told(program string, in, notIn *ce.Certification) (text []string) {
	for i := range in.Facts {
		fact := &in.Facts[i]
		same := func(f ce.Fact) bool {
			return f.Recorded != nil && f.Answers(fact) && f.Recorded.Reason == fact.Recorded.Reason
		}
		if fact.Recorded == nil || slices.ContainsFunc(notIn.Facts, same) {
			continue
		}
		if text == nil {
			text = []string{program}
		}
		text = append(text, fact.String())
	}
	return text
}

// logRecordings sees to it that what organisations recorded last of the certification is in their logs, and returns what that is.
func (t *Tracker) logRecordings(ctx context.Context, handle storage.Professional, id ce.CertificationID) (map[ce.LogEntryID]bool, error) {
	c, err := handle.Certifications().Get(ctx, id)
	if err != nil {
		return nil, translate(err, "certification")
	}
	logged := map[ce.LogEntryID]bool{}
	for _, entry := range c.Entries {
		logged[entry.ID] = true
	}
	return logged, t.logEntries(ctx, c.Entries)
}

// logEntries adds entries that ride in a fact to the logs of their organisations.
func (t *Tracker) logEntries(ctx context.Context, entries []ce.LogEntry) error {
	for _, entry := range entries {
		if err := t.store.Organization(entry.Organization).AddToLog(ctx, entry); err != nil {
			return err
		}
	}
	return nil
}

// keepRecorded puts what was recorded before beside the facts that the holder enters in the place of all. Clients send back what they have
// read, so that a recorded fact among hers is that one.
func keepRecorded(c, before *ce.Certification) error {
	var recorded []ce.Fact
	for i := range before.Facts {
		if before.Facts[i].Recorded != nil {
			recorded = append(recorded, before.Facts[i])
		}
	}
	sent := make([]bool, len(c.Facts)) // a recorded fact sent back
	for i := range recorded {
		for k := len(c.Facts) - 1; k >= 0; k-- { // the recorded ones come last
			if !sent[k] && c.Facts[k].Answers(&recorded[i]) {
				sent[k] = true
				break
			}
		}
	}
	if err := checkOwnAnswers(c, before, sent); err != nil {
		return err
	}
	own := make([]ce.Fact, 0, len(c.Facts)+len(recorded))
	for i := range c.Facts {
		if !sent[i] {
			own = append(own, c.Facts[i])
		}
	}
	if c.Facts = slices.Concat(own, recorded); len(c.Facts) == 0 {
		c.Facts = nil
	}
	if len(c.Facts) > ce.MaxFacts {
		return ce.Errorf(ce.CodeLimitExceeded, "A certification has at most %d answers, those included that your organization recorded.", ce.MaxFacts)
	}
	return nil
}

// checkOwnAnswers refuses answers of the holder's, but those excepted, that are the organisation's to give: what it grants, and what it
// has answered.
func checkOwnAnswers(c, before *ce.Certification, except []bool) error {
	if c.Shared == nil {
		return nil
	}
	var problems ce.Problems
	for i := range c.Facts {
		fact := &c.Facts[i]
		there := slices.ContainsFunc(before.Facts, func(f ce.Fact) bool { return f.Recorded == nil && f.Answers(fact) })
		switch {
		case except[i] || there:
		case rules.IsGrant(fact.Question):
			problems.Add("is for the organization to record", "facts", i, "questionId")
		case slices.ContainsFunc(before.Facts, func(f ce.Fact) bool { return f.Recorded != nil && f.Question == fact.Question }):
			problems.Add("was answered by the organization", "facts", i, "questionId")
		}
	}
	return problems.Err()
}
