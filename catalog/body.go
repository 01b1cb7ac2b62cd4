package catalog

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"accrue/ce"
	"accrue/rules"
)

// bodyFile is a body as it is written.
type bodyFile struct {
	ID           string     `yaml:"id"`
	Name         string     `yaml:"name"`
	Jurisdiction string     `yaml:"jurisdiction"`
	TimeZone     string     `yaml:"time-zone"`
	Units        []unitFile `yaml:"units"`
}

type unitFile struct {
	ID      string `yaml:"id"`
	Symbol  string `yaml:"symbol"`
	Name    string `yaml:"name"`
	Plural  string `yaml:"plural"`
	Minutes string `yaml:"minutes"`
	Source  string `yaml:"source"` // the web address that says how long it is
}

// unit returns what the file says of the unit; the error is about its minutes.
func (u *unitFile) unit() (ce.Unit, error) {
	unit := ce.Unit{ID: ce.UnitID(u.ID), Symbol: u.Symbol, Name: u.Name, Plural: u.Plural}
	if u.Minutes == "" {
		return unit, nil
	}
	minutes, err := ce.ParseAmount(u.Minutes)
	if err == nil && minutes.Sign() <= 0 {
		err = errors.New("must be above 0, or left out where the unit is no length of time")
	}
	unit.Minutes = &minutes
	return unit, err
}

const maxUnits = 50

func (c *Catalog) readBody(file string, text []byte) error {
	var read bodyFile
	doc, err := decode(file, text, &read)
	if err != nil {
		return err
	}
	var problems ce.Problems
	body := rules.Body{ID: ce.BodyID(read.ID), Name: read.Name, Jurisdiction: read.Jurisdiction, TimeZone: read.TimeZone}
	if want := read.ID + ".yaml"; read.ID == "" || path.Base(file) != want {
		problems.Add("must be the file's name without .yaml", "id")
	}
	if read.Name == "" {
		problems.Add("must be given", "name")
	}
	if read.TimeZone != "" {
		_, err := ce.LoadZone(read.TimeZone)
		problems.Check(err, "time-zone")
	}
	if len(read.Units) == 0 || len(read.Units) > maxUnits {
		problems.Add(fmt.Sprintf("must have 1 to %d entries", maxUnits), "units")
		read.Units = nil
	}
	for i, u := range read.Units {
		if !strings.HasPrefix(u.ID, read.ID+".") {
			problems.Add(fmt.Sprintf("must begin with the body's id and a dot, such as %s.hour", read.ID), "units", i, "id")
		}
		if _, taken := c.units[ce.UnitID(u.ID)]; taken {
			problems.Add("is the id of another unit", "units", i, "id")
		}
		if u.Symbol == "" || u.Name == "" || u.Plural == "" {
			problems.Add("must have symbol, name and plural", "units", i)
		}
		if !strings.HasPrefix(u.Source, "https://") && !strings.HasPrefix(u.Source, "http://") {
			problems.Add("must be the web address that says how long the unit is", "units", i, "source")
		}
		unit, err := u.unit()
		problems.Check(err, "units", i, "minutes")
		c.units[unit.ID] = unit
		body.Units = append(body.Units, unit)
	}
	if err := problems.Err(); err != nil {
		return doc.Problems(err)
	}
	c.bodies[body.ID] = body
	return nil
}
