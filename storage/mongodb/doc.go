// Package mongodb keeps Accrue's data in MongoDB 7 or later: on a single server, a replica set
// or a sharded cluster, for any number of Accrue servers at once.
//
// # Documents
//
// A fact is one document in professionals, certifications or credits, where own programs and deadlines are among the
// certifications, so that one command reads all that is evaluated by; each write of a fact is one
// command on that one document, so that it is atomic everywhere. A fact that exists is changed by
// reading it, changing it in Go and replacing it under the version that was read, again and again until no
// one else was faster. A removed fact stays as a tombstone: a document without content.
//
// An organisation, a member and an invitation are one document each, too. The entries of the log that tell of a change are written into the
// document that changes, and moved to organization_log after that, by whoever made the change, by whoever reads the log next, or by the sweep; see organization_log.go.
//
// What is derived is one document for each professional in standings and one in deadlines, each replaced
// as a whole under the sequence number that it holds: so whoever was overtaken is told so, even by
// somebody who derived nothing, and leaves no trace. For the plan of reminders see plan.go.
//
// Days are text (2026-11-22), instants are BSON datetimes (UTC, to the millisecond), and amounts are text (3/2).
// The document types are apart from those of package ce, so that neither binds the other; a field
// that ce adds does not compile until its place in the document is decided.
//
// # Means
//
// The package uses no transaction, aggregation stage beyond a count, change stream, or index that is unique, partial, text or
// expiring: uniqueness is the _id's alone. Every query has an index for its filter and its sort, see
// the table in index.go.
package mongodb
