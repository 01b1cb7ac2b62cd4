// Package model holds the Go types of the schema that are no types of package
// ce: inputs, payloads and connections, generated, and what a field's resolver
// must hand down to those below it.
package model
