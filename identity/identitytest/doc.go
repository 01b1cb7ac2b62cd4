// Package identitytest helps to test what needs people who sign in: it runs the
// Firebase Auth emulator from its npm package.
package identitytest
