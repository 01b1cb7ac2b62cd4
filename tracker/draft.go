package tracker

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"accrue/ce"
	"accrue/rules"
	"accrue/rules/wording"
	"accrue/scan"
)

// Draft is the credit that would be logged from a certificate: what is sure enough of what was read, in the terms of the viewer's
// certifications.
type Draft struct {
	Credit  NewCredit // empty fields are not known
	Missing []string  // what the person must give: "title", "completedOn", "amount"
	// Units are those that the viewer can meet.
	Units rules.Units
	// Duplicates are credits that may be of the same activity, likeliest first, at most maxDuplicates.
	Duplicates []Duplicate
	// Preview is what logging it would change; nil while something is missing.
	Preview *CreditPreview

	confidence map[string]float64 // of the fields that were read, by name
}

// Duplicate is a credit that may be of the same activity.
type Duplicate struct {
	Credit ce.Credit
	Same   bool // title, day and amount are the same
}

const (
	maxDuplicates = 5
	nearDays      = 3 // that duplicates are apart at most
)

// CreditOf returns the credit of a draft as it would be kept; what is not known is empty.
func (v *View) CreditOf(draft *Draft) ce.Credit { return v.newCredit(draft.Credit) }

// Draft makes a draft of one certificate of a scan.
func (v *View) Draft(ctx context.Context, scanned *Scanned, certificate int) (Draft, error) {
	draft, err := v.proposal(ctx, &scanned.Result.Certificates[certificate])
	if err != nil {
		return Draft{}, err
	}
	credits, err := v.allCredits(ctx)
	if err != nil {
		return Draft{}, err
	}
	draft.Credit.ID = ce.NewScannedCreditID(scanned.Evidence, certificate)
	draft.Duplicates = duplicates(&draft, slices.DeleteFunc(slices.Clone(credits), func(c ce.Credit) bool {
		return slices.ContainsFunc(scanned.Confirmations, func(done ce.Confirmation) bool {
			return done.Certificate == certificate && done.Credit == c.ID
		})
	}))
	if len(draft.Missing) > 0 {
		return draft, nil
	}
	preview, err := v.PreviewCredit(ctx, draft.Credit)
	switch ce.CodeOf(err) {
	case "":
		draft.Preview = &preview
	case ce.CodeInvalidInput, ce.CodeLimitExceeded:
		// What was read cannot be logged as it is: the person corrects it, and confirming says what is wrong.
	default:
		return Draft{}, err
	}
	return draft, nil
}

// proposal puts what a certificate says in the terms of the viewer's certifications.
func (v *View) proposal(ctx context.Context, found *scan.Scan) (Draft, error) {
	programs, err := v.programs(ctx)
	if err != nil {
		return Draft{}, err
	}
	held, err := v.held(ctx)
	if err != nil {
		return Draft{}, err
	}
	locale, err := v.Locale(ctx)
	if err != nil {
		return Draft{}, err
	}
	p := proposing{found: found, units: programs, draft: Draft{Units: programs, confidence: map[string]float64{}}}
	for i := range held.Items {
		if program, err := programs.of(&held.Items[i]); err == nil {
			p.programs = append(p.programs, program)
		}
	}
	p.propose(wording.For(locale))
	return p.draft, nil
}

// proposing makes a draft of what was found, for the holder of certifications of the programs.
type proposing struct {
	found    *scan.Scan
	programs []*rules.Program
	units    rules.Units
	draft    Draft
}

func (p *proposing) propose(language *wording.Language) {
	credit, found := &p.draft.Credit, p.found
	credit.Title = take(p, "title", found.Title, clipped(ce.MaxTitleLength))
	credit.Provider = take(p, "provider", found.Provider, clipped(ce.MaxTitleLength))
	credit.CompletedOn = take(p, "completedOn", found.CompletedOn, func(d ce.Date) (ce.Date, bool) { return d, true })
	credit.Format = take(p, "format", found.Format, func(t ce.Term) (ce.Term, bool) {
		return t, p.speaks(func(program *rules.Program) []rules.Vocable { return program.Formats }, t)
	})
	p.proposeAmount()
	for _, topic := range found.Topics {
		if chosen := topic.Chosen; chosen != nil && p.speaks(topicsOf, chosen.Value) {
			credit.Topics = append(credit.Topics, chosen.Value)
			p.draft.confidence["topics"] = max(p.draft.confidence["topics"], chosen.Confidence)
		}
	}
	p.proposePortions()
	var notes []string
	if found.Number.Chosen != nil {
		notes = append(notes, language.Say("certificate-number", found.Number.Chosen.Value))
	}
	for _, approval := range found.Approvals {
		if chosen := approval.Chosen; chosen != nil {
			notes = append(notes, language.Say("approval-number", strings.ToUpper(string(chosen.Value.Accreditor)), chosen.Value.Number))
			if p.speaks(func(program *rules.Program) []rules.Vocable { return program.Approvals }, chosen.Value.Accreditor) {
				credit.Approvals = append(credit.Approvals, chosen.Value.Accreditor)
			}
		}
	}
	credit.Notes = strings.Join(notes, "\n")
	if credit.Title == "" {
		p.draft.Missing = append(p.draft.Missing, "title")
	}
	if credit.CompletedOn.IsZero() {
		p.draft.Missing = append(p.draft.Missing, "completedOn")
	}
	if credit.Unit == "" {
		p.draft.Missing = append(p.draft.Missing, "amount")
	}
}

// take returns what was chosen of a field, when it fits, and notes how sure it is.
func take[T, V any](p *proposing, name string, field scan.Field[T], fit func(T) (V, bool)) V {
	var none V
	if field.Chosen == nil {
		return none
	}
	value, ok := fit(field.Chosen.Value)
	if !ok {
		return none
	}
	p.draft.confidence[name] = field.Chosen.Confidence
	return value
}

// clipped takes a text that is not too long for its field: half a title is worse than none.
func clipped(most int) func(string) (string, bool) {
	return func(text string) (string, bool) { return text, len(text) <= most }
}

func topicsOf(program *rules.Program) []rules.Vocable { return program.Topics }

// speaks reports whether the word is one of those by which a held program's rules select credits.
func (p *proposing) speaks(words func(*rules.Program) []rules.Vocable, word ce.Term) bool {
	return slices.ContainsFunc(p.programs, func(program *rules.Program) bool {
		return slices.ContainsFunc(words(program), func(v rules.Vocable) bool { return v.ID == word })
	})
}

// proposeAmount takes the amount whose unit says most to the holder: first one of her programs' own units, then any that is known.
func (p *proposing) proposeAmount() {
	for _, own := range []bool{true, false} {
		for _, field := range p.found.Amounts {
			if field.Chosen == nil {
				continue
			}
			unit := p.unit(field.Chosen.Value.Unit, own)
			if unit == "" || unit == ce.UnitMinute && field.Chosen.Value.Amount.Floor(ce.Int(1)).Cmp(field.Chosen.Value.Amount) != 0 {
				continue
			}
			p.draft.Credit.Amount, p.draft.Credit.Unit = field.Chosen.Value.Amount, unit
			p.draft.confidence["amount"] = field.Chosen.Confidence
			return
		}
	}
}

// unit returns what the certificate's unit is in the catalog, "" when that is not certain: a contact hour is as long as the
// body says that it is. Own looks only among the units of the holder's programs.
func (p *proposing) unit(word scan.Unit, own bool) ce.UnitID {
	known := word.Catalog()
	var called []ce.Unit
	for _, program := range p.programs {
		for _, unit := range append([]ce.Unit{program.Unit}, program.Units...) {
			if unit.ID == known {
				return known
			}
			if word.Names(unit.Name, unit.Symbol) && !slices.ContainsFunc(called, func(u ce.Unit) bool { return sameLength(u, unit) }) {
				called = append(called, unit)
			}
		}
	}
	switch {
	case len(called) == 1:
		return called[0].ID
	case own:
		return ""
	case known != "":
		if _, ok := p.units.Unit(known); ok {
			return known
		}
	}
	return ""
}

// sameLength reports that it does not matter which of the two units is meant.
func sameLength(a, b ce.Unit) bool {
	return a.ID == b.ID || a.Minutes != nil && b.Minutes != nil && a.Minutes.Equal(*b.Minutes)
}

// proposePortions takes the parts that the certificate tells apart, in the unit of the whole and together no more than it.
func (p *proposing) proposePortions() {
	credit := &p.draft.Credit
	rest := credit.Amount
	for _, field := range p.found.Parts {
		if field.Chosen == nil || credit.Unit == "" || len(credit.Portions) == ce.MaxPortions {
			continue
		}
		part := field.Chosen.Value
		if part.Topic == "" || !p.speaks(topicsOf, part.Topic) || part.Amount.Sign() <= 0 || p.unit(part.Unit, false) != credit.Unit {
			continue
		}
		if rest = rest.Sub(part.Amount); rest.Sign() < 0 {
			credit.Portions = nil
			return
		}
		credit.Portions = append(credit.Portions, ce.Portion{Amount: part.Amount, Topics: []ce.Term{part.Topic}})
	}
	if len(credit.Portions) > 0 {
		// What only a part is about, the rest is not.
		credit.Topics = slices.DeleteFunc(credit.Topics, func(topic ce.Term) bool {
			return slices.ContainsFunc(credit.Portions, func(p ce.Portion) bool { return p.Topics[0] == topic })
		})
		if len(credit.Topics) == 0 {
			credit.Topics = nil
		}
	}
}

// duplicates returns the credits that may be of the same activity as the draft, whoever entered them.
func duplicates(draft *Draft, credits []ce.Credit) []Duplicate {
	const enough = 5 // of what likeness says: the day with the amount, or one of them with a like title
	type likely struct {
		Duplicate
		likeness int
	}
	var found []likely
	title, provider := wordsOf(draft.Credit.Title), wordsOf(draft.Credit.Provider)
	for _, credit := range credits {
		likeness, same := 0, 0
		switch share := alike(title, wordsOf(credit.Title)); {
		case share == 1:
			likeness, same = 3, 1
		case share >= 0.6:
			likeness = 3
		case len(title) > 0:
			likeness = -2
		}
		if day := draft.Credit.CompletedOn; !day.IsZero() {
			switch apart := abs(day.DaysUntil(credit.CompletedOn)); {
			case apart == 0:
				likeness, same = likeness+3, same+1
			case apart <= nearDays:
				likeness++
			default:
				continue
			}
		}
		switch equal, known := sameAmounts(draft, &credit); {
		case equal:
			likeness, same = likeness+2, same+1
		case known:
			likeness--
		}
		if alike(provider, wordsOf(credit.Provider)) >= 0.6 {
			likeness += 2
		}
		if likeness >= enough {
			found = append(found, likely{Duplicate{credit, same == 3}, likeness})
		}
	}
	slices.SortStableFunc(found, func(a, b likely) int { return cmp.Compare(b.likeness, a.likeness) })
	out := make([]Duplicate, 0, maxDuplicates)
	for _, one := range found[:min(len(found), maxDuplicates)] {
		out = append(out, one.Duplicate)
	}
	return out
}

func abs(n int) int { return max(n, -n) }

// sameAmounts compares the draft's amount with the credit's, in minutes where their units differ; known is false when they cannot be compared.
func sameAmounts(draft *Draft, credit *ce.Credit) (equal, known bool) {
	if draft.Credit.Unit == "" {
		return false, false
	}
	if draft.Credit.Unit == credit.Unit {
		return draft.Credit.Amount.Equal(credit.Amount), true
	}
	a, first := inMinutes(draft.Units, draft.Credit.Amount, draft.Credit.Unit)
	b, second := inMinutes(draft.Units, credit.Amount, credit.Unit)
	return first && second && a.Equal(b), first && second
}

func inMinutes(units rules.Units, amount ce.Amount, id ce.UnitID) (ce.Amount, bool) {
	if id == ce.UnitMinute {
		return amount, true
	}
	unit, ok := units.Unit(id)
	if !ok || unit.Minutes == nil {
		return ce.Amount{}, false
	}
	return amount.Mul(*unit.Minutes), true
}

// wordsOf returns the words of a text without case, accents and punctuation, sorted, each once.
func wordsOf(text string) []string {
	plain := strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case unicode.IsLetter(r), unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return ' '
	}, norm.NFD.String(text))
	words := strings.Fields(plain)
	slices.Sort(words)
	return slices.Compact(words)
}

// alike returns the share of the words of both that are in both, 0 when one has none.
func alike(a, b []string) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	both := 0
	for _, word := range a {
		if _, ok := slices.BinarySearch(b, word); ok {
			both++
		}
	}
	return float64(both) / float64(len(a)+len(b)-both)
}

// confirmedFields compares what was proposed with the credit that was logged.
func confirmedFields(draft *Draft, logged *ce.Credit) []ce.ConfirmedField {
	fields := []ce.ConfirmedField{
		{Field: "title", Read: draft.Credit.Title, Confirmed: logged.Title},
		{Field: "provider", Read: draft.Credit.Provider, Confirmed: logged.Provider},
		{Field: "completedOn", Read: dayText(draft.Credit.CompletedOn), Confirmed: dayText(logged.CompletedOn)},
		{Field: "amount", Read: amountText(draft.Credit.Amount, draft.Credit.Unit), Confirmed: amountText(logged.Amount, logged.Unit)},
		{Field: "format", Read: string(draft.Credit.Format), Confirmed: string(logged.Format)},
		{Field: "topics", Read: termsText(draft.Credit.Topics), Confirmed: termsText(logged.Topics)},
	}
	fields = slices.DeleteFunc(fields, func(f ce.ConfirmedField) bool { return f.Read == "" && f.Confirmed == "" })
	for i := range fields {
		if fields[i].Read != "" {
			fields[i].Confidence = int(draft.confidence[fields[i].Field]*100 + 0.5)
		}
	}
	return fields
}

func dayText(day ce.Date) string {
	if day.IsZero() {
		return ""
	}
	return day.String()
}

func amountText(amount ce.Amount, unit ce.UnitID) string {
	if unit == "" {
		return ""
	}
	return amount.String() + " " + string(unit)
}

func termsText(terms []ce.Term) string {
	texts := make([]string, len(terms))
	for i, term := range terms {
		texts[i] = string(term)
	}
	slices.Sort(texts)
	return strings.Join(texts, " ")
}
