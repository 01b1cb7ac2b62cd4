package tracker

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"slices"

	"accrue/ce"
	"accrue/scan"
	"accrue/storage"
)

// FileLimits are how much evidence is taken.
type FileLimits struct {
	FileSize int64 // bytes of one file
	Files    int   // of one professional, at most ce.MaxEvidence
	Bytes    int64 // of all files of one professional
}

// Keep says where the contents of evidence are kept and how much of it; without it none is taken. It must be called before the tracker
// is used.
func (t *Tracker) Keep(files storage.Files, limits FileLimits) { t.files, t.fileLimits = files, limits }

func (l FileLimits) tooLarge() error {
	return fileRefused("The file is larger than " + ce.FileSize(l.FileSize) + ", and none that large is kept. Send a smaller photo, or fewer pages.")
}

var errNoFiles = ce.Errorf(ce.CodeForbidden, "This server keeps no files.")

// NewEvidence is an uploaded file.
type NewEvidence struct {
	FileName string         // as the client calls it; "" when it does not
	Size     int64          // bytes, as announced; not above 0 when unknown
	Credit   ce.CreditID    // that it proves; "" for none yet
	Text     *scan.Document // that the phone recognised; nil for none
	Content  io.Reader
}

// Uploaded is what an upload brings about.
type Uploaded struct {
	Evidence ce.Evidence
	Known    bool // the same file had been uploaded before
}

// UploadEvidence keeps a file and attaches it to the credit, if there is one. It reads no further than it must to refuse a file. The
// same file of the viewer's uploaded again is the same evidence, with the name that it had; what was removed comes back.
func (v *View) UploadEvidence(ctx context.Context, in NewEvidence) (Uploaded, error) {
	if _, err := v.Professional(ctx); err != nil {
		return Uploaded{}, err
	}
	if v.files == nil {
		return Uploaded{}, errNoFiles
	}
	if in.Size > v.fileLimits.FileSize {
		return Uploaded{}, v.fileLimits.tooLarge()
	}
	if in.Credit != "" {
		if _, err := v.proven(ctx, in.Credit); err != nil {
			return Uploaded{}, err
		}
	}
	evidence, err := v.takeIn(ctx, in)
	if err != nil {
		return Uploaded{}, err
	}
	v.forget()
	if in.Credit != "" {
		if err := v.checkProven(ctx, in.Credit, evidence.ID); err != nil {
			v.discard(ctx, evidence.Key)
			return Uploaded{}, err
		}
	}
	stored, err := v.keep(ctx, evidence)
	if err != nil {
		return Uploaded{}, translate(err, "professional")
	}
	uploaded := Uploaded{Evidence: stored, Known: stored.Key != evidence.Key}
	if uploaded.Known {
		v.discard(ctx, evidence.Key)
	}
	if in.Credit != "" && !slices.Contains(stored.Credits, in.Credit) {
		v.forget()
		if uploaded.Evidence, err = v.attach(ctx, v.handle, stored.ID, in.Credit); err != nil {
			return Uploaded{}, err
		}
	}
	// Whoever gets no answer uploads again, so that no file is left that does not wait to be read.
	return uploaded, translate(v.requestScan(ctx, stored.ID, in.Text), "professional")
}

// takeIn writes the content of a file under a key of its own and returns the evidence that it would be.
func (v *View) takeIn(ctx context.Context, in NewEvidence) (ce.Evidence, error) {
	content := &fileReader{from: bufio.NewReaderSize(in.Content, ce.MediaTypeStart), limits: v.fileLimits, hash: sha256.New()}
	start, err := content.from.Peek(ce.MediaTypeStart)
	if err != nil && !errors.Is(err, io.EOF) {
		return ce.Evidence{}, cutOff(ctx, err)
	}
	if len(start) == 0 {
		return ce.Evidence{}, fileRefused("The file is empty.")
	}
	mediaType := ce.MediaTypeOf(string(start))
	if mediaType == "" {
		return ce.Evidence{}, fileRefused("This type of file is not taken. Send a PDF or a picture (JPEG, PNG, WebP or HEIC).")
	}
	now := v.now()
	evidence := ce.Evidence{
		Professional: v.viewer.Professional, Key: filesOf(v.viewer.Professional) + ce.NewUUID(), Secret: ce.NewSecret(),
		FileName: ce.CleanFileName(in.FileName), MediaType: mediaType, CreatedAt: now, UpdatedAt: now,
	}
	if mediaType != ce.MediaPDF {
		evidence.Pages = 1
	}
	if in.Credit != "" {
		evidence.Credits = []ce.CreditID{in.Credit}
	}
	if err := v.files.Write(ctx, evidence.Key, mediaType, content); err != nil {
		if content.err != nil {
			err = cutOff(ctx, content.err)
		}
		return ce.Evidence{}, err
	}
	evidence.Size, evidence.Hash = content.read, hex.EncodeToString(content.hash.Sum(nil))
	evidence.ID = ce.NewEvidenceID(evidence.Professional, evidence.Hash)
	return evidence, nil
}

// filesOf is what the keys of all contents of a professional's begin with.
func filesOf(professional ce.ProfessionalID) string { return string(professional) + "/" }

// cutOff is why a file was not read to its end.
func cutOff(ctx context.Context, err error) error {
	var known *ce.Error
	if errors.As(err, &known) {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return &ce.Error{Code: ce.CodeInvalidInput, Path: []string{"file"}, Text: "The file did not arrive whole; send it again.", Err: err}
}

func fileRefused(text string) error {
	return &ce.Error{Code: ce.CodeInvalidInput, Path: []string{"file"}, Text: text}
}

// keep stores the fact whose content is there already, or returns the one that was stored before of the same content.
func (v *View) keep(ctx context.Context, evidence ce.Evidence) (ce.Evidence, error) {
	facts := v.handle.Evidence()
	stored, err := facts.Get(ctx, evidence.ID)
	if errors.Is(err, storage.ErrNotFound) {
		if err := v.checkFileRoom(ctx, evidence); err != nil {
			v.discard(ctx, evidence.Key)
			return ce.Evidence{}, err
		}
		stored, err = facts.Create(ctx, evidence, evidence.Hash)
		if errors.Is(err, storage.ErrRemoved) {
			stored, err = v.handle.RestoreEvidence(ctx, evidence)
		}
		if errors.Is(err, storage.ErrNotFound) { // she was erased meanwhile
			v.discard(ctx, evidence.Key)
		}
		// What any other error left behind is not known: the sweep discards the content if there is no fact.
	}
	if err != nil || stored.Key == evidence.Key {
		return stored, err
	}
	// A database that was restored without its files knows of contents that are gone; here is one of them.
	content, err := v.files.Open(ctx, stored.Key)
	if err == nil {
		return stored, content.Close()
	}
	if !errors.Is(err, storage.ErrNotFound) {
		return ce.Evidence{}, err
	}
	return facts.Update(ctx, stored.ID, func(e *ce.Evidence) error {
		if e.Key != stored.Key {
			return storage.ErrUnchanged
		}
		e.Key, e.UpdatedAt = evidence.Key, v.now()
		return nil
	})
}

// checkFileRoom refuses one file too many.
func (v *View) checkFileRoom(ctx context.Context, evidence ce.Evidence) error {
	all, err := v.handle.ReadEvidence(ctx)
	if err != nil {
		return err
	}
	if len(all) >= v.fileLimits.Files {
		return ce.Errorf(ce.CodeLimitExceeded, "You have %d files, and no more can be kept. Remove some that you no longer need.", len(all))
	}
	total := int64(evidence.Size)
	for i := range all {
		total += int64(all[i].Size)
	}
	if total > v.fileLimits.Bytes {
		return ce.Errorf(ce.CodeLimitExceeded, "Your files would be more than %s together, and no more can be kept. Remove some that you no longer need.",
			ce.FileSize(v.fileLimits.Bytes))
	}
	return nil
}

// checkProven refuses one file too many for the credit besides the one that it may have already.
func (v *View) checkProven(ctx context.Context, credit ce.CreditID, besides ce.EvidenceID) error {
	of, err := v.EvidenceOf(ctx, credit)
	if err != nil {
		return err
	}
	of = slices.DeleteFunc(of, func(e ce.Evidence) bool { return e.ID == besides })
	if len(of) >= ce.MaxEvidenceOfCredit {
		return ce.Errorf(ce.CodeLimitExceeded, "This credit has %d files, and no more can be attached to it.", len(of))
	}
	return nil
}

// proven returns the credit that an input names at creditId.
func (v *View) proven(ctx context.Context, id ce.CreditID) (ce.Credit, error) {
	credit, err := v.Credit(ctx, id)
	if ce.CodeOf(err) == ce.CodeNotFound {
		err = errNoSuchCredit
	}
	return credit, err
}

var errNoSuchCredit = &ce.Error{Code: ce.CodeNotFound, Path: []string{"creditId"}, Text: "There is no such credit."}

// attach adds the credit to those that the evidence proves.
func (t *Tracker) attach(ctx context.Context, handle storage.Professional, id ce.EvidenceID, credit ce.CreditID) (ce.Evidence, error) {
	evidence, err := handle.Evidence().Update(ctx, id, func(e *ce.Evidence) error {
		if slices.Contains(e.Credits, credit) {
			return storage.ErrUnchanged
		}
		if err := e.CheckAttach(); err != nil {
			return err
		}
		e.Credits, e.UpdatedAt = append(slices.Clone(e.Credits), credit), t.now()
		return nil
	})
	if err != nil {
		return ce.Evidence{}, translate(err, "file")
	}
	// Whoever deletes the credit detaches its evidence afterwards. Either that sees what was just written, or this sees that
	// the credit is gone.
	if _, err := handle.Credits().Get(ctx, credit); err != nil {
		if errors.Is(err, storage.ErrNotFound) {
			_, released := t.release(ctx, handle, id, credit)
			err = errors.Join(errNoSuchCredit, released)
		}
		return ce.Evidence{}, err
	}
	return evidence, nil
}

// AttachEvidence lets the evidence prove the credit, too. Attaching it again is no error.
func (v *View) AttachEvidence(ctx context.Context, id ce.EvidenceID, credit ce.CreditID) (ce.Evidence, ce.Credit, error) {
	if _, err := v.EvidenceByID(ctx, id); err != nil {
		return ce.Evidence{}, ce.Credit{}, err
	}
	found, err := v.proven(ctx, credit)
	if err != nil {
		return ce.Evidence{}, ce.Credit{}, err
	}
	if err := v.checkProven(ctx, credit, id); err != nil {
		return ce.Evidence{}, ce.Credit{}, err
	}
	v.forget()
	evidence, err := v.attach(ctx, v.handle, id, credit)
	if err != nil {
		return ce.Evidence{}, ce.Credit{}, err
	}
	return evidence, found, nil
}

// DetachEvidence ends that the evidence proves the credit and returns it, or nil when that was the last one: then it is removed with its
// file. Detaching it again is no error.
func (v *View) DetachEvidence(ctx context.Context, id ce.EvidenceID, credit ce.CreditID) (*ce.Evidence, ce.Credit, error) {
	found, err := v.proven(ctx, credit)
	if err != nil {
		return nil, ce.Credit{}, err
	}
	v.forget()
	if found.ScannedFrom == id {
		// Else whoever refreshes what follows from a later change of the credit would attach it again.
		found, err = v.handle.Credits().Update(ctx, credit, func(c *ce.Credit) error {
			if c.ScannedFrom != id {
				return storage.ErrUnchanged
			}
			c.ScannedFrom, c.UpdatedAt = "", v.now()
			return nil
		})
		if err != nil {
			return nil, ce.Credit{}, translate(err, "credit")
		}
	}
	left, err := v.release(ctx, v.handle, id, credit)
	return left, found, translate(err, "file")
}

// errLastUse says that what would be detached is the last credit.
var errLastUse = errors.New("tracker: the last credit of the evidence")

// release takes the credit off those that the evidence proves and returns it, or nil when that was the last one, which removes the
// evidence with its content; nil, too, when it was removed before.
func (t *Tracker) release(ctx context.Context, handle storage.Professional, id ce.EvidenceID, credit ce.CreditID) (*ce.Evidence, error) {
	facts := handle.Evidence()
	for {
		left, err := facts.Update(ctx, id, func(e *ce.Evidence) error {
			if !slices.Contains(e.Credits, credit) {
				return storage.ErrUnchanged
			}
			if len(e.Credits) == 1 {
				return errLastUse
			}
			e.Credits = slices.DeleteFunc(slices.Clone(e.Credits), func(c ce.CreditID) bool { return c == credit })
			e.UpdatedAt = t.now()
			return nil
		})
		if err == nil {
			return &left, nil
		}
		if !errors.Is(err, errLastUse) && !errors.Is(err, storage.ErrNotFound) {
			return nil, err
		}
		err = t.removeEvidence(ctx, handle, id, func(e ce.Evidence) error {
			if len(e.Credits) != 1 || e.Credits[0] != credit { // it changed meanwhile
				return storage.ErrUnchanged
			}
			return nil
		})
		if !errors.Is(err, storage.ErrUnchanged) {
			return nil, err
		}
	}
}

// RemoveEvidence removes the evidence, whatever it proves, with its file. Removing it again is no error.
func (v *View) RemoveEvidence(ctx context.Context, id ce.EvidenceID, version int) error {
	if _, err := v.Professional(ctx); err != nil {
		return err
	}
	v.forget()
	return translate(v.removeEvidence(ctx, v.handle, id, func(e ce.Evidence) error {
		if e.Version != version {
			return stale("file")
		}
		return nil
	}), "file")
}

// removeEvidence removes the fact, once check has agreed, and its content after it.
func (t *Tracker) removeEvidence(ctx context.Context, handle storage.Professional, id ce.EvidenceID, check func(ce.Evidence) error) error {
	key := ""
	err := handle.Evidence().Remove(ctx, id, t.now(), func(e ce.Evidence) error {
		key = e.Key
		return check(e)
	})
	if err != nil {
		return err
	}
	if key != "" {
		t.discard(ctx, key)
	}
	return handle.RemoveScan(ctx, id)
}

// discard removes a content that no fact needs. Where that fails, the sweep does it.
func (t *Tracker) discard(ctx context.Context, key string) {
	if t.files == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), refreshTime)
	defer cancel()
	if err := t.files.Remove(ctx, key); err != nil {
		t.log.WarnContext(ctx, "a file that nothing needs is left to the sweep", "error", err)
	}
}

// releaseRemoved detaches the evidence of the credits whose tombstones are marked: of those that are removed. It is part of the refresh
// that follows the removal, so that whoever finishes that finishes this.
func (t *Tracker) releaseRemoved(ctx context.Context, handle storage.Professional, credits storage.Marked[ce.Credit]) error {
	removed := map[ce.CreditID]bool{}
	for _, mark := range credits.Marks {
		removed[ce.CreditID(mark.ID)] = true
	}
	for i := range credits.Items {
		delete(removed, credits.Items[i].ID)
	}
	if len(removed) == 0 {
		return nil
	}
	all, err := handle.ReadEvidence(ctx)
	if err != nil {
		return err
	}
	for i := range all {
		for _, credit := range all[i].Credits {
			if !removed[credit] {
				continue
			}
			if _, err := t.release(ctx, handle, all[i].ID, credit); err != nil {
				return err
			}
		}
	}
	return nil
}

// EvidenceByID returns one file of the viewer's.
func (v *View) EvidenceByID(ctx context.Context, id ce.EvidenceID) (ce.Evidence, error) {
	if _, err := v.Professional(ctx); err != nil {
		return ce.Evidence{}, err
	}
	evidence, err := v.handle.Evidence().Get(ctx, id)
	return evidence, translate(err, "file")
}

// ListEvidence returns a page of the viewer's evidence, newest first.
func (v *View) ListEvidence(ctx context.Context, page storage.Page[storage.EvidenceKey]) (storage.Slice[ce.Evidence], error) {
	if _, err := v.Professional(ctx); err != nil {
		return storage.Slice[ce.Evidence]{}, err
	}
	return v.handle.ListEvidence(ctx, page)
}

// EvidenceOf returns the evidence of a credit of the viewer's, that which was uploaded first before the others.
func (v *View) EvidenceOf(ctx context.Context, credit ce.CreditID) ([]ce.Evidence, error) {
	if _, err := v.Professional(ctx); err != nil {
		return nil, err
	}
	byCredit, err := v.reading().evidence.get(func() (map[ce.CreditID][]ce.Evidence, error) {
		all, err := v.handle.ReadEvidence(ctx)
		byCredit := map[ce.CreditID][]ce.Evidence{}
		for _, evidence := range slices.Backward(all) {
			for _, credit := range evidence.Credits {
				byCredit[credit] = append(byCredit[credit], evidence)
			}
		}
		return byCredit, err
	})
	return slices.Clone(byCredit[credit]), err
}

// CreditsOf returns the credits that the evidence proves, in the order in which they were attached.
func (v *View) CreditsOf(ctx context.Context, evidence *ce.Evidence) ([]ce.Credit, error) {
	all, err := v.allCredits(ctx)
	if err != nil {
		return nil, err
	}
	credits := make([]ce.Credit, 0, len(evidence.Credits))
	for _, id := range evidence.Credits {
		// One that was deleted a moment ago is about to be detached.
		if i := slices.IndexFunc(all, func(c ce.Credit) bool { return c.ID == id }); i >= 0 {
			credits = append(credits, all[i])
		}
	}
	return credits, nil
}

// fileReader reads a file up to a limit, counts and digests it, and remembers why reading failed.
type fileReader struct {
	from   *bufio.Reader
	limits FileLimits
	hash   hash.Hash
	read   int
	err    error
}

// Read implements io.Reader.
func (r *fileReader) Read(p []byte) (int, error) {
	if r.err != nil {
		return 0, r.err
	}
	n, err := r.from.Read(p)
	if r.read += n; int64(r.read) > r.limits.FileSize {
		r.err = r.limits.tooLarge()
		return 0, r.err
	}
	_, _ = r.hash.Write(p[:n])
	if err != nil && !errors.Is(err, io.EOF) {
		r.err = err
	}
	return n, err
}
