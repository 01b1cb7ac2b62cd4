package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"accrue/catalog"
	"accrue/catalog/scenario"
	"accrue/rules"
)

// programCommand is for authors of rules; docs/authoring.md is its manual.
type programCommand struct {
	Check checkCommand `cmd:"" help:"Compile files of programs and bodies, and tell all that is wrong with them."`
	Test  testCommand  `cmd:"" help:"Run the scenarios of a folder on the catalog and the folder's own programs."`
}

type checkCommand struct {
	Files []string `arg:"" name:"file" help:"A program or a body, in YAML."`
}

// Run prints a line for each file that is right, and each problem of the others.
func (c *checkCommand) Run() error {
	programs, err := catalog.Load()
	if err != nil {
		return err
	}
	files, failed := make([]catalog.File, len(c.Files)), make([]error, len(c.Files))
	for i, name := range c.Files {
		// Bodies come first: the programs beside them may need them.
		if files[i], failed[i] = readAuthored(name); failed[i] == nil && files[i].IsBody() {
			var more *catalog.Catalog
			if more, failed[i] = programs.With(files[i]); failed[i] == nil {
				programs = more
			}
		}
	}
	count := 0
	for i := range files {
		result := "body"
		if failed[i] == nil && !files[i].IsBody() {
			var program *rules.Program
			if program, _, failed[i] = compile(programs, files[i]); failed[i] == nil {
				result = counted(len(program.Versions), "version") + ", " + counted(files[i].Requirements(), "requirement")
			}
		}
		if failed[i] != nil {
			count++
			fmt.Println(failed[i])
			continue
		}
		fmt.Printf("%s: ok (%s)\n", files[i].Name, result)
	}
	if count > 0 {
		return fmt.Errorf("%s with problems", counted(count, "file"))
	}
	return nil
}

type testCommand struct {
	Dir string `arg:"" name:"dir" help:"A folder with scenarios (*.txt), and programs and bodies (*.yaml) if there are any."`
}

// Run prints each scenario that fails, and how many there were.
func (c *testCommand) Run() error {
	entries, err := os.ReadDir(c.Dir)
	if err != nil {
		return err
	}
	var files []catalog.File
	var names []string
	for _, entry := range entries {
		name := filepath.Join(c.Dir, entry.Name())
		switch filepath.Ext(name) {
		case ".txt":
			names = append(names, name)
		case ".yaml":
			file, err := readAuthored(name)
			if err != nil {
				return err
			}
			files = append(files, file)
		}
	}
	programs, err := catalog.Load()
	if err != nil {
		return err
	}
	if programs, err = programs.With(files...); err != nil {
		fmt.Println(err)
		return errors.New("no scenario was run")
	}
	passed, failed := 0, 0
	for _, name := range names {
		text, err := readLimited(name, scenario.MaxFileSize)
		if err != nil {
			return err
		}
		list, err := scenario.Parse(name, text)
		if err != nil {
			failed++
			fmt.Printf("FAIL %s\n%v\n", name, err)
		}
		for _, s := range list {
			found := s.Run(programs)
			if len(found) == 0 {
				passed++
				continue
			}
			failed++
			fmt.Printf("FAIL %s:%d %s\n%v\n", s.File, s.Line, s.Name, errors.Join(found...))
		}
	}
	fmt.Printf("%d passed, %d failed\n", passed, failed)
	switch {
	case passed+failed == 0:
		return fmt.Errorf("%s has no scenarios: files *.txt", c.Dir)
	case failed > 0:
		return fmt.Errorf("%s failed", counted(failed, "scenario"))
	}
	return nil
}

// compile reads a program. A body that the catalog lacks is read from the file of its name beside the program's; the catalog
// returned has it.
func compile(c *catalog.Catalog, file catalog.File) (*rules.Program, *catalog.Catalog, error) {
	body := file.Body()
	if body == "" || c.HasBody(body) {
		program, err := c.Compile(file.Name, file.Text)
		return program, c, err
	}
	beside, err := readAuthored(filepath.Join(filepath.Dir(file.Name), string(body)+".yaml"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		_, err = c.Compile(file.Name, file.Text)
		return nil, nil, errors.Join(err, fmt.Errorf("%s: the body %s can stand beside it in %s.yaml", file.Name, body, body))
	case err != nil:
		return nil, nil, err
	}
	if c, err = c.With(beside); err != nil {
		return nil, nil, err
	}
	program, err := c.Compile(file.Name, file.Text)
	return program, c, err
}

func readAuthored(name string) (catalog.File, error) {
	text, err := readLimited(name, catalog.MaxFileSize)
	return catalog.File{Name: name, Text: text}, err
}

// readLimited reads a file, and of one that is too long just enough for its parser to say so.
func readLimited(name string, limit int64) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	return io.ReadAll(io.LimitReader(file, limit+1))
}

// counted writes "1 file", "2 files".
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
