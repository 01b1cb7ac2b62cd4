package main

import (
	"context"
	"errors"
	"path/filepath"

	"accrue/storage"
	"accrue/storage/bucket"
	"accrue/tracker"
)

// evidenceOff is the --evidence-url of servers that take no files.
const evidenceOff = "off"

// filesFolder is the folder of files in the data folder.
const filesFolder = "files"

// limits are how much evidence is taken.
func (e *Evidence) limits() tracker.FileLimits {
	return tracker.FileLimits{FileSize: e.MaxFile, Files: e.MaxFiles, Bytes: e.MaxFilesSize}
}

// check refuses a folder of this machine where other servers would not find what is in it.
func (e *Evidence) check(d *Database) error {
	if d.MongoDBURI == "" || e.SingleServer || e.EvidenceURL == evidenceOff || e.EvidenceURL != "" && !bucket.IsLocal(e.EvidenceURL) {
		return nil
	}
	return errors.New("with MONGODB_URI there may be several servers, which all need the uploaded files: set ACCRUE_EVIDENCE_URL to a bucket " +
		"(gs://… or s3://…), or to off to take no files; if this is the only server, say so by ACCRUE_SINGLE_SERVER=true, and they are kept in a folder")
}

// openFiles opens where files are kept; nil where none are.
func (c *serveCommand) openFiles(ctx context.Context) (storage.Files, error) {
	switch c.EvidenceURL {
	case evidenceOff:
		return nil, nil
	case "":
		return bucket.OpenFolder(filepath.Join(c.DataDir, filesFolder))
	}
	return bucket.Open(ctx, c.EvidenceURL)
}
