package fcmtest

import (
	"bytes"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	maxPayload      = 4096
	maxTopicPayload = 2048
	maxTTL          = 2_419_200 // seconds: four weeks
	maxCollapseID   = 64
	maxWebTopic     = 32
)

// Accepted is a request to send that nothing is wrong with.
type Accepted struct {
	Token   string // "" for a topic or condition
	Message map[string]any
	DryRun  bool
}

var (
	tokenPattern    = regexp.MustCompile(`^[A-Za-z0-9_-]{11,64}:APA91b[A-Za-z0-9_-]{50,300}$`)
	topicPattern    = regexp.MustCompile(`^[a-zA-Z0-9_.~%-]{1,900}$`)
	colorPattern    = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)
	webTopicPattern = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

	pushTypes = []string{"alert", "background", "location", "voip", "complication", "fileprovider", "mdm", "liveactivity", "pushtotalk", "widgets", "controls"}
	urgencies = []string{"very-low", "low", "normal", "high"}
)

// Check says what is wrong with the body of a request to send, as FCM does; nil for nothing. Whether
// the device exists is not in the body.
func Check(body []byte) (*Accepted, *Refusal) {
	var request map[string]any
	if !utf8.Valid(body) || json.Unmarshal(body, &request) != nil || request == nil {
		return nil, malformed("", "Invalid JSON payload received. Unexpected token.")
	}
	if refusal := requestType.check(request, ""); refusal != nil {
		return nil, refusal
	}
	message, _ := at(request, "message").(map[string]any)
	if message == nil {
		return nil, invalid("message", "Message is not set.")
	}
	dryRun, _ := at(request, "validate_only").(bool)
	accepted := &Accepted{Message: message, DryRun: dryRun}
	limit := maxPayload
	targets := 0
	for _, target := range []string{"token", "topic", "condition"} {
		value, _ := at(message, target).(string)
		if value == "" {
			continue
		}
		switch targets++; target {
		case "token":
			accepted.Token = value
			if !tokenPattern.MatchString(value) {
				return nil, invalid("message.token", "The registration token is not a valid FCM registration token")
			}
		case "topic":
			limit = maxTopicPayload
			if !topicPattern.MatchString(value) {
				return nil, invalid("message.topic", "Invalid topic name.")
			}
		}
	}
	switch {
	case targets == 0:
		return nil, invalid("message", "Recipient of the message is not set.")
	case targets > 1:
		return nil, malformed("message", "Invalid value at 'message' (oneof), oneof field 'target' is already set.")
	case payload(message, len(body)) > limit:
		return nil, &Refusal{Status: 400, Code: "INVALID_ARGUMENT", Message: "Message is too big", ErrorCode: "INVALID_ARGUMENT"}
	}
	for _, check := range []func(map[string]any) *Refusal{checkData, checkAndroid, checkAPNS, checkWebpush} {
		if refusal := check(message); refusal != nil {
			return nil, refusal
		}
	}
	return accepted, nil
}

// at returns a field by either of its names.
func at(object map[string]any, name string) any {
	if value, ok := object[name]; ok {
		return value
	}
	return object[camel(name)]
}

func objectAt(object map[string]any, names ...string) map[string]any {
	for _, name := range names {
		object, _ = at(object, name).(map[string]any)
	}
	return object
}

func textAt(object map[string]any, name string) string {
	value, _ := at(object, name).(string)
	return value
}

// payload is the length of the message as JSON, without its target. FCM counts the keys and values that reach the
// device, which is somewhat less.
func payload(message map[string]any, body int) int {
	if body <= maxTopicPayload {
		return body
	}
	bare := map[string]any{}
	for key, value := range message {
		if key != "token" && key != "topic" && key != "condition" {
			bare[key] = value
		}
	}
	var out bytes.Buffer
	writer := json.NewEncoder(&out)
	writer.SetEscapeHTML(false)
	_ = writer.Encode(bare) // it was read from JSON
	return out.Len() - 1    // the line's end
}

func checkData(message map[string]any) *Refusal {
	for _, data := range []map[string]any{objectAt(message, "data"), objectAt(message, "android", "data")} {
		for key := range data {
			if key == "" || key == "from" || key == "message_type" || strings.HasPrefix(key, "gcm") || strings.HasPrefix(key, "google") {
				return invalid("message.data", "Invalid data payload key: "+key)
			}
		}
	}
	return nil
}

func checkAndroid(message map[string]any) *Refusal {
	config := objectAt(message, "android")
	if ttl := textAt(config, "ttl"); ttl != "" {
		whole, _, _ := strings.Cut(strings.TrimSuffix(ttl, "s"), ".")
		if !inSeconds(whole) {
			return invalid("message.android.ttl", "Invalid value at 'message.android.ttl': must be between 0 and 2419200 seconds")
		}
	}
	if color := textAt(objectAt(config, "notification"), "color"); color != "" && !colorPattern.MatchString(color) {
		return invalid("message.android.notification.color", "Invalid color: must be in the form #RRGGBB")
	}
	return nil
}

func inSeconds(text string) bool {
	seconds, err := strconv.ParseInt(text, 10, 64)
	return err == nil && seconds >= 0 && seconds <= maxTTL
}

func checkAPNS(message map[string]any) *Refusal {
	config := objectAt(message, "apns")
	for name, value := range objectAt(config, "headers") {
		value, _ := value.(string)
		ok := true
		switch strings.ToLower(name) {
		case "apns-collapse-id":
			ok = len(value) <= maxCollapseID
		case "apns-expiration":
			_, err := strconv.ParseUint(value, 10, 63)
			ok = err == nil
		case "apns-priority":
			ok = value == "1" || value == "5" || value == "10"
		case "apns-push-type":
			ok = slices.Contains(pushTypes, value)
		}
		if !ok {
			return invalid("message.apns.headers", "Invalid value of the header "+name)
		}
	}
	payload := objectAt(config, "payload")
	if payload == nil {
		return nil
	}
	aps, ok := payload["aps"].(map[string]any)
	if !ok && payload["aps"] != nil {
		return invalid("message.apns.payload", "aps must be a dictionary")
	}
	for name, value := range aps {
		ok := true
		switch name {
		case "badge":
			n, isNumber := value.(float64)
			ok = isNumber && n >= 0 && n == float64(int64(n))
		case "thread-id", "category":
			_, ok = value.(string)
		case "sound", "alert":
			_, isText := value.(string)
			_, isObject := value.(map[string]any)
			ok = isText || isObject
		}
		if !ok {
			return invalid("message.apns.payload.aps."+name, "Invalid value of aps."+name)
		}
	}
	return nil
}

func checkWebpush(message map[string]any) *Refusal {
	config := objectAt(message, "webpush")
	for name, value := range objectAt(config, "headers") {
		value, _ := value.(string)
		ok := true
		switch strings.ToLower(name) {
		case "ttl":
			ok = inSeconds(value)
		case "urgency":
			ok = slices.Contains(urgencies, value)
		case "topic":
			ok = len(value) <= maxWebTopic && webTopicPattern.MatchString(value)
		}
		if !ok {
			return invalid("message.webpush.headers", "Invalid value of the header "+name)
		}
	}
	if link := textAt(objectAt(config, "fcm_options"), "link"); link != "" {
		if address, err := url.Parse(link); err != nil || address.Scheme != "https" || address.Host == "" {
			return invalid("message.webpush.fcm_options.link", "Invalid link: must be a https URL")
		}
	}
	return nil
}
