package storagetest

import (
	"testing"

	"accrue/ce"
	"accrue/storage"
)

func mailTokenOf(id string, professional ce.ProfessionalID) storage.MailToken {
	return storage.MailToken{
		ID: id, Purpose: storage.MailPasswordReset, Professional: professional, Holds: "a digest",
		ExpiresAt: instant(60), CreatedAt: instant(0),
	}
}

func (s suite) mailTokens(t *testing.T) {
	identity := s.Identity()
	owner, id := ce.ProfessionalID(ce.NewUUID()), ce.NewUUID()
	_, err := identity.MailToken(t.Context(), id)
	fails(t, "before", err, storage.ErrNotFound)

	want := mailTokenOf(id, owner)
	succeed(t, identity.CreateMailToken(t.Context(), want))
	other := mailTokenOf(ce.NewUUID(), owner)
	other.Purpose, other.ExpiresAt, other.CreatedAt = storage.MailVerification, uneven, uneven
	succeed(t, identity.CreateMailToken(t.Context(), other))
	other.ExpiresAt, other.CreatedAt = kept, kept
	plain := mailTokenOf(ce.NewUUID(), owner)
	plain.Purpose, plain.Holds = storage.MailUnsubscribe, ""
	succeed(t, identity.CreateMailToken(t.Context(), plain))
	fails(t, "taken", identity.CreateMailToken(t.Context(), mailTokenOf(id, ce.ProfessionalID(ce.NewUUID()))), storage.ErrConflict)

	for _, token := range []storage.MailToken{want, other, plain} {
		got, err := identity.MailToken(t.Context(), token.ID)
		succeed(t, err)
		same(t, string(token.Purpose), got, token, exact)
	}
}
