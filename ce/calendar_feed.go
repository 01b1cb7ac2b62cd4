package ce

import "time"

// CalendarFeed is the address at which a professional's deadlines are read by calendar apps. Whoever knows the secret in
// it reads them, so only what cannot be turned back into the secret is kept.
type CalendarFeed struct {
	Professional ProfessionalID
	SecretHash   string // SHA-256 of the secret, in hexadecimal
	Alarms       bool   // whether its events ring
	CreatedAt    time.Time
	// Content identifies what the feed said when it was last read, Revision counts how often that was something else than
	// before, and RevisedAt is when it was first read: "", 0 and no instant while nobody has.
	Content   string
	Revision  int
	RevisedAt time.Time
}
