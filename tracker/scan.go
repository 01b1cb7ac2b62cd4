package tracker

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"accrue/ce"
	"accrue/scan"
	"accrue/storage"
)

// Scanning says who reads the files that are kept.
type Scanning struct {
	// Wake is called when a file waits to be read. It must not block.
	Wake func()
	// Observe is told, once for each confirmed certificate, what became of its fields.
	Observe func([]ce.ConfirmedField)
}

// Scan says that files are read; without it none waits to be. It must be called before the tracker is used.
func (t *Tracker) Scan(scanning Scanning) { t.scanning = &scanning }

var errNoScans = ce.Errorf(ce.CodeForbidden, "This server reads no files.")

// Scanned is the scan of a file with what was read in it.
type Scanned struct {
	ce.Scan
	Result scan.Result // empty unless the scan is SCANNED
}

// requestScan lets the file wait to be read, unless it did before.
func (v *View) requestScan(ctx context.Context, id ce.EvidenceID, text *scan.Document) error {
	if v.scanning == nil {
		return nil
	}
	waiting, err := v.waitingScan(id, text)
	if err != nil {
		return err
	}
	_, err = v.handle.CreateScan(ctx, waiting)
	v.scanning.Wake()
	return err
}

func (v *View) waitingScan(id ce.EvidenceID, text *scan.Document) (ce.Scan, error) {
	waiting := ce.Scan{
		Evidence: id, Professional: v.viewer.Professional, Status: ce.ScanWaiting, RequestedAt: v.now(), NextAt: v.now(),
	}
	if text != nil {
		written, err := json.Marshal(text)
		if err != nil {
			return ce.Scan{}, err
		}
		if len(written) > ce.MaxDeviceText {
			return ce.Scan{}, &ce.Error{Code: ce.CodeInvalidInput, Path: []string{"recognizedText"}, Text: "must be at most " + ce.FileSize(ce.MaxDeviceText)}
		}
		waiting.DeviceText = written
	}
	return waiting, nil
}

// ScanEvidence lets a file be read, again if it was, with the text that the phone recognised in it; nil for none, or for that which waits with it.
func (v *View) ScanEvidence(ctx context.Context, id ce.EvidenceID, text *scan.Document) (ce.Evidence, error) {
	evidence, err := v.EvidenceByID(ctx, id)
	if err != nil {
		return ce.Evidence{}, err
	}
	if v.scanning == nil {
		return ce.Evidence{}, errNoScans
	}
	waiting, err := v.waitingScan(id, text)
	if err != nil {
		return ce.Evidence{}, err
	}
	v.forget()
	if _, err = v.handle.CreateScan(ctx, waiting); err == nil {
		_, err = v.handle.UpdateScan(ctx, id, func(s *ce.Scan) error {
			if s.Status == ce.ScanWaiting && (text == nil || bytes.Equal(s.DeviceText, waiting.DeviceText)) {
				return storage.ErrUnchanged
			}
			again := waiting
			again.Confirmations, again.Pages = s.Confirmations, s.Pages
			*s = again
			return nil
		})
	}
	v.scanning.Wake()
	return evidence, translate(err, "file")
}

// ScanSummary returns how far reading the file has come: its scan without what was read. A file that was never asked to be read has
// the status NOT_SCANNED.
func (v *View) ScanSummary(ctx context.Context, id ce.EvidenceID) (ce.Scan, error) {
	summaries, err := v.reading().scans.get(func() (map[ce.EvidenceID]ce.Scan, error) {
		return v.handle.ScanSummaries(ctx)
	})
	if summary, ok := summaries[id]; ok {
		return summary, err
	}
	return ce.Scan{Evidence: id, Status: ce.ScanNone}, err
}

// ScanOf returns what was read in the file, or nil while nothing is known.
func (v *View) ScanOf(ctx context.Context, id ce.EvidenceID) (*Scanned, error) {
	found, err := v.handle.Scan(ctx, id)
	if errors.Is(err, storage.ErrNotFound) || err == nil && found.Status == ce.ScanWaiting {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	scanned := &Scanned{Scan: found}
	if found.Status == ce.ScanDone {
		if err := json.Unmarshal(found.Found, &scanned.Result); err != nil {
			return nil, fmt.Errorf("read what was found in a file: %w", err)
		}
	}
	return scanned, nil
}

// ConfirmedCredit returns the credit that was logged from a certificate of the file last, nil when none was or it is deleted.
func (v *View) ConfirmedCredit(ctx context.Context, of *ce.Scan, certificate int) (*ce.Credit, error) {
	i := slices.IndexFunc(of.Confirmations, func(c ce.Confirmation) bool { return c.Certificate == certificate })
	if i < 0 {
		return nil, nil
	}
	credit, err := v.Credit(ctx, of.Confirmations[i].Credit)
	if ce.CodeOf(err) == ce.CodeNotFound {
		return nil, nil
	}
	return &credit, err
}

// NewConfirmation is a credit as a person confirms it.
type NewConfirmation struct {
	Evidence    ce.EvidenceID
	Certificate int // which one of the file, from 0
	Credit      NewCredit
}

// ConfirmScan logs a credit from what was read in a file, which proves it from then on. That the credit names the file is what makes it one step: whoever
// refreshes what follows from the credit attaches the file. What the person changed is kept with the scan.
func (v *View) ConfirmScan(ctx context.Context, in NewConfirmation) (ce.Evidence, Logged, error) {
	evidence, err := v.EvidenceByID(ctx, in.Evidence)
	if err != nil {
		return ce.Evidence{}, Logged{}, err
	}
	scanned, err := v.ScanOf(ctx, in.Evidence)
	if err != nil {
		return ce.Evidence{}, Logged{}, err
	}
	if scanned == nil || scanned.Status != ce.ScanDone {
		return ce.Evidence{}, Logged{}, ce.Errorf(ce.CodeConflict, "This file has not been read. Log the credit, and attach the file to it.")
	}
	if in.Certificate < 0 || in.Certificate >= len(scanned.Result.Certificates) {
		return ce.Evidence{}, Logged{}, &ce.Error{
			Code: ce.CodeInvalidInput, Path: []string{"certificate"}, Text: fmt.Sprintf("must be one of the %d in the file, from 0", len(scanned.Result.Certificates)),
		}
	}
	draft, err := v.proposal(ctx, &scanned.Result.Certificates[in.Certificate])
	if err != nil {
		return ce.Evidence{}, Logged{}, err
	}
	credit := in.Credit
	credit.ScannedFrom = in.Evidence
	if credit.ID == "" {
		credit.ID = ce.NewScannedCreditID(in.Evidence, in.Certificate)
	}
	if !slices.Contains(evidence.Credits, credit.ID) {
		if err := evidence.CheckAttach(); err != nil {
			return ce.Evidence{}, Logged{}, err
		}
	}
	logged, err := v.LogCredit(ctx, credit)
	if err != nil {
		return ce.Evidence{}, Logged{}, within(err, "credit")
	}
	if logged.Credit != nil {
		err := v.recordConfirmation(ctx, in.Evidence, ce.Confirmation{
			Certificate: in.Certificate, Credit: credit.ID, At: v.now(), Fields: confirmedFields(&draft, logged.Credit),
		})
		if err != nil {
			// The credit is logged: what it says of the recogniser is not worth an error. A repeated request records it.
			v.log.WarnContext(ctx, "a confirmed scan is not recorded", "error", err)
		}
	}
	evidence, err = v.EvidenceByID(ctx, in.Evidence)
	return evidence, logged, err
}

// within says of an error that it lies in a field of the input.
func within(err error, field string) error {
	var known *ce.Error
	switch {
	case ce.CodeOf(err) == ce.CodeInvalidInput:
		var problems ce.Problems
		problems.Check(err, field)
		return problems.Err()
	case errors.As(err, &known) && len(known.Path) > 0:
		inside := *known
		inside.Path = append([]string{field}, known.Path...)
		return &inside
	}
	return err
}

func (v *View) recordConfirmation(ctx context.Context, id ce.EvidenceID, confirmed ce.Confirmation) error {
	recorded := false
	_, err := v.handle.UpdateScan(ctx, id, func(s *ce.Scan) error {
		recorded = false
		i, there := slices.BinarySearchFunc(s.Confirmations, confirmed.Certificate, func(c ce.Confirmation, certificate int) int {
			return c.Certificate - certificate
		})
		switch {
		case s.Status != ce.ScanDone || there && s.Confirmations[i].Credit == confirmed.Credit:
			return storage.ErrUnchanged
		case there:
			s.Confirmations = slices.Clone(s.Confirmations)
			s.Confirmations[i] = confirmed
		default:
			s.Confirmations = slices.Insert(slices.Clone(s.Confirmations), i, confirmed)
		}
		recorded = true
		return nil
	})
	if err == nil && recorded && v.scanning != nil {
		v.scanning.Observe(confirmed.Fields)
	}
	return err
}

// attachScanned lets each marked credit be proven by the file that it was confirmed from. It is part of the refresh after the credit was logged, so
// that whoever finishes that finishes this.
func (t *Tracker) attachScanned(ctx context.Context, handle storage.Professional, credits storage.Marked[ce.Credit]) error {
	for _, mark := range credits.Marks {
		i := slices.IndexFunc(credits.Items, func(c ce.Credit) bool { return string(c.ID) == mark.ID })
		if i < 0 || credits.Items[i].ScannedFrom == "" {
			continue
		}
		_, err := t.attach(ctx, handle, credits.Items[i].ScannedFrom, credits.Items[i].ID)
		// A file that was removed since proves nothing, and one that proves a hundred credits no more.
		if code := ce.CodeOf(err); err != nil && code != ce.CodeNotFound && code != ce.CodeLimitExceeded {
			return err
		}
	}
	return nil
}
