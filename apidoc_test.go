package main

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"accrue/ce"
	"accrue/storage"
)

// block is what the guide shows: a request, its variables, its answer, or a comment that sets the clock.
var block = regexp.MustCompile("(?ms)^```(graphql|json variables|json|text file [a-z.]+)\n(.*?)^```$|^<!-- now: (\\S+) -->$")

var opensSession = regexp.MustCompile(`\b(signUp|signIn|refreshSession)\(`)

// TestTheGuideToTheAPI holds the session in docs/api.md, every request of it and every answer, against a fresh server on
// each store. A block "text file" is a file that goes with the request before it. -update writes the answers. Each request is sent with the last access token that the session gave. What is different in each run has a name in angle brackets.
func TestTheGuideToTheAPI(t *testing.T) {
	onEachStore(t, func(t *testing.T, store storage.Store) {
		text, err := os.ReadFile("docs/api.md")
		if err != nil {
			t.Fatal(err)
		}
		a := newAPI(t, store)
		session := guideSession{}
		var query, variables, file, content string
		requests := 0
		told := block.ReplaceAllStringFunc(string(text), func(whole string) string {
			parts := block.FindStringSubmatch(whole)
			switch parts[1] {
			case "":
				now, err := time.Parse(time.RFC3339, parts[3])
				if err != nil {
					t.Fatal(err)
				}
				a.clock.Set(now)
			case "graphql":
				query, variables = parts[2], "null"
			case "json variables":
				variables = session.reveal(a.letters.reveal(parts[2]))
			default:
				if name, ok := strings.CutPrefix(parts[1], "text file "); ok {
					file, content = name, parts[2]
					return whole
				}
				requests++
				body, err := json.Marshal(map[string]any{"query": query, "variables": json.RawMessage(variables)})
				if err != nil {
					t.Fatalf("%v: %s", err, variables)
				}
				token := session.access
				if opensSession.MatchString(query) {
					token = "" // an access token that has expired would be refused
				}
				var answer map[string]any
				if file != "" {
					_, answer = a.sendFile(t, token, body, file, content)
					session.evidence = string(ce.NewEvidenceID(ce.ProfessionalID(session.professional), ce.Digest(content)))
				} else {
					_, answer = a.send(t, token, body)
				}
				file = ""
				session.follow(answer)
				return "```json\n" + session.hide(indented(answer)) + "```"
			}
			return whole
		})
		if requests < 10 {
			t.Errorf("the guide has %d requests", requests)
		}
		if *update {
			if err := os.WriteFile("docs/api.md", []byte(told), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(string(text), told); diff != "" && !*update {
			t.Errorf("docs/api.md (-told +true):\n%s", diff)
		}
	})
}

// guideCode is the code of an invitation, by itself or in its link.
var guideCode = regexp.MustCompile(`("code": "|#join=)[A-Za-z0-9_-]{43}`)

// guideSession is what an app remembers.
type guideSession struct{ access, refresh, former, professional, evidence string }

func (s *guideSession) follow(answer map[string]any) {
	data, _ := answer["data"].(map[string]any)
	for _, payload := range data {
		payload, _ := payload.(map[string]any)
		if token, ok := payload["accessToken"].(string); ok {
			s.access = token
		}
		if token, ok := payload["refreshToken"].(string); ok && token != s.refresh {
			s.former, s.refresh = s.refresh, token
		}
		if professional, ok := payload["professional"].(map[string]any); ok {
			s.professional, _ = professional["id"].(string)
		}
	}
}

// names are those that stand for what is different in each run.
func (s *guideSession) names() [][2]string {
	return [][2]string{
		{"<access token>", s.access}, {"<refresh token>", s.refresh}, {"<former refresh token>", s.former}, {"<professional>", s.professional}, {"<evidence>", s.evidence},
	}
}

func (s *guideSession) hide(text string) string {
	for _, name := range s.names() {
		if name[1] != "" {
			text = strings.ReplaceAll(text, name[1], name[0])
		}
	}
	text = guideCode.ReplaceAllString(text, "$1<code>")
	text = invitationAddress.ReplaceAllString(text, "<server>/#join=")
	text = evidenceAddress.ReplaceAllString(text, "<link>")
	return calendarAddress.ReplaceAllString(text, "<calendar feed>")
}

func (s *guideSession) reveal(text string) string {
	for _, name := range s.names() {
		text = strings.ReplaceAll(text, name[0], name[1])
	}
	return text
}
