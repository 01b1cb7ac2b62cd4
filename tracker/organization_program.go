package tracker

import (
	"context"
	"errors"
	"slices"

	"accrue/ce"
	"accrue/storage"
)

// A program of an organisation goes with each certification of it: whoever holds one reads no more than any other, and keeps the program
// when she leaves or the organisation is deleted. What changes is handed on by the sweep.

// SharedPrograms returns the programs that an organisation shares with its members, by name.
func (v *View) SharedPrograms(ctx context.Context, id ce.OrganizationID) ([]Program, error) {
	s, err := v.seat(ctx, id)
	if err != nil {
		return nil, err
	}
	all, err := s.handle.ReadPrograms(ctx)
	if err != nil {
		return nil, err
	}
	return v.listed(ctx, all), nil
}

// sharedProgram returns a program of an organisation and the viewer's place there, NOT_FOUND where she has none.
func (v *View) sharedProgram(ctx context.Context, id ce.ProgramID) (*seat, ce.OwnProgram, error) {
	s, err := v.seatOf(ctx, string(id), "program")
	if err != nil {
		return nil, ce.OwnProgram{}, err
	}
	program, err := s.handle.Program(ctx, id)
	return s, program, translate(err, "program")
}

// managedProgram is sharedProgram for who may change it.
func (v *View) managedProgram(ctx context.Context, id ce.ProgramID) (*seat, ce.OwnProgram, error) {
	s, program, err := v.sharedProgram(ctx, id)
	if err == nil {
		err = s.managesAll()
	}
	return s, program, err
}

func (v *View) createShared(ctx context.Context, in NewOwnProgram) (*Program, error) {
	s, err := v.seat(ctx, in.Organization)
	if err != nil {
		return nil, err
	}
	if err := s.managesAll(); err != nil {
		return nil, err
	}
	program, err := v.newProgram(in)
	if err != nil {
		return nil, err
	}
	all, err := s.handle.ReadPrograms(ctx)
	if err != nil {
		return nil, err
	}
	if err := checkRoomFor(&program, all, "This organization has"); err != nil {
		return nil, err
	}
	compiled, err := v.compiled(&program)
	if err != nil {
		return nil, err
	}
	program, err = s.handle.CreateProgram(ctx, program, digest(in), v.entry(ce.LogProgramCreated, "", nil, []string{compiled.Name}))
	if errors.Is(err, storage.ErrRemoved) {
		return nil, nil
	}
	if err != nil {
		return nil, translate(err, "program")
	}
	compiled, err = v.compiled(&program)
	return &compiled, err
}

func (v *View) updateShared(ctx context.Context, in OwnProgramUpdate) (Program, error) {
	s, _, err := v.managedProgram(ctx, in.ID)
	if err != nil {
		return Program{}, err
	}
	next, problems := v.catalog.CompileOwn(in.ID, in.Text)
	if problems != nil {
		return Program{}, invalidText(problems)
	}
	all, err := s.handle.ReadPrograms(ctx)
	if err != nil {
		return Program{}, err
	}
	updated, err := s.handle.UpdateProgram(ctx, in.ID, func(p *ce.OwnProgram) ([]ce.LogEntry, error) {
		before := v.nameOf(p)
		if err := v.replaceText(p, in, all); err != nil {
			return nil, err
		}
		return []ce.LogEntry{v.entry(ce.LogProgramUpdated, "", before, []string{next.Name})}, nil
	})
	if err != nil {
		return Program{}, translate(err, "program")
	}
	return v.compiled(&updated)
}

// nameOf returns the name of the program for the log, nothing where this server can no longer read it.
func (v *View) nameOf(p *ce.OwnProgram) []string {
	program, err := v.compiled(p)
	if err != nil {
		return nil
	}
	return []string{program.Name}
}

func (v *View) removeShared(ctx context.Context, id ce.ProgramID, revision int) error {
	s, err := v.seatOf(ctx, string(id), "program")
	if err != nil {
		return err
	}
	if err := s.managesAll(); err != nil {
		return err
	}
	err = s.handle.RemoveProgram(ctx, id, v.now(), func(p ce.OwnProgram) ([]ce.LogEntry, error) {
		if len(p.Texts) != revision {
			return nil, staleBy("revision", "program")
		}
		return []ce.LogEntry{v.entry(ce.LogProgramRemoved, "", v.nameOf(&p), nil)}, nil
	})
	return translate(err, "program")
}

// programFor returns the program of a new certification, and what of it the certification carries along.
func (v *View) programFor(ctx context.Context, in NewCertification, held storage.Held) (Program, *ce.SharedProgram, error) {
	program, err := programs{tracker: v.Tracker, own: held.OwnPrograms.Items}.find(in.Program)
	if ce.CodeOf(err) != ce.CodeNotFound {
		return program, nil, err
	}
	if i := indexOf(held.Items, in.ID); i >= 0 && held.Items[i].Program == in.Program && held.Items[i].Shared != nil {
		// The same request again, perhaps after she has left the organisation.
		program, err = v.shared(in.Program, held.Items[i].Shared)
		return program, held.Items[i].Shared, err
	}
	_, own, err := v.sharedProgram(ctx, in.Program)
	if err != nil {
		return Program{}, nil, err
	}
	sum := len(own.Text())
	for i := range held.Items {
		if held.Items[i].Shared != nil {
			sum += len(held.Items[i].Shared.Text)
		}
	}
	if sum > ce.MaxProgramTextsSum {
		return Program{}, nil, ce.Errorf(ce.CodeLimitExceeded,
			"The programs of organizations that your certifications are of may be %d kB long together, and this one exceeds it.", ce.MaxProgramTextsSum>>10)
	}
	program, err = v.compiled(&own)
	return program, own.Shared(), err
}

// checkUnitsKept refuses to remove the last certification of an organisation's program while credits are counted in a unit of it: nothing
// else says how long that is.
func (v *View) checkUnitsKept(ctx context.Context, c *ce.Certification) error {
	if c.Shared == nil {
		return nil
	}
	held, err := v.handle.ReadCertifications(ctx)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(held.Items, func(other ce.Certification) bool { return other.Program == c.Program && other.ID != c.ID }) {
		return nil
	}
	return v.checkUnitsUnused(ctx, c.Program)
}

// catchUp gives each marked certification the text that its organisation's program has by now, and the organisation's log what was recorded
// of it. It is part of the refresh that follows a change of the certification: whoever hands on a change of the program just when
// it is added does not find what is not written yet.
func (t *Tracker) catchUp(ctx context.Context, handle storage.Professional, certifications storage.Marked[ce.Certification]) error {
	for _, mark := range certifications.Marks {
		i := indexOf(certifications.Items, ce.CertificationID(mark.ID))
		if i < 0 || certifications.Items[i].Shared == nil {
			continue
		}
		c := &certifications.Items[i]
		if err := t.logEntries(ctx, c.Entries); err != nil {
			return err
		}
		program, err := t.store.Organization(c.Shared.Organization).Program(ctx, c.Program)
		if errors.Is(err, storage.ErrNotFound) { // the certification keeps what it has
			continue
		}
		if err != nil {
			return err
		}
		if err := t.hand(ctx, handle, c.ID, &program); err != nil {
			return err
		}
	}
	return nil
}

// hand gives the certification the program as it is, unless it has it or is gone.
func (t *Tracker) hand(ctx context.Context, handle storage.Professional, id ce.CertificationID, program *ce.OwnProgram) error {
	_, err := handle.Certifications().Update(ctx, id, func(c *ce.Certification) error {
		if c.Shared == nil || c.Program != program.ID || c.Shared.Revision >= len(program.Texts) {
			return storage.ErrUnchanged
		}
		c.Shared, c.UpdatedAt = program.Shared(), t.now()
		return nil
	})
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	return err
}

// spreadPrograms hands on what organisations changed of their programs, to so many certifications, and reports whether others may be left.
func (t *Tracker) spreadPrograms(ctx context.Context, system storage.System, failed *int) (more bool, err error) {
	changed, err := system.ChangedPrograms(ctx, sweepBatch)
	room := sweepBatch
	for _, one := range changed {
		if room == 0 {
			return true, nil
		}
		organization := t.store.Organization(one.Organization)
		program, err := organization.Program(ctx, one.Program)
		if errors.Is(err, storage.ErrNotFound) { // removed just now
			continue
		}
		if err != nil {
			return false, err
		}
		holders, err := system.Holders(ctx, one.Program, len(program.Texts), room)
		if err != nil {
			return false, err
		}
		before := *failed
		for _, holder := range holders {
			err := t.hand(ctx, t.store.Professional(holder.Professional), holder.Certification, &program)
			if err == nil {
				_, err = t.Refresh(ctx, holder.Professional)
			}
			*failed += t.report(ctx, holder.Professional, err)
		}
		if len(holders) == room {
			room = 0
			continue
		}
		room -= len(holders)
		if *failed == before {
			if err := organization.SettleProgram(ctx, program.ID, program.Version); err != nil {
				return false, err
			}
		}
	}
	return room == 0 || len(changed) == sweepBatch, err
}
