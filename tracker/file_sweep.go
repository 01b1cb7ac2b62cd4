package tracker

import (
	"context"
	"errors"
	"strings"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// How files that nothing needs are looked for.
const (
	// filesLookedFor is how often it is tried to be the server that looks, and filesEvery how often one does.
	filesLookedFor = 10 * time.Minute
	filesEvery     = 6 * time.Hour
	// filesAge is how old a content without a fact must be to be taken for left behind: older than any upload that is under way,
	// and than a mistake is until it is noticed, such as a backup that was not the one to restore.
	filesAge = 24 * time.Hour
	// filesAtOnce is how many contents of one professional are looked at together.
	filesAtOnce = 1000
)

// TidyFiles removes, until the context ends, contents that no fact needs: those of uploads that were cut short, of servers that died
// between the fact and its content, and of people who were erased while the files could not be reached. Of many servers one looks.
func (t *Tracker) TidyFiles(ctx context.Context) {
	if t.files == nil {
		return
	}
	ticker := time.NewTicker(filesLookedFor)
	defer ticker.Stop()
	for {
		if err := t.tidyFiles(ctx); err != nil && ctx.Err() == nil {
			t.log.ErrorContext(ctx, "look for files that nothing needs", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// tidyFiles looks unless that was done less than filesEvery ago: a lease that is kept until it expires says so.
func (t *Tracker) tidyFiles(ctx context.Context) error {
	lease, err := t.store.System().AcquireLease(ctx, "files", t.now(), t.now().Add(filesEvery))
	if errors.Is(err, storage.ErrLeaseLost) {
		return nil
	}
	if err != nil {
		return err
	}
	removed, err := t.SweepFiles(ctx)
	if err != nil {
		return errors.Join(err, t.store.System().ReleaseLease(context.WithoutCancel(ctx), lease))
	}
	if removed > 0 {
		t.log.InfoContext(ctx, "files that nothing needs were removed", "files", removed)
	}
	return nil
}

// SweepFiles removes contents that no fact needs and returns how many. It leaves alone what is not this tracker's: keys of another form,
// and contents of professionals of whom the database knows neither a profile nor an erasure.
func (t *Tracker) SweepFiles(ctx context.Context) (removed int, err error) {
	var professional ce.ProfessionalID
	var found []storage.FileInfo
	look := func() error {
		n, err := t.sweepFilesOf(ctx, professional, found)
		removed += n
		found = found[:0]
		return err
	}
	err = t.files.List(ctx, "", func(file storage.FileInfo) error {
		owner, name, _ := strings.Cut(file.Key, "/")
		id, err := ce.ParseUUID(owner)
		if err != nil || id != owner || strings.Contains(name, "/") {
			return nil
		}
		if ce.ProfessionalID(owner) != professional || len(found) == filesAtOnce {
			if err := look(); err != nil {
				return err
			}
			professional = ce.ProfessionalID(owner)
		}
		found = append(found, file)
		return nil
	})
	if err != nil {
		return removed, err
	}
	return removed, look()
}

func (t *Tracker) sweepFilesOf(ctx context.Context, professional ce.ProfessionalID, found []storage.FileInfo) (removed int, err error) {
	if len(found) == 0 {
		return 0, nil
	}
	handle := t.store.Professional(professional)
	age := filesAge
	switch _, err := handle.Profile(ctx); {
	case errors.Is(err, storage.ErrNotFound):
		if _, err := handle.ErasedAt(ctx); errors.Is(err, storage.ErrNotFound) {
			return 0, nil
		} else if err != nil {
			return 0, err
		}
		age = 0
	case err != nil:
		return 0, err
	}
	// What is needed is read after what is there: a content is written before its fact, so one that has become needed since is young.
	needed := map[string]bool{}
	if age > 0 {
		all, err := handle.ReadEvidence(ctx)
		if err != nil {
			return 0, err
		}
		for i := range all {
			needed[all[i].Key] = true
		}
	}
	for _, file := range found {
		if needed[file.Key] || t.now().Sub(file.WrittenAt) < age {
			continue
		}
		if err := t.files.Remove(ctx, file.Key); err != nil {
			return removed, err
		}
		removed++
	}
	return removed, nil
}

// erase erases a professional with her files, as of the instant.
func (t *Tracker) erase(ctx context.Context, professional ce.ProfessionalID, at time.Time) error {
	if err := t.depart(ctx, professional); err != nil {
		return err
	}
	if err := t.store.Professional(professional).Erase(ctx, at); err != nil && !errors.Is(err, storage.ErrNotFound) {
		return err
	}
	// What another of her devices may have founded meanwhile.
	if err := t.disown(ctx, professional); err != nil {
		return err
	}
	if t.files == nil {
		return nil
	}
	err := t.files.List(ctx, filesOf(professional), func(file storage.FileInfo) error { return t.files.Remove(ctx, file.Key) })
	if err != nil {
		// Without their facts nobody reaches them; the sweep removes them when they can be reached.
		t.log.WarnContext(ctx, "files of an erased professional are left to the sweep", "error", err)
	}
	return nil
}
