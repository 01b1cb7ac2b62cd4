package mongodb

import (
	"context"
	"errors"
	"testing"
	"time"

	"accrue/ce"
	"accrue/storage"
	"accrue/storage/mongodb/mongodbtest"
)

// TestOutage cuts the database off in the midst of a request, before the request or its answer arrives. Nothing is
// half written, the same request may be sent again, and the store works again without being opened anew.
func TestOutage(t *testing.T) {
	for _, test := range []struct {
		name       string
		answerLost bool
	}{{"request lost", false}, {"answer lost", true}} {
		t.Run(test.name, func(t *testing.T) {
			uri := mongodbtest.URI(t)
			cable, through := mongodbtest.Forward(t, uri)
			store := openTest(t, through)
			beside := openTest(t, uri)
			id, handle := newProfessional(t, store)
			credit := newTestCredit()
			credit.Title = "cut here"

			cable.CutWhen(credit.Title, test.answerLost)
			_, err := create(t, handle, credit)
			isOpaque(t, "Create", err)
			_, err = beside.Professional(id).Credits().Get(t.Context(), credit.ID)
			if test.answerLost {
				succeed(t, err)
			} else if !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("the credit whose request was lost: %v", err)
			}

			short, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			isOpaque(t, "Ping", store.Ping(short))
			_, err = handle.Begin(short)
			isOpaque(t, "Begin", err)

			cable.Restore(t)
			created, err := handle.Credits().Create(t.Context(), credit, "digest")
			succeed(t, err)
			if created.Version != 1 || created.Title != credit.Title {
				t.Errorf("created again: %+v", created)
			}
			succeed(t, store.Ping(t.Context()))
			read, err := beside.Professional(id).ReadCredits(t.Context())
			succeed(t, err)
			if len(read.Items) != 1 || len(read.Marks) != 1 {
				t.Errorf("there are %d credits with %d marks, want one with its mark", len(read.Items), len(read.Marks))
			}
		})
	}
}

// create has the time to fail, and no more.
func create(t *testing.T, handle storage.Professional, credit ce.Credit) (ce.Credit, error) {
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	return handle.Credits().Create(ctx, credit, "digest")
}

// isOpaque checks that err says that the database is away and nothing of the outcome.
func isOpaque(t *testing.T, what string, err error) {
	t.Helper()
	if err == nil {
		t.Errorf("%s succeeded without a database", what)
	} else if !errors.Is(err, storage.ErrUnavailable) {
		t.Errorf("%s: not ErrUnavailable: %v", what, err)
	}
	for _, known := range []error{storage.ErrNotFound, storage.ErrConflict, storage.ErrRemoved, storage.ErrOvertaken, storage.ErrLeaseLost, storage.ErrUnchanged} {
		if errors.Is(err, known) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
