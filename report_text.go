package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"accrue/ce"
)

// print writes the report as a text.
func (r *report) print(to io.Writer) error {
	var w strings.Builder
	r.printHead(&w)
	r.printRequirements(&w)
	r.printCredits(&w)
	r.printQuestions(&w)
	r.printDeadlines(&w)
	r.printSources(&w)
	_, err := io.WriteString(to, w.String())
	return err
}

func (r *report) printDeadlines(w *strings.Builder) {
	if len(r.Deadlines) > 0 {
		w.WriteString("\nDeadlines\n")
	}
	for _, d := range r.Deadlines {
		fmt.Fprintf(w, "  %s %s (%s, %s)\n", d.DueOn, d.Title, d.Kind, d.Status)
	}
	if r.ChangesOn != nil {
		fmt.Fprintf(w, "\nWithout a new fact this may change on %s.\n", *r.ChangesOn)
	}
}

func (r *report) printSources(w *strings.Builder) {
	printed := map[ce.SourceID]bool{}
	for i := range r.Requirements {
		from := r.Requirements[i].Source
		if from == nil || printed[from.ID] {
			continue
		}
		if len(printed) == 0 {
			w.WriteString("\nSources\n")
		}
		printed[from.ID] = true
		fmt.Fprintf(w, "  %s: %s", from.ID, from.Title)
		for _, more := range []*string{from.Date, from.URL} {
			if more != nil {
				w.WriteString(", " + *more)
			}
		}
		fmt.Fprintf(w, " (confidence %s)\n", from.Confidence)
	}
}

func (r *report) printHead(w *strings.Builder) {
	fmt.Fprintf(w, "%s on %s: %s, %s\n", r.Program.Name, r.AsOf, r.Outcome, r.Phase)
	fmt.Fprintf(w, "Rules %s", r.Program.ID)
	if r.Program.Version != nil {
		w.WriteString(", version " + *r.Program.Version)
	}
	if !r.Program.Verified {
		w.WriteString(", not verified")
	}
	w.WriteString("\n")
	if c := r.Cycle; c != nil {
		fmt.Fprintf(w, "Cycle %s", c.Key)
		for _, one := range []struct {
			words string
			day   *string
		}{
			{" from ", c.StartsOn},
			{" to ", c.EndsOn},
			{", earn by ", c.EarnBy},
			{", report by ", c.ReportBy},
			{", grace until ", c.GraceEndsOn},
		} {
			if one.day != nil {
				w.WriteString(one.words + *one.day)
			}
		}
		w.WriteString("\n")
	}
}

func (r *report) printRequirements(w *strings.Builder) {
	if len(r.Requirements) > 0 {
		w.WriteString("\nRequirements\n")
	}
	depths := map[string]int{}
	for i := range r.Requirements {
		q := &r.Requirements[i]
		depth := 1
		if q.ParentID != nil {
			depth = depths[*q.ParentID] + 1
		}
		depths[string(q.ID)] = depth
		indent := strings.Repeat("  ", depth)
		fmt.Fprintf(w, "%s%s [%s]: %s", indent, q.Title, q.ID, q.Outcome)
		if q.Force == ce.Advisory {
			w.WriteString(", advisory")
		}
		if q.Source != nil {
			fmt.Fprintf(w, " (%s)", q.Source.ID)
		}
		w.WriteString("\n")
		var amounts []string
		for _, one := range []struct {
			word   string
			amount *string
		}{{"required", q.Required}, {"earned", q.Earned}, {"remaining", q.Remaining}} {
			if one.amount != nil {
				amounts = append(amounts, one.word+" "+*one.amount)
			}
		}
		if len(amounts) > 0 {
			fmt.Fprintf(w, "%s  %s%s\n", indent, strings.Join(amounts, ", "), r.unit(q.Unit, ""))
		}
		fmt.Fprintf(w, "%s  %s\n", indent, q.Explanation)
	}
}

var leftOutTexts = map[string]string{
	afterTheDay:  "completed after the day of this report",
	narrowed:     "narrowed to other certifications",
	outsideCycle: "completed outside this cycle",
}

func (r *report) printCredits(w *strings.Builder) {
	if len(r.Credits)+len(r.LeftOut) > 0 {
		w.WriteString("\nCredits\n")
	}
	for i := range r.Credits {
		c := &r.Credits[i]
		title, completed, amount := string(c.CreditID), "", "unknown"
		if c.Title != nil {
			title = fmt.Sprintf("%q", *c.Title)
		}
		if c.CompletedOn != nil {
			completed = *c.CompletedOn + " "
		}
		if c.Counted != nil {
			amount = *c.Counted
		}
		unit := string(c.Unit)
		fmt.Fprintf(w, "  %s%s: %s of %s%s\n    %s\n", completed, title, amount, c.Reported, r.unit(&unit, c.Reported), c.Explanation)
	}
	for _, c := range r.LeftOut {
		fmt.Fprintf(w, "  %s %q: not looked at, %s\n", c.CompletedOn, c.Title, leftOutTexts[c.Reason])
	}
}

// places tell where in a facts file a question is answered.
var places = map[ce.QuestionTarget]string{
	ce.TargetFact: "a fact", ce.TargetIssuedOn: "issuedOn", ce.TargetExpiresOn: "expiresOn",
	ce.TargetTopics: "topics", ce.TargetFormat: "format", ce.TargetRole: "role", ce.TargetApprovals: "approvals",
}

// mostNamed is how many credits are named with a question.
const mostNamed = 10

func (r *report) printQuestions(w *strings.Builder) {
	if len(r.Questions) > 0 {
		w.WriteString("\nQuestions that would decide more\n")
	}
	for i := range r.Questions {
		q := &r.Questions[i]
		fmt.Fprintf(w, "  %s (%s): %s\n", q.ID, places[q.Target], q.Prompt)
		for _, choice := range q.Choices {
			fmt.Fprintf(w, "    %s: %s\n", choice.ID, choice.Name)
		}
		for _, id := range q.CreditIDs[:min(len(q.CreditIDs), mostNamed)] {
			if j := slices.IndexFunc(r.Credits, func(c reportedCredit) bool { return c.CreditID == id }); j >= 0 && r.Credits[j].Title != nil {
				fmt.Fprintf(w, "    of %q\n", *r.Credits[j].Title)
			}
		}
		if more := len(q.CreditIDs) - mostNamed; more > 0 {
			fmt.Fprintf(w, "    and of %s more\n", counted(more, "credit"))
		}
	}
}

// unit writes a blank and the unit's name, for one where the amount is "1".
func (r *report) unit(id *string, amount string) string {
	if id == nil {
		return ""
	}
	u, ok := r.units[ce.UnitID(*id)]
	switch {
	case !ok:
		return " " + *id
	case amount == "1":
		return " " + u.Name
	}
	return " " + u.Plural
}
