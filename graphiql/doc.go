// Package graphiql is the page to try the API in: GraphiQL with a first session to click through. Everything is embedded
// and comes from the server itself, so that the page works offline and no other host learns of it.
//
// The folder page holds the files: index.html, start.js and start.css are written by hand; the
// rest is copied from the npm packages that the folder assets pins, by scripts/graphiql-assets.
// The package knows nothing of the API but its address, /graphql.
package graphiql
