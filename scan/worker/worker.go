package worker

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"sync"
	"time"

	"accrue/ce"
	"accrue/scan"
	"accrue/scan/read"
	"accrue/storage"
)

const (
	// lease is for how long a claim lasts that is not prolonged, which is done every renewal.
	lease   = 20 * time.Second
	renewal = 5 * time.Second
	// pollEvery is how often it is looked for what waits without a call of Wake: what other servers took in, or left behind.
	pollEvery = 2 * time.Second
	// retryAfter is the pause before what failed through no fault of the file is tried again.
	retryAfter = time.Minute
	// maxAttempts is how often reading a file may begin without coming to an end.
	maxAttempts = 3
	// recordTime bounds the recording of what was read.
	recordTime = 10 * time.Second
)

// Reasons of failure besides those of package read.
const (
	// ReasonUnavailable says that the file is gone, or that it could not be read through no fault of its own.
	ReasonUnavailable = "UNAVAILABLE"
)

// The outcomes that a worker reports.
const (
	OutcomeScanned   = "SCANNED"
	OutcomeFailed    = "FAILED"
	OutcomeRetry     = "RETRY"      // it is tried again later
	OutcomeLeaseLost = "LEASE_LOST" // the file was removed meanwhile, or another server has it
)

// Reader reads files, see read.Reader.
type Reader interface {
	Read(ctx context.Context, file io.ReaderAt, size int64) (scan.Document, error)
}

// Worker reads files.
type Worker struct {
	Store  storage.Store
	Files  storage.Files
	Reader Reader
	// AtOnce is how many files are read at the same time.
	AtOnce int
	// Observe is told what became of each claimed scan, why ("" for no reason), and how long it took.
	Observe func(outcome, reason string, took time.Duration)
	Now     func() time.Time
	Log     *slog.Logger

	once sync.Once
	wake chan struct{}
}

// Wake lets the worker look at once for what waits. It does not block.
func (w *Worker) Wake() {
	select {
	case w.waker() <- struct{}{}:
	default:
	}
}

func (w *Worker) waker() chan struct{} {
	w.once.Do(func() { w.wake = make(chan struct{}, 1) })
	return w.wake
}

// Run reads what waits until the context ends. What is being read then is given back and read from the start by whoever comes next.
func (w *Worker) Run(ctx context.Context) {
	var reading sync.WaitGroup
	for range w.AtOnce {
		reading.Go(func() {
			for {
				for w.next(ctx) {
				}
				select {
				case <-w.waker():
				case <-time.After(pollEvery):
				case <-ctx.Done():
					return
				}
			}
		})
	}
	reading.Wait()
}

// next reads one file and reports whether there was one.
func (w *Worker) next(ctx context.Context) bool {
	now := w.Now()
	claimed, err := w.Store.System().ClaimScans(ctx, now, now.Add(lease), 1)
	if err != nil {
		if ctx.Err() == nil {
			w.Log.ErrorContext(ctx, "claim files to read", "error", err)
		}
		return false
	}
	if len(claimed) == 0 {
		return false
	}
	w.Wake() // others may look for more meanwhile
	begun := time.Now()
	outcome, reason := w.handle(ctx, &claimed[0])
	w.Observe(outcome, reason, time.Since(begun))
	return ctx.Err() == nil
}

// handle reads one file and records what came of it.
func (w *Worker) handle(ctx context.Context, claimed *storage.ClaimedScan) (outcome, reason string) {
	next := claimed.Scan
	if next.Attempts > maxAttempts {
		fail(&next, string(read.ReasonTooComplex), "The file cannot be read. Please send a photo of the certificate instead.")
		return w.record(ctx, claimed, &next)
	}
	held, cancel := context.WithCancelCause(ctx)
	var holding sync.WaitGroup
	holding.Go(func() { w.hold(held, cancel, claimed.ScanClaim) })
	result, err := w.read(held, &claimed.Scan)
	lost := errors.Is(context.Cause(held), storage.ErrLeaseLost)
	cancel(nil)
	holding.Wait()
	var refused *read.Error
	switch {
	case lost:
		return OutcomeLeaseLost, ""
	case err == nil:
		next.Status, next.Pages, next.Found, next.Reason, next.Text = ce.ScanDone, len(result.Pages), nil, "", ""
		if next.Found, err = json.Marshal(result); err != nil || len(next.Found) > ce.MaxScanFound {
			fail(&next, string(read.ReasonTooComplex), "The file says too much. Please send a photo of the certificate instead.")
		}
	case errors.As(err, &refused):
		if refused.Details != nil {
			w.Log.InfoContext(ctx, "a file is not read", "evidence", claimed.Evidence, "reason", refused.Reason, "details", refused.Details)
		}
		fail(&next, string(refused.Reason), refused.Text)
	case errors.Is(err, errGone):
		fail(&next, ReasonUnavailable, "The file is no longer there. Please send it again.")
	case ctx.Err() != nil:
		next.Attempts, next.NextAt = next.Attempts-1, w.Now()
	case errors.Is(err, storage.ErrUnavailable):
		next.Attempts, next.NextAt = next.Attempts-1, w.Now().Add(retryAfter)
	default:
		w.Log.ErrorContext(ctx, "read a file", "evidence", claimed.Evidence, "error", err)
		next.NextAt = w.Now().Add(retryAfter)
		if next.Attempts == maxAttempts {
			fail(&next, ReasonUnavailable, "The file could not be read. Please try again later, or send a photo of the certificate.")
		}
	}
	return w.record(ctx, claimed, &next)
}

func fail(next *ce.Scan, reason, text string) {
	next.Status, next.Found, next.Reason, next.Text = ce.ScanFailed, nil, reason, text
}

// hold prolongs the claim until the context ends. When it is lost, so is the context.
func (w *Worker) hold(ctx context.Context, cancel context.CancelCauseFunc, claim storage.ScanClaim) {
	ticker := time.NewTicker(renewal)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		err := w.Store.System().ExtendScan(ctx, claim, w.Now().Add(lease))
		if errors.Is(err, storage.ErrLeaseLost) {
			cancel(storage.ErrLeaseLost)
			return
		}
		if err != nil && ctx.Err() == nil {
			w.Log.WarnContext(ctx, "prolong the reading of a file", "evidence", claim.Evidence, "error", err)
		}
	}
}

// errGone says that a file's content is gone.
var errGone = errors.New("worker: the content of a file is gone")

// read reads the file and recognises what it says.
func (w *Worker) read(ctx context.Context, of *ce.Scan) (scan.Result, error) {
	handle := w.Store.Professional(of.Professional)
	profile, err := handle.Profile(ctx)
	var evidence ce.Evidence
	if err == nil {
		evidence, err = handle.Evidence().Get(ctx, of.Evidence)
	}
	if errors.Is(err, storage.ErrNotFound) {
		err = errGone
	}
	if err != nil {
		return scan.Result{}, err
	}
	document, err := w.document(ctx, evidence.Key)
	if text := deviceText(of); text != nil && (err == nil || readByDevice(err)) {
		document, err = withText(document, *text), nil
	}
	if err != nil {
		return scan.Result{}, err
	}
	return scan.Result{
		Pages:        scan.ShapesOf(document),
		Certificates: scan.Recognize(document, scan.Options{Name: profile.Name, Today: ce.LatestDate(w.Now())}),
	}, nil
}

// document reads the content.
func (w *Worker) document(ctx context.Context, key string) (scan.Document, error) {
	content, err := w.Files.Open(ctx, key)
	if errors.Is(err, storage.ErrNotFound) {
		err = errGone
	}
	if err != nil {
		return scan.Document{}, err
	}
	// A reader of files holds them in memory anyway; they are no larger than an upload may be.
	file, err := io.ReadAll(content)
	if err = errors.Join(err, content.Close()); err != nil {
		return scan.Document{}, err
	}
	return w.Reader.Read(ctx, bytes.NewReader(file), int64(len(file)))
}

// deviceText is the text that the phone recognised; nil for none.
func deviceText(of *ce.Scan) *scan.Document {
	if len(of.DeviceText) == 0 {
		return nil
	}
	var text scan.Document
	if json.Unmarshal(of.DeviceText, &text) != nil { // it was checked when it came
		return nil
	}
	return &text
}

// readByDevice reports that the phone could read the file where this server cannot.
func readByDevice(err error) bool {
	var refused *read.Error
	if !errors.As(err, &refused) {
		return false
	}
	return refused.Reason == read.ReasonHEICUnavailable || refused.Reason == read.ReasonEncrypted || refused.Reason == read.ReasonTooComplex
}

// withText adds what the phone recognised to the pages: before what was recognised here, since a phone's recogniser knows its own camera, and
// after the text that the file carries.
func withText(document, text scan.Document) scan.Document {
	for i, page := range text.Pages {
		if i == len(document.Pages) {
			document.Pages = append(document.Pages, page)
			continue
		}
		own := &document.Pages[i]
		at := 0
		for at < len(own.Readings) && own.Readings[at].Source == scan.SourceTextLayer {
			at++
		}
		readings := append([]scan.Reading{}, own.Readings[:at]...)
		readings = append(readings, page.Readings...)
		own.Readings = append(readings, own.Readings[at:]...)
	}
	return document
}

// record stores what came of a scan.
func (w *Worker) record(ctx context.Context, claimed *storage.ClaimedScan, next *ce.Scan) (outcome, reason string) {
	outcome = OutcomeRetry
	switch next.Status {
	case ce.ScanDone:
		outcome = OutcomeScanned
	case ce.ScanFailed:
		outcome = OutcomeFailed
	}
	if outcome != OutcomeRetry {
		next.FinishedAt, next.DeviceText = w.Now(), nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTime)
	defer cancel()
	err := w.Store.System().FinishScan(ctx, claimed.ScanClaim, *next)
	if errors.Is(err, storage.ErrLeaseLost) {
		return OutcomeLeaseLost, next.Reason
	}
	if err != nil {
		// The claim ends by itself, and then it is read again.
		w.Log.ErrorContext(ctx, "record what was read in a file", "evidence", claimed.Evidence, "error", err)
		return OutcomeRetry, next.Reason
	}
	return outcome, next.Reason
}
