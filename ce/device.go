package ce

import "time"

// DeviceID is the SHA-256 of the token in hexadecimal, so that a token belongs to one professional only.
type DeviceID string

// Device is a phone or browser registered for push.
type Device struct {
	ID           DeviceID
	Professional ProfessionalID
	Token        string // of its registration with FCM; a secret
	Platform     Platform
	AppVersion   string // "" when not given
	Locale       string // BCP 47; "" when not given
	TimeZone     string // IANA; "" when not given
	SeenAt       time.Time
	CreatedAt    time.Time
}

// Platform is the kind of a device.
type Platform string

// The platforms.
const (
	PlatformIOS     Platform = "IOS"
	PlatformAndroid Platform = "ANDROID"
	PlatformWeb     Platform = "WEB"
)
