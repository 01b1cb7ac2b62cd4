package mongodb

import (
	"context"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"accrue/ce"
	"accrue/storage"
)

// deviceDocument is a ce.Device.
type deviceDocument struct {
	ID           ce.DeviceID       `bson:"_id"`
	Professional ce.ProfessionalID `bson:"professional"`
	Token        string            `bson:"token"`
	Platform     ce.Platform       `bson:"platform"`
	AppVersion   string            `bson:"appVersion"`
	Locale       string            `bson:"locale"`
	TimeZone     string            `bson:"timeZone"`
	SeenAt       time.Time         `bson:"seenAt"`
	CreatedAt    time.Time         `bson:"createdAt"`
}

// RegisterDevice implements storage.Professional.
func (p *professional) RegisterDevice(ctx context.Context, device ce.Device) (ce.Device, error) {
	document := deviceDocument(device)
	document.Professional, document.SeenAt, document.CreatedAt = p.id, instant(device.SeenAt), instant(device.CreatedAt)
	var there deviceDocument
	err := opaque(p.store.devices.FindOne(ctx, bson.D{{Key: "_id", Value: device.ID}, {Key: "professional", Value: p.id}}).Decode(&there))
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return ce.Device{}, err
	}
	if err == nil {
		document.CreatedAt = there.CreatedAt
	}
	// Of two registrations of a new device at once, one meets the other's document; the second time it replaces it.
	for range 2 {
		_, err = p.store.devices.ReplaceOne(ctx, bson.D{{Key: "_id", Value: device.ID}}, document, options.Replace().SetUpsert(true))
		if err = opaque(err); !errors.Is(err, storage.ErrConflict) {
			break
		}
	}
	if err != nil {
		return ce.Device{}, err
	}
	if err := p.undoUnlessLiving(ctx, p.store.devices, string(device.ID)); err != nil {
		return ce.Device{}, err
	}
	all, err := p.Devices(ctx)
	if err != nil {
		return ce.Device{}, err
	}
	var surplus []ce.DeviceID
	room := ce.MaxDevices - 1
	for _, other := range all {
		if other.ID == device.ID {
			continue
		}
		if room--; room < 0 {
			surplus = append(surplus, other.ID)
		}
	}
	if len(surplus) > 0 {
		_, err = p.store.devices.DeleteMany(ctx, bson.D{in("_id", surplus), {Key: "professional", Value: p.id}})
	}
	return ce.Device(document), opaque(err)
}

// UnregisterDevice implements storage.Professional.
func (p *professional) UnregisterDevice(ctx context.Context, id ce.DeviceID) error {
	_, err := p.store.devices.DeleteOne(ctx, bson.D{{Key: "_id", Value: id}, {Key: "professional", Value: p.id}})
	return opaque(err)
}

// Devices implements storage.Professional.
func (p *professional) Devices(ctx context.Context) ([]ce.Device, error) {
	cursor, err := p.store.devices.Find(ctx, bson.D{{Key: "professional", Value: p.id}},
		inOneBatch().SetSort(bson.D{{Key: "seenAt", Value: -1}, {Key: "_id", Value: -1}}))
	var documents []deviceDocument
	if err == nil {
		err = cursor.All(ctx, &documents)
	}
	return each(documents, func(d deviceDocument) ce.Device { return ce.Device(d) }), opaque(err)
}
