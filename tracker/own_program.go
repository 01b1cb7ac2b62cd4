package tracker

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"

	"accrue/catalog"
	"accrue/ce"
	"accrue/storage"
)

// NewOwnProgram is what a professional enters to create a program of her own, or one of an organisation: its text in the rule
// language, or a number of hours.
type NewOwnProgram struct {
	ID ce.ProgramID
	// Organization shares it with its members; "" for a program of her own.
	Organization ce.OrganizationID `json:",omitempty"`
	Text         string
	Hours        *ce.HoursProgram
}

// OwnProgramUpdate replaces the text of an own program, or of one of an organisation.
type OwnProgramUpdate struct {
	ID       ce.ProgramID
	Revision int // that was seen, see Program.Revision
	Text     string
}

// Validated is what is said of a text that was not stored.
type Validated struct {
	Problems []catalog.Problem
	Program  *Program // as it would be; nil when there are problems
}

// unsaved is the id of a program that is not stored.
const unsaved ce.ProgramID = "00000000-0000-0000-0000-000000000000"

// compiledKept is how many compiled own programs are kept, those that were used last. They are told apart by their
// texts, so that none is ever out of date.
const compiledKept = 256

type compiledKey struct {
	id   ce.ProgramID
	text [sha256.Size]byte
}

// compiled returns the program that the text in force makes. What compiled once does so in later versions of Accrue;
// should it not, the certifications of it cannot be evaluated until its owner mends the text.
func (t *Tracker) compiled(own *ce.OwnProgram) (Program, error) {
	return t.compile(own.ID, own.Text(), len(own.Texts), own.Organization)
}

// shared is compiled for a program that a certification carries along.
func (t *Tracker) shared(id ce.ProgramID, program *ce.SharedProgram) (Program, error) {
	return t.compile(id, program.Text, program.Revision, program.Organization)
}

func (t *Tracker) compile(id ce.ProgramID, text string, revision int, organization ce.OrganizationID) (Program, error) {
	key := compiledKey{id, sha256.Sum256([]byte(text))}
	program, ok := t.ownCompiled.Get(key)
	if !ok {
		var problems []catalog.Problem
		if program, problems = t.catalog.CompileOwn(id, text); problems != nil {
			return Program{}, &ce.Error{
				Code: ce.CodeInternal, Text: "The text of this program can no longer be read by this server.",
				Err: fmt.Errorf("own program %s: line %d: %s", id, problems[0].Line, problems[0].Text),
			}
		}
		t.ownCompiled.Add(key, program)
	}
	return Program{program, text, revision, organization}, nil
}

// newProgram is the program that creating would keep, checked but for its place among others.
func (v *View) newProgram(in NewOwnProgram) (program ce.OwnProgram, err error) {
	program = ce.OwnProgram{ID: in.ID, Organization: in.Organization, CreatedAt: v.now()}
	program.UpdatedAt = program.CreatedAt
	if program.ID == "" {
		program.ID = ce.ProgramID(ce.NewUUID())
	}
	text := in.Text
	if in.Hours != nil {
		hours := *in.Hours
		if err := hours.Clean(); err != nil {
			return program, err
		}
		if text, err = catalog.HoursText(hours); err != nil {
			return program, err
		}
	}
	program.Texts = []ce.ProgramText{{Text: text, CreatedAt: program.CreatedAt}}
	if _, problems := v.catalog.CompileOwn(program.ID, text); problems != nil {
		return program, invalidText(problems)
	}
	return program, nil
}

// checkRoomFor refuses one program too many, and a text for which the others leave no room.
func checkRoomFor(program *ce.OwnProgram, others []ce.OwnProgram, owner string) error {
	if indexOfOwn(others, program.ID) >= 0 { // a repeated request, or one that is refused for its id
		return nil
	}
	if len(others) >= ce.MaxOwnPrograms {
		return ce.Errorf(ce.CodeLimitExceeded, "%s already %d programs, and no more can be kept.", owner, ce.MaxOwnPrograms)
	}
	return checkSum(others, program.Text())
}

// CreateProgram creates an own program, or one of an organisation, and returns it, or nil when the same request was made before and the
// program has been removed since.
func (v *View) CreateProgram(ctx context.Context, in NewOwnProgram) (*Program, error) {
	if in.Organization != "" {
		return v.createShared(ctx, in)
	}
	turn, err := v.begin(ctx)
	if err != nil {
		return nil, err
	}
	own, err := v.newProgram(in)
	if err != nil {
		return nil, err
	}
	held, err := v.handle.ReadCertifications(ctx)
	if err != nil {
		return nil, err
	}
	if err := checkRoomFor(&own, held.OwnPrograms.Items, "You have"); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(held.Items, func(c ce.Certification) bool { return c.Program == own.ID && c.Shared != nil }) {
		return nil, translate(storage.ErrConflict, "program")
	}
	if indexOfOwn(held.OwnPrograms.Items, own.ID) < 0 {
		// Under the id of an organisation's program, it would pass for that one where managers see who holds it and how she stands.
		if _, err := v.store.System().OrganizationOf(ctx, string(own.ID)); err == nil {
			return nil, translate(storage.ErrConflict, "program")
		} else if !errors.Is(err, storage.ErrNotFound) {
			return nil, err
		}
	}
	own, err = v.handle.OwnPrograms().Create(ctx, own, digest(in))
	if errors.Is(err, storage.ErrRemoved) {
		return nil, nil
	}
	if err != nil {
		return nil, translate(err, "program")
	}
	v.settle(ctx, turn, nil)
	program, err := v.compiled(&own)
	return &program, err
}

// UpdateProgram replaces the text of an own program, or of one of an organisation, and returns it. The new text must hold what answers under the old
// one were made of, see catalog.CheckChange. An update that changes nothing succeeds whatever revision it saw.
func (v *View) UpdateProgram(ctx context.Context, in OwnProgramUpdate) (Program, error) {
	turn, err := v.begin(ctx)
	if err != nil {
		return Program{}, err
	}
	held, err := v.handle.ReadCertifications(ctx)
	if err != nil {
		return Program{}, err
	}
	if indexOfOwn(held.OwnPrograms.Items, in.ID) < 0 {
		return v.updateShared(ctx, in)
	}
	if _, problems := v.catalog.CompileOwn(in.ID, in.Text); problems != nil {
		return Program{}, invalidText(problems)
	}
	own, err := v.handle.OwnPrograms().Update(ctx, in.ID, func(p *ce.OwnProgram) error {
		return v.replaceText(p, in, held.OwnPrograms.Items)
	})
	if err != nil {
		return Program{}, translate(err, "program")
	}
	v.settle(ctx, turn, nil)
	return v.compiled(&own)
}

// replaceText gives the program its next text, where the others leave room for it.
func (v *View) replaceText(p *ce.OwnProgram, in OwnProgramUpdate, others []ce.OwnProgram) error {
	if p.Text() == in.Text {
		return storage.ErrUnchanged
	}
	if len(p.Texts) != in.Revision {
		return staleBy("revision", "program")
	}
	if problems := v.checkChange(p, in.Text); problems != nil {
		return invalidText(problems)
	}
	if len(p.Texts) >= ce.MaxProgramTexts {
		return ce.Errorf(ce.CodeLimitExceeded, "This program has been changed %d times, and no more texts of it can be kept. Create another one.", len(p.Texts)-1)
	}
	if err := checkSum(others, in.Text); err != nil {
		return err
	}
	p.UpdatedAt = v.now()
	p.Texts = append(slices.Clone(p.Texts), ce.ProgramText{Text: in.Text, CreatedAt: p.UpdatedAt})
	return nil
}

// checkChange says what a new text must not change. What no longer compiles has no answers that could change.
func (v *View) checkChange(own *ce.OwnProgram, text string) []catalog.Problem {
	if _, err := v.compiled(own); err != nil {
		return nil
	}
	return v.catalog.CheckChange(own.Text(), text)
}

// RemoveProgram removes an own program that nothing of the viewer's refers to, or one of an organisation; removing it again is no error.
func (v *View) RemoveProgram(ctx context.Context, id ce.ProgramID, revision int) error {
	turn, err := v.begin(ctx)
	if err != nil {
		return err
	}
	err = v.handle.OwnPrograms().Remove(ctx, id, v.now(), func(p ce.OwnProgram) error {
		if len(p.Texts) != revision {
			return staleBy("revision", "program")
		}
		// Read after the program and before it is removed under the version read: AddCertification changes the program
		// once it has written the certification, so that one of the two learns of the other.
		return v.checkUnused(ctx, id)
	})
	if errors.Is(err, storage.ErrNotFound) {
		return v.removeShared(ctx, id, revision)
	}
	if err != nil {
		return translate(err, "program")
	}
	v.settle(ctx, turn, nil)
	return nil
}

func (v *View) checkUnused(ctx context.Context, id ce.ProgramID) error {
	certifications, err := v.handle.ReadCertifications(ctx)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(certifications.Items, func(c ce.Certification) bool { return c.Program == id }) {
		return ce.Errorf(ce.CodeConflict, "You hold a certification of this program. Remove the certification first.")
	}
	return v.checkUnitsUnused(ctx, id)
}

// checkUnitsUnused refuses to give up a program in whose units credits of the viewer's are counted.
func (v *View) checkUnitsUnused(ctx context.Context, id ce.ProgramID) error {
	credits, err := v.handle.ReadCredits(ctx)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(credits.Items, func(c ce.Credit) bool { return strings.HasPrefix(string(c.Unit), string(id)+".") }) {
		return ce.Errorf(ce.CodeConflict, "Credits of yours are counted in a unit of this program. Enter them in another unit, or delete them first.")
	}
	return nil
}

// ValidateProgram says what a text would be as an own program, or as the next text of the one that is named ("" for none), which may be
// one of an organisation.
// Nothing is stored.
func (v *View) ValidateProgram(ctx context.Context, id ce.ProgramID, text string) (Validated, error) {
	if _, err := v.Professional(ctx); err != nil {
		return Validated{}, err
	}
	own := ce.OwnProgram{ID: unsaved}
	if id != "" {
		held, err := v.held(ctx)
		if err != nil {
			return Validated{}, err
		}
		if i := indexOfOwn(held.OwnPrograms.Items, id); i >= 0 {
			own = held.OwnPrograms.Items[i]
		} else if _, own, err = v.managedProgram(ctx, id); err != nil {
			return Validated{}, err
		}
	}
	program, problems := v.catalog.CompileOwn(own.ID, text)
	if problems == nil && id != "" {
		problems = v.checkChange(&own, text)
	}
	if problems != nil {
		return Validated{Problems: problems}, nil
	}
	revision := len(own.Texts)
	if id == "" || own.Text() != text {
		revision++
	}
	return Validated{Program: &Program{program, text, revision, own.Organization}}, nil
}

// invalidText refuses a text, with all that is wrong with it.
func invalidText(problems []catalog.Problem) error {
	var found ce.Problems
	for _, problem := range problems {
		path := []any{"text"}
		for _, part := range problem.Path {
			path = append(path, part)
		}
		text := problem.Text
		if problem.Line > 0 {
			text = fmt.Sprintf("line %d: %s", problem.Line, text)
		}
		found.Add(text, path...)
	}
	return found.Err()
}

// checkSum refuses a text for which the texts before leave no room.
func checkSum(held []ce.OwnProgram, text string) error {
	sum := len(text)
	for _, own := range held {
		for _, one := range own.Texts {
			sum += len(one.Text)
		}
	}
	if sum > ce.MaxProgramTextsSum {
		return ce.Errorf(ce.CodeLimitExceeded, "The texts of all these programs, with all earlier ones, may be %d kB long together, and this one exceeds it.", ce.MaxProgramTextsSum>>10)
	}
	return nil
}
