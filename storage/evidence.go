package storage

import (
	"context"
	"io"
	"time"

	"accrue/ce"
)

// Evidence is what is known of the files that prove one professional's credits; their contents are in [Files]. Evidence is
// a fact of which nothing is derived: it carries no refresh marks.
type Evidence interface {
	// Evidence returns the facts. Digests say nothing here: the id follows from the content.
	Evidence() Facts[ce.EvidenceID, ce.Evidence]
	// RestoreEvidence stores evidence that was removed anew, with a Version one higher than its tombstone's, and
	// returns it. When it is there it changes nothing and returns it as it is. ErrNotFound when there is neither it nor a tombstone
	// of it.
	RestoreEvidence(context.Context, ce.Evidence) (ce.Evidence, error)
	// ListEvidence returns a page of the evidence, newest first: by CreatedAt, then by id, both descending.
	ListEvidence(context.Context, Page[EvidenceKey]) (Slice[ce.Evidence], error)
	// ReadEvidence returns all evidence, newest first as ListEvidence.
	ReadEvidence(context.Context) ([]ce.Evidence, error)
}

// EvidenceKey is a place in the list of evidence.
type EvidenceKey struct {
	CreatedAt time.Time
	ID        ce.EvidenceID
}

// Files keeps contents under keys: texts of small letters, digits, hyphens and slashes, up to 200 bytes. Its methods may be
// called at the same time, also from several processes where the place allows that. ErrUnavailable says that the
// place cannot be reached or did not answer in time.
type Files interface {
	// Write keeps what the reader gives until its end, which is not nothing, under the key. When the reader or the context fails, nothing is kept and
	// that error is returned. Once it returns nil, the content survives the death of the process.
	Write(ctx context.Context, key string, mediaType ce.MediaType, content io.Reader) error
	// Open returns the content, which is read from where it was sought to; the context must last until it is closed. ErrNotFound when
	// there is none.
	Open(ctx context.Context, key string) (io.ReadSeekCloser, error)
	// Remove removes the content; removing it again is no error.
	Remove(ctx context.Context, key string) error
	// List calls visit with each content whose key begins with the prefix, by key, until visit returns an error, which is then
	// returned. Whether contents that are written or removed meanwhile are among them is not said.
	List(ctx context.Context, prefix string, visit func(FileInfo) error) error
	// Close ends the connection to the place.
	Close() error
}

// FileInfo is what [Files] says of a content.
type FileInfo struct {
	Key       string
	WrittenAt time.Time // by the clock of the place
}
