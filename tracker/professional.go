package tracker

import (
	"context"
	"slices"

	"accrue/ce"
	"accrue/storage"
)

// ProfileUpdate changes a professional's profile.
type ProfileUpdate struct {
	Version  int
	Name     Change[string]
	TimeZone Change[string]
	Locale   Change[string]
}

// UpdateProfile changes the viewer's profile and returns it; where she lives decides when she is reminded. An update that
// changes nothing succeeds whatever version it saw, so that a request may be repeated.
func (v *View) UpdateProfile(ctx context.Context, in ProfileUpdate) (ce.Professional, error) {
	turn, err := v.begin(ctx)
	if err != nil {
		return ce.Professional{}, err
	}
	profile, err := v.handle.UpdateProfile(ctx, func(p *ce.Professional) error {
		before := *p
		in.Name.Apply(&p.Name)
		in.TimeZone.Apply(&p.TimeZone)
		in.Locale.Apply(&p.Locale)
		if err := p.Clean(); err != nil {
			return err
		}
		if *p == before {
			return storage.ErrUnchanged
		}
		if before.Version != in.Version {
			return stale("profile")
		}
		p.UpdatedAt = v.now()
		return nil
	})
	if err != nil {
		return ce.Professional{}, translate(err, "professional")
	}
	v.settleProfile(ctx, turn, profile)
	v.speak(profile)
	return profile, nil
}

// settleProfile is settle after a change of the profile under the turn, which has the one before.
func (v *View) settleProfile(ctx context.Context, turn storage.Turn, profile ce.Professional) {
	if profile.Version == turn.Profile.Version {
		v.forget().profile.set(profile)
		return
	}
	turn.Profile = profile
	turn.Marks = slices.DeleteFunc(turn.Marks, func(m storage.Mark) bool { return m.Kind == storage.MarkedProfile })
	turn.Marks = append(turn.Marks, storage.Mark{Kind: storage.MarkedProfile, ID: string(profile.ID), Version: profile.Version})
	v.settle(ctx, turn, nil)
	v.reading().profile.set(profile)
}

// DeleteAccount erases the viewer with everything that belongs to her. Whether she may, a password
// for instance, the caller has checked.
func (v *View) DeleteAccount(ctx context.Context) (ce.ProfessionalID, error) {
	if _, err := v.Professional(ctx); err != nil {
		return "", err
	}
	// Once begun it ends by itself, here or in the sweep; the client cannot stop it half-way.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), refreshTime)
	defer cancel()
	at := v.now()
	if v.viewer.SignedInAt.After(at) {
		at = v.viewer.SignedInAt // after a change of the password it may be up to a second ahead, and her token is one from before
	}
	if err := v.erase(ctx, v.viewer.Professional, at); err != nil {
		return "", err
	}
	v.forget()
	return v.viewer.Professional, nil
}
