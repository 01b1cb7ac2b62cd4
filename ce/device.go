package ce

import (
	"fmt"
	"slices"
	"time"
)

// DeviceID is the SHA-256 of the device's token in hexadecimal, so that a token belongs to one professional only.
type DeviceID string

// NewDeviceID makes the id of the device with the token.
func NewDeviceID(token string) DeviceID { return DeviceID(Digest(token)) }

// Platform is what kind of device it is.
type Platform string

// The platforms.
const (
	PlatformIOS     Platform = "IOS"
	PlatformAndroid Platform = "ANDROID"
	PlatformWeb     Platform = "WEB"
)

// Limits of devices.
const (
	MaxDevices     = 20   // of one professional; the one not seen for the longest time goes when another comes
	MaxTokenLength = 4096 // in bytes
	DeviceKept     = 270 * 24 * time.Hour
)

// Device is a phone or browser registered for push. It is dropped when it was not seen for DeviceKept.
type Device struct {
	ID           DeviceID
	Professional ProfessionalID
	Token        string // of the push service; a secret
	Platform     Platform
	AppVersion   string // "" when not given
	Locale       string // BCP 47; "" when not given
	TimeZone     string // IANA; "" when not given
	SeenAt       time.Time
	CreatedAt    time.Time // when this professional first registered it
}

// Clean trims and checks what an app may enter of a device, and sets the id.
func (d *Device) Clean() error {
	var problems Problems
	var err error
	if d.Token, err = Line(d.Token, MaxTokenLength); err == nil && d.Token == "" {
		err = fmt.Errorf("must be given")
	}
	problems.Check(err, "token")
	d.ID = NewDeviceID(d.Token)
	if !slices.Contains([]Platform{PlatformIOS, PlatformAndroid, PlatformWeb}, d.Platform) {
		problems.Add("must be IOS, ANDROID or WEB", "platform")
	}
	d.AppVersion, err = Line(d.AppVersion, MaxNumberLength)
	problems.Check(err, "appVersion")
	if d.Locale != "" {
		d.Locale, err = parseLocale(d.Locale)
		problems.Check(err, "locale")
	}
	if d.TimeZone != "" {
		_, err = LoadZone(d.TimeZone)
		problems.Check(err, "timeZone")
	}
	return problems.Err()
}
