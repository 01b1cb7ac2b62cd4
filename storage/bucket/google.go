package bucket

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"google.golang.org/api/googleapi"
	"google.golang.org/api/option"
	gcs "google.golang.org/api/storage/v1"

	"accrue/ce"
	"accrue/storage"
)

// google is a storage.Files in a bucket of Google Cloud Storage.
type google struct {
	objects *gcs.ObjectsService
	bucket  string
}

var _ storage.Files = (*google)(nil)

// openGoogle opens the bucket with the application default credentials, unless the options say otherwise.
func openGoogle(ctx context.Context, bucket string, options ...option.ClientOption) (*google, error) {
	service, err := gcs.NewService(ctx, append([]option.ClientOption{option.WithScopes(gcs.DevstorageReadWriteScope)}, options...)...)
	if err != nil {
		return nil, fmt.Errorf("the bucket gs://%s cannot be opened: %w", bucket, err)
	}
	g := &google{objects: service.Objects, bucket: bucket}
	// A page of one asks for no more rights than the server needs in its work.
	if _, err := g.objects.List(bucket).MaxResults(1).Context(ctx).Do(); err != nil {
		return nil, fmt.Errorf("the bucket gs://%s cannot be used: %w", bucket, err)
	}
	return g, nil
}

// Write implements storage.Files.
func (g *google) Write(ctx context.Context, key string, mediaType ce.MediaType, content io.Reader) error {
	watched := &watched{Reader: content}
	_, err := g.objects.Insert(g.bucket, &gcs.Object{Name: key, ContentType: string(mediaType), CacheControl: "private"}).
		Media(reader{ctx, watched}, googleapi.ContentType(string(mediaType)), googleapi.ChunkSize(partSize)).Context(ctx).Do()
	return watched.or(googleError(err))
}

// Open implements storage.Files.
func (g *google) Open(ctx context.Context, key string) (io.ReadSeekCloser, error) {
	object, err := g.objects.Get(g.bucket, key).Context(ctx).Do()
	if err != nil {
		return nil, googleError(err)
	}
	return &ranged{size: int64(object.Size), open: func(from int64) (io.ReadCloser, error) {
		call := g.objects.Get(g.bucket, key).Context(ctx)
		call.Header().Set("Range", fmt.Sprintf("bytes=%d-", from))
		response, err := call.Download()
		if err != nil {
			return nil, googleError(err)
		}
		return response.Body, nil
	}}, nil
}

// Remove implements storage.Files.
func (g *google) Remove(ctx context.Context, key string) error {
	err := googleError(g.objects.Delete(g.bucket, key).Context(ctx).Do())
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	return err
}

// List implements storage.Files.
func (g *google) List(ctx context.Context, prefix string, visit func(storage.FileInfo) error) error {
	var stopped error
	err := g.objects.List(g.bucket).Prefix(prefix).Fields("items(name,updated)", "nextPageToken").Pages(ctx, func(page *gcs.Objects) error {
		for _, object := range page.Items {
			written, err := time.Parse(time.RFC3339, object.Updated)
			if err == nil {
				err = visit(storage.FileInfo{Key: object.Name, WrittenAt: written})
			}
			if err != nil {
				stopped = err
				return err
			}
		}
		return nil
	})
	if stopped != nil {
		return stopped
	}
	return googleError(err)
}

// Close implements storage.Files.
func (g *google) Close() error { return nil }

func googleError(err error) error {
	var refused *googleapi.Error
	switch {
	case err == nil, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.As(err, &refused) && refused.Code == http.StatusNotFound:
		return storage.ErrNotFound
	case errors.As(err, &refused) && refused.Code < 500 && refused.Code != http.StatusTooManyRequests:
		return fmt.Errorf("bucket: %w", err)
	}
	return fmt.Errorf("bucket: %w: %w", storage.ErrUnavailable, err)
}
