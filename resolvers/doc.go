// Package resolvers answers the fields of the schema in graph/schema: it
// translates inputs into package ce, calls the tracker or the accounts, and
// translates back. It also turns errors into answers and puts a price on
// requests. It decides nothing about continuing education and nothing about who may do what.
package resolvers
