package storage

import (
	"time"

	"accrue/ce"
)

// MailPurpose is what a secret that was sent by mail allows.
type MailPurpose string

// The purposes.
const (
	MailVerification  MailPurpose = "verification"   // show that the e-mail address is hers
	MailPasswordReset MailPurpose = "password-reset" // set a new password without the old one
	MailUnsubscribe   MailPurpose = "unsubscribe"    // end reminders by e-mail
)

// MailToken is what is kept of a secret that was sent to the professional's e-mail address. The secret itself is not.
type MailToken struct {
	ID           string // a digest of the secret
	Purpose      MailPurpose
	Professional ce.ProfessionalID
	// Holds is a digest of what must still be as it was when the secret was sent: the secret is worth nothing after a
	// change of it. "" for nothing.
	Holds     string
	ExpiresAt time.Time
	CreatedAt time.Time
}

// Allows reports whether the secret is of the purpose and still worth something.
func (t *MailToken) Allows(purpose MailPurpose, now time.Time) bool {
	return t.Purpose == purpose && now.Before(t.ExpiresAt)
}
