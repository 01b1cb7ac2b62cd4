package main

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"stricttest": main})
}

// The scripts run the command on small modules: one that passes, and one for each reason to fail.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(env *testscript.Env) error {
			for _, name := range []string{"GOCACHE", "GOPATH", "HOME"} {
				env.Setenv(name, os.Getenv(name))
			}
			env.Setenv("GOFLAGS", "-mod=mod")
			return nil
		},
	})
}

func TestProblems(t *testing.T) {
	const events = `
{"Action":"pass","Package":"a","Test":"TestSuite/One"}
{"Action":"pass","Package":"a","Test":"TestSuite/Two"}
{"Action":"pass","Package":"b","Test":"TestAll/suite/One"}
{"Action":"pass","Package":"b","Test":"TestAll/suite/Two"}
{"Action":"pass","Package":"c","Test":"TestSuite/One"}
{"Action":"fail","Package":"c","Test":"TestSuite/Two"}
{"Action":"pass","Package":"d","Test":"TestOther/One"}
`
	tests := []struct {
		alike string
		want  []string
	}{
		{"a:TestSuite,b:TestAll/suite", nil},
		{"a:TestSuite,c:TestSuite", []string{"TestSuite in c is not alike: it passed 1 parts, TestSuite in a passed 2"}},
		{"a:TestSuite,d:TestSuite", []string{"TestSuite did not pass in d"}},
		{"d:TestSuite", []string{"TestSuite did not pass in d"}},
	}
	for _, tt := range tests {
		suites, _, err := suitesOf([]string{"-alike", tt.alike})
		if err != nil {
			t.Fatal(err)
		}
		r := newReport(new(bytes.Buffer))
		if err := r.read(strings.NewReader(events)); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, r.problems(suites)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.alike, diff)
		}
	}
}
