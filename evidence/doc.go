// Package evidence serves uploaded files to whoever has a link to one, to browsers above all: each file as the type that its content
// showed, and in a way that lets nothing in it act; and pictures of its pages.
//
// What a link admits to and for how long, package tracker decides; files are taken in by package resolvers.
package evidence
