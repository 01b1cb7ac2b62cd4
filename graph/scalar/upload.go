package scalar

import (
	"io"

	"github.com/99designs/gqlgen/graphql"
)

// Upload is a file that came with a request.
type Upload struct {
	Name    string // as the client calls it
	Size    int64  // bytes
	Content io.Reader
}

// MarshalUpload is never called: files are only read.
func MarshalUpload(Upload) graphql.Marshaler { return graphql.Null }

// UnmarshalUpload takes the file that the transport put in its place. In place of anything else the Content is nil: whoever may not upload
// at all is told that first.
func UnmarshalUpload(v any) (Upload, error) {
	upload, _ := v.(Upload)
	return upload, nil
}
