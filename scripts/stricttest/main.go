// Command stricttest runs "go test" with its own arguments, prints what that prints, and fails
// where "go test" would be content: when a test was skipped, or when one conformance suite did not
// run alike in all packages that are to pass it.
//
//	go run ./scripts/stricttest [-alike pkg/a:TestA,pkg/b:TestB/part] [go test arguments] packages
//
// With -alike, the subtests of the tests named must have passed and have the same names.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
)

func main() {
	suites, arguments, err := suitesOf(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "stricttest:", err)
		os.Exit(2)
	}
	command := exec.Command("go", append([]string{"test", "-json"}, arguments...)...)
	command.Stderr = os.Stderr
	output, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "stricttest:", err)
		os.Exit(1)
	}
	seen := newReport(os.Stdout)
	err = errors.Join(seen.read(output), command.Wait())
	problems := seen.problems(suites)
	for _, problem := range problems {
		fmt.Println("FAIL:", problem)
	}
	if err != nil || len(problems) > 0 {
		os.Exit(1)
	}
}

// suitesOf takes -alike off the front of the arguments.
func suitesOf(arguments []string) ([]test, []string, error) {
	if len(arguments) < 2 || arguments[0] != "-alike" {
		return nil, arguments, nil
	}
	var suites []test
	for named := range strings.SplitSeq(arguments[1], ",") {
		pkg, name, found := strings.Cut(named, ":")
		if !found {
			return nil, nil, fmt.Errorf("-alike wants package:Test, not %q", named)
		}
		suites = append(suites, test{pkg, name})
	}
	return suites, arguments[2:], nil
}

// event is a line of "go test -json", see "go doc test2json".
type event struct {
	Action, Package, Test, Output string
}

// test names a test of a package.
type test struct{ pkg, name string }

// report is what has been seen of a run.
type report struct {
	out     io.Writer
	said    map[test][]string // output of tests under way
	passed  map[test]bool
	skipped []test
}

func newReport(out io.Writer) *report {
	return &report{out: out, said: map[test][]string{}, passed: map[test]bool{}}
}

// read takes the events of a run and prints what "go test" prints without -v: the output of tests
// that failed and a line for each package.
func (r *report) read(events io.Reader) error {
	decoder := json.NewDecoder(events)
	for {
		var e event
		if err := decoder.Decode(&e); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		r.take(e)
	}
}

func (r *report) take(e event) {
	which := test{e.Package, e.Test}
	switch e.Action {
	case "build-output":
		r.print(e.Output)
	case "output":
		if e.Test != "" {
			r.said[which] = append(r.said[which], e.Output)
		} else if e.Output != "PASS\n" {
			r.print(e.Output)
		}
	case "pass":
		r.passed[which] = true
		delete(r.said, which)
	case "skip":
		if e.Test != "" {
			r.skipped = append(r.skipped, which)
			r.print(r.said[which]...)
		}
		delete(r.said, which)
	case "fail":
		if e.Test != "" {
			r.print(r.said[which]...)
			delete(r.said, which)
			return
		}
		// Tests that never ended were cut off, by a panic or a timeout; the reason is in their output.
		for unfinished, said := range r.said {
			if unfinished.pkg == e.Package {
				r.print(said...)
				delete(r.said, unfinished)
			}
		}
	}
}

func (r *report) print(lines ...string) {
	for _, line := range lines {
		_, _ = io.WriteString(r.out, line) // nobody is left to tell when standard output is gone
	}
}

// problems says what "go test" does not object to.
func (r *report) problems(suites []test) []string {
	var found []string
	for _, t := range r.skipped {
		found = append(found, "skipped: "+t.pkg+" "+t.name)
	}
	var first []string
	for i, suite := range suites {
		parts := r.parts(suite)
		if i == 0 {
			first = parts
		}
		if len(parts) == 0 {
			found = append(found, fmt.Sprintf("%s did not pass in %s", suite.name, suite.pkg))
		} else if !slices.Equal(parts, first) {
			found = append(found, fmt.Sprintf("%s in %s is not alike: it passed %d parts, %s in %s passed %d",
				suite.name, suite.pkg, len(parts), suites[0].name, suites[0].pkg, len(first)))
		}
	}
	return found
}

// parts returns the names of the suite's subtests that passed, sorted.
func (r *report) parts(suite test) []string {
	var names []string
	for t := range r.passed {
		if name, below := strings.CutPrefix(t.name, suite.name+"/"); below && t.pkg == suite.pkg {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
