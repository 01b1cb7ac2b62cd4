package main

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"accrue/ce"
	"accrue/storage"
)

// subscribe makes a calendar feed and returns its address.
func (a *api) subscribe(t *testing.T, viewer string) string {
	t.Helper()
	_, answer := a.ask(t, viewer, `mutation { createCalendarFeed(input: {}) { calendarFeed { url createdAt alarms } } }`, nil)
	address := at(t, answer, "data", "createCalendarFeed", "calendarFeed", "url").(string)
	if !regexp.MustCompile("^" + calendarAddress.String() + "$").MatchString(address) {
		t.Fatalf("the address is %s", address)
	}
	return address
}

// reply is the head of an answer.
type reply struct {
	StatusCode int
	Header     http.Header
}

// get asks for an address as a calendar app does.
func get(t *testing.T, method, address string, header ...string) (reply, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{response.StatusCode, response.Header}, string(text)
}

// calendarOf returns the lines of the calendar at the address, unfolded.
func calendarOf(t *testing.T, address string) string {
	t.Helper()
	response, text := get(t, http.MethodGet, address)
	if response.StatusCode != http.StatusOK {
		t.Fatalf("status %d: %s", response.StatusCode, text)
	}
	return strings.ReplaceAll(text, "\r\n ", "")
}

func TestCalendarFeed(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		for _, mutation := range []string{
			`addCertification(input: {id: "` + uuid(1) + `", programId: "us-ga-cpa", number: "CPA777", issuedOn: "2012-03-02"}) { certification { id } }`,
			`addDeadline(input: {id: "` + uuid(2) + `", title: "CPR, card", dueOn: "2027-02-28", notes: "my own affair"}) { deadline { id } }`,
			`addDeadline(input: {id: "` + uuid(3) + `", title: "Theirs", dueOn: "2027-02-28"}) { deadline { id } }`,
		} {
			viewer := "jordan"
			if strings.Contains(mutation, "Theirs") {
				viewer = "sam"
			}
			if _, answer := a.ask(t, viewer, "mutation { "+mutation+" }", nil); answer["errors"] != nil {
				t.Fatal(indented(answer))
			}
		}
		_, answer := a.ask(t, "jordan", `{ me { calendarFeed { url } } }`, nil)
		if me := at(t, answer, "data", "me").(map[string]any); me["calendarFeed"] != nil {
			t.Errorf("before: %s", indented(answer))
		}
		address := a.subscribe(t, "jordan")
		_, answer = a.ask(t, "jordan", `{ me { calendarFeed { url createdAt alarms } } }`, nil)
		if feed := at(t, answer, "data", "me", "calendarFeed").(map[string]any); feed["url"] != nil || feed["createdAt"] != "2026-11-22T17:00:00.000Z" || feed["alarms"] != true {
			t.Errorf("shown again: %s", indented(answer))
		}

		response, text := get(t, http.MethodGet, address)
		for name, want := range map[string]string{
			"Content-Type": "text/calendar; charset=utf-8", "Cache-Control": "private, no-cache", "Last-Modified": "Sun, 22 Nov 2026 17:00:00 GMT",
			"X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer",
		} {
			if got := response.Header.Get(name); got != want {
				t.Errorf("%s: %q", name, got)
			}
		}
		calendar := calendarOf(t, address)
		for _, line := range []string{
			"UID:" + uuid(2), `SUMMARY:CPR\, card`, "DTSTART;VALUE=DATE:20270228", "SEQUENCE:1", "DTSTAMP:20261122T170000Z",
			"UID:" + uuid(1) + ".2027.earn", "SUMMARY:Georgia CPA: earn 80 more CPE credits", "TRIGGER:-P6DT15H",
		} {
			if !strings.Contains(calendar, line+"\r\n") {
				t.Errorf("no line %q in\n%s", line, calendar)
			}
		}
		for _, private := range []string{"my own affair", "CPA777", "jordan", "Jordan", "Theirs", a.people["jordan"].id} {
			if strings.Contains(calendar, private) {
				t.Errorf("it tells %q", private)
			}
		}

		// What has not changed is not sent again, however much time has passed.
		a.clock.Set(a.clock.Now().Add(3 * time.Hour))
		a.renew(t)
		tag := response.Header.Get("ETag")
		if response, body := get(t, http.MethodGet, address, "If-None-Match", tag); response.StatusCode != http.StatusNotModified || body != "" {
			t.Errorf("unchanged: status %d", response.StatusCode)
		}
		if response, body := get(t, http.MethodHead, address); response.StatusCode != http.StatusOK || body != "" || response.Header.Get("ETag") != tag {
			t.Errorf("HEAD: status %d", response.StatusCode)
		}
		if _, again := get(t, http.MethodGet, address); again != text {
			t.Errorf("it changed by itself:\n%s", again)
		}

		// A change is a new revision, once for all who ask at the same time.
		if _, answer := a.ask(t, "jordan", `mutation { logCredit(input: {title: "Tax", completedOn: "2026-10-05", minutes: 500, topics: ["technical"]}) { credit { id } } }`, nil); answer["errors"] != nil {
			t.Fatal(indented(answer))
		}
		texts := make([]string, 8)
		var group sync.WaitGroup
		for i := range texts {
			group.Go(func() {
				response, err := http.Get(address)
				if err != nil {
					t.Error(err)
					return
				}
				defer func() { _ = response.Body.Close() }()
				text, _ := io.ReadAll(response.Body)
				texts[i] = string(text)
			})
		}
		group.Wait()
		for _, changed := range texts {
			if changed != texts[0] || !strings.Contains(changed, "SEQUENCE:2\r\n") || !strings.Contains(changed, "LAST-MODIFIED:20261122T200000Z\r\n") ||
				!strings.Contains(changed, "earn 70 more") {
				t.Fatalf("after a change:\n%s", changed)
			}
		}
		if response, _ := get(t, http.MethodGet, address, "If-None-Match", tag); response.StatusCode != http.StatusOK {
			t.Errorf("changed: status %d", response.StatusCode)
		}

		// Another one in the same second is later all the same.
		if _, answer := a.ask(t, "jordan", `mutation { logCredit(input: {title: "Audit", completedOn: "2026-10-05", minutes: 500, topics: ["technical"]}) { credit { id } } }`, nil); answer["errors"] != nil {
			t.Fatal(indented(answer))
		}
		if calendar := calendarOf(t, address); !strings.Contains(calendar, "SEQUENCE:3\r\n") || !strings.Contains(calendar, "LAST-MODIFIED:20261122T200001Z\r\n") {
			t.Errorf("after another change:\n%s", calendar)
		}

		// A new day changes what is missed.
		a.clock.Set(time.Date(2027, time.March, 1, 5, 0, 0, 0, time.UTC))
		a.renew(t)
		if calendar := calendarOf(t, address); !strings.Contains(calendar, "it was not done") || !strings.Contains(calendar, "SEQUENCE:4\r\n") {
			t.Errorf("the day after:\n%s", calendar)
		}
		if _, answer := a.ask(t, "jordan", `mutation { completeDeadline(input: {id: "`+uuid(2)+`", version: 1}) { deadline { id } } }`, nil); answer["errors"] != nil {
			t.Fatal(indented(answer))
		}
		if calendar := calendarOf(t, address); strings.Contains(calendar, uuid(2)) {
			t.Errorf("done and over:\n%s", calendar)
		}
	})
}

// Addresses that are replaced, revoked, of an erased account, unknown or malformed are told apart by nobody.
func TestCalendarFeedsThatAreNone(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		a := newAPI(t, store)
		first := a.subscribe(t, "jordan")
		second := a.subscribe(t, "jordan")
		if calendar := calendarOf(t, second); !strings.Contains(calendar, "BEGIN:VTIMEZONE") || strings.Contains(calendar, "BEGIN:VEVENT") {
			t.Errorf("without deadlines:\n%s", calendar)
		}
		for range 2 {
			if _, answer := a.ask(t, "jordan", `mutation { revokeCalendarFeed { revoked } }`, nil); at(t, answer, "data", "revokeCalendarFeed", "revoked") != true {
				t.Error(indented(answer))
			}
		}
		_, answer := a.ask(t, "jordan", `{ me { calendarFeed { createdAt } } }`, nil)
		if at(t, answer, "data", "me").(map[string]any)["calendarFeed"] != nil {
			t.Error(indented(answer))
		}
		third := a.subscribe(t, "sam")
		sam := a.people["sam"].id
		if _, answer := a.ask(t, "sam", `mutation { deleteAccount(input: {password: "`+passwordOf("sam")+`", confirm: true}) { deletedProfessionalId } }`, nil); answer["errors"] != nil {
			t.Fatal(indented(answer))
		}
		folder, _, _ := strings.Cut(first, "/calendar/")
		folder += "/calendar/"
		var told []string
		for name, address := range map[string]string{
			"replaced": first, "revoked": second, "of an erased account": third, "unknown": folder + strings.Repeat("A", 43) + ".ics",
			"short": folder + "A.ics", "long": folder + strings.Repeat("A", 5000) + ".ics", "empty": folder + ".ics", "another file": folder + "x.html",
			"encoded": folder + "%2e%2e%2fx.ics", "no text": folder + "%ff%00.ics",
		} {
			response, text := get(t, http.MethodGet, address)
			if response.StatusCode != http.StatusNotFound || response.Header.Get("ETag") != "" {
				t.Errorf("%s: status %d", name, response.StatusCode)
			}
			if told = append(told, text); text != told[0] {
				t.Errorf("%s: %q", name, text)
			}
		}
		if _, err := store.Professional(ce.ProfessionalID(sam)).Profile(t.Context()); err == nil {
			t.Error("the erased account is back")
		}
	})
}

// The secret of an address reaches no log, however the address is misspelt.
func TestCalendarSecretsAreNotLogged(t *testing.T) {
	a := newAPI(t, stores["sqlite"](t))
	address := a.subscribe(t, "jordan")
	var log bytes.Buffer
	saved := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	defer slog.SetDefault(saved)
	base, file, _ := strings.Cut(address, "/calendar/")
	secret := strings.TrimSuffix(file, ".ics")
	for _, request := range []struct{ method, address string }{
		{http.MethodGet, address},
		{http.MethodPost, address},
		{http.MethodGet, base + "/calendar/" + secret},
		{http.MethodGet, base + "/calendar/" + file + "/"},
		{http.MethodGet, base + "//calendar/" + file},
		{http.MethodGet, base + "/Calendar/" + file},
		{http.MethodGet, base + "/" + file},
	} {
		response, text := get(t, request.method, request.address)
		if request.address == address && request.method == http.MethodGet == (response.StatusCode != http.StatusOK) || strings.Contains(text, "VCALENDAR") && response.StatusCode != http.StatusOK {
			t.Errorf("%s %s: status %d", request.method, request.address, response.StatusCode)
		}
	}
	if n := strings.Count(log.String(), "msg=request"); n != 7 || strings.Contains(log.String(), secret) {
		t.Errorf("%d requests are logged:\n%s", n, log.String())
	}
	if !strings.Contains(log.String(), `route="GET /calendar/{file}"`) {
		t.Errorf("no route in the log:\n%s", log.String())
	}
}

func TestCalendarFeedsAreRateLimited(t *testing.T) {
	settings := testServer
	settings.AddressRate = 3
	a := newAPIOf(t, stores["sqlite"](t), settings)
	address := a.subscribe(t, "jordan")
	for range settings.AddressRate {
		calendarOf(t, address)
	}
	if response, _ := get(t, http.MethodGet, address); response.StatusCode != http.StatusTooManyRequests || response.Header.Get("Retry-After") == "" {
		t.Errorf("once too often: status %d", response.StatusCode)
	}
}

func TestCalendarFeedWithoutDatabase(t *testing.T) {
	store := stores["sqlite"](t)
	a := newAPI(t, store)
	address := a.subscribe(t, "jordan")
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	response, text := get(t, http.MethodGet, address)
	if response.StatusCode != http.StatusServiceUnavailable || response.Header.Get("Retry-After") == "" || strings.Contains(text, "sqlite") {
		t.Errorf("status %d: %s", response.StatusCode, text)
	}
}

func TestOrigin(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	for _, test := range []struct{ peer, proto, want string }{
		{"203.0.113.7:1", "", "http://accrue.example.com"},
		{"203.0.113.7:1", "https", "http://accrue.example.com"},
		{"10.1.2.3:1", "https", "https://accrue.example.com"},
		{"10.1.2.3:1", "http", "http://accrue.example.com"},
	} {
		request := httptest.NewRequest(http.MethodPost, "http://accrue.example.com/graphql", nil)
		request.RemoteAddr = test.peer
		request.Header.Set("X-Forwarded-Proto", test.proto)
		if got := origin(request, trusted); got != test.want {
			t.Errorf("%+v: %s", test, got)
		}
	}
	settings := testServer
	settings.PublicURL = "https://accrue.example.com/"
	a := newAPIOf(t, stores["sqlite"](t), settings)
	_, answer := a.ask(t, "jordan", `mutation { createCalendarFeed(input: {alarms: false}) { calendarFeed { url } } }`, nil)
	if address := at(t, answer, "data", "createCalendarFeed", "calendarFeed", "url").(string); !strings.HasPrefix(address, "https://accrue.example.com/calendar/") {
		t.Errorf("the address is %s", address)
	}
}
