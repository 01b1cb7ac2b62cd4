// Package mail sends e-mail by SMTP: it writes letters, as text and as HTML, in the language of whoever reads them, hands
// them to a mail server, and tries again in the background while that server cannot take them.
//
// It keeps nothing: what waits in a [Queue] is lost with the process, so it is for letters that people can ask for again.
// Who gets a letter and when, packages identity and notify decide. Letters are written by pure functions from what they are given.
//
// No error of this package holds an e-mail address, a password, or what a mail server said, which may repeat an address.
package mail
