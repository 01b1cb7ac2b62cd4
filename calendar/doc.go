// Package calendar serves the deadlines of professionals to calendar apps, as RFC 5545 has it: each feed at an address whose
// secret part is all that a reader needs. It is the only importer of the iCalendar library.
//
// Who may read what, and what is due, package tracker decides.
package calendar
