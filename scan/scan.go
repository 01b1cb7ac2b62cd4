package scan

import (
	"slices"

	"accrue/ce"
)

// Options are what is known beside the document.
type Options struct {
	// Name is the name of the account's holder; "" when it is not known. It helps to find the participant's.
	Name string
	// Today is the latest day that it is anywhere; none when it is not known. No activity is completed after it.
	Today ce.Date
}

// Scan is what a document says of one activity. Fields without a sure value are left to the person.
type Scan struct {
	// Pages are those that belong to the certificate, from 0, in their order; empty for a document without pages.
	Pages []int `json:"pages"`

	Title    Field[string] `json:"title"`
	Provider Field[string] `json:"provider"`

	// CompletedOn is the last day of the activity. A day of issue is not taken for it, but offered among the others.
	CompletedOn Field[ce.Date] `json:"completedOn"`
	StartedOn   Field[ce.Date] `json:"startedOn"` // the first day of an activity of several
	IssuedOn    Field[ce.Date] `json:"issuedOn"`
	ExpiresOn   Field[ce.Date] `json:"expiresOn"`

	// Amounts are what the participant earned, each in another unit; empty when the document says nothing.
	// Parts are parts of them: so many hours of ethics. Maximum is what could be earned at most, when the document
	// says so: not what was earned.
	Amounts []Field[Quantity] `json:"amounts"`
	Parts   []Field[Quantity] `json:"parts"`
	Maximum Field[Quantity]   `json:"maximum"`

	Topics []Field[ce.Term] `json:"topics"`
	Format Field[ce.Term]   `json:"format"` // "live", "live-online", "self-paced"

	// Number is the certificate's own, not that of a person, a course or a provider.
	Number    Field[string]     `json:"number"`
	Approvals []Field[Approval] `json:"approvals"`

	Participant Field[string] `json:"participant"`
	// Name compares the participant with Options.Name.
	Name NameMatch `json:"name"`

	// Verification is an address at which the certificate may be looked up. It is never fetched.
	Verification Field[string] `json:"verification"`
	Codes        []Code        `json:"codes"` // what bar codes hold, in the order of the pages, without links
}

// recognizer is one run of Recognize.
type recognizer struct {
	words   *vocabulary
	options Options
	sheets  []*sheet // of a page the best reading first
	codes   []pageCode
}

type pageCode struct {
	Code
	page int
}

// Recognize finds what a document says: one scan for each certificate in it, in the order of the pages, of which each
// belongs to one; pages after the twentieth are not looked at. It never fails: what is not found is empty, and a document
// that says nothing gives one empty scan. The same document with the same options gives the same scans.
func Recognize(document Document, options Options) []Scan {
	r := &recognizer{words: english, options: options}
	document.Pages = document.Pages[:min(len(document.Pages), maxPages)]
	r.read(document)
	var scans []Scan
	for _, part := range r.parts(len(document.Pages)) {
		scan := r.only(part.pages).recognize()
		scan.Pages = part.pages
		scans = append(scans, scan)
	}
	return scans
}

// recognize finds what all that was read says, as of one certificate.
func (r *recognizer) recognize() Scan {
	days := r.findDates()
	quantities := r.findAmounts()
	approvals := r.findApprovals()
	names := r.findNames()
	links := r.findLinks()
	providers := r.findProviders(names, links)
	titles := r.findTitles(names, providers)
	providers = notTitles(providers, titles)

	scan := Scan{
		Title:        choose("title", titles),
		Provider:     choose("provider", providers),
		CompletedOn:  choose("completedOn", days.completed),
		StartedOn:    choose("startedOn", days.started),
		IssuedOn:     choose("issuedOn", days.issued),
		ExpiresOn:    choose("expiresOn", days.expires),
		Amounts:      r.chooseAmounts(quantities.awarded),
		Parts:        r.chooseParts(quantities.parts),
		Maximum:      choose("maximum", quantities.maximum),
		Topics:       r.chooseTopics(),
		Format:       choose("format", r.findFormats()),
		Number:       choose("number", r.findNumbers(approvals, links)),
		Approvals:    chooseApprovals(approvals),
		Participant:  choose("participant", names),
		Verification: choose("verification", links),
	}
	if days.open {
		ask(&scan.CompletedOn, QuestionDayMonth)
	}
	if r.severalNames(names) {
		ask(&scan.Participant, QuestionUnsure)
	}
	scan.Name = compareField(r.options.Name, scan.Participant)
	for _, c := range r.codes {
		if c.Kind != KindLink {
			scan.Codes = append(scan.Codes, c.Code)
		}
	}
	return scan
}

// ask leaves a field to the person, whatever speaks for one candidate.
func ask[T any](field *Field[T], question Question) {
	if field.Chosen != nil {
		field.Others = slices.Insert(field.Others, 0, *field.Chosen)
		field.Chosen = nil
	}
	field.Question = question
	for i := range field.Others {
		field.Others[i].Confidence = min(field.Others[i].Confidence, 0.5)
	}
}

// read arranges the readings of the pages, within the limits.
func (r *recognizer) read(document Document) {
	left := maxAllWords
	for i, page := range document.Pages {
		for _, reading := range page.Readings[:min(len(page.Readings), maxReadings)] {
			reading.Words = reading.Words[:min(len(reading.Words), maxWords, left)]
			left -= len(reading.Words)
			s := arrange(i, page, reading)
			if s == nil {
				continue
			}
			for _, b := range s.blocks {
				b.found = r.words.find(b.tokens)
			}
			r.sheets = append(r.sheets, s)
		}
		for _, code := range page.Codes[:min(len(page.Codes), maxCodes)] {
			if len(code.Text) <= maxCodeSize {
				code.Text = visibleLines(code.Text)
				r.codes = append(r.codes, pageCode{code, i})
			}
		}
	}
}

// chooseAmounts makes a field for each unit, the surest first.
func (r *recognizer) chooseAmounts(found []finding[Quantity]) []Field[Quantity] {
	var fields []Field[Quantity]
	for _, unit := range unitsOf(found) {
		of := slices.DeleteFunc(slices.Clone(found), func(f finding[Quantity]) bool { return f.value.Unit != unit })
		if (unit == UnitUnknown || unit == "hour") && len(fields) > 0 && sameNumber(fields, of[0].value.Amount) {
			continue // "Credits: 2" says again what "2 contact hours" says
		}
		if field := choose("amount", of); len(field.Others) > 0 || field.Chosen != nil {
			fields = append(fields, field)
		}
	}
	return fields
}

func sameNumber(fields []Field[Quantity], amount ce.Amount) bool {
	return slices.ContainsFunc(fields, func(f Field[Quantity]) bool { return f.Chosen != nil && f.Chosen.Value.Amount.Equal(amount) })
}

// unitsOf returns the units in the order of their best findings.
func unitsOf(found []finding[Quantity]) []Unit {
	var units []Unit
	for _, f := range found {
		if !slices.Contains(units, f.value.Unit) {
			units = append(units, f.value.Unit)
		}
	}
	return units[:min(len(units), maxAmounts)]
}

const maxAmounts = 8

// chooseParts makes a field for each part; parts of one topic and unit exclude each other.
func (r *recognizer) chooseParts(found []finding[Quantity]) []Field[Quantity] {
	var fields []Field[Quantity]
	seen := map[[2]string]bool{}
	for _, f := range found {
		group := [2]string{string(f.value.Topic), string(f.value.Unit)}
		if seen[group] || len(fields) == maxAmounts {
			continue
		}
		seen[group] = true
		of := slices.DeleteFunc(slices.Clone(found), func(o finding[Quantity]) bool {
			return o.value.Topic != f.value.Topic || o.value.Unit != f.value.Unit
		})
		if field := choose("part", of); field.Chosen != nil {
			fields = append(fields, field)
		}
	}
	return fields
}
