// Package bucket keeps the contents of files in a folder of this machine, in Google Cloud Storage, or in what speaks the protocol of
// Amazon S3. It is the only importer of their libraries.
//
// It knows nothing of whose files they are or how long they are kept: package tracker decides that.
package bucket
