// Package factsfile reads a holder, her certification and her credits from one file in YAML, so that authors of rules can
// evaluate a program without a server. docs/authoring.md is the manual of the file; its keys are those of the API's inputs.
//
// It knows nothing of where standings are shown; package main evaluates what [File.Input] returns.
package factsfile
