package storagetest

import (
	"errors"
	"testing"

	"accrue/ce"
	"accrue/storage"
)

func (s suite) profile(t *testing.T) {
	t.Run("round trip", func(t *testing.T) {
		for name, profile := range map[string]ce.Professional{
			"full":    profileOf(""),
			"nothing": {Version: 1, Locale: "en", CreatedAt: instant(0), UpdatedAt: instant(0)},
		} {
			profile.ID = ce.ProfessionalID(ce.NewUUID())
			handle := s.Professional(profile.ID)
			_, err := handle.Profile(t.Context())
			fails(t, name+": before", err, storage.ErrNotFound)
			given := profile
			given.Version = 7
			created, err := handle.CreateProfile(t.Context(), given)
			succeed(t, err)
			same(t, name+": created", created, profile, exact)
			read, err := handle.Profile(t.Context())
			succeed(t, err)
			same(t, name+": read", read, profile, exact)
		}
	})
	t.Run("instants are kept in UTC to the millisecond", func(t *testing.T) {
		id := ce.ProfessionalID(ce.NewUUID())
		handle := s.Professional(id)
		profile := profileOf(id)
		profile.SessionsFrom, profile.CreatedAt, profile.UpdatedAt = uneven, uneven, uneven
		created, err := handle.CreateProfile(t.Context(), profile)
		succeed(t, err)
		profile.SessionsFrom, profile.CreatedAt, profile.UpdatedAt = kept, kept, kept
		same(t, "created", created, profile, exact)
		read, err := handle.Profile(t.Context())
		succeed(t, err)
		same(t, "read", read, profile, exact)
	})
	t.Run("created once", func(t *testing.T) {
		id, handle := s.newProfile(t)
		again := profileOf(id)
		again.Name = "Somebody Else"
		got, err := handle.CreateProfile(t.Context(), again)
		succeed(t, err)
		same(t, "created again", got, profileOf(id), exact)
	})
	t.Run("owner is the handle's", func(t *testing.T) {
		id, other := ce.ProfessionalID(ce.NewUUID()), ce.ProfessionalID(ce.NewUUID())
		created, err := s.Professional(id).CreateProfile(t.Context(), profileOf(other))
		succeed(t, err)
		same(t, "id", created.ID, id, nil)
		_, err = s.Professional(other).Profile(t.Context())
		fails(t, "the other", err, storage.ErrNotFound)
	})
	t.Run("update", func(t *testing.T) {
		id, handle := s.newProfile(t)
		want := profileOf(id)
		want.Name, want.Version, want.UpdatedAt = "Zoë 2", 2, instant(9)
		got, err := handle.UpdateProfile(t.Context(), func(p *ce.Professional) error {
			same(t, "shown to change", *p, profileOf(id), exact)
			p.Name, p.UpdatedAt, p.Version, p.ID, p.CreatedAt = "Zoë 2", instant(9), 99, "another", instant(99)
			return nil
		})
		succeed(t, err)
		same(t, "updated", got, want, exact)

		refused := errors.New("refused")
		_, err = handle.UpdateProfile(t.Context(), func(p *ce.Professional) error { p.Name = "never"; return refused })
		fails(t, "refusing change", err, refused)
		got, err = handle.UpdateProfile(t.Context(), func(p *ce.Professional) error { p.Name = "never"; return storage.ErrUnchanged })
		succeed(t, err)
		same(t, "unchanged", got, want, exact)
		got, err = handle.Profile(t.Context())
		succeed(t, err)
		same(t, "read", got, want, exact)

		_, err = s.Professional(ce.ProfessionalID(ce.NewUUID())).UpdateProfile(t.Context(), func(*ce.Professional) error { return nil })
		fails(t, "nobody", err, storage.ErrNotFound)
	})
}
