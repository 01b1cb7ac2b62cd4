package fcmtest

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// kind is the type of a field of the API.
type kind int

const (
	text kind = iota
	boolean
	whole
	floating
	duration
	timestamp
	enum
	texts     // a list of texts
	durations // a list of durations
	textMap   // from text to text
	anything  // google.protobuf.Struct: any JSON object
	object
)

type field struct {
	kind   kind
	of     *schema  // of an object
	values []string // of an enum
}

// schema is a message type of the API, its fields by their names with underscores and in camel case, which JSON may use alike.
type schema struct {
	name   string
	fields map[string]field
}

func define(name string, fields map[string]field) *schema {
	all := map[string]field{}
	for name, f := range fields {
		all[name] = f
		all[camel(name)] = f
	}
	return &schema{name, all}
}

func camel(name string) string {
	var out strings.Builder
	upper := false
	for _, c := range name {
		if c == '_' {
			upper = true
			continue
		}
		if upper {
			c = unicode.ToUpper(c)
		}
		upper = false
		out.WriteRune(c)
	}
	return out.String()
}

// The types of https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages.
var (
	colorType         = define("google.type.Color", map[string]field{"red": {kind: floating}, "green": {kind: floating}, "blue": {kind: floating}, "alpha": {kind: floating}})
	lightSettingsType = define("google.firebase.fcm.v1.LightSettings", map[string]field{
		"color": {kind: object, of: colorType}, "light_on_duration": {kind: duration}, "light_off_duration": {kind: duration},
	})
	notificationType = define("google.firebase.fcm.v1.Notification", map[string]field{"title": {}, "body": {}, "image": {}})
	optionsType      = define("google.firebase.fcm.v1.FcmOptions", map[string]field{"analytics_label": {}})

	androidNotificationType = define("google.firebase.fcm.v1.AndroidNotification", map[string]field{
		"title": {}, "body": {}, "icon": {}, "color": {}, "sound": {}, "tag": {}, "click_action": {}, "channel_id": {}, "ticker": {}, "image": {},
		"body_loc_key": {}, "body_loc_args": {kind: texts}, "title_loc_key": {}, "title_loc_args": {kind: texts},
		"sticky": {kind: boolean}, "event_time": {kind: timestamp}, "local_only": {kind: boolean},
		"notification_priority": {kind: enum, values: []string{"PRIORITY_UNSPECIFIED", "PRIORITY_MIN", "PRIORITY_LOW", "PRIORITY_DEFAULT", "PRIORITY_HIGH", "PRIORITY_MAX"}},
		"default_sound":         {kind: boolean}, "default_vibrate_timings": {kind: boolean}, "default_light_settings": {kind: boolean},
		"vibrate_timings": {kind: durations}, "notification_count": {kind: whole}, "light_settings": {kind: object, of: lightSettingsType},
		"visibility": {kind: enum, values: []string{"VISIBILITY_UNSPECIFIED", "PRIVATE", "PUBLIC", "SECRET"}},
		"proxy":      {kind: enum, values: []string{"PROXY_UNSPECIFIED", "ALLOW", "DENY", "IF_PRIORITY_LOWERED"}},
	})
	androidType = define("google.firebase.fcm.v1.AndroidConfig", map[string]field{
		"collapse_key": {}, "priority": {kind: enum, values: []string{"NORMAL", "HIGH"}}, "ttl": {kind: duration}, "restricted_package_name": {},
		"data": {kind: textMap}, "notification": {kind: object, of: androidNotificationType}, "fcm_options": {kind: object, of: optionsType},
		"direct_boot_ok": {kind: boolean}, "bandwidth_constrained_ok": {kind: boolean}, "restricted_satellite_ok": {kind: boolean},
	})
	webpushType = define("google.firebase.fcm.v1.WebpushConfig", map[string]field{
		"headers": {kind: textMap}, "data": {kind: textMap}, "notification": {kind: anything},
		"fcm_options": {kind: object, of: define("google.firebase.fcm.v1.WebpushFcmOptions", map[string]field{"link": {}, "analytics_label": {}})},
	})
	apnsType = define("google.firebase.fcm.v1.ApnsConfig", map[string]field{
		"headers": {kind: textMap}, "payload": {kind: anything}, "live_activity_token": {},
		"fcm_options": {kind: object, of: define("google.firebase.fcm.v1.ApnsFcmOptions", map[string]field{"image": {}, "analytics_label": {}})},
	})
	messageType = define("google.firebase.fcm.v1.Message", map[string]field{
		"name": {}, "data": {kind: textMap}, "notification": {kind: object, of: notificationType}, "android": {kind: object, of: androidType},
		"webpush": {kind: object, of: webpushType}, "apns": {kind: object, of: apnsType}, "fcm_options": {kind: object, of: optionsType},
		"token": {}, "topic": {}, "condition": {},
	})
	requestType = define("google.firebase.fcm.v1.SendMessageRequest", map[string]field{"validate_only": {kind: boolean}, "message": {kind: object, of: messageType}})
)

// check refuses what is not of the type. The path is that of the object, "" for the request itself.
func (s *schema) check(value map[string]any, path string) *Refusal {
	for name, value := range value {
		f, ok := s.fields[name]
		if !ok {
			return unknownName(name, path)
		}
		below := name
		if path != "" {
			below = path + "." + name
		}
		if refusal := f.check(value, below); refusal != nil {
			return refusal
		}
	}
	return nil
}

func unknownName(name, path string) *Refusal {
	if path == "" {
		refusal := malformed("", fmt.Sprintf("Invalid JSON payload received. Unknown name %q: Cannot find field.", name))
		refusal.root = true
		return refusal
	}
	return malformed(path, fmt.Sprintf("Invalid JSON payload received. Unknown name %q at '%s': Cannot find field.", name, path))
}

func (f field) check(value any, path string) *Refusal {
	if value == nil {
		return nil // null is absent
	}
	ok, wanted := true, "TYPE_STRING"
	switch f.kind {
	case text:
		_, ok = value.(string)
	case boolean:
		wanted = "TYPE_BOOL"
		_, ok = value.(bool)
	case whole:
		wanted = "TYPE_INT32"
		n, isNumber := value.(float64)
		ok = isNumber && n == float64(int32(n))
	case floating:
		wanted = "TYPE_FLOAT"
		_, ok = value.(float64)
	case duration:
		wanted = "type.googleapis.com/google.protobuf.Duration"
		t, isText := value.(string)
		ok = isText && durationPattern.MatchString(t)
	case timestamp:
		wanted = "type.googleapis.com/google.protobuf.Timestamp"
		t, isText := value.(string)
		ok = isText && timestampPattern.MatchString(t)
	case enum:
		wanted = "TYPE_ENUM"
		t, isText := value.(string)
		ok = isText && slices.ContainsFunc(f.values, func(v string) bool { return strings.EqualFold(v, t) })
	case texts, durations:
		list, isList := value.([]any)
		if ok = isList; ok {
			one := field{kind: text}
			if f.kind == durations {
				one.kind = duration
			}
			for i, element := range list {
				if refusal := one.check(element, path+"["+strconv.Itoa(i)+"]"); refusal != nil {
					return refusal
				}
			}
		}
	case textMap:
		return checkTextMap(value, path)
	case anything:
		wanted = "type.googleapis.com/google.protobuf.Struct"
		_, ok = value.(map[string]any)
	case object:
		wanted = "type.googleapis.com/" + f.of.name
		var fields map[string]any
		if fields, ok = value.(map[string]any); ok {
			return f.of.check(fields, path)
		}
	}
	if !ok {
		return wrongType(path, wanted, value)
	}
	return nil
}

func checkTextMap(value any, path string) *Refusal {
	entries, ok := value.(map[string]any)
	if !ok {
		return wrongType(path, "map", value)
	}
	for key, value := range entries {
		if _, ok := value.(string); !ok {
			i := slices.Index(slices.Sorted(maps.Keys(entries)), key)
			return wrongType(path+"["+strconv.Itoa(i)+"].value", "TYPE_STRING", value)
		}
	}
	return nil
}

func wrongType(path, wanted string, value any) *Refusal {
	written, _ := json.Marshal(value) // it was read from JSON
	return malformed(path, fmt.Sprintf("Invalid value at '%s' (%s), %s", path, wanted, written))
}

var (
	durationPattern  = regexp.MustCompile(`^-?\d{1,12}(\.\d{1,9})?s$`)
	timestampPattern = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$`)
)
