package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"accrue/catalog"
	"accrue/catalog/factsfile"
	"accrue/ce"
	"accrue/rules"
)

// evaluateCommand evaluates files; docs/authoring.md is its manual.
type evaluateCommand struct {
	Program string  `required:"" placeholder:"FILE-or-ID" help:"The program: a file *.yaml, or the id of one in the catalog."`
	Facts   string  `required:"" placeholder:"FILE" help:"The holder, the certification and the credits, see docs/authoring.md."`
	AsOf    ce.Date `required:"" placeholder:"DATE" help:"The day for which the standing is asked, such as 2026-11-22."`
	JSON    bool    `name:"json" help:"Print JSON instead of a text."`
}

// Run prints where the certification stands.
func (c *evaluateCommand) Run() error {
	if c.AsOf.IsZero() {
		return errors.New("--as-of must be a day, such as 2026-11-22")
	}
	if ce.CheckDay(c.AsOf) != nil {
		return errors.New("--as-of must lie between 1900-01-01 and 2199-12-31")
	}
	programs, err := catalog.Load()
	if err != nil {
		return err
	}
	in, err := c.input(programs)
	if err != nil {
		fmt.Fprintln(os.Stderr, err) // one problem a line, each with its place at the front
		return errors.New("nothing was evaluated")
	}
	standing, err := rules.Evaluate(in)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Facts, err)
	}
	report := newReport(&in, &standing)
	if !c.JSON {
		return report.print(os.Stdout)
	}
	return printJSON(os.Stdout, report)
}

func printJSON(out io.Writer, value any) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

// input reads the files.
func (c *evaluateCommand) input(programs *catalog.Catalog) (rules.Input, error) {
	program, programs, err := c.program(programs)
	if err != nil {
		return rules.Input{}, err
	}
	text, err := readLimited(c.Facts, factsfile.MaxFileSize)
	if err != nil {
		return rules.Input{}, err
	}
	facts, err := factsfile.Parse(c.Facts, text)
	if err != nil {
		return rules.Input{}, err
	}
	return facts.Input(programs, program, c.AsOf)
}

// program returns the program, and the catalog with what it needs.
func (c *evaluateCommand) program(programs *catalog.Catalog) (*rules.Program, *catalog.Catalog, error) {
	if filepath.Ext(c.Program) == ".yaml" || strings.ContainsRune(c.Program, filepath.Separator) {
		file, err := readAuthored(c.Program)
		if err != nil {
			return nil, nil, err
		}
		return compile(programs, file)
	}
	program, ok := programs.Program(ce.ProgramID(c.Program))
	if !ok {
		return nil, nil, fmt.Errorf("the catalog has no program %s; a file must end in .yaml", c.Program)
	}
	return program, programs, nil
}
