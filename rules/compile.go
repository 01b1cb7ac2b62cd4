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
const engine = "2"

// Limits of a program.
const (
	MaxRequirements = 200 // of one version
	MaxLeaves       = 64  // minimums and maximums of one version, those of single years counted one by one
	maxDepth        = 12
	maxList         = 200
	maxWords        = 64 // of each field
	maxVersions     = 50
	maxText         = 4000
	maxConditions   = 2000 // of one program
	maxSelections   = 1000
	maxSlots        = 16 // minimums of one version that stand apart
)

// Body is who certifies.
type Body struct {
	ID           ce.BodyID
	Name         string
	Jurisdiction string
	TimeZone     string
	Units        []ce.Unit
}

// The ids of the questions for what a licence states.
const (
	IssuedOn  ce.QuestionID = "issued-on"
	ExpiresOn ce.QuestionID = "expires-on"
)

var idPattern = regexp.MustCompile(`^[a-z0-9]+([.-][a-z0-9]+)*$`)

// compiler turns a spec into a program and collects what is wrong with it.
type compiler struct {
	ce.Problems
	program *Program
	sources map[string]*ce.Source
	asked   uint64 // the questions that were met
	// How many were read, so that a short text cannot ask for endless work.
	conditionCount, selectionCount int
	// Of the version that is being compiled:
	tree  *tree
	byID  map[string]int
	count int
	apart map[int][]string // what the rules stand apart from
	paths [][]any          // of the rules, where they stand in the spec
}

// Compile checks the spec and makes it ready for evaluation. Its errors are [ce.Invalid], with paths
// through the spec's fields as they are written: "versions", "0", "requirements", "2", "source".
func Compile(spec Spec, body Body) (*Program, error) {
	p := &Program{
		ID: ce.ProgramID(spec.ID), Name: spec.Name,
		Body: body.ID, BodyName: body.Name, TimeZone: body.TimeZone,
		Jurisdiction: spec.Jurisdiction, Units: body.Units, Notes: spec.Notes,
		conversions: map[ce.UnitID]ce.Amount{},
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
	if c.limit(len(spec.Notes), "notes") {
		for i, note := range spec.Notes {
			c.text(note, "notes", i)
		}
	}
	for field, list := range [fieldCount][]Word{spec.Topics, spec.Formats, spec.Roles, spec.Approvals} {
		c.readWords(field, list)
	}
	p.Topics, p.Formats, p.Roles, p.Approvals = p.words[topics].vocables, p.words[formats].vocables, p.words[roles].vocables, p.words[approvals].vocables
	c.readQuestions(spec.Questions)
	c.readConversions(spec.Conversions)
	c.readCalendars(spec.Cycle)
	c.readVersions(spec)
	c.readSharing(spec.Sharing)
	if err := c.Err(); err != nil {
		return nil, err
	}
	p.Hash = hash(spec, spec.Versions, p)
	// Last, since rules know questions by their place.
	if c.asked&asksIssue != 0 || slices.ContainsFunc(p.calendars, func(c calendar) bool { return c.firstFrom != nil || c.firstEnds != nil }) {
		p.Questions = append(p.Questions, issueQuestion())
	}
	if c.asked&asksExpiry != 0 {
		p.Questions = append(p.Questions, expiryQuestion())
	}
	return p, nil
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

// amount reads an amount that must be given.
func (c *compiler) amount(text string, path []any) ce.Amount {
	amount, err := ce.ParseAmount(text)
	if err != nil || amount.Sign() < 0 {
		c.Add("must be an amount such as 80 or 1.5", path...)
	}
	return amount
}

func (c *compiler) optionalAmount(text string, path []any) *ce.Amount {
	if text == "" {
		return nil
	}
	amount := c.amount(text, path)
	return &amount
}

// optionalFraction reads "3", "1.25" or "1/6".
func (c *compiler) optionalFraction(text string, path []any) *ce.Amount {
	if text == "" {
		return nil
	}
	amount, ok := fraction(text)
	if !ok {
		c.Add("must be a number such as 3, 1.25 or 1/6", path...)
	}
	return &amount
}

func fraction(text string) (ce.Amount, bool) {
	num, den, ok := strings.Cut(text, "/")
	if !ok {
		amount, err := ce.ParseAmount(text)
		return amount, err == nil && amount.Sign() >= 0
	}
	n, err1 := strconv.ParseInt(num, 10, 32)
	d, err2 := strconv.ParseInt(den, 10, 32)
	if err1 != nil || err2 != nil || n < 0 || d < 1 {
		return ce.Amount{}, false
	}
	return ce.Fraction(n, d), true
}

func (c *compiler) readSources(list []Origin) {
	if !c.limit(len(list), "sources") {
		return
	}
	for i, o := range list {
		c.id(o.ID, "sources", i, "id")
		c.text(o.Title, "sources", i, "title")
		if o.URL != "" && !strings.HasPrefix(o.URL, "https://") && !strings.HasPrefix(o.URL, "http://") {
			c.Add("must be a web address such as https://example.com/rules, or left out", "sources", i, "url")
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
	if len(list) > maxAsked {
		c.Add(fmt.Sprintf("must have at most %d entries", maxAsked), "questions")
		return
	}
	for i, q := range list {
		question := ce.Question{ID: ce.QuestionID(q.ID), Prompt: q.Prompt, Target: ce.TargetFact}
		c.id(q.ID, "questions", i, "id")
		c.text(q.Prompt, "questions", i, "prompt")
		_, word := dayWords[q.ID]
		if _, taken := c.program.Question(question.ID); taken || word || reserved(question.ID) {
			c.Add("is the id of another question, or a word that has a meaning of its own", "questions", i, "id")
		}
		switch question.Type = ce.QuestionType(strings.ToUpper(q.Type)); question.Type {
		case ce.QuestionBoolean, ce.QuestionDate, ce.QuestionNumber:
			if len(q.Choices) > 0 {
				c.Add("must be left out: only choice and terms have choices", "questions", i, "choices")
			}
		case ce.QuestionChoice, ce.QuestionTerms:
			if len(q.Choices) < 2 || len(q.Choices) > maxWords {
				c.Add(fmt.Sprintf("must have 2 to %d entries", maxWords), "questions", i, "choices")
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

func (c *compiler) readConversions(list []ConversionSpec) {
	if !c.limit(len(list), "conversions") {
		return
	}
	for i, spec := range list {
		c.id(spec.Unit, "conversions", i, "unit")
		worth := c.amount(spec.Worth, []any{"conversions", i, "worth"})
		c.source(spec.Source, "conversions", i, "source")
		c.program.conversions[ce.UnitID(spec.Unit)] = worth
	}
}

func (c *compiler) readSharing(list []SharingSpec) {
	if !c.limit(len(list), "sharing") {
		return
	}
	for i := range list {
		spec := &list[i]
		if spec.Uses < 1 {
			c.Add("must be a number of certifications", "sharing", i, "uses")
		}
		c.source(spec.Source, "sharing", i, "source")
		c.program.sharing = append(c.program.sharing, sharing{credits: c.selection(spec.Credits, 0, []any{"sharing", i, "credits"}), uses: spec.Uses})
	}
}

func (c *compiler) readVersions(spec Spec) {
	switch spec.VersionBy {
	case "", "cycle-start":
	case "cycle-end":
		c.program.byEnd = true
	default:
		c.Add("must be cycle-start or cycle-end", "version-by")
	}
	if len(spec.Versions) == 0 || len(spec.Versions) > maxVersions {
		c.Add(fmt.Sprintf("must have 1 to %d entries", maxVersions), "versions")
		return
	}
	for i := range spec.Versions {
		e := &spec.Versions[i]
		v := Version{Label: e.From}
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
		c.tree, c.byID, c.apart, c.paths, c.count = &v.tree, map[string]int{}, map[int][]string{}, nil, 0
		v.values = c.readValues(e.Values, []any{"versions", i, "values"})
		v.rounding = c.readRounding(e.Rounding, []any{"versions", i, "rounding"})
		if len(e.Requirements) == 0 {
			c.Add("must have at least one entry", "versions", i, "requirements")
		}
		c.readRules(e.Requirements, ruleContext{parent: -1}, []any{"versions", i, "requirements"})
		c.standApart([]any{"versions", i, "requirements"})
		c.checkMaximums()
		v.carry = c.readCarry(e.Carry, []any{"versions", i, "carry"})
		v.repeats = v.looksForRepeats()
		v.grouped = slices.ContainsFunc(v.tree.rules, func(r rule) bool { return r.each == eachEvent })
		c.finish([]any{"versions", i, "requirements"})
		v.Hash = hash(spec, spec.Versions[i:i+1], c.program)
		c.program.Versions = append(c.program.Versions, v)
	}
}

// hash identifies versions by everything that an answer under them is made of.
func hash(spec Spec, versions []Edition, p *Program) string {
	spec.Versions = versions
	text, _ := json.Marshal(struct {
		Engine, BodyName, TimeZone string
		Units                      []ce.Unit
		Spec                       Spec
	}{engine, p.BodyName, p.TimeZone, p.Units, spec}) // no value in it can fail
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16])
}

// looksAtEvents reports whether it matters which credits are of the same event.
func (v *Version) looksAtEvents() bool {
	return v.repeats || v.grouped || v.rounding != nil && v.rounding.of == "event"
}

func (v *Version) looksForRepeats() bool {
	repeated := func(s *selection) bool { return s.uses(func(s *selection) bool { return s.repeats != repeatsNot }) }
	for i := range v.values {
		if repeated(v.values[i].credits) {
			return true
		}
	}
	return slices.ContainsFunc(v.tree.rules, func(r rule) bool { return slices.ContainsFunc(r.selections, repeated) })
}

// finish checks what only a whole version shows.
func (c *compiler) finish(path []any) {
	longest := 0
	for i := range c.program.calendars {
		longest = max(longest, c.program.calendars[i].months)
	}
	leaves := 0
	for i := range c.tree.rules {
		r := &c.tree.rules[i]
		switch {
		case !r.isLeaf():
		case r.each.yearly():
			leaves += (longest+11)/12 + 1 // a cycle may begin and end within a year
		default:
			leaves++
		}
	}
	if leaves > MaxLeaves {
		c.Add(fmt.Sprintf("must have at most %d minimums and maximums, those of single years counted one by one; there are %d", MaxLeaves, leaves), path...)
	}
	if c.tree.ways = c.tree.alternatives(); len(c.tree.ways) > maxAlternatives {
		c.Add(fmt.Sprintf("offer too many ways: more than %d", maxAlternatives), path...)
	}
}
