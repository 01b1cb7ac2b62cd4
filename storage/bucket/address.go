package bucket

import (
	"context"
	"errors"
	"net/url"
	"path/filepath"
	"strings"

	"accrue/storage"
)

// Check says in a sentence what is wrong with the address of a bucket.
func Check(address string) error {
	_, err := parse(address)
	return err
}

// IsLocal reports whether the address is that of a folder of this machine.
func IsLocal(address string) bool {
	u, err := parse(address)
	return err == nil && u.Scheme == "file"
}

// Open opens the bucket at the address and checks that it is there:
//
//   - file:///folder, which is made when it is absent
//   - gs://bucket, with Google's application default credentials
//   - s3://bucket?region=eu-central-1, with the credentials that Amazon's own tools find; ?endpoint=https://host is for other services that
//     speak the protocol
func Open(ctx context.Context, address string) (storage.Files, error) {
	u, err := parse(address)
	if err != nil {
		return nil, err
	}
	switch u.Scheme {
	case "gs":
		return openGoogle(ctx, u.Host)
	case "s3":
		return openS3(ctx, u.Host, u.Query().Get("region"), u.Query().Get("endpoint"), nil)
	}
	return OpenFolder(filepath.FromSlash(u.Path))
}

func parse(address string) (*url.URL, error) {
	wrong := errors.New("must be an address such as file:///var/lib/accrue/files, gs://bucket or s3://bucket?region=eu-central-1")
	u, err := url.Parse(address)
	if err != nil {
		return nil, wrong
	}
	arguments := u.Query()
	if u.Scheme == "s3" {
		if endpoint := arguments.Get("endpoint"); endpoint != "" {
			at, err := url.Parse(endpoint)
			if err != nil || at.Scheme != "http" && at.Scheme != "https" || at.Host == "" || strings.Trim(at.Path, "/") != "" || at.User != nil {
				return nil, errors.New("must name an endpoint such as https://s3.example.com")
			}
		}
		arguments.Del("endpoint")
		arguments.Del("region")
	}
	switch {
	case u.User != nil:
		return nil, errors.New("must hold no credentials; they come from the environment")
	case u.Fragment != "" || len(arguments) > 0:
		return nil, wrong
	case u.Scheme == "file" && u.Host == "" && filepath.IsAbs(filepath.FromSlash(u.Path)):
		return u, nil
	case (u.Scheme == "gs" || u.Scheme == "s3") && u.Host != "" && strings.Trim(u.Path, "/") == "":
		return u, nil
	}
	return nil, wrong
}
