package worker

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"accrue/ce"
	"accrue/scan"
	"accrue/scan/read"
	"accrue/storage"
	"accrue/storage/bucket"
	"accrue/storage/sqlite"
)

// fixture is a worker on a store with one file that waits.
type fixture struct {
	*Worker
	handle   storage.Professional
	evidence ce.Evidence
	now      atomic.Int64 // seconds after start
	outcomes []string
}

var begin = time.Date(2026, time.November, 22, 9, 0, 0, 0, time.UTC)

// reading is a Reader.
type reading func(context.Context) (scan.Document, error)

func (r reading) Read(ctx context.Context, _ io.ReaderAt, _ int64) (scan.Document, error) {
	return r(ctx)
}

func newFixture(t *testing.T, reader reading) *fixture {
	t.Helper()
	store, err := sqlite.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	files, err := bucket.OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = files.Close() })
	f := &fixture{}
	f.Worker = &Worker{
		Store: store, Files: files, Reader: reader, AtOnce: 1, Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
		Now:     func() time.Time { return begin.Add(time.Duration(f.now.Load()) * time.Second) },
		Observe: func(outcome, reason string, _ time.Duration) { f.outcomes = append(f.outcomes, outcome+" "+reason) },
	}
	id := ce.ProfessionalID(ce.NewUUID())
	f.handle = store.Professional(id)
	if _, err := f.handle.CreateProfile(t.Context(), ce.Professional{ID: id, Name: "Maya Okafor", CreatedAt: begin, UpdatedAt: begin}); err != nil {
		t.Fatal(err)
	}
	f.evidence = ce.Evidence{ID: ce.EvidenceID(ce.NewUUID()), Key: string(id) + "/file", CreatedAt: begin, UpdatedAt: begin}
	if err := files.Write(t.Context(), f.evidence.Key, ce.MediaPDF, strings.NewReader("a file")); err != nil {
		t.Fatal(err)
	}
	if _, err := f.handle.Evidence().Create(t.Context(), f.evidence, "digest"); err != nil {
		t.Fatal(err)
	}
	if _, err := f.handle.CreateScan(t.Context(), ce.Scan{Evidence: f.evidence.ID, Status: ce.ScanWaiting, RequestedAt: begin, NextAt: begin}); err != nil {
		t.Fatal(err)
	}
	return f
}

func (f *fixture) scan(t *testing.T) ce.Scan {
	t.Helper()
	s, err := f.handle.Scan(t.Context(), f.evidence.ID)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (f *fixture) want(t *testing.T, outcomes ...string) {
	t.Helper()
	if got, want := strings.Join(f.outcomes, ", "), strings.Join(outcomes, ", "); got != want {
		t.Errorf("outcomes %s, want %s", got, want)
	}
}

func TestWhatFailsThroughNoFaultOfTheFileIsTriedAgain(t *testing.T) {
	failing := errors.New("out of paper")
	f := newFixture(t, func(context.Context) (scan.Document, error) { return scan.Document{}, failing })
	for range maxAttempts {
		if !f.next(t.Context()) || f.next(t.Context()) {
			t.Fatal("it is not read once, and then later")
		}
		f.now.Add(int64(retryAfter / time.Second))
	}
	f.want(t, "RETRY ", "RETRY ", "FAILED UNAVAILABLE")
	if s := f.scan(t); s.Status != ce.ScanFailed || strings.Contains(s.Text, "paper") {
		t.Errorf("%+v", s)
	}
}

func TestAnOutageCountsNoAttempt(t *testing.T) {
	outage := true
	f := newFixture(t, func(context.Context) (scan.Document, error) {
		if outage {
			return scan.Document{}, storage.ErrUnavailable
		}
		return scan.Document{Pages: make([]scan.Page, 2)}, nil
	})
	for range 2 * maxAttempts {
		f.next(t.Context())
		f.now.Add(int64(retryAfter / time.Second))
	}
	outage = false
	f.next(t.Context())
	if s := f.scan(t); s.Status != ce.ScanDone || s.Attempts != 1 || s.Pages != 2 {
		t.Errorf("%+v", s)
	}
}

func TestAFileThatEndsTheServerIsGivenUp(t *testing.T) {
	f := newFixture(t, func(context.Context) (scan.Document, error) { panic("the file is read") })
	for range maxAttempts { // by servers that died
		now := f.Now()
		if claimed, err := f.Store.System().ClaimScans(t.Context(), now, now.Add(lease), 1); err != nil || len(claimed) != 1 {
			t.Fatal(claimed, err)
		}
		f.now.Add(int64(lease / time.Second))
	}
	f.next(t.Context())
	f.want(t, "FAILED TOO_COMPLEX")
}

func TestAStoppedWorkerGivesTheFileBack(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	f := newFixture(t, func(ctx context.Context) (scan.Document, error) {
		stop()
		<-ctx.Done()
		return scan.Document{}, ctx.Err()
	})
	if f.next(ctx) {
		t.Error("a stopped worker goes on")
	}
	f.want(t, "RETRY ")
	if s := f.scan(t); s.Status != ce.ScanWaiting || s.Attempts != 0 || !s.NextAt.Equal(begin) {
		t.Errorf("%+v", s)
	}
}

func TestAFileThatIsGone(t *testing.T) {
	f := newFixture(t, func(context.Context) (scan.Document, error) { panic("the file is read") })
	if err := f.Files.Remove(t.Context(), f.evidence.Key); err != nil {
		t.Fatal(err)
	}
	f.next(t.Context())
	f.want(t, "FAILED UNAVAILABLE")
}

func TestAClaimIsProlongedUntilItIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		queue := &queue{}
		w := &Worker{Store: queue, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
		ctx, cancel := context.WithCancelCause(t.Context())
		done := make(chan struct{})
		go func() { w.hold(ctx, cancel, storage.ScanClaim{}); close(done) }()
		time.Sleep(3*renewal + time.Second)
		if n := queue.prolonged.Load(); n != 3 || ctx.Err() != nil {
			t.Errorf("prolonged %d times, %v", n, ctx.Err())
		}
		queue.lost.Store(true)
		<-done
		if !errors.Is(context.Cause(ctx), storage.ErrLeaseLost) {
			t.Errorf("lost: %v", context.Cause(ctx))
		}
	})
}

// queue is a store in which a claim can be prolonged until it is lost.
type queue struct {
	storage.Store
	prolonged atomic.Int64
	lost      atomic.Bool
}

func (q *queue) System() storage.System { return prolonging{queue: q} }

type prolonging struct {
	storage.System
	queue *queue
}

func (p prolonging) ExtendScan(context.Context, storage.ScanClaim, time.Time) error {
	if p.queue.lost.Load() {
		return storage.ErrLeaseLost
	}
	p.queue.prolonged.Add(1)
	return nil
}

func TestTheTextOfAPhone(t *testing.T) {
	page := func(sources ...scan.Source) scan.Page {
		var p scan.Page
		for _, source := range sources {
			p.Readings = append(p.Readings, scan.Reading{Source: source})
		}
		return p
	}
	got := withText(scan.Document{Pages: []scan.Page{page(scan.SourceTextLayer, scan.SourceOCR), page(scan.SourceOCR), page()}},
		scan.Document{Pages: []scan.Page{page(scan.SourceDevice), page(scan.SourceDevice), page(), page(scan.SourceDevice)}})
	var order []string
	for _, p := range got.Pages {
		text := ""
		for _, reading := range p.Readings {
			text += string(reading.Source) + " "
		}
		order = append(order, strings.TrimSpace(text))
	}
	if text := strings.Join(order, "|"); text != "TEXT_LAYER DEVICE OCR|DEVICE OCR||DEVICE" {
		t.Error(text)
	}
	for reason, want := range map[read.Reason]bool{read.ReasonHEICUnavailable: true, read.ReasonDamaged: false} {
		if got := readByDevice(&read.Error{Reason: reason}); got != want {
			t.Errorf("%s: %t", reason, got)
		}
	}
}
