// Package graph is the contract with clients: the schema in the folder schema, one file a noun, and what gqlgen generates from it.
// What answers is in package resolvers.
package graph
