package ce

import (
	"crypto/sha256"
	"fmt"
	"time"
)

// Limits of scans.
const (
	MaxDeviceText       = 512 << 10 // bytes of Scan.DeviceText
	MaxScanFound        = 512 << 10 // bytes of Scan.Found
	MaxScanConfirmation = 100       // certificates of one file from which a credit was logged
)

// Scan is the reading of one file of evidence: that it waits, and what came of it. It has the id of its evidence. It is derived
// from the file, except for DeviceText and Confirmations.
type Scan struct {
	Evidence     EvidenceID
	Professional ProfessionalID
	Status       ScanStatus
	RequestedAt  time.Time
	// NextAt is the instant from which a waiting scan may be read.
	NextAt   time.Time
	Attempts int // how often reading began
	// DeviceText is the text that the phone recognised, a scan.Document in JSON; empty when it sent none.
	DeviceText []byte
	FinishedAt time.Time // zero while waiting
	Pages      int       // of the file; 0 while unknown
	// Found is what was read, a scan.Result in JSON; empty unless SCANNED.
	Found []byte
	// Reason and Text say why reading failed, Text to people; "" unless FAILED.
	Reason string
	Text   string
	// Confirmations are the credits that were logged from it, of each certificate the last one, in the order of the file.
	Confirmations []Confirmation
}

// ScanStatus says how far reading a file has come.
type ScanStatus string

// The statuses of a scan.
const (
	ScanNone    ScanStatus = "NOT_SCANNED" // there is none
	ScanWaiting ScanStatus = "WAITING"     // it waits, or is being read
	ScanDone    ScanStatus = "SCANNED"
	ScanFailed  ScanStatus = "FAILED"
)

// Confirmation is what a person made of what was read of one certificate.
type Confirmation struct {
	Certificate int // which one of the file, from 0
	Credit      CreditID
	At          time.Time
	Fields      []ConfirmedField
}

// ConfirmedField is a field that was read, or that a person entered where nothing was.
type ConfirmedField struct {
	Field      string // "title", "provider", "completedOn", "amount", "format", "topics"
	Read       string // "" when nothing was proposed
	Confidence int    // of what was read, in hundredths; 0 when nothing was proposed
	Confirmed  string // what the credit has; "" when nothing
}

// Outcome says what became of the field.
func (f *ConfirmedField) Outcome() FieldOutcome {
	switch f.Read {
	case f.Confirmed:
		return FieldKept
	case "":
		return FieldFilled
	}
	return FieldCorrected
}

// FieldOutcome says what a person made of a field.
type FieldOutcome string

// The outcomes of fields.
const (
	FieldKept      FieldOutcome = "KEPT"
	FieldCorrected FieldOutcome = "CORRECTED" // to another value or to none
	FieldFilled    FieldOutcome = "FILLED"    // nothing had been proposed
)

// NewScannedCreditID returns the id of the credit that is confirmed from a certificate of a file, unless the client makes one.
func NewScannedCreditID(evidence EvidenceID, certificate int) CreditID {
	return CreditID(ownUUID(sha256.Sum256(fmt.Appendf(nil, "scanned credit\n%s\n%d", evidence, certificate))))
}
