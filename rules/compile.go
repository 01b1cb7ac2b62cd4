package rules

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"accrue/ce"
)

// engine is part of every hash: it changes when the same rules begin to give another answer.
const engine = "1"

// Limits of a program.
const (
	MaxRequirements = 200 // of one version
	MaxLeaves       = 64  // minimums and maximums of one version, those of single years counted one by one
	MaxBranches     = 256 // combinations of answers that may have to be tried while facts are unknown
	maxDepth        = 12
	maxList         = 200
	maxWords        = 64 // of each field
	maxVersions     = 50
	maxText         = 4000
	maxCycleYears   = 10
)

// Body is who certifies.
type Body struct {
	ID           ce.BodyID
	Name         string
	Jurisdiction string
	TimeZone     string
	Units        []ce.Unit
}

// IssuedOn is the id of the question for the certification's day of issue.
const IssuedOn ce.QuestionID = "issued-on"

var idPattern = regexp.MustCompile(`^[a-z0-9]+([.-][a-z0-9]+)*$`)

// compiler turns a spec into a program and collects what is wrong with it.
type compiler struct {
	ce.Problems
	program *Program
	sources map[string]*ce.Source
	// Of the version that is being compiled:
	tree  *tree
	byID  map[string]int
	count int
}

// Compile checks the spec and makes it ready for evaluation. Its errors are [ce.Invalid], with paths
// through the spec's fields as they are written: "versions", "0", "requirements", "2", "source".
func Compile(spec Spec, body Body) (*Program, error) {
	p := &Program{
		ID: ce.ProgramID(spec.ID), Name: spec.Name,
		Body: body.ID, BodyName: body.Name, TimeZone: body.TimeZone,
		Jurisdiction: spec.Jurisdiction, Units: body.Units, Notes: spec.Notes,
	}
	if p.Jurisdiction == "" {
		p.Jurisdiction = body.Jurisdiction
	}
	c := &compiler{program: p, sources: map[string]*ce.Source{}}
	c.id(spec.ID, "id")
	c.text(spec.Name, "name")
	if spec.Body != string(body.ID) {
		c.Add("must be the id of the program's body", "body")
	}
	p.Verified = c.yes(spec.Verified, "verified")
	i := slices.IndexFunc(body.Units, func(u ce.Unit) bool { return string(u.ID) == spec.Unit })
	if i < 0 {
		c.Add("must be the id of a unit of the body", "unit")
		i = 0
	}
	if len(body.Units) == 0 {
		return nil, c.Err()
	}
	p.Unit = body.Units[i]
	c.readSources(spec.Sources)
	for i, note := range spec.Notes {
		c.text(note, "notes", i)
	}
	for field, list := range [fieldCount][]Word{spec.Topics, spec.Formats, spec.Roles, spec.Approvals} {
		c.readWords(field, list)
	}
	p.Topics, p.Formats, p.Roles, p.Approvals = p.words[topics].vocables, p.words[formats].vocables, p.words[roles].vocables, p.words[approvals].vocables
	c.readQuestions(spec.Questions)
	c.readCalendar(spec.Cycle)
	c.readVersions(spec)
	if err := c.Err(); err != nil {
		return nil, err
	}
	if p.asksIssue() {
		p.Questions = append(p.Questions, issueQuestion()) // last, since conditions know questions by their place
	}
	return p, nil
}

func (p *Program) asksIssue() bool {
	return p.calendar.first != nil || slices.ContainsFunc(p.Versions, func(v Version) bool { return v.tree.asksIssue })
}

func (c *compiler) id(text string, path ...any) {
	if len(text) > 64 || !idPattern.MatchString(text) {
		c.Add(`must be an id of small letters, digits, dots and hyphens such as "annual-ethics"`, path...)
	}
}

func (c *compiler) text(text string, path ...any) {
	if text == "" {
		c.Add("must be given", path...)
	}
	_, err := ce.Paragraphs(text, maxText)
	c.Check(err, path...)
}

func (c *compiler) yes(text string, path ...any) bool {
	if text != "yes" && text != "no" {
		c.Add("must be yes or no", path...)
	}
	return text == "yes"
}

func (c *compiler) limit(n int, path ...any) bool {
	if n > maxList {
		c.Add(fmt.Sprintf("must have at most %d entries", maxList), path...)
	}
	return n <= maxList
}

func (c *compiler) readSources(list []Origin) {
	if !c.limit(len(list), "sources") {
		return
	}
	for i, o := range list {
		c.id(o.ID, "sources", i, "id")
		c.text(o.Title, "sources", i, "title")
		if !strings.HasPrefix(o.URL, "https://") && !strings.HasPrefix(o.URL, "http://") {
			c.Add("must be a web address such as https://example.com/rules", "sources", i, "url")
		}
		switch ce.Confidence(o.Confidence) {
		case ce.ConfidenceHigh, ce.ConfidenceMedium, ce.ConfidenceLow:
		default:
			c.Add("must be HIGH, MEDIUM or LOW", "sources", i, "confidence")
		}
		if c.sources[o.ID] != nil {
			c.Add("is the id of another source", "sources", i, "id")
		}
		source := ce.Source{ID: ce.SourceID(o.ID), Title: o.Title, URL: o.URL, Date: o.Date, Confidence: ce.Confidence(o.Confidence)}
		c.sources[o.ID] = &source
		c.program.Sources = append(c.program.Sources, source)
	}
}

// source finds the source that a rule must name.
func (c *compiler) source(id string, path ...any) *ce.Source {
	source := c.sources[id]
	if source == nil {
		c.Add("must be the id of one of the program's sources", path...)
	}
	return source
}

func (c *compiler) readWords(field int, list []Word) {
	path := fieldPaths[field]
	if len(list) > maxWords {
		c.Add(fmt.Sprintf("must have at most %d entries", maxWords), path)
		return
	}
	words := vocabulary{bits: make(map[ce.Term]uint64, len(list))}
	for i, w := range list {
		term, err := ce.ParseTerm(w.ID)
		if err == nil && string(term) != w.ID {
			err = fmt.Errorf("must be written %q", term)
		}
		c.Check(err, path, i, "id")
		c.text(w.Name, path, i, "name")
		if words.bits[term] != 0 {
			c.Add("is the id of another entry", path, i, "id")
		}
		words.bits[term] = 1 << i
		words.vocables = append(words.vocables, Vocable{ID: term, Name: w.Name})
	}
	c.program.words[field] = words
}

func (c *compiler) readQuestions(list []Question) {
	if !c.limit(len(list), "questions") {
		return
	}
	for i, q := range list {
		question := ce.Question{ID: ce.QuestionID(q.ID), Prompt: q.Prompt, Target: ce.TargetFact}
		c.id(q.ID, "questions", i, "id")
		c.text(q.Prompt, "questions", i, "prompt")
		if _, taken := c.program.Question(question.ID); taken || question.ID == IssuedOn {
			c.Add("is the id of another question", "questions", i, "id")
		}
		switch question.Type = ce.QuestionType(strings.ToUpper(q.Type)); question.Type {
		case ce.QuestionBoolean, ce.QuestionDate, ce.QuestionNumber:
			if len(q.Choices) > 0 {
				c.Add("must be left out: only choice and terms have choices", "questions", i, "choices")
			}
		case ce.QuestionChoice, ce.QuestionTerms:
			if len(q.Choices) < 2 || len(q.Choices) > maxWords {
				c.Add(fmt.Sprintf("must have 2 to %d entries", maxWords), "questions", i, "choices")
				continue
			}
		default:
			c.Add("must be boolean, date, number, choice or terms", "questions", i, "type")
		}
		for j, w := range q.Choices {
			c.id(w.ID, "questions", i, "choices", j, "id")
			c.text(w.Name, "questions", i, "choices", j, "name")
			question.Choices = append(question.Choices, ce.Choice{ID: w.ID, Name: w.Name})
		}
		c.program.Questions = append(c.program.Questions, question)
	}
}

func (c *compiler) readCalendar(spec CycleSpec) {
	cal := calendar{years: spec.Years}
	if spec.Years < 1 || spec.Years > maxCycleYears {
		c.Add(fmt.Sprintf("must be a number of years from 1 to %d", maxCycleYears), "cycle", "years")
		cal.years = 1
	}
	end, err := ce.ParseDate(spec.Ends)
	c.Check(err, "cycle", "ends")
	if err == nil {
		cal.anchor(end)
	}
	c.source(spec.Source, "cycle", "source")
	cal.report = c.span(spec.Report, "cycle", "report")
	cal.grace = c.span(spec.Grace, "cycle", "grace")
	if f := spec.First; f != nil {
		cal.first = &first{after: f.From == "day-after-issue", cycles: f.Cycles}
		if f.From != "issue" && !cal.first.after {
			c.Add("must be issue or day-after-issue", "cycle", "first", "from")
		}
		if f.Cycles < 1 || f.Cycles > 3 {
			c.Add("must be a number of cycles from 1 to 3", "cycle", "first", "cycles")
		}
		c.source(f.Source, "cycle", "first", "source")
	}
	c.program.calendar = cal
}

var spanPattern = regexp.MustCompile(`^([0-9]{1,3}) (day|month|year)s?$`)

func (c *compiler) span(text string, path ...any) *span {
	if text == "" {
		return nil
	}
	parts := spanPattern.FindStringSubmatch(text)
	if parts == nil {
		c.Add(`must be a time such as "0 days", "1 month" or "2 years"`, path...)
		return nil
	}
	n, _ := strconv.Atoi(parts[1])
	switch parts[2] {
	case "month":
		return &span{months: n}
	case "year":
		return &span{months: 12 * n}
	}
	return &span{days: n}
}

func (c *compiler) readVersions(spec Spec) {
	if len(spec.Versions) == 0 || len(spec.Versions) > maxVersions {
		c.Add(fmt.Sprintf("must have 1 to %d entries", maxVersions), "versions")
		return
	}
	for i, e := range spec.Versions {
		v := Version{Label: e.From, Hash: hash(spec, e, c.program)}
		if e.From == "" {
			v.Label = "undated"
		} else {
			var err error
			v.From, err = ce.ParseDate(e.From)
			c.Check(err, "versions", i, "from")
		}
		if i > 0 && !v.From.After(c.program.Versions[i-1].From) {
			c.Add("must be later than that of the version above it", "versions", i, "from")
		}
		c.source(e.Source, "versions", i, "source")
		c.tree, c.byID, c.count = &v.tree, map[string]int{}, 0
		c.readRounding(e.Rounding, i)
		if len(e.Requirements) == 0 {
			c.Add("must have at least one entry", "versions", i, "requirements")
		}
		c.readRules(e.Requirements, ruleContext{parent: -1}, []any{"versions", i, "requirements"})
		c.finish([]any{"versions", i, "requirements"})
		c.program.Versions = append(c.program.Versions, v)
	}
}

// hash identifies a version by everything that an answer under it is made of.
func hash(spec Spec, e Edition, p *Program) string {
	spec.Versions = []Edition{e}
	text, _ := json.Marshal(struct {
		Engine, BodyName, TimeZone string
		Units                      []ce.Unit
		Spec                       Spec
	}{engine, p.BodyName, p.TimeZone, p.Units, spec}) // no value in it can fail
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16])
}

func (c *compiler) readRounding(r *Rounding, version int) {
	if r == nil {
		return
	}
	path := []any{"versions", version, "rounding"}
	step, err := ce.ParseAmount(r.Step)
	if err == nil && step.Sign() <= 0 {
		err = fmt.Errorf("must be above 0")
	}
	c.Check(err, append(path, "step")...)
	if !slices.Contains([]string{"down", "up", "nearest"}, r.Direction) {
		c.Add("must be down, up or nearest", append(path, "direction")...)
	}
	c.source(r.Source, append(path, "source")...)
	c.tree.rounding = &rounding{step: step, direction: r.Direction}
}

// finish checks what only a whole version shows.
func (c *compiler) finish(path []any) {
	leaves, branches := 0, 1
	for i := range c.tree.rules {
		r := &c.tree.rules[i]
		switch {
		case !r.isLeaf():
		case r.each:
			leaves += c.program.calendar.years + 1 // a cycle may begin and end within a year
		default:
			leaves++
		}
	}
	if leaves > MaxLeaves {
		c.Add(fmt.Sprintf("must have at most %d minimums and maximums, those of single years counted one by one; there are %d", MaxLeaves, leaves), path...)
	}
	for _, q := range c.tree.asks {
		branches *= len(answersTo(&c.program.Questions[q]))
		branches = min(branches, MaxBranches+1)
	}
	if c.tree.asksIssue || c.program.calendar.first != nil {
		branches *= 2*(len(c.tree.months)+c.program.calendar.years+1) + 3
	}
	if branches > MaxBranches {
		c.Add(fmt.Sprintf("depend on too many facts at once: more than %d combinations of answers", MaxBranches), path...)
	}
	if c.tree.goals = c.tree.alternatives(); len(c.tree.goals) > maxAlternatives {
		c.Add(fmt.Sprintf("offer too many ways: more than %d", maxAlternatives), path...)
	}
}
