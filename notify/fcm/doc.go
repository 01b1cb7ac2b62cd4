// Package fcm tells professionals by push, through Firebase Cloud Messaging: it builds the message for a device as a
// pure function, and sends it by the Firebase Admin SDK, at the pace that the project's quota allows. It is the only
// importer of the SDK's messaging client.
//
// It does not decide what is told, to whom and when, and keeps nothing: an outcome says what to record.
package fcm
