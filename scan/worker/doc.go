// Package worker reads the files that wait to be read, outside of any request: it claims scans from the store, reads the file,
// recognises what it says, and records that.
//
// A claim is a lease that is prolonged while the file is being read, so that the file of a server that dies is read by another, or by the same
// after its restart. A file that ends the server itself is tried a few times only.
//
// It decides nothing about who sees what was read; package tracker does.
package worker
