package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	guideFence = regexp.MustCompile("(?ms)^```[a-z]*\n(.*?)^```$")
	guideName  = regexp.MustCompile(`^# (own/[a-z.-]+)\n`)
)

// TestGuide writes the files of the guide's walk through one program, and runs its commands, which must print what it says.
func TestGuide(t *testing.T) {
	text, err := os.ReadFile("docs/rules.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(text), "\n## From a statute to a passing scenario\n")
	if !found {
		t.Fatal("the guide has no walk through a program")
	}
	section, _, _ = strings.Cut(section, "\n## ")
	accrue, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	files, commands := 0, 0
	for _, fence := range guideFence.FindAllStringSubmatch(section, -1) {
		content := fence[1]
		if name := guideName.FindStringSubmatch(content); name != nil {
			files++
			file := filepath.Join(dir, name[1])
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		line, want, _ := strings.Cut(content, "\n")
		words, ok := strings.CutPrefix(line, "$ accrue ")
		if !ok {
			t.Errorf("this is neither a file nor a command:\n%s", content)
			continue
		}
		commands++
		command := exec.CommandContext(t.Context(), accrue, strings.Fields(words)...)
		command.Dir = dir
		if got, err := command.CombinedOutput(); err != nil || string(got) != want {
			t.Errorf("%s prints\n%s\nthe guide says\n%s\n%v", line, got, want, err)
		}
	}
	if files != 3 || commands != 2 {
		t.Errorf("the walk has %d files and %d commands: some are not read", files, commands)
	}
}
