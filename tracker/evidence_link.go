package tracker

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"strconv"
	"strings"
	"time"

	"accrue/ce"
)

// evidenceLinkLife is for how long a link to a file works: long enough to show it and to tap on it, and too short to be of use to
// whoever finds it later.
const evidenceLinkLife = 15 * time.Minute

// Sides of pictures of a file's pages, in pixels.
const (
	MinPictureSide = 16
	MaxPictureSide = 3000
)

// maxEvidenceLink is how long a link may be that is looked at, in bytes; those of EvidenceLink have some 130.
const maxEvidenceLink = 200

// EvidenceLink returns what admits whoever has it to the content of the evidence, and to nothing else, for some minutes: letters, digits,
// dots, hyphens and underscores. It is signed with a secret of the evidence's own, so any server checks it, nothing of it is kept, and
// it ends with the evidence.
func (t *Tracker) EvidenceLink(evidence *ce.Evidence) string {
	until := strconv.FormatInt(t.now().Add(evidenceLinkLife).Unix(), 36)
	return strings.Join([]string{string(evidence.Professional), string(evidence.ID), until, signEvidenceLink(evidence, until)}, ".")
}

func signEvidenceLink(evidence *ce.Evidence, until string) string {
	mac := hmac.New(sha256.New, []byte(evidence.Secret))
	mac.Write([]byte("link\n" + string(evidence.ID) + "\n" + until))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// EvidenceContent returns the evidence that the link admits to, with its content, which the caller closes; the context must last until
// then. NOT_FOUND when the link is none or too old, or the file is gone.
func (t *Tracker) EvidenceContent(ctx context.Context, link string) (ce.Evidence, io.ReadSeekCloser, error) {
	parts := strings.Split(link, ".")
	if len(link) > maxEvidenceLink || len(parts) != 4 || t.files == nil {
		return ce.Evidence{}, nil, notFound("file")
	}
	professional, err := ce.ParseUUID(parts[0])
	if err != nil {
		return ce.Evidence{}, nil, notFound("file")
	}
	id, err := ce.ParseUUID(parts[1])
	if err != nil {
		return ce.Evidence{}, nil, notFound("file")
	}
	until, err := strconv.ParseInt(parts[2], 36, 64)
	if err != nil || t.now().Unix() >= until {
		return ce.Evidence{}, nil, notFound("file")
	}
	evidence, err := t.store.Professional(ce.ProfessionalID(professional)).Evidence().Get(ctx, ce.EvidenceID(id))
	if err != nil {
		return ce.Evidence{}, nil, translate(err, "file")
	}
	if !hmac.Equal([]byte(parts[3]), []byte(signEvidenceLink(&evidence, parts[2]))) {
		return ce.Evidence{}, nil, notFound("file")
	}
	content, err := t.files.Open(ctx, evidence.Key)
	return evidence, content, translate(err, "file")
}
