// Package unsubscribe serves the pages at which people end reminders by e-mail from the letter itself: each letter's address has a
// secret part, which is all that is needed. Mail programs send one POST there, as RFC 8058 has it; people see a page that asks. The
// pages say nothing about whose letter it was.
//
// What ends, for whom and for how long a link works, package tracker decides; package mail puts the address into letters.
package unsubscribe
