package sqlite

import (
	"context"

	"accrue/ce"
	"accrue/storage"
)

func (i identity) CreateAccount(ctx context.Context, a storage.Account) error {
	return i.store.insert(ctx, `INSERT INTO accounts (email, professional, version, password_hash, profile, created_at) VALUES (?, ?, 1, ?, ?, ?)
		ON CONFLICT DO NOTHING`, a.Email, a.Professional, a.PasswordHash, encodeProfile(a.Profile), a.CreatedAt)
}

func (i identity) AccountByEmail(ctx context.Context, email string) (storage.Account, error) {
	return i.account(ctx, "email", email)
}

func (i identity) AccountOf(ctx context.Context, id ce.ProfessionalID) (storage.Account, error) {
	return i.account(ctx, "professional", string(id))
}

func (i identity) account(ctx context.Context, column, key string) (a storage.Account, err error) {
	err = i.store.read(ctx, func(c *connection) error {
		ok, err := c.first(func(r row) error {
			a = storage.Account{Email: r.text(0), Professional: ce.ProfessionalID(r.text(1)), Version: int(r.number(2)), PasswordHash: r.text(3), CreatedAt: r.instant(5)}
			a.Profile, err = decodeProfile(r.blob(4))
			return err
		}, "SELECT email, professional, version, password_hash, profile, created_at FROM accounts WHERE "+column+" = ?", key)
		if err == nil && !ok {
			err = storage.ErrNotFound
		}
		return err
	})
	return a, err
}

func (i identity) UpdateAccount(ctx context.Context, email string, change func(*storage.Account) error) (storage.Account, error) {
	for {
		current, err := i.AccountByEmail(ctx, email)
		if err != nil {
			return current, err
		}
		changed := current
		if done, err := changing(change(&changed)); done {
			return current, err
		}
		ok := false
		err = i.store.write(ctx, func(c *connection) error {
			n, err := c.exec("UPDATE accounts SET version = version + 1, password_hash = ?, profile = ? WHERE email = ? AND version = ?",
				changed.PasswordHash, encodeProfile(changed.Profile), email, current.Version)
			ok = n > 0
			return err
		})
		if err != nil {
			return current, err
		}
		if ok {
			changed.Email, changed.Professional, changed.Version, changed.CreatedAt = email, current.Professional, current.Version+1, current.CreatedAt
			changed.Profile, err = decodeProfile(encodeProfile(changed.Profile))
			return changed, err
		}
	}
}
