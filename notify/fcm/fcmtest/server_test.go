package fcmtest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// claims are those of a good assertion.
func (s *Server) claims() map[string]any {
	now := time.Now().Unix()
	return map[string]any{"iss": s.account.email, "aud": s.tokenURI(), "iat": now, "exp": now + 3600, "scope": "https://www.googleapis.com/auth/firebase.messaging"}
}

func (s *Server) sign(t *testing.T, keyID string, claims map[string]any) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: s.account.key}, (&jose.SignerOptions{}).WithHeader("kid", keyID))
	if err != nil {
		t.Fatal(err)
	}
	text, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func (s *Server) askToken(t *testing.T, assertion string) (status int, answer map[string]any) {
	t.Helper()
	response, err := http.PostForm(s.tokenURI(), url.Values{"grant_type": {grantType}, "assertion": {assertion}})
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, answer
}

func TestTokens(t *testing.T) {
	s := Start(t, Options{})
	good := s.sign(t, s.account.keyID, s.claims())
	status, answer := s.askToken(t, good)
	if status != http.StatusOK || answer["token_type"] != "Bearer" || answer["expires_in"] != 3600.0 || answer["access_token"] == "" {
		t.Errorf("%d %v", status, answer)
	}
	with := func(name string, value any) string {
		claims := s.claims()
		claims[name] = value
		return s.sign(t, s.account.keyID, claims)
	}
	now := time.Now().Unix()
	for name, c := range map[string]struct{ assertion, want string }{
		"nothing":          {"", "invalid_request"},
		"garbage":          {strings.Repeat("x", 10_000), "invalid_request"},
		"another key":      {s.sign(t, "other", s.claims()), "invalid_grant"},
		"tampered":         {good[:len(good)-40] + strings.Repeat("A", 40), "invalid_grant"},
		"another account":  {with("iss", "other@example.com"), "invalid_grant"},
		"another audience": {with("aud", "https://example.com/token"), "invalid_grant"},
		"expired":          {with("exp", now-3600), "invalid_grant"},
		"of the future":    {with("iat", now+3600), "invalid_grant"},
		"long":             {with("exp", now+7200), "invalid_grant"},
		"without expiry":   {with("exp", nil), "invalid_grant"},
		"another scope":    {with("scope", "https://www.googleapis.com/auth/userinfo.email"), "invalid_scope"},
	} {
		if status, answer := s.askToken(t, c.assertion); status != http.StatusBadRequest || answer["error"] != c.want {
			t.Errorf("%s: %d %v; want %s", name, status, answer, c.want)
		}
	}
	response, err := http.PostForm(s.tokenURI(), url.Values{"grant_type": {"password"}})
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, _ := io.ReadAll(response.Body); response.StatusCode != http.StatusBadRequest || !bytes.Contains(body, []byte("unsupported_grant_type")) {
		t.Errorf("%d %s", response.StatusCode, body)
	}
}

// post sends a body and returns the answer.
func (s *Server) post(t *testing.T, path, authorization, body string) (int, http.Header, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.origin+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if authorization != "" {
		request.Header.Set("Authorization", authorization)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header, string(read)
}

func (s *Server) bearer(t *testing.T) string {
	t.Helper()
	_, answer := s.askToken(t, s.sign(t, s.account.keyID, s.claims()))
	return "Bearer " + answer["access_token"].(string)
}

const send = "/v1/projects/demo-accrue/messages:send"

func TestCredentialsAndPath(t *testing.T) {
	moved := time.Duration(0)
	s := Start(t, Options{Now: func() time.Time { return time.Now().Add(moved) }})
	body := `{"message": {"token": "` + Token("phone") + `", "data": {"a": "b"}}}`
	bearer := s.bearer(t)
	for _, c := range []struct {
		name, path, authorization string
		status                    int
		want                      string
	}{
		{"good", send, bearer, 200, `"name":"projects/demo-accrue/messages/0:`},
		{"no token", send, "", 401, "CREDENTIALS_MISSING"},
		{"another token", send, "Bearer ya29.other", 401, "UNAUTHENTICATED"},
		{"no bearer", send, strings.TrimPrefix(bearer, "Bearer "), 401, "UNAUTHENTICATED"},
		{"another project", "/v1/projects/other/messages:send", bearer, 404, `"status": "NOT_FOUND"`},
		{"another project, no token", "/v1/projects/other/messages:send", "", 401, "UNAUTHENTICATED"},
		{"another version", "/v2/projects/demo-accrue/messages:send", bearer, 404, "<!DOCTYPE html>"},
		{"another method", "/v1/projects/demo-accrue/messages:list", bearer, 404, "<!DOCTYPE html>"},
	} {
		if status, _, answer := s.post(t, c.path, c.authorization, body); status != c.status || !strings.Contains(answer, c.want) {
			t.Errorf("%s: %d %s", c.name, status, answer)
		}
	}
	response, err := http.Get(s.origin + send)
	if err != nil {
		t.Fatal(err)
	}
	if response.Body.Close(); response.StatusCode != http.StatusNotFound {
		t.Errorf("GET: %d", response.StatusCode)
	}
	moved = 2 * time.Hour
	if status, header, answer := s.post(t, send, bearer, body); status != 401 || !strings.Contains(answer, "ACCESS_TOKEN_EXPIRED") || header.Get("WWW-Authenticate") == "" {
		t.Errorf("expired: %d %s", status, answer)
	}
	if s.Accepted() != 1 || s.Requests() != 1 {
		t.Errorf("%d accepted of %d", s.Accepted(), s.Requests())
	}
}

func TestUnencryptedHTTP2(t *testing.T) {
	s := Start(t, Options{})
	transport := &http.Transport{Protocols: new(http.Protocols)}
	transport.Protocols.SetUnencryptedHTTP2(true)
	defer transport.CloseIdleConnections()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.origin+send, strings.NewReader(`{"message": {"token": "`+Token("phone")+`"}}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", s.bearer(t))
	response, err := transport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	if response.Body.Close(); response.StatusCode != 200 || response.Proto != "HTTP/2.0" || s.Received()[0].Proto != "HTTP/2.0" {
		t.Errorf("%s by %s", response.Status, response.Proto)
	}
}

func TestCheck(t *testing.T) {
	phone := Token("phone")
	to := func(rest string) string { return `{"message": {"token": "` + phone + `"` + rest + `}}` }
	big := func(n int) string { return to(`, "data": {"a": "` + strings.Repeat("x", n) + `"}`) }
	for _, c := range []struct{ name, body, field, message string }{
		{"least", to(""), "", ""},
		{"dry run", `{"validate_only": true, "message": {"token": "` + phone + `"}}`, "", ""},
		{"camel case", to(`, "android": {"collapseKey": "a", "directBootOk": true, "notification": {"channelId": "c", "titleLocArgs": ["a"]}}, "fcmOptions": {"analyticsLabel": "l"}`), "", ""},
		{"null", to(`, "android": null, "data": null`), "", ""},
		{"a topic", `{"message": {"topic": "news"}}`, "", ""},
		{"web extras", to(`, "webpush": {"notification": {"tag": "t", "anything": [1, {"else": true}]}, "headers": {"TTL": "60", "Urgency": "high", "Topic": "t"}}`), "", ""},
		{"all of Android", to(`, "android": {"priority": "HIGH", "ttl": "3.5s", "notification": {"notification_priority": "PRIORITY_HIGH", "event_time": "2026-11-22T10:00:00.5Z", "vibrate_timings": ["0.1s"], "notification_count": 3, "light_settings": {"color": {"red": 0.5}, "light_on_duration": "1s"}, "color": "#A1b2C3"}}`), "", ""},
		{"4,096 bytes", big(4096 - len(`{"data":{"a":""}}`)), "", ""},

		{"4,097 bytes", big(4097 - len(`{"data":{"a":""}}`)), "", "Message is too big"},
		{"2,048 bytes to a topic", `{"message": {"topic": "news", "data": {"a": "` + strings.Repeat("x", 2048) + `"}}}`, "", "Message is too big"},
		{"no JSON", `{"message": `, "", "Invalid JSON payload received. Unexpected token."},
		{"a list", `[]`, "", "Invalid JSON payload received. Unexpected token."},
		{"null alone", `null`, "", "Invalid JSON payload received. Unexpected token."},
		{"no UTF-8", to(`, "data": {"a": "` + "\xff" + `"}`), "", "Invalid JSON payload received. Unexpected token."},
		{"no message", `{}`, "message", "Message is not set."},
		{"nobody", `{"message": {}}`, "message", "Recipient of the message is not set."},
		{"two targets", to(`, "topic": "news"`), "message", "oneof field 'target' is already set"},
		{"unknown at the top", `{"massage": {}}`, "", `Unknown name "massage": Cannot find field.`},
		{"unknown", to(`, "colour": "red"`), "message", `Unknown name "colour" at 'message': Cannot find field.`},
		{"unknown below", to(`, "android": {"notification": {"channel": "c"}}`), "message.android.notification", `Unknown name "channel" at 'message.android.notification'`},
		{"a number in the data", to(`, "data": {"a": "b", "c": 12}`), "message.data[1].value", "Invalid value at 'message.data[1].value' (TYPE_STRING), 12"},
		{"a text as object", to(`, "android": "x"`), "message.android", "(type.googleapis.com/google.firebase.fcm.v1.AndroidConfig)"},
		{"a text as list", to(`, "android": {"notification": {"body_loc_args": "x"}}`), "message.android.notification.body_loc_args", "Invalid value"},
		{"a number in a list", to(`, "android": {"notification": {"body_loc_args": ["x", 1]}}`), "message.android.notification.body_loc_args[1]", "TYPE_STRING"},
		{"an unknown priority", to(`, "android": {"priority": "urgent"}`), "message.android.priority", "TYPE_ENUM"},
		{"a number as time to live", to(`, "android": {"ttl": 60}`), "message.android.ttl", "google.protobuf.Duration"},
		{"a time to live without unit", to(`, "android": {"ttl": "60"}`), "message.android.ttl", "google.protobuf.Duration"},
		{"29 days to live", to(`, "android": {"ttl": "2419201s"}`), "message.android.ttl", "2419200"},
		{"dead", to(`, "android": {"ttl": "-1s"}`), "message.android.ttl", "2419200"},
		{"a half count", to(`, "android": {"notification": {"notification_count": 1.5}}`), "message.android.notification.notification_count", "TYPE_INT32"},
		{"a colour by name", to(`, "android": {"notification": {"color": "red"}}`), "message.android.notification.color", "color"},
		{"a reserved key", to(`, "data": {"from": "a"}`), "message.data", "Invalid data payload key: from"},
		{"a key of Google", to(`, "data": {"google.a": "a"}`), "message.data", "Invalid data payload key"},
		{"a key of GCM for Android", to(`, "android": {"data": {"gcm.a": "a"}}`), "message.data", "Invalid data payload key"},
		{"a long collapse id", to(`, "apns": {"headers": {"apns-collapse-id": "` + strings.Repeat("x", 65) + `"}}`), "message.apns.headers", "apns-collapse-id"},
		{"priority 7", to(`, "apns": {"headers": {"apns-priority": "7"}}`), "message.apns.headers", "apns-priority"},
		{"an expiry in words", to(`, "apns": {"headers": {"apns-expiration": "soon"}}`), "message.apns.headers", "apns-expiration"},
		{"an unknown push", to(`, "apns": {"headers": {"apns-push-type": "pull"}}`), "message.apns.headers", "apns-push-type"},
		{"a badge in words", to(`, "apns": {"payload": {"aps": {"badge": "1"}}}`), "message.apns.payload.aps.badge", "badge"},
		{"a thread of numbers", to(`, "apns": {"payload": {"aps": {"thread-id": 1}}}`), "message.apns.payload.aps.thread-id", "thread-id"},
		{"aps as text", to(`, "apns": {"payload": {"aps": "x"}}`), "message.apns.payload", "dictionary"},
		{"a web time to live", to(`, "webpush": {"headers": {"TTL": "9999999"}}`), "message.webpush.headers", "TTL"},
		{"a web urgency", to(`, "webpush": {"headers": {"Urgency": "very"}}`), "message.webpush.headers", "Urgency"},
		{"a long web topic", to(`, "webpush": {"headers": {"Topic": "` + strings.Repeat("x", 33) + `"}}`), "message.webpush.headers", "Topic"},
		{"a plain link", to(`, "webpush": {"fcm_options": {"link": "http://example.com"}}`), "message.webpush.fcm_options.link", "https"},
		{"10 kB of token", `{"message": {"token": "` + strings.Repeat("x", 10_000) + `"}}`, "message.token", "not a valid FCM registration token"},
		{"a short token", `{"message": {"token": "abc"}}`, "message.token", "not a valid FCM registration token"},
		{"an odd topic", `{"message": {"topic": "a b"}}`, "message.topic", "topic"},
	} {
		accepted, refusal := Check([]byte(c.body))
		switch {
		case c.message == "" && refusal != nil:
			t.Errorf("%s is refused: %s", c.name, refusal.Message)
		case c.message == "" && c.name != "a topic" && accepted.Token != phone:
			t.Errorf("%s: for %q", c.name, accepted.Token)
		case c.message != "" && refusal == nil:
			t.Errorf("%s is accepted", c.name)
		case c.message != "" && (refusal.Status != 400 || refusal.Code != "INVALID_ARGUMENT" || refusal.Field != c.field || !strings.Contains(refusal.Message, c.message)):
			t.Errorf("%s: %+v", c.name, refusal)
		}
	}
}

// TestRefusalBodies compares whole answers with the original's.
func TestRefusalBodies(t *testing.T) {
	s := Start(t, Options{})
	bearer := s.bearer(t)
	phone, gone := Token("phone"), Token("gone")
	s.Unregister(gone)
	for _, c := range []struct {
		body   string
		status int
		want   string
	}{
		{`{"message": {"token": "x"}}`, 400, `{"error": {"code": 400, "message": "The registration token is not a valid FCM registration token", "status": "INVALID_ARGUMENT", "details": [
			{"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [{"field": "message.token", "description": "The registration token is not a valid FCM registration token"}]},
			{"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": "INVALID_ARGUMENT"}]}}`},
		{`{"message": {"token": "` + phone + `", "data": {"a": 12}}}`, 400, `{"error": {"code": 400, "message": "Invalid value at 'message.data[0].value' (TYPE_STRING), 12", "status": "INVALID_ARGUMENT", "details": [
			{"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [{"field": "message.data[0].value", "description": "Invalid value at 'message.data[0].value' (TYPE_STRING), 12"}]}]}}`},
		{`{"massage": {}}`, 400, `{"error": {"code": 400, "message": "Invalid JSON payload received. Unknown name \"massage\": Cannot find field.", "status": "INVALID_ARGUMENT", "details": [
			{"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [{"description": "Invalid JSON payload received. Unknown name \"massage\": Cannot find field."}]}]}}`},
		{`{"message": {"token": "` + gone + `"}}`, 404, `{"error": {"code": 404, "message": "Requested entity was not found.", "status": "NOT_FOUND", "details": [
			{"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": "UNREGISTERED"}]}}`},
	} {
		status, _, got := s.post(t, send, bearer, c.body)
		if canonical(t, got) != canonical(t, c.want) || status != c.status {
			t.Errorf("%s: %d %s", c.body, status, got)
		}
	}
}

func canonical(t *testing.T, text string) string {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// FuzzCheck: whatever comes, it is accepted or refused.
func FuzzCheck(f *testing.F) {
	f.Add([]byte(`{"message": {"token": "` + Token("a") + `", "android": {"ttl": "3s", "notification": {"color": "#112233"}}}}`))
	f.Add([]byte(`{"message": {"token": 1, "apns": {"headers": {"apns-priority": "5"}, "payload": {"aps": {"badge": 1}}}}}`))
	f.Add([]byte(`{"message": {"webpush": {"headers": {"TTL": "1"}, "notification": {}, "fcm_options": {"link": "https://example.com"}}}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		accepted, refusal := Check(body)
		if (accepted == nil) == (refusal == nil) {
			t.Fatalf("%v, %v", accepted, refusal)
		}
	})
}
