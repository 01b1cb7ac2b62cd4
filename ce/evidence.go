package ce

import (
	"crypto/sha256"
	"fmt"
	"path"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Limits of evidence.
const (
	MaxEvidence         = 5000 // files of one professional, however many the operator allows
	MaxEvidenceCredits  = 100  // credits that one file proves
	MaxEvidenceOfCredit = 20   // files that prove one credit
	MaxFileNameLength   = 200  // bytes
)

// EvidenceID is the id of evidence: a UUID that follows from whose file it is and what is in it, see [NewEvidenceID].
type EvidenceID string

// Evidence is an uploaded file that proves credits: what is known of it. Its content is kept elsewhere, under Key.
type Evidence struct {
	ID           EvidenceID
	Professional ProfessionalID
	Version      int    // 1 when created, one more with each change
	Hash         string // SHA-256 of the content, in hexadecimal
	Key          string // where the content is: never that of another upload, be it of the same content
	Secret       string // by which links to the content are signed
	FileName     string // as it was given, cleaned; "" when none was
	MediaType    MediaType
	Size         int // bytes
	Pages        int // 0 while unknown
	// Credits are those that it proves, in the order in which they were attached; none before the first is.
	Credits              []CreditID
	CreatedAt, UpdatedAt time.Time
}

// NewEvidenceID returns the id of the professional's file with the content of that hash. So the same file of hers is always
// the same evidence, whoever uploads it at once or again, and nobody learns from an id what others have.
func NewEvidenceID(professional ProfessionalID, hash string) EvidenceID {
	sum := sha256.Sum256([]byte("evidence\n" + string(professional) + "\n" + hash))
	return EvidenceID(ownUUID(sum))
}

// CleanFileName makes of what a client calls a file a name that can be shown and saved under: without folders, control
// characters and what turns the direction of writing, and cut to MaxFileNameLength with its extension kept. It may be "".
// Nothing is refused: a name proves nothing, and a file is worth more than its name.
func CleanFileName(name string) string {
	name = strings.ToValidUTF8(name, "\uFFFD")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) {
			return -1
		}
		return r
	}, name)
	name = strings.TrimSpace(name)
	if strings.Trim(name, ".") == "" {
		return ""
	}
	if len(name) <= MaxFileNameLength {
		return name
	}
	extension := path.Ext(name)
	if len(extension) > 10 {
		extension = ""
	}
	stem := name[:MaxFileNameLength-len(extension)]
	for !utf8.ValidString(stem) { // cut within a character
		stem = stem[:len(stem)-1]
	}
	return strings.TrimSpace(stem) + extension
}

// CheckAttach refuses one credit too many of the evidence.
func (e *Evidence) CheckAttach() error {
	if len(e.Credits) >= MaxEvidenceCredits {
		return Errorf(CodeLimitExceeded, "This file proves %d credits, and no more can be attached to it.", MaxEvidenceCredits)
	}
	return nil
}

// FileSize writes a number of bytes for people: "25 MB", "1.5 GB".
func FileSize(bytes int64) string {
	unit, name := int64(1), "bytes"
	for _, larger := range []string{"kB", "MB", "GB", "TB"} {
		if bytes < unit*1024 {
			break
		}
		unit, name = unit*1024, larger
	}
	if tenths := bytes % unit * 10 / unit; tenths > 0 {
		return fmt.Sprintf("%d.%d %s", bytes/unit, tenths, name)
	}
	return fmt.Sprintf("%d %s", bytes/unit, name)
}
