// Package identity says who is calling. It turns a bearer token into a [Viewer],
// in one of two ways that give the same: [Accounts], which are local accounts with
// e-mail, password and sessions of their own, and [Firebase], which checks the ID
// tokens of a Firebase project.
//
// Local accounts can show that an e-mail address is theirs, and replace a forgotten password, by a secret that is sent to the
// address, see [Mail]. Who sends it, and in which words, is none of this package's business.
//
// It does not decide what a viewer may do, and it makes no professional from a
// Firebase token: package tracker does both. In particular tracker refuses a viewer who
// signed in before her profile's SessionsFrom, or before her erasure: see [Viewer].
//
// No error of this package tells whether it was the e-mail or the password, or what
// was wrong with a token; none holds a secret.
package identity
