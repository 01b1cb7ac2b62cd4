package main

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
)

// Whoever clicks through the page of GraphiQL sees each step succeed, and one credit count for both certifications.
func TestTheFirstSessionOfGraphiQLWorks(t *testing.T) {
	p := start(t, nil, "--data-dir", t.TempDir())
	command := exec.CommandContext(t.Context(), "node", "testdata/first-session.mjs", "graphiql/page/start.js", strings.TrimSuffix(p.url, "graphql"))
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var answers []map[string]any
	if err := json.Unmarshal(out, &answers); err != nil {
		t.Fatal(err)
	}
	if len(answers) != 7 {
		t.Fatalf("%d answers, want 7", len(answers))
	}
	for i, answer := range answers {
		if answer["errors"] != nil {
			t.Fatalf("step %d: %s", i+1, indented(answer))
		}
	}
	uses := at(t, answers[4], "data", "logCredit", "credit", "uses").([]any)
	if len(uses) != 2 {
		t.Fatalf("the credit is used by %d certifications, want 2: %s", len(uses), indented(answers[4]))
	}
	for i := range uses {
		if counted := at(t, uses, i, "counted"); counted != "2" {
			t.Errorf("counted %v, want the two hours: %s", counted, indented(uses[i]))
		}
	}
	if deadlines := at(t, answers[5], "data", "me", "deadlines", "edges").([]any); len(deadlines) == 0 {
		t.Errorf("nothing is due: %s", indented(answers[5]))
	}
}
