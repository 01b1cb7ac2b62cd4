// Package fcmtest is Firebase Cloud Messaging on this machine: the HTTP v1 API's messages:send, as strict as the
// original, and Google's token endpoint for one service account. Tests start it with [Start]; the command
// cmd/fcmserver serves it for trying things by hand.
//
// A request needs a bearer token that the token endpoint issued, the path of the project, and a message in which every field is
// known, has its type and is within its limits. Refusals have the bodies of the original, with details[].errorCode. Faults can be
// scripted. What was accepted is recorded, never delivered.
package fcmtest
