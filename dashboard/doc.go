// Package dashboard is the web app: what a browser finds at the server's root. A professional signs in, sees where her
// certifications stand and why, and logs credits; members of an organization join it, and who looks after them sees where they stand.
//
// The app is written in TypeScript in the folder src and is a client of the GraphQL API like any other. Its build stands in the
// folder dist, committed, and is embedded, so that the server needs neither Node.js nor another host: npm run generate makes it
// anew. This package serves the files and knows nothing of what they do.
package dashboard
