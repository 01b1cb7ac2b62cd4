// Package asset serves files that are embedded in the program to browsers: with their type, compressed, named by a tag
// of their content, and with the headers that keep them from being misread or framed elsewhere. What is served at which path, and for how long it
// may be kept, its users say.
package asset
