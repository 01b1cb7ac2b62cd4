package tracker

import (
	"context"

	"accrue/ce"
	"accrue/storage"
)

// RegisterDevice registers a device of the viewer for push, or says that it was seen again. Where she lives is taken from it
// as long as nothing else tells.
func (v *View) RegisterDevice(ctx context.Context, device ce.Device) (ce.Device, error) {
	profile, err := v.Professional(ctx)
	if err != nil {
		return ce.Device{}, err
	}
	if err := device.Clean(); err != nil {
		return ce.Device{}, err
	}
	device.SeenAt, device.CreatedAt = v.now(), v.now()
	device, err = v.handle.RegisterDevice(ctx, device)
	if err != nil {
		return ce.Device{}, translate(err, "professional")
	}
	if profile.TimeZone != "" || device.TimeZone == "" {
		return device, nil
	}
	turn, err := v.begin(ctx)
	if err != nil {
		return ce.Device{}, err
	}
	profile, err = v.handle.UpdateProfile(ctx, func(p *ce.Professional) error {
		if p.TimeZone != "" {
			return storage.ErrUnchanged
		}
		p.TimeZone, p.UpdatedAt = device.TimeZone, v.now()
		return nil
	})
	if err != nil {
		return ce.Device{}, translate(err, "professional")
	}
	v.settleProfile(ctx, turn, profile)
	return device, nil
}

// UnregisterDevice removes a device of the viewer; removing it again is no error.
func (v *View) UnregisterDevice(ctx context.Context, id ce.DeviceID) error {
	if _, err := v.Professional(ctx); err != nil {
		return err
	}
	return v.handle.UnregisterDevice(ctx, id)
}

// Devices returns the viewer's devices, those seen last first.
func (v *View) Devices(ctx context.Context) ([]ce.Device, error) {
	if _, err := v.Professional(ctx); err != nil {
		return nil, err
	}
	return v.handle.Devices(ctx)
}
