// Package scantest has what measuring package scan needs: the set of invented certificates, each with the truth
// about it, and how right what was recognised is.
//
// A layout is a page of HTML in layouts, in one of three parts. The rules of recognising were written with the
// layouts of "tuning" in view; how sure they may be is fitted on "tuning" and "calibration"; "held" is only
// measured. The command render makes the files of scan/testdata from the layouts; the command measure prints how
// well they are understood. All people, issuers and numbers are invented.
package scantest
