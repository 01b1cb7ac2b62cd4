package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
)

const standingChanged = `subscription { standingChanged { sequence removedCertificationIds certifications { id standing { requirements { id earned } } } } }`

// followsOthers lets the API notice what other servers save, until the test ends.
func (a *api) followsOthers(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { a.tracker.Live(ctx) })
	t.Cleanup(func() { cancel(); running.Wait() })
}

// subscription is what a client is sent: messages with the fields type, id and payload.
type subscription struct {
	next func() (map[string]any, error)
}

func (s subscription) wait(t testing.TB) map[string]any {
	t.Helper()
	message, err := s.next()
	if err != nil {
		t.Fatal(err)
	}
	return message
}

// change waits for a change of standings and returns its payload.
func (s subscription) change(t testing.TB) map[string]any {
	t.Helper()
	message := s.wait(t)
	if message["type"] != "next" {
		t.Fatalf("no event: %s", indented(message))
	}
	return at(t, message, "payload", "data", "standingChanged").(map[string]any)
}

// until waits for the change after which the requirement of the certification has so much.
func (s subscription) until(t *testing.T, want string) {
	t.Helper()
	last := 0.0
	for {
		change := s.change(t)
		if sequence := change["sequence"].(float64); sequence <= last {
			t.Fatalf("event %v comes after %v", sequence, last)
		} else {
			last = sequence
		}
		for _, requirement := range at(t, change, "certifications", 0, "standing", "requirements").([]any) {
			if requirement.(map[string]any)["id"] == "total" && requirement.(map[string]any)["earned"] == want {
				return
			}
		}
	}
}

func (a *api) connect(t testing.TB, header http.Header) (*websocket.Conn, error) {
	connection, response, err := websocket.Dial(t.Context(), a.url, &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}, HTTPHeader: header})
	if err != nil && response != nil {
		err = errors.Join(err, response.Body.Close())
	}
	return connection, err
}

// dial connects by WebSocket; the token goes with the first message.
func (a *api) dial(t testing.TB, token string, header http.Header) (*websocket.Conn, map[string]any) {
	t.Helper()
	connection, err := a.connect(t, header)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.CloseNow() })
	first := map[string]any{"type": "connection_init"}
	if token != "" {
		first["payload"] = map[string]any{"authorization": "Bearer " + token}
	}
	var answer map[string]any
	if err := wsjson.Write(t.Context(), connection, first); err != nil {
		t.Fatal(err)
	}
	if err := wsjson.Read(t.Context(), connection, &answer); err != nil {
		return connection, nil
	}
	return connection, answer
}

// overSocket subscribes by WebSocket.
func (a *api) overSocket(t testing.TB, token, query string) subscription {
	t.Helper()
	connection, answer := a.dial(t, token, nil)
	if answer["type"] != "connection_ack" {
		t.Fatalf("not admitted: %v", answer)
	}
	if err := wsjson.Write(t.Context(), connection, map[string]any{"id": "1", "type": "subscribe", "payload": map[string]any{"query": query}}); err != nil {
		t.Fatal(err)
	}
	return subscription{func() (message map[string]any, err error) {
		for {
			message = nil
			if err := wsjson.Read(t.Context(), connection, &message); err != nil || message["type"] != "ping" {
				return message, err
			}
		}
	}}
}

// overEvents subscribes by server-sent events.
func (a *api) overEvents(t testing.TB, token, query string) subscription {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, a.url, strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	return events(t, http.DefaultClient, request)
}

// events sends the request and reads server-sent events.
func events(t testing.TB, client *http.Client, request *http.Request) subscription {
	t.Helper()
	request.Header.Set("Accept", "text/event-stream")
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = response.Body.Close() })
	if kind := response.Header.Get("Content-Type"); !strings.HasPrefix(kind, "text/event-stream") {
		t.Fatalf("%d, %s", response.StatusCode, kind)
	}
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 1<<20)
	return subscription{func() (map[string]any, error) {
		message := map[string]any{}
		for lines.Scan() {
			line := lines.Text()
			switch {
			case strings.HasPrefix(line, "event: "):
				message["type"] = strings.TrimPrefix(line, "event: ")
			case strings.HasPrefix(line, "data: "):
				var payload any
				if err := json.Unmarshal([]byte(strings.TrimPrefix(line, "data: ")), &payload); err != nil {
					return nil, err
				}
				message["payload"] = payload
			case line == "" && message["type"] != nil:
				return message, nil
			}
		}
		return nil, fmt.Errorf("the stream ended: %w", lines.Err())
	}}
}

var ways = map[string]func(*api, testing.TB, string, string) subscription{"websocket": (*api).overSocket, "events": (*api).overEvents}

// What is logged on one server reaches who subscribes on another, in order.
func TestStandingsReachOtherServers(t *testing.T) {
	for name, open := range stores {
		for way, subscribe := range ways {
			t.Run(name+" "+way, func(t *testing.T) {
				t.Parallel()
				store := open(t)
				here, there := newAPI(t, store), newAPI(t, store)
				there.followsOthers(t)
				here.mutate(t, "jordan", `addCertification(input: {id: "`+uuid(1)+`", programId: "us-ga-cpa", issuedOn: "2012-03-02"}) { certification { id } }`)
				live := subscribe(there, t, here.person(t, "jordan").accessToken, standingChanged)
				if first := live.change(t); len(first["certifications"].([]any)) != 1 {
					t.Fatalf("the first event is %s", indented(first))
				}
				for i := range 5 {
					here.logCredits(t, "jordan", uuid(10+i)) // 50 minutes, which are one credit
				}
				live.until(t, "5")
				there.people = here.people
				there.mutate(t, "jordan", `removeCertification(input: {id: "`+uuid(1)+`", version: 1}) { removedCertificationId }`)
				if last := live.change(t); at(t, last, "removedCertificationIds", 0) != uuid(1) {
					t.Errorf("after the removal: %s", indented(last))
				}
				here.mutate(t, "jordan", `deleteAccount(input: {password: "`+passwordOf("jordan")+`", confirm: true}) { deletedProfessionalId }`)
				end := live.wait(t)
				code := ""
				if errors, ok := end["payload"].([]any); ok {
					code, _ = at(t, errors, 0, "extensions", "code").(string)
				} else {
					code, _ = at(t, end, "payload", "errors", 0, "extensions", "code").(string)
				}
				if code != "UNAUTHENTICATED" {
					t.Errorf("the end is %s", indented(end))
				}
			})
		}
	}
}

func TestSubscriptionsThatAreRefused(t *testing.T) {
	a := newAPI(t, stores["sqlite"](t))
	token := a.person(t, "jordan").accessToken
	if _, answer := a.dial(t, "no token", nil); answer["type"] == "connection_ack" {
		t.Error("a wrong token is admitted")
	}
	if _, answer := a.dial(t, "", http.Header{"Authorization": {"Bearer " + token}}); answer["type"] != "connection_ack" {
		t.Errorf("by the header: %v", answer)
	}
	if _, err := a.connect(t, http.Header{"Origin": {"https://elsewhere.example.com"}}); err == nil || !strings.Contains(err.Error(), "403") {
		t.Errorf("a page from elsewhere connects: %v", err)
	}
	if end := a.overSocket(t, token, `{ me { name } }`).wait(t); at(t, end, "payload", "errors", 0, "extensions", "code") != "INVALID_INPUT" {
		t.Errorf("a query: %s", indented(end))
	}
	status, answer := a.ask(t, "jordan", standingChanged, nil)
	if status != http.StatusNotAcceptable || answer["errors"] == nil {
		t.Errorf("by plain HTTP: %d %s", status, indented(answer))
	}
	if end := a.overSocket(t, token, `subscription { standingChanged { nothing } }`).wait(t); at(t, end, "payload", 0, "extensions", "code") != "GRAPHQL_VALIDATION_FAILED" {
		t.Errorf("an unknown field: %s", indented(end))
	}
	for i := range 21 {
		message := a.overEvents(t, token, standingChanged).wait(t)
		if refused := at(t, message, "payload").(map[string]any)["errors"] != nil; refused != (i == 20) {
			t.Fatalf("subscription %d: %s", i+1, indented(message))
		}
	}
	if message := a.overEvents(t, a.person(t, "maria").accessToken, standingChanged).wait(t); at(t, message, "payload").(map[string]any)["errors"] != nil {
		t.Errorf("another's: %s", indented(message))
	}
}

// The web app's session is in cookies.
func TestSubscriptionsOfBrowsers(t *testing.T) {
	a := newAPI(t, stores["sqlite"](t))
	b := newBrowser(t, a)
	b.ask(signUpJordan)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, a.url, strings.NewReader(`{"query": "subscription { standingChanged { sequence } }"}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set(sessionHeader, "cookie")
	live := events(t, &http.Client{Jar: b.jar}, request)
	live.change(t)
	b.ask(`mutation { addCertification(input: {programId: "us-ga-cpa", issuedOn: "2012-03-02"}) { certification { id } } }`)
	if change := live.change(t); change["sequence"] != 2.0 {
		t.Errorf("the second event is %s", indented(change))
	}
}

// A server that stops ends what would go on.
func TestSubscriptionsEndWithTheServer(t *testing.T) {
	p := start(t, nil, "--data-dir", t.TempDir())
	token := p.person(t, "jordan").accessToken
	var live []subscription
	for _, subscribe := range ways {
		one := subscribe(p.api, t, token, standingChanged)
		one.change(t)
		live = append(live, one)
	}
	begun := time.Now()
	p.stop(t)
	if took := time.Since(begun); took > 8*time.Second {
		t.Errorf("stopping took %s", took)
	}
	for _, one := range live {
		for {
			message, err := one.next()
			if err != nil || message["type"] == "complete" {
				break
			}
		}
	}
}

// BenchmarkArrival measures how long a credit that is logged on one server takes to reach a subscriber on another, with logging it.
func BenchmarkArrival(b *testing.B) {
	for name, open := range stores {
		b.Run(name, func(b *testing.B) {
			store := open(b)
			here, there := newAPI(b, store), newAPI(b, store)
			there.followsOthers(b)
			here.mutate(b, "jordan", `addCertification(input: {id: "`+uuid(1)+`", programId: "us-ga-cpa", issuedOn: "2012-03-02"}) { certification { id } }`)
			live := there.overSocket(b, here.person(b, "jordan").accessToken, standingChanged)
			live.change(b)
			longest := time.Duration(0)
			for i := 0; b.Loop(); i++ {
				begun := time.Now()
				here.mutate(b, "jordan", `logCredit(input: {id: "`+uuid(1000+i)+`", title: "A course", completedOn: "2026-11-01", minutes: 50}) { credit { id } }`)
				live.change(b)
				longest = max(longest, time.Since(begun))
			}
			b.ReportMetric(longest.Seconds(), "s/longest")
		})
	}
}
