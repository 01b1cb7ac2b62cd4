// Package rules is the engine: given a program, a certification with its facts, the holder's credits and a day,
// [Evaluate] says exactly where the certification stands, and why. It is pure: no files, no clock, no floats.
//
// A [Spec] is a program as its author writes it (docs/rules.md is the manual of the language); [Compile] checks it
// and makes it a [Program]. Where specs come from is not known here: package catalog reads those that are built in.
//
// # How an evaluation goes
//
// Each credit gets its value in the program's unit, and the set of requirements to which it belongs, where
// "not stated" makes it belong perhaps. What is unknown of the holder is tried in every combination: each is a
// branch. In each branch the credits are allocated twice, in the worst and in the best case of what they do not
// state; where maximums bind, a small linear program decides exactly how much of which credit counts. A requirement
// is MET when it is met in the worst case of all branches, and NOT_MET when it is not met in the best case of any.
//
// Deadlines, questions, the cycle and the next day of change follow from the same evaluation.
package rules
