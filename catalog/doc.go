// Package catalog holds the programs and bodies that come with Accrue: data files in programs and bodies, read
// strictly and checked by package rules, each rule with its source. docs/rules.md is the manual for their authors.
//
// It also reads the text of a program that comes from elsewhere, see [Catalog.Compile], and those that professionals
// write for themselves, see [Catalog.CompileOwn]. It knows nothing of how
// rules are evaluated; package catalog/scenario runs the examples that prove them.
package catalog
