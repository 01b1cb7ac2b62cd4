// Package notify delivers notifications by the channels beside the inbox: it claims those that are due, finds out what of them
// is still to be told, has the channel send it, and records what became of it. Package tracker decides what is told, to whom and when;
// the inbox has it whatever becomes of its delivery.
//
// Any number of servers may deliver at once. A claim lasts for a while and carries a token: a server that dies loses nothing, and
// what was recorded as sent is not sent again. What was sent but not recorded is sent again, and replaces the first on the device.
package notify
