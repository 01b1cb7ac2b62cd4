// Package ce holds the words of continuing education as Go types: calendar
// days, exact amounts, typed ids, units, the facts that people enter
// (professionals, certifications, credits) and what is derived from them
// (standings, deadlines), with validation and the one error type of the
// project.
//
// It knows no storage, no transport and no clock: time is passed in. It
// imports the standard library only.
package ce
