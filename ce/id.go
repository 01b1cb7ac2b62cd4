package ce

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"strings"
)

// Ids of what people enter. They are UUIDs in lower case; the client makes them when it
// can, so that a request repeated on a bad network is known to be the same.
type (
	ProfessionalID  string
	CertificationID string
	CreditID        string
)

// Ids of organisations and of what belongs to them; UUIDs, too.
type (
	OrganizationID string
	GroupID        string
	MemberID       string // follows from the organisation and the professional, see NewMemberID
	InvitationID   string
	PostingID      string
	LogEntryID     string // see NewLogEntryID
)

// Ids from the catalog: short texts chosen by the authors of programs. The id of a professional's own program is a
// UUID, by which its body goes, too, and which begins the ids of the body's units.
type (
	ProgramID     string // "us-ga-cpa"
	BodyID        string // "us-ga-board-of-accountancy"
	UnitID        string // "us-ga-board-of-accountancy.cpe-credit": a unit belongs to a body
	QuestionID    string // unique within its program
	RequirementID string // unique within its program
	SourceID      string // unique within its program
)

// NewUUID returns a new random UUID (version 4).
func NewUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails, see crypto/rand
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return formatUUID(b)
}

// ownUUID makes a UUID of a digest: the same from the same (version 8, by a rule of one's own).
func ownUUID(sum [32]byte) string {
	var uuid [16]byte
	copy(uuid[:], sum[:])
	uuid[6] = uuid[6]&0x0f | 0x80
	uuid[8] = uuid[8]&0x3f | 0x80
	return formatUUID(uuid)
}

func formatUUID(b [16]byte) string {
	var out [36]byte
	hex.Encode(out[0:8], b[0:4])
	hex.Encode(out[9:13], b[4:6])
	hex.Encode(out[14:18], b[6:8])
	hex.Encode(out[19:23], b[8:10])
	hex.Encode(out[24:36], b[10:16])
	out[8], out[13], out[18], out[23] = '-', '-', '-', '-'
	return string(out[:])
}

var errNotUUID = errors.New("must be a UUID such as 2f1c4c5e-8a3b-4b62-9a51-3f6a3f0c9d10")

// ParseUUID reads a UUID in its 36-character form, of any version, and returns it in lower case.
func ParseUUID(text string) (string, error) {
	if len(text) != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-' {
		return "", errNotUUID
	}
	b, err := hex.DecodeString(strings.ReplaceAll(text, "-", ""))
	if err != nil || len(b) != 16 {
		return "", errNotUUID
	}
	return strings.ToLower(text), nil
}
