// Package chaos shows that no reminder is lost or sent again, whatever dies: servers are killed with SIGKILL at random and started
// again while Firebase Cloud Messaging fails a fifth of the messages. It runs short among the tests, and for some minutes by
// make chaos.
package chaos
