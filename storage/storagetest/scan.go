package storagetest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// waitingScan is a scan that waits from the instant on.
func waitingScan(owner ce.ProfessionalID, next time.Time) ce.Scan {
	return ce.Scan{
		Evidence: ce.EvidenceID(ce.NewUUID()), Professional: owner, Status: ce.ScanWaiting, RequestedAt: instant(1), NextAt: next, DeviceText: []byte(`{"pages":[]}`),
	}
}

// doneScan is what came of a scan, with every field set that can be.
func doneScan(of ce.Scan) ce.Scan {
	of.Status, of.FinishedAt, of.Pages, of.Found, of.DeviceText = ce.ScanDone, instant(4), 3, []byte(`{"größe": 1}`), nil
	return of
}

func confirmationOf(certificate int, at time.Time) ce.Confirmation {
	return ce.Confirmation{Certificate: certificate, Credit: ce.CreditID(ce.NewUUID()), At: at, Fields: []ce.ConfirmedField{
		{Field: "title", Read: "Größe", Confidence: 93, Confirmed: "Größe 2"}, {Field: "provider", Confirmed: "Example Academy"},
	}}
}

func (s suite) scans(t *testing.T) {
	owner, handle := s.newProfile(t)
	_, err := handle.Scan(t.Context(), ce.EvidenceID(ce.NewUUID()))
	fails(t, "none", err, storage.ErrNotFound)
	want := waitingScan(owner, uneven)
	other := want
	want.NextAt = kept
	created, err := handle.CreateScan(t.Context(), other)
	succeed(t, err)
	same(t, "created", created, want, loose)
	again := want
	again.DeviceText, again.RequestedAt = nil, instant(9)
	created, err = handle.CreateScan(t.Context(), again)
	succeed(t, err)
	same(t, "created again", created, want, loose)
	got, err := handle.Scan(t.Context(), want.Evidence)
	succeed(t, err)
	same(t, "read", got, want, loose)

	changed := doneScan(want)
	changed.Confirmations = []ce.Confirmation{confirmationOf(0, instant(5)), confirmationOf(2, instant(6))}
	updated, err := handle.UpdateScan(t.Context(), want.Evidence, func(scan *ce.Scan) error {
		*scan = changed
		scan.Professional, scan.Evidence = "somebody else", "another"
		return nil
	})
	succeed(t, err)
	same(t, "updated", updated, changed, loose)
	got, err = handle.Scan(t.Context(), want.Evidence)
	succeed(t, err)
	same(t, "read after the update", got, changed, loose)
	boom := errors.New("boom")
	_, err = handle.UpdateScan(t.Context(), want.Evidence, func(scan *ce.Scan) error { scan.Pages = 7; return boom })
	fails(t, "a change that fails", err, boom)
	unchanged, err := handle.UpdateScan(t.Context(), want.Evidence, func(scan *ce.Scan) error { scan.Pages = 7; return storage.ErrUnchanged })
	succeed(t, err)
	same(t, "unchanged", unchanged, changed, loose)
	_, err = handle.UpdateScan(t.Context(), ce.EvidenceID(ce.NewUUID()), func(*ce.Scan) error { return nil })
	fails(t, "update what is not there", err, storage.ErrNotFound)

	failed := waitingScan(owner, instant(2))
	failed.Status, failed.Reason, failed.Text, failed.FinishedAt, failed.DeviceText = ce.ScanFailed, "ENCRYPTED", "It opens only with a password.", instant(3), nil
	_, err = handle.CreateScan(t.Context(), failed)
	succeed(t, err)
	summaries, err := handle.ScanSummaries(t.Context())
	succeed(t, err)
	brief := changed
	brief.Found, brief.Confirmations = nil, nil
	same(t, "summaries", summaries, map[ce.EvidenceID]ce.Scan{want.Evidence: brief, failed.Evidence: failed}, loose)

	t.Run("many at once", func(t *testing.T) {
		owner, handle := s.newProfile(t)
		scan := waitingScan(owner, instant(1))
		together(writers, func(int) {
			if _, err := handle.CreateScan(t.Context(), scan); err != nil {
				t.Error(err)
			}
			if _, err := handle.UpdateScan(t.Context(), scan.Evidence, func(scan *ce.Scan) error { scan.Pages++; return nil }); err != nil {
				t.Error(err)
			}
		})
		got, err := handle.Scan(t.Context(), scan.Evidence)
		succeed(t, err)
		same(t, "updates", got.Pages, writers, nil)
		succeed(t, handle.RemoveScan(t.Context(), scan.Evidence))
	})
	t.Run("somebody else", func(t *testing.T) {
		_, stranger := s.newProfile(t)
		_, err := stranger.Scan(t.Context(), want.Evidence)
		fails(t, "read", err, storage.ErrNotFound)
		_, err = stranger.UpdateScan(t.Context(), want.Evidence, func(*ce.Scan) error { return nil })
		fails(t, "update", err, storage.ErrNotFound)
		_, err = stranger.CreateScan(t.Context(), want)
		fails(t, "create", err, storage.ErrConflict)
		succeed(t, stranger.RemoveScan(t.Context(), want.Evidence))
		none, err := stranger.ScanSummaries(t.Context())
		succeed(t, err)
		same(t, "summaries", len(none), 0, nil)
	})
	succeed(t, handle.RemoveScan(t.Context(), failed.Evidence))
	succeed(t, handle.RemoveScan(t.Context(), failed.Evidence))
	_, err = handle.Scan(t.Context(), failed.Evidence)
	fails(t, "removed", err, storage.ErrNotFound)

	succeed(t, handle.Erase(t.Context(), instant(0)))
	_, err = handle.Scan(t.Context(), want.Evidence)
	fails(t, "erased", err, storage.ErrNotFound)
	_, err = handle.CreateScan(t.Context(), failed)
	fails(t, "create for one who is erased", err, storage.ErrNotFound)
	_, err = handle.Scan(t.Context(), failed.Evidence)
	fails(t, "nothing is left", err, storage.ErrNotFound)
}

func (s suite) scanQueue(t *testing.T) {
	owner, handle := s.newProfile(t)
	var all []ce.Scan
	for n := range 3 {
		scan := waitingScan(owner, past(10+n))
		_, err := handle.CreateScan(t.Context(), scan)
		succeed(t, err)
		all = append(all, scan)
	}
	claim := func(now, until time.Time, limit int) []storage.ClaimedScan {
		t.Helper()
		claimed, err := s.System().ClaimScans(t.Context(), now, until, limit)
		succeed(t, err)
		return claimed
	}
	count, since, err := s.System().WaitingScans(t.Context())
	succeed(t, err)
	same(t, "the first that waits", since, past(10), exact)
	same(t, "not due", len(claim(past(9), past(20), 10)), 0, nil)
	claimed := claim(past(12), past(20), 2)
	for i := range all {
		all[i].Attempts++
	}
	same(t, "longest due first, up to the limit", []ce.Scan{claimed[0].Scan, claimed[1].Scan}, all[:2], loose)
	same(t, "the rest", len(claim(past(12), past(20), 10)), 1, nil)
	same(t, "none left", len(claim(past(19), past(30), 10)), 0, nil)

	// The first is read, while its owner confirms something of an earlier reading; the second is prolonged, the third forgotten.
	succeed(t, s.System().FinishScan(t.Context(), claimed[0].ScanClaim, doneScan(claimed[0].Scan)))
	fails(t, "finish again", s.System().FinishScan(t.Context(), claimed[0].ScanClaim, doneScan(claimed[0].Scan)), storage.ErrLeaseLost)
	got, err := handle.Scan(t.Context(), all[0].Evidence)
	succeed(t, err)
	same(t, "finished", got, doneScan(all[0]), loose)
	succeed(t, s.System().ExtendScan(t.Context(), claimed[1].ScanClaim, past(40)))
	again := claim(past(30), past(50), 10)
	same(t, "the claim that nobody prolonged", len(again), 1, nil)
	same(t, "which", again[0].Evidence, all[2].Evidence, nil)
	same(t, "attempts", again[0].Scan.Attempts, 2, nil)

	later := claimed[1].Scan
	later.NextAt, later.Attempts, later.RequestedAt = past(60), 0, instant(30)
	later.Confirmations = []ce.Confirmation{confirmationOf(0, instant(5))}
	succeed(t, s.System().FinishScan(t.Context(), claimed[1].ScanClaim, later))
	later.RequestedAt, later.Confirmations = claimed[1].Scan.RequestedAt, nil
	got, err = handle.Scan(t.Context(), all[1].Evidence)
	succeed(t, err)
	same(t, "it waits again", got, later, loose)
	same(t, "not yet", len(claim(past(49), past(70), 10)), 0, nil)

	_, err = handle.UpdateScan(t.Context(), all[2].Evidence, func(scan *ce.Scan) error { scan.Pages = 1; return nil })
	succeed(t, err)
	fails(t, "an update ends a claim", s.System().FinishScan(t.Context(), again[0].ScanClaim, doneScan(again[0].Scan)), storage.ErrLeaseLost)
	fails(t, "and cannot be prolonged", s.System().ExtendScan(t.Context(), again[0].ScanClaim, past(90)), storage.ErrLeaseLost)
	left, _, err := s.System().WaitingScans(t.Context())
	succeed(t, err)
	same(t, "waiting", left, count-1, nil)

	last := claim(past(100), past(160), 10)
	same(t, "all that waits", len(last), 2, nil)
	succeed(t, handle.RemoveScan(t.Context(), last[0].Evidence))
	fails(t, "removed meanwhile", s.System().FinishScan(t.Context(), last[0].ScanClaim, doneScan(last[0].Scan)), storage.ErrLeaseLost)

	t.Run("shared", func(t *testing.T) {
		owner, handle := s.newProfile(t)
		for range writers {
			_, err := handle.CreateScan(t.Context(), waitingScan(owner, past(1)))
			succeed(t, err)
		}
		claims := make([][]storage.ClaimedScan, writers)
		together(writers, func(i int) {
			claimed, err := s.System().ClaimScans(t.Context(), past(2), past(500), 2)
			if err != nil {
				t.Error(err)
			}
			claims[i] = claimed
		})
		seen := map[ce.EvidenceID]bool{}
		for _, one := range append(slices.Concat(claims...), claim(past(2), past(500), writers)...) {
			if seen[one.Evidence] {
				t.Errorf("%s is claimed twice", one.Evidence)
			}
			seen[one.Evidence] = true
		}
		same(t, "claimed", len(seen), writers, nil)
		succeed(t, handle.Erase(t.Context(), instant(0)))
	})
	t.Run("confirmations", func(t *testing.T) {
		owner, handle := s.newProfile(t)
		early, late := instant(500_000), instant(500_010)
		var scans []ce.Scan
		for _, at := range []time.Time{early, late} {
			scan := doneScan(waitingScan(owner, instant(1)))
			scan.Confirmations = []ce.Confirmation{confirmationOf(0, at), confirmationOf(1, instant(1))}
			_, err := handle.CreateScan(t.Context(), scan)
			succeed(t, err)
			scans = append(scans, scan)
		}
		visit := func(since time.Time) (ids []ce.EvidenceID) {
			t.Helper()
			succeed(t, s.System().VisitConfirmations(t.Context(), since, func(of ce.Scan) error {
				for i := range scans {
					if of.Evidence == scans[i].Evidence {
						same(t, "confirmations", of.Confirmations, scans[i].Confirmations, loose)
						same(t, "what was read", len(of.Found), 0, nil)
						ids = append(ids, of.Evidence)
					}
				}
				return nil
			}))
			slices.Sort(ids)
			return ids
		}
		both := []ce.EvidenceID{scans[0].Evidence, scans[1].Evidence}
		slices.Sort(both)
		same(t, "both", visit(early), both, nil)
		same(t, "all", visit(time.Time{}), both, nil)
		same(t, "the last", visit(late), []ce.EvidenceID{scans[1].Evidence}, nil)
		same(t, "none", len(visit(instant(500_011))), 0, nil)
		boom := errors.New("boom")
		fails(t, "a visit that fails", s.System().VisitConfirmations(t.Context(), early, func(ce.Scan) error { return boom }), boom)
	})
}
