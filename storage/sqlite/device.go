package sqlite

import (
	"context"

	"accrue/ce"
	"accrue/storage"
)

func (p professional) RegisterDevice(ctx context.Context, device ce.Device) (ce.Device, error) {
	device.Professional = p.id
	device.SeenAt, device.CreatedAt = stored(device.SeenAt), stored(device.CreatedAt)
	record := encodeDevice(&device)
	out := device
	err := p.store.write(ctx, func(c *connection) error {
		out.CreatedAt = device.CreatedAt
		if _, err := c.first(func(r row) error { out.CreatedAt = r.instant(0); return nil },
			"SELECT created_at FROM devices WHERE id = ? AND professional = ?", string(device.ID), p.id); err != nil {
			return err
		}
		n, err := c.exec(`INSERT INTO devices (id, professional, seen_at, created_at, record) SELECT ?1, ?2, ?3, ?4, ?5
			WHERE EXISTS (SELECT 1 FROM professionals WHERE id = ?2)
			ON CONFLICT DO UPDATE SET professional = excluded.professional, seen_at = excluded.seen_at, created_at = excluded.created_at, record = excluded.record`,
			string(device.ID), p.id, device.SeenAt.UnixMilli(), out.CreatedAt.UnixMilli(), record)
		if err == nil && n == 0 {
			err = storage.ErrNotFound
		}
		if err != nil {
			return err
		}
		_, err = c.exec(`DELETE FROM devices WHERE id IN (SELECT id FROM devices WHERE professional = ? AND id != ? ORDER BY seen_at DESC, id DESC LIMIT -1 OFFSET ?)`,
			p.id, string(device.ID), ce.MaxDevices-1)
		return err
	})
	return out, err
}

func (p professional) UnregisterDevice(ctx context.Context, id ce.DeviceID) error {
	return p.store.write(ctx, func(c *connection) error {
		_, err := c.exec("DELETE FROM devices WHERE id = ? AND professional = ?", string(id), p.id)
		return err
	})
}

func (p professional) Devices(ctx context.Context) (devices []ce.Device, err error) {
	err = p.store.read(ctx, func(c *connection) error {
		return c.query(func(r row) error {
			device, err := decodeDeviceRow(p.id, r)
			devices = append(devices, device)
			return err
		}, "SELECT "+deviceColumns+" FROM devices WHERE professional = ? ORDER BY seen_at DESC, id DESC", p.id)
	})
	return devices, err
}

const deviceColumns = "id, seen_at, created_at, record"

func decodeDeviceRow(owner ce.ProfessionalID, r row) (ce.Device, error) {
	device, err := decodeDevice(r.blob(3))
	device.ID, device.Professional, device.SeenAt, device.CreatedAt = ce.DeviceID(r.text(0)), owner, r.instant(1), r.instant(2)
	return device, err
}

// encodeDevice writes what has no column.
func encodeDevice(d *ce.Device) []byte {
	var e encoder
	put(&e, d.Token)
	put(&e, d.Platform)
	put(&e, d.AppVersion)
	put(&e, d.Locale)
	put(&e, d.TimeZone)
	return e.data
}

func decodeDevice(record []byte) (ce.Device, error) {
	d := newDecoder(record)
	device := ce.Device{
		Token: get[string](d), Platform: get[ce.Platform](d), AppVersion: get[string](d), Locale: get[string](d), TimeZone: get[string](d),
	}
	return device, d.err()
}
