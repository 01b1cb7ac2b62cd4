package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"

	"accrue/ce"
	"accrue/storage/sqlite"
	"accrue/tracker"
	"accrue/unsubscribe"
)

// openFields are what strangers may ask. Everything else tells them UNAUTHENTICATED, and these that what is not open does not exist.
var openFields = []string{
	"Query.programs", "Query.program", "Query.signInSettings", "Query.node", // programs of the catalog only
	"Mutation.signUp", "Mutation.signIn", "Mutation.refreshSession", "Mutation.signOut",
	"Mutation.verifyEmail", "Mutation.requestPasswordReset", "Mutation.resetPassword",
	// To files, calendars and the end of reminders the address alone admits, which only she is given.
	"HTTP.evidence.Pattern", "HTTP.evidence.PagePattern", "HTTP.calendar.Pattern", "HTTP.unsubscribe.Pattern",
	"HTTP.graphiql.Path", `HTTP.graphiql.Path+"/"`, `HTTP."/"`, `HTTP."GET /metrics"`, `HTTP."GET /healthz"`, `HTTP."GET /readyz"`,
}

// columns are those who try everything: the names of their accounts, and whether they are in the organization.
var columns = []struct {
	title, name string
	inside      bool
}{
	{"stranger", "", false},
	{"professional", "sam", false},
	{"former", "fay", false},
	{"member", "nina", true},
	{"viewer", "vera", true},
	{"elsewhere", "mona", true},
	{"manager", "mara", true},
	{"owner", "olga", true},
	{"herself", "jordan", true},
}

// What may be told, as regular expressions.
const (
	signIn = `UNAUTHENTICATED`
	gone   = `NOT_FOUND`
	denied = `NOT_FOUND|FORBIDDEN`
	done   = `data|\[[1-9]\d*\]`
	some   = `data|null|\[\d+\]`
)

// accessRules are what must hold of each row, whatever the file has: what each column may be told, by the rule in the heading of its section.
var accessRules = map[string][9]string{
	//            stranger professional former member viewer elsewhere manager owner herself
	"open":      {some, some, some, some, some, some, some, some, some},
	"own":       {signIn, some, some, some, some, some, some, some, some},
	"private":   {signIn, gone, gone, gone, gone, gone, gone, gone, done},
	"guarded":   {signIn, guarded, guarded, guarded, guarded, guarded, guarded, guarded, done},
	"shown":     {signIn, gone, gone, gone, some, gone, some, some, some},
	"members":   {signIn, gone, gone, some, some, some, some, some, some},
	"managed":   {signIn, gone, gone, gone, gone, gone, some, some, gone},
	"changes":   {signIn, gone, gone, denied, denied, denied + `|INVALID_INPUT`, done + `|FORBIDDEN`, done, denied},
	"closed":    {`404`, `404`, `404`, `404`, `404`, `404`, `404`, `404`, `404`},
	"by a code": {signIn, `.+`, `FORBIDDEN`, `.+`, `.+`, `.+`, `.+`, `.+`, `.+`},
	"posted":    {signIn, gone, gone, gone, gone, gone, gone, gone, `FORBIDDEN`},
	"of nina":   {signIn, gone, gone, some, some, gone, some, some, gone},
	"unshared":  {signIn, gone, gone, `null`, `null`, gone, `null`, `null`, gone},
	"sought":    {signIn, gone, gone, `null`, done, `\[0\]|INVALID_INPUT`, done, done, `null`},
	"joined":    {signIn, `INVALID_INPUT`, `INVALID_INPUT`, done, done, done, done, done, done},
	"for all":   {signIn, gone, gone, `FORBIDDEN`, `FORBIDDEN`, `FORBIDDEN`, done, done, `FORBIDDEN`},
	"taken":     {signIn, `CONFLICT`, `CONFLICT`, `CONFLICT`, `CONFLICT`, `CONFLICT`, `CONFLICT`, `CONFLICT`, `CONFLICT`},
	"listed":    {signIn, gone, gone, `FORBIDDEN`, done, done, done, done, `FORBIDDEN`},
	"matched":   {signIn, gone, gone, `FORBIDDEN`, `FORBIDDEN`, `data`, `data`, `data`, `FORBIDDEN`},
}

// given is what is told to who may.
var given = regexp.MustCompile(`^(` + done + `)$`)

// guarded is what those are told who use an id or a password that is taken or wrong for them.
const guarded = `CONFLICT|INVALID_INPUT`

// alike are the columns of a section that are told the same, since none of them is anything to jordan.
var alike = map[string][2]int{"open": {0, 9}, "own": {1, 9}, "private": {1, 8}, "guarded": {1, 8}}

// accessWords are found in what some read, and never in what others are told: for each the columns that may read them, the first of which does.
var accessWords = []struct {
	readers []string
	words   []string
}{
	{[]string{"herself"}, []string{"jordan@example.com", "CPA-4711", uuid(3), "Jordan's own program", uuid(4), "Renew the CPR card", uuid(5)}},
	{[]string{"herself", "viewer", "manager", "owner"}, []string{uuid(1), uuid(8), uuid(2), "Ethics in practice", "Lifting course", "$evidence", "of-jordan.pdf", "$member", "Jordan", "$jordan"}},
	{[]string{"member", "viewer", "manager", "owner"}, []string{"$nina", uuid(13)}},
	{[]string{"member"}, []string{"nina@example.com", "CPA-0815", uuid(12), "Not shown to employers"}}, // she does not share her credits
	{[]string{"herself", "member", "viewer", "manager", "owner"}, []string{uuid(31), "Ward One"}},
	{[]string{"elsewhere", "viewer", "manager", "owner"}, []string{uuid(32), "Ward Two", "$walt"}},
	{[]string{"elsewhere", "manager", "owner"}, []string{uuid(53), "Sharps drill", "I was called away"}},
	{[]string{"herself", "member", "viewer", "elsewhere", "manager", "owner"}, []string{uuid(901), "St. Example", uuid(7), "Ward hygiene", "Fire safety day"}}, // who decides on a dispute reads of what it is
	{[]string{"manager", "owner"}, []string{uuid(44), uuid(46), "guest@example.com"}},
	{[]string{"herself", "member", "elsewhere", "manager", "owner"}, []string{uuid(50)}}, // it stands in the credits that it gave, and in disputes
	{[]string{"herself", "manager", "owner"}, []string{uuid(51), "I was on leave that day", "Back from parental leave"}},
	{[]string{"owner"}, []string{"Saint Example"}}, // as it was called before, in the log
}

// own, ofOrganization and ofPostings read everything that a refused request must not have changed: what is jordan's, and the organization as its owner sees it.
const (
	own            = `{ me { evidence { nodes { id version fileName credits { id } } } devices { id platform } notifications { nodes { id readAt } } unreadCount reminderPreferences { version channels } version name certifications { nodes { version number facts { questionId value } } } credits { nodes { version title dispute { open reason } } } deadlines(includeDone: true) { nodes { id title dueOn snoozedUntil own { version doneOn } } } calendarFeed { createdAt alarms } } programs(own: true) { nodes { id revision text } } }`
	ofOrganization = `{ me { memberships { organization { id version name timeZone locale groups { version name } members { nodes { id version name role groups { id } shareCredits } } invitations { nodes { id version state uses } } programs { id revision text } log(first: 100) { nodes { id } } } } } }`
	ofPostings     = `{ me { memberships { organization { postings(first: 10) { nodes { id version title withdrawnAt members(first: 10) { nodes { memberId state dispute { open reason } } } } } } } } }`
)

// access is a server with an organization, and jordan among its members, on which everybody tries everything.
type access struct {
	*api
	names   map[string]any // the values of the table's $names
	secrets []string       // those of them that admit by themselves
	backup  []byte         // the database, with which each change begins; nil where changes are not tried
	before  [3]string      // what own, ofOrganization and ofPostings read in it
}

// newAccess makes the organization: two wards, in the first of which are jordan and the member, and one who was removed.
func newAccess(t *testing.T, a *api, reading bool) *access {
	x := &access{api: a, names: map[string]any{
		"certification": uuid(1), "annual": uuid(1) + ".2027.earn", "credit": uuid(2), "renewed": uuid(6), "program": uuid(3), "deadline": uuid(4), "notification": uuid(5),
		"held": uuid(8), "shared": uuid(7), "posting": uuid(50), "drill": uuid(53), "rosterByEmail": "email\nlena@example.com\n", "rosterByNumber": "number\nCPA-4711\n",
		"organization": uuid(901), "wardOne": uuid(31), "wardTwo": uuid(32), "invitation": uuid(44), "password": passwordOf("jordan"),
	}}
	a.mutate(t, "olga", `createOrganization(input: {id: "`+uuid(901)+`", name: "Saint Example"}) { organization { id } }`)
	for id, name := range map[int]string{31: "Ward One", 32: "Ward Two"} {
		a.mutate(t, "olga", `createGroup(input: {organizationId: "`+uuid(901)+`", id: "`+uuid(id)+`", name: "`+name+`"}) { group { id } }`)
	}
	a.join(t, "mara", a.invite(t, "olga", `id: "`+uuid(41)+`", role: MANAGER`))
	a.join(t, "mona", a.invite(t, "olga", `id: "`+uuid(42)+`", role: MANAGER, groupIds: ["`+uuid(32)+`"]`))
	a.join(t, "vera", a.invite(t, "olga", `id: "`+uuid(43)+`", role: VIEWER`))
	code := a.invite(t, "olga", `id: "`+uuid(44)+`", groupIds: ["`+uuid(31)+`"], maxUses: 10`)
	a.join(t, "nina", code)
	a.join(t, "lena", code)
	a.join(t, "fay", code)
	a.mutate(t, "jordan", `joinOrganization(input: {code: "`+code+`", shareCredits: true}) { membership { id } }`)
	a.mutate(t, "olga", `removeMember(input: {id: "`+a.memberID("fay", 1)+`", version: 1}) { removedMemberId }`)
	a.join(t, "walt", a.invite(t, "olga", `id: "`+uuid(45)+`", groupIds: ["`+uuid(32)+`"]`))
	a.invite(t, "olga", `id: "`+uuid(47)+`", groupIds: ["`+uuid(32)+`"]`)
	a.mutate(t, "olga", `createInvitation(input: {organizationId: "`+uuid(901)+`", id: "`+uuid(46)+`", groupIds: ["`+uuid(31)+`"], email: "guest@example.com"}) { code }`)

	a.mutate(t, "lena", `resendVerification { sent }`)
	a.mutate(t, "lena", `verifyEmail(input: {token: "`+a.letters.reveal("<verification>")+`"}) { emailVerified }`)
	a.mutate(t, "lena", `logCredit(input: {title: "A course", completedOn: "2026-11-01", minutes: 50}) { credit { id } }`) // so that she is found by her address
	a.mutate(t, "nina", `logCredit(input: {id: "`+uuid(12)+`", title: "Not shown to employers", completedOn: "2026-11-01", minutes: 50}) { credit { id } }`)
	a.mutate(t, "nina", `addCertification(input: {id: "`+uuid(13)+`", programId: "us-ga-cpa", number: "CPA-0815", issuedOn: "2012-03-02"}) { certification { id } }`)
	a.mutate(t, "jordan", `addCertification(input: {id: "`+uuid(1)+`", programId: "us-ga-cpa", number: "CPA-4711", issuedOn: "2012-03-02"}) { certification { id } }`)
	a.mutate(t, "jordan", `logCredit(input: {id: "`+uuid(2)+`", title: "Ethics in practice", completedOn: "2026-11-01", minutes: 50}) { credit { id } }`)
	a.mutate(t, "jordan", `createProgram(input: {id: "`+uuid(3)+`", name: "Jordan's own program", hours: {amount: "30", years: 2, endsOn: "2027-12-31"}}) { program { id } }`)
	a.mutate(t, "jordan", `addDeadline(input: {id: "`+uuid(4)+`", title: "Renew the CPR card", dueOn: "2027-12-31"}) { deadline { id } }`)
	a.mutate(t, "jordan", `sendTestNotification(input: {id: "`+uuid(5)+`"}) { notification { id } }`)
	a.mutate(t, "jordan", `addCertification(input: {id: "`+uuid(6)+`", programId: "iia-cia", issuedOn: "2012-03-02"}) { certification { id } }`)
	a.mutate(t, "jordan", `recordRenewal(input: {certificationId: "`+uuid(6)+`", version: 1, renewedOn: "2026-11-01"}) { certification { id } }`)
	_, answer := a.ask(t, "olga", `{ organization(id: "`+uuid(901)+`") { version } }`, nil)
	a.mutate(t, "olga", fmt.Sprintf(`updateOrganization(input: {id: %q, version: %v, name: "St. Example", approvesCredits: true}) { organization { id } }`, uuid(901), at(t, answer, "data", "organization", "version")))
	if code := a.share(t, "olga", uuid(7), 0, ownProgram("Ward hygiene", 1)); code != "" {
		t.Fatal(code)
	}
	a.mutate(t, "jordan", `addCertification(input: {id: "`+uuid(8)+`", programId: "`+uuid(7)+`"}) { certification { id } }`)
	a.mutate(t, "walt", `addCertification(input: {id: "`+uuid(14)+`", programId: "`+uuid(7)+`", timeZone: "UTC"}) { certification { id } }`)
	a.mutate(t, "walt", `logCredit(input: {id: "`+uuid(15)+`", title: "Hand washing", completedOn: "2026-11-01", minutes: 50}) { credit { id } }`)
	a.mutate(t, "mara", `recordFacts(input: {memberId: "`+a.memberID("jordan", 1)+`", certificationId: "`+uuid(8)+`", version: 1, facts: [{questionId: "extended", value: "2028-06-30", since: "2026-11-01"}], reason: "Back from parental leave"}) { version }`)
	post := func(by string, id int, title, members string) {
		a.mutate(t, by, fmt.Sprintf(`postCredits(input: {organizationId: %q, id: %q, title: %q, completedOn: "2026-11-01", minutes: 50, provider: "Example Safety", notes: "Bring boots", memberIds: [%s]}) { posting { id } }`,
			uuid(901), uuid(id), title, members))
	}
	post("olga", 50, "Fire safety day", fmt.Sprintf("%q, %q, %q", a.memberID("jordan", 1), a.memberID("nina", 1), a.memberID("walt", 1)))
	post("mara", 51, "Lifting course", fmt.Sprintf("%q", a.memberID("jordan", 1)))
	post("mona", 53, "Sharps drill", fmt.Sprintf("%q", a.memberID("walt", 1)))
	for who, why := range map[string]string{"jordan": "I was on leave that day", "walt": "I was called away"} {
		a.mutate(t, who, fmt.Sprintf(`disputeCredit(input: {id: %q, version: 1, reason: %q}) { credit { id } }`, a.postedID(uuid(50), who), why))
	}
	device := a.mutate(t, "jordan", `registerDevice(input: {token: "the token of jordan", platform: ANDROID}) { device { id } }`)
	feed := a.mutate(t, "jordan", `createCalendarFeed(input: {alarms: false}) { calendarFeed { url } }`)
	file := a.uploaded(t, "jordan", "of-jordan.pdf", sample(t, "tuning/cpe-webinar-1.pdf"), uuid(2))["id"].(string)
	if reading {
		a.scanned(t, "jordan", file)
	}
	a.mutate(t, "jordan", `resendVerification { sent }`)
	a.mutate(t, "jordan", `requestPasswordReset(input: {email: "jordan@example.com"}) { requested }`)
	end, err := a.tracker.UnsubscribeToken(t.Context(), ce.ProfessionalID(a.person(t, "jordan").id))
	if err != nil {
		t.Fatal(err)
	}
	_, answer = a.ask(t, "jordan", `{ node(id: "`+file+`") { ... on Evidence { url thumbnailUrl } } organization(id: "`+uuid(901)+`") { version } programs(own: true) { nodes { text } } program(id: "`+uuid(7)+`") { text } }`, nil)
	x.names["jordan"], x.names["member"], x.names["nina"] = a.person(t, "jordan").id, a.memberID("jordan", 1), a.memberID("nina", 1)
	x.names["device"], x.names["evidence"] = at(t, device, "device", "id"), file
	x.names["walt"], x.names["posted"], x.names["undisputed"] = a.memberID("walt", 1), a.postedID(uuid(50), "jordan"), a.postedID(uuid(51), "jordan")
	x.names["sharedText"] = strings.Replace(at(t, answer, "data", "program", "text").(string), "Ward hygiene", "Hygiene", 1)
	x.names["version"], x.names["text"] = at(t, answer, "data", "organization", "version"), at(t, answer, "data", "programs", "nodes", 0, "text")
	for name, secret := range map[string]string{
		"code": code, "refreshToken": a.person(t, "jordan").refreshToken, "verification": a.letters.reveal("<verification>"), "reset": a.letters.reveal("<reset>"),
		"calendar": pathOf(t, at(t, feed, "calendarFeed", "url")), "unsubscribe": unsubscribe.Path(end),
		"file": pathOf(t, at(t, answer, "data", "node", "url")), "picture": pathOf(t, at(t, answer, "data", "node", "thumbnailUrl")),
	} {
		x.names[name] = secret
		x.secrets = append(x.secrets, name)
	}
	a.person(t, "sam")
	return x
}

func pathOf(t *testing.T, address any) string {
	t.Helper()
	parsed, err := url.Parse(address.(string))
	if err != nil {
		t.Fatal(err)
	}
	return parsed.RequestURI()
}

var accessName = regexp.MustCompile(`\$\w+`)

// fill puts values in the place of the names in a request: as GraphQL has them or, for HTTP, as they are. Absent, ids that nobody has take the
// place of those that there are; that of the organization stays for its members.
func (x *access) fill(t *testing.T, who int, request string, absent bool) string {
	return accessName.ReplaceAllStringFunc(request, func(name string) string {
		if name == "$upload" {
			return name
		}
		value, ok := x.names[name[1:]]
		if !ok {
			t.Fatalf("%s is none of the names that newAccess in access_test.go gives values", name)
		}
		text, isText := value.(string)
		if length := len(uuid(0)); absent && len(text) >= length && (name != "$organization" || !columns[who].inside) {
			if _, err := ce.ParseUUID(text[:length]); err == nil {
				text = uuid(999) + text[length:]
			}
		}
		if absent {
			text = strings.NewReplacer("lena@", "nobody@", "CPA-4711", "CPA-0000").Replace(text)
		}
		if isText {
			value = text
		}
		if httpRequest.MatchString(request) {
			return fmt.Sprint(value)
		}
		written, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		return string(written)
	})
}

var httpRequest = regexp.MustCompile(`^(GET|POST) `)

// admits reports whether a request has a secret, by which anybody may do what it asks.
func (x *access) admits(request string) bool {
	return slices.ContainsFunc(x.secrets, func(name string) bool { return strings.Contains(request, "$"+name) })
}

// ask has a column send a request to the server, and returns the answer.
func (x *access) ask(t *testing.T, a *api, who int, request string) map[string]any {
	t.Helper()
	token := ""
	if name := columns[who].name; name != "" {
		token = a.person(t, name).accessToken
	}
	switch {
	case httpRequest.MatchString(request):
		return a.overHTTP(t, token, request)
	case strings.HasPrefix(request, "subscription"):
		answer := a.overEvents(t, token, request).wait(t)
		if one, other := told(payload(answer)), a.bySocket(t, token, request); one != other {
			t.Errorf("%s is told %s by server-sent events and %s by WebSocket: %s", columns[who].title, one, other, request)
		}
		return payload(answer)
	case strings.Contains(request, "$upload"):
		operations, err := json.Marshal(map[string]any{"query": strings.Replace(request, "mutation", "mutation($upload: Upload!)", 1), "variables": map[string]any{"upload": nil}})
		if err != nil {
			t.Fatal(err)
		}
		_, answer := a.sendFileAt(t, token, operations, "variables.upload", "another.pdf", "%PDF-1.7 another")
		return answer
	}
	body, err := json.Marshal(map[string]any{"query": request})
	if err != nil {
		t.Fatal(err)
	}
	_, answer := a.send(t, token, body)
	return answer
}

// bySocket returns what is told first by WebSocket.
func (a *api) bySocket(t *testing.T, token, request string) string {
	t.Helper()
	if _, answer := a.dial(t, token, nil); answer["type"] != "connection_ack" {
		return "UNAUTHENTICATED"
	}
	return told(payload(a.overSocket(t, token, request).wait(t)))
}

// payload is what a message of a subscription carries, as an answer by HTTP would have it.
func payload(message map[string]any) map[string]any {
	if answer, ok := message["payload"].(map[string]any); ok {
		return answer
	}
	return map[string]any{"errors": message["payload"]}
}

// overHTTP sends a request that is no GraphQL. What is answered stands at "it"; an error has the code of GraphQL's, else its status as the code.
func (a *api) overHTTP(t *testing.T, token, request string) map[string]any {
	t.Helper()
	method, path, _ := strings.Cut(request, " ")
	sent, err := http.NewRequestWithContext(t.Context(), method, strings.TrimSuffix(a.url, "/graphql")+path, strings.NewReader("%PDF-1.7 another"))
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		sent.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(sent)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	answer := map[string]any{"it": string(text)}
	if response.StatusCode >= http.StatusMultipleChoices && (json.Unmarshal(text, &answer) != nil || answer["errors"] == nil) {
		answer["errors"] = []any{map[string]any{"extensions": map[string]any{"code": fmt.Sprint(response.StatusCode)}}}
	}
	return answer
}

// told is an answer as the file has it: the code of its error, or null, data, or for a list how much is in it.
func told(answer map[string]any) string {
	if answer["errors"] != nil {
		if code, ok := find(answer["errors"], "code"); ok {
			return fmt.Sprint(code[0])
		}
		return "an error without a code"
	}
	values, _ := find(answer, "it")
	if len(values) == 0 {
		if strings.Contains(indented(answer), ": null") {
			return "null"
		}
		return "[0]"
	}
	if i := slices.IndexFunc(values, func(value any) bool { return value != nil }); i < 0 {
		return "null"
	} else if len(values) > 1 {
		return "data"
	}
	list := values[0]
	if connection, ok := list.(map[string]any); ok && connection["nodes"] != nil {
		list = connection["nodes"]
	}
	if list, ok := list.([]any); ok {
		return fmt.Sprintf("[%d]", len(list))
	}
	return "data"
}

// find returns the values of a key, wherever they are in an answer but not in one another.
func find(value any, key string) (found []any, ok bool) {
	switch value := value.(type) {
	case map[string]any:
		if it, ok := value[key]; ok {
			return []any{it}, true
		}
		for _, part := range value {
			more, _ := find(part, key)
			found = append(found, more...)
		}
	case []any:
		for _, part := range value {
			more, _ := find(part, key)
			found = append(found, more...)
		}
	}
	return found, len(found) > 0
}

// restored is a server on the database as it was before any change.
func (x *access) restored(t *testing.T) *api {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "accrue.db"), x.backup, 0o600); err != nil {
		t.Fatal(err)
	}
	store, err := sqlite.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	a := newAPI(t, store)
	a.tracker.Scan(tracker.Scanning{Wake: func() {}, Observe: func([]ce.ConfirmedField) {}})
	a.people = x.people
	return a
}

// snapshot reads everything that a refused request must not have changed.
func (x *access) snapshot(t *testing.T, a *api) (read [3]string) {
	t.Helper()
	for i, one := range []struct{ viewer, query string }{{"jordan", own}, {"olga", ofOrganization}, {"olga", ofPostings}} {
		_, answer := a.ask(t, one.viewer, one.query, nil)
		if read[i] = indented(answer); answer["errors"] != nil {
			t.Fatal(read[i])
		}
	}
	return read
}

// try has everybody try a row, changes on a server of their own, and returns what each is told.
func (x *access) try(t *testing.T, section *accessSection, row *accessRow, want []string) []string {
	t.Helper()
	var all []string
	server := x.api
	fresh := false
	var denials []string // by the server, since it was last seen to be unchanged
	unchanged := func() {
		if len(denials) == 0 {
			return
		}
		if diff := cmp.Diff(x.before, x.snapshot(t, server)); diff != "" {
			t.Errorf("one of these is refused, and yet it changes something:\n%s\n%s", strings.Join(denials, "\n"), diff)
		}
		denials = nil
	}
	for who, column := range columns {
		var cell string
		for i, field := range row.fields {
			request := section.request(field, row.rest)
			if changes(request) {
				if x.backup == nil && !refused(want[who]) {
					cell = want[who]
					continue
				}
				if x.backup != nil && !fresh {
					server, fresh = x.restored(t), true
				}
				if x.allows(section, who, "data") {
					unchanged()
				}
			}
			answer := x.ask(t, server, who, x.fill(t, who, request, false))
			is := told(answer)
			if i > 0 && is != cell {
				t.Errorf("%s of %s tells %s %s, and %s tells %s: give it a row of its own", row.fields[0], section.where, column.title, cell, field, is)
			}
			cell = is
			said := fmt.Sprintf("%s, of which %s is told %s: %s", request, column.title, is, indented(answer))
			if !x.admits(request) {
				x.leaks(t, who, indented(answer), said)
			}
			// To the member and the manager elsewhere jordan, her ward and its invitations are not there, and what is shared in the organization to nobody outside.
			unseen := refused(is) && (section.rule == "changes" && (column.title == "member" || column.title == "elsewhere") || section.rule == "joined") ||
				(section.rule == "sought" || section.rule == "matched") && column.title == "elsewhere"
			if is == "NOT_FOUND" || unseen {
				if absent := x.ask(t, server, who, x.fill(t, who, request, true)); indented(absent) != indented(answer) {
					t.Errorf("what is not there is told otherwise than %s\n%s", said, indented(absent))
				}
			}
			if matches := section.rule == "matched" && !changes(request) && (column.title == "manager" || column.title == "owner"); matches &&
				indented(x.ask(t, server, who, x.fill(t, who, request, true))) == indented(answer) {
				t.Errorf("what is there is told as what is not there: %s", said)
			}
			if !changes(request) || x.backup == nil {
				continue
			}
			if refused(is) {
				denials = append(denials, said)
			} else if section.rule == "own" && column.title != "herself" || section.rule == "matched" && column.title == "elsewhere" {
				if diff := cmp.Diff(x.before[0], x.snapshot(t, server)[0]); diff != "" {
					t.Errorf("something of jordan's is changed by %s\n%s", said, diff)
				}
			}
			if !refused(is) {
				denials = nil
			}
			// What each changes of her own is nothing to the others.
			fresh = refused(is) || section.rule == "own"
		}
		all = append(all, cell)
	}
	unchanged()
	return all
}

// allows reports whether the rule of a section allows that a column is told so.
func (x *access) allows(section *accessSection, who int, cell string) bool {
	return regexp.MustCompile(`^(` + accessRules[section.rule][who] + `)$`).MatchString(cell)
}

// changes reports whether a request changes something; that a list is taken away changes the log.
func changes(request string) bool {
	return strings.HasPrefix(request, "mutation") || strings.HasPrefix(request, "POST ") || strings.Contains(request, "/members.csv")
}

func refused(cell string) bool {
	return cell != "" && cell == strings.ToUpper(cell) && !strings.HasPrefix(cell, "[")
}

// leaks finds in what a column is told what is not for her.
func (x *access) leaks(t *testing.T, who int, text, said string) {
	t.Helper()
	for _, one := range accessWords {
		if slices.Contains(one.readers, columns[who].title) {
			continue
		}
		for _, word := range one.words {
			if strings.Contains(text, x.word(word)) {
				t.Errorf("%q is for %v alone, and not for %s: %s", word, one.readers, columns[who].title, said)
			}
		}
	}
}

func (x *access) word(word string) string {
	if value, ok := x.names[strings.TrimPrefix(word, "$")].(string); ok && word[0] == '$' {
		return value
	}
	return word
}

// check checks a row by the rule of its section.
func (x *access) check(t *testing.T, section *accessSection, row *accessRow, cells []string) {
	t.Helper()
	rule, ok := accessRules[section.rule]
	if !ok {
		t.Fatalf("%s: a section's heading names one of the rules in access_test.go, and %q is none", section.where, section.rule)
	}
	name := section.of + "." + strings.Join(row.fields, " ")
	if rule[0] == signIn && slices.Contains(openFields, section.root(row)) {
		rule[0] = gone // open for what is not hers
	}
	for i, cell := range cells {
		if !regexp.MustCompile(`^(` + rule[i] + `)$`).MatchString(cell) {
			t.Errorf("%s %s: %s must be told %s by the rule %q, and is told %s", name, row.rest, columns[i].title, rule[i], section.rule, cell)
		}
	}
	if span, ok := alike[section.rule]; ok && len(slices.Compact(slices.Clone(cells[span[0]:span[1]]))) > 1 {
		t.Errorf("%s %s: all from %s to %s must be told the same: %v", name, row.rest, columns[span[0]].title, columns[span[1]-1].title, cells)
	}
	if section.rule != "members" && section.rule != "changes" {
		return
	}
	// Each role may what those below it may.
	ladder := []string{cells[3], cells[4], cells[6], cells[7]}
	for i := range ladder[1:] {
		if below, above := ladder[i], ladder[i+1]; given.MatchString(below) && !given.MatchString(above) {
			t.Errorf("%s %s: a role is told %s, and the one above it %s", name, row.rest, below, above)
		}
	}
}

// TestAccess has everybody try everything that testdata/access.txt lists, which says how to add to it.
func TestAccess(t *testing.T) {
	table := readAccess(t)
	table.covers(t, schema(t))
	dir := t.TempDir()
	store, err := sqlite.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	settings := testServer
	settings.MaxCost, settings.MaxDepth = 1<<40, 40
	x := newAccess(t, newAPIBy(t, store, serveCommand{Server: settings, Evidence: testEvidence, Scanning: Scanning{OCRLanguages: []string{"eng"}, MaxPages: 20}}), true)
	copied := filepath.Join(t.TempDir(), "copy.db")
	if err := sqlite.Backup(t.Context(), dir, copied); err != nil {
		t.Fatal(err)
	}
	if x.backup, err = os.ReadFile(copied); err != nil {
		t.Fatal(err)
	}
	x.before = x.snapshot(t, x.api)
	t.Run("everything", x.reachesEverything)
	for _, section := range table.sections {
		for _, row := range section.rows {
			t.Run(section.of+"."+strings.Join(row.fields, " "), func(t *testing.T) {
				cells := x.try(t, section, row, nil)
				x.check(t, section, row, cells)
				if *update {
					row.told = cells
				} else {
					row.compare(t, cells)
				}
			})
		}
	}
	if diff := cmp.Diff(x.before, x.snapshot(t, x.api)); diff != "" {
		t.Errorf("reading changes something:\n%s", diff)
	}
	if *update {
		table.write(t)
	}
}

// TestAccessOnMongoDB has everybody try there what reads, and what is refused to her.
func TestAccessOnMongoDB(t *testing.T) {
	if *update {
		t.Skip("the file is written by TestAccess")
	}
	x := newAccess(t, newAPI(t, stores["mongodb"](t)), false)
	x.before = x.snapshot(t, x.api)
	for _, section := range readAccess(t).sections {
		if section.of == "HTTP" { // of files, where they are read
			continue
		}
		for _, row := range section.rows {
			row.compare(t, x.try(t, section, row, row.told))
		}
	}
	if diff := cmp.Diff(x.before, x.snapshot(t, x.api)); diff != "" {
		t.Errorf("refused, and yet something is changed:\n%s", diff)
	}
}

// reachesEverything has everybody ask for every field that can be reached without arguments from what there is: nobody finds what is not hers,
// and each word is found by the first who may read it.
func (x *access) reachesEverything(t *testing.T) {
	s := schema(t)
	var requests []string
	for root, of := range map[string]string{
		"me": "Professional", "programs(own: true)": "ProgramConnection", "organization(id: $organization)": "Organization",
		"node(id: $jordan)": "Professional", "node(id: $certification)": "Certification", "node(id: $annual)": "Deadline", "node(id: $credit)": "Credit",
		"node(id: $program)": "Program", "node(id: $deadline)": "Deadline", "node(id: $notification)": "Notification", "node(id: $evidence)": "Evidence",
		"node(id: $organization)": "Organization", "node(id: $member)": "Member", "node(id: $nina)": "Member", "node(id: $invitation)": "Invitation",
		"member(id: $member)": "Member", "member(id: $nina)": "Member", "node(id: $held)": "Certification", "node(id: $shared)": "Program", "program(id: $shared)": "Program",
		"node(id: $posted)": "Credit", "node(id: $undisputed)": "Credit", "node(id: $posting)": "Posting", "node(id: $drill)": "Posting",
		`previewPosting(input: {organizationId: $organization, title: "A day", completedOn: "2026-11-01", minutes: 50, memberIds: [$member]})`: "PreviewPostingPayload",
	} {
		for _, selection := range everything(s, s.Types[of], nil) {
			if strings.HasPrefix(root, "node") {
				selection = "... on " + of + " { " + selection + " }"
			}
			requests = append(requests, "{ "+root+" { "+selection+" } }")
		}
	}
	for who, column := range columns {
		var text strings.Builder
		for _, request := range requests {
			answer := x.ask(t, x.api, who, x.fill(t, who, request, false))
			if code := codeOf(t, answer); code != "" && !slices.Contains([]string{"NOT_FOUND", "UNAUTHENTICATED", "FORBIDDEN", "INVALID_INPUT"}, code) {
				t.Fatalf("%s is told %s: %.200s", column.title, code, request)
			}
			text.WriteString(indented(answer))
		}
		x.leaks(t, who, text.String(), "by what can be reached")
		for _, one := range accessWords {
			for _, word := range one.words {
				if one.readers[0] == column.title && !strings.Contains(text.String(), x.word(word)) {
					t.Errorf("%q is not found by %s, who may read it", word, column.title)
				}
			}
		}
	}
}

// everything selects each field of a type that needs no arguments, and so on with theirs; no type within itself.
func everything(s *ast.Schema, of *ast.Definition, within []string) (selections []string) {
	if slices.Contains(within, of.Name) || len(within) > 6 {
		return []string{"__typename"}
	}
	within = append(slices.Clone(within), of.Name)
	for _, possible := range s.GetPossibleTypes(of) {
		if of.IsAbstractType() {
			selections = append(selections, "... on "+possible.Name+" { "+strings.Join(everything(s, possible, within), " ")+" }")
		}
	}
	for _, field := range of.Fields {
		needs := func(a *ast.ArgumentDefinition) bool { return a.Type.NonNull && a.DefaultValue == nil }
		if field.Name == "edges" || strings.HasPrefix(field.Name, "__") || slices.ContainsFunc(field.Arguments, needs) {
			continue
		}
		selection := field.Name
		if to := s.Types[field.Type.Name()]; !to.IsLeafType() {
			selection += " { " + strings.Join(everything(s, to, within), " ") + " }"
		}
		selections = append(selections, selection)
	}
	return selections
}
