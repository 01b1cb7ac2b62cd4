package bucket

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"accrue/ce"
	"accrue/storage"
)

// s3 is a storage.Files in a bucket of what speaks the protocol of Amazon S3.
type s3 struct {
	client *minio.Client
	bucket string
}

var _ storage.Files = (*s3)(nil)

const amazon = "https://s3.amazonaws.com"

// openS3 opens the bucket with the credentials of the environment, the file of Amazon's tools, or the machine's role. The region may be ""
// where the service tells it, the endpoint for Amazon, and the transport nil for the usual one.
func openS3(ctx context.Context, bucket, region, endpoint string, transport http.RoundTripper) (*s3, error) {
	if endpoint == "" {
		endpoint = amazon
	}
	at, err := url.Parse(endpoint)
	if err != nil {
		return nil, err
	}
	client, err := minio.New(at.Host, &minio.Options{
		Creds:  credentials.NewChainCredentials([]credentials.Provider{&credentials.EnvAWS{}, &credentials.FileAWSCredentials{}, &credentials.IAM{}}),
		Secure: at.Scheme == "https", Region: region, Transport: transport,
	})
	if err != nil {
		return nil, fmt.Errorf("the bucket s3://%s cannot be opened: %w", bucket, err)
	}
	there, err := client.BucketExists(ctx, bucket)
	if err == nil && !there {
		err = errors.New("there is none of that name")
	}
	if err != nil {
		return nil, fmt.Errorf("the bucket s3://%s cannot be used: %w", bucket, err)
	}
	return &s3{client, bucket}, nil
}

// Write implements storage.Files.
func (s *s3) Write(ctx context.Context, key string, mediaType ce.MediaType, content io.Reader) error {
	watched := &watched{Reader: content}
	_, err := s.client.PutObject(ctx, s.bucket, key, reader{ctx, watched}, -1, minio.PutObjectOptions{
		ContentType: string(mediaType), CacheControl: "private", PartSize: partSize,
	})
	return watched.or(s3Error(err))
}

// Open implements storage.Files.
func (s *s3) Open(ctx context.Context, key string) (io.ReadSeekCloser, error) {
	object, err := s.client.GetObject(ctx, s.bucket, key, minio.GetObjectOptions{})
	if err != nil {
		return nil, s3Error(err)
	}
	if _, err := object.Stat(); err != nil {
		return nil, errors.Join(s3Error(err), object.Close())
	}
	return object, nil
}

// Remove implements storage.Files.
func (s *s3) Remove(ctx context.Context, key string) error {
	return s3Error(s.client.RemoveObject(ctx, s.bucket, key, minio.RemoveObjectOptions{}))
}

// List implements storage.Files.
func (s *s3) List(ctx context.Context, prefix string, visit func(storage.FileInfo) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	for object := range s.client.ListObjectsIter(ctx, s.bucket, minio.ListObjectsOptions{Prefix: prefix, Recursive: true}) {
		if object.Err != nil {
			return s3Error(object.Err)
		}
		if err := visit(storage.FileInfo{Key: object.Key, WrittenAt: object.LastModified}); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// Close implements storage.Files.
func (s *s3) Close() error { return nil }

func s3Error(err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	switch refused := minio.ToErrorResponse(err); {
	case refused.Code == minio.NoSuchKey:
		return storage.ErrNotFound
	case refused.StatusCode >= 400 && refused.StatusCode < 500 && refused.StatusCode != http.StatusTooManyRequests:
		return fmt.Errorf("bucket: %w", err)
	}
	return fmt.Errorf("bucket: %w: %w", storage.ErrUnavailable, err)
}
