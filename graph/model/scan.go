package model

import (
	"time"

	"accrue/ce"
	"accrue/scan"
)

// Scan shows a ce.Scan that is finished, with what was read.
type Scan struct {
	FinishedAt   time.Time
	Problem      *ScanProblem
	Pages        []*ScannedPage
	Certificates []*ScannedCertificate
}

// NewScan shows what was read in the file.
func NewScan(file *ce.Evidence, of *ce.Scan, result *scan.Result) *Scan {
	shown := &Scan{FinishedAt: of.FinishedAt}
	if of.Status == ce.ScanFailed {
		shown.Problem = &ScanProblem{Reason: of.Reason, Text: of.Text}
	}
	for i, page := range result.Pages {
		shown.Pages = append(shown.Pages, &ScannedPage{
			Index: i, Width: page.Width, Height: page.Height, HasText: page.Text, File: file, Turn: page.Turn,
		})
	}
	for i := range result.Certificates {
		shown.Certificates = append(shown.Certificates, &ScannedCertificate{Index: i, Of: of, Result: result, found: &result.Certificates[i]})
	}
	return shown
}

// ScannedPage shows a scan.PageShape.
type ScannedPage struct {
	Index         int
	Width, Height float64
	HasText       bool
	File          *ce.Evidence
	Turn          int // see scan.Page
}

// ScannedCertificate shows a scan.Scan. Its methods are fields of the schema.
type ScannedCertificate struct {
	Index  int
	Of     *ce.Scan // of the whole file
	Result *scan.Result
	found  *scan.Scan
}

// Pages are counted from 0.
func (c *ScannedCertificate) Pages() []int { return c.found.Pages }

// Title is what the activity was.
func (c *ScannedCertificate) Title() *ScannedText { return shownText(c.found.Title) }

// Provider is who offered it.
func (c *ScannedCertificate) Provider() *ScannedText { return shownText(c.found.Provider) }

// CompletedOn is its last day.
func (c *ScannedCertificate) CompletedOn() *ScannedDate { return shownDate(c.found.CompletedOn) }

// StartedOn is its first day.
func (c *ScannedCertificate) StartedOn() *ScannedDate { return shownDate(c.found.StartedOn) }

// IssuedOn is the certificate's day.
func (c *ScannedCertificate) IssuedOn() *ScannedDate { return shownDate(c.found.IssuedOn) }

// ExpiresOn is the day until which the certificate holds.
func (c *ScannedCertificate) ExpiresOn() *ScannedDate { return shownDate(c.found.ExpiresOn) }

// Amounts are what was earned, each in another unit.
func (c *ScannedCertificate) Amounts() []*ScannedAmount { return each(c.found.Amounts, shownAmount) }

// Parts are parts of it.
func (c *ScannedCertificate) Parts() []*ScannedAmount { return each(c.found.Parts, shownAmount) }

// Maximum is what could be earned at most.
func (c *ScannedCertificate) Maximum() *ScannedAmount { return shownAmount(c.found.Maximum) }

// Topics are what it was about.
func (c *ScannedCertificate) Topics() []*ScannedText { return each(c.found.Topics, shownText[ce.Term]) }

// Format is how it was held.
func (c *ScannedCertificate) Format() *ScannedText { return shownText(c.found.Format) }

// Number is the certificate's.
func (c *ScannedCertificate) Number() *ScannedText { return shownText(c.found.Number) }

// Approvals are numbers of accreditors.
func (c *ScannedCertificate) Approvals() []*ScannedApproval {
	return each(c.found.Approvals, func(field scan.Field[scan.Approval]) *ScannedApproval {
		chosen, others, question := shownField(field, func(c scan.Candidate[scan.Approval]) *ApprovalCandidate {
			return &ApprovalCandidate{
				Accreditor: string(c.Value.Accreditor), Number: c.Value.Number,
				Confidence: c.Confidence, Page: c.Page, Box: shownBox(c.Box), Source: shownSource(c.Source),
			}
		})
		return &ScannedApproval{chosen, others, question}
	})
}

// Participant is whose it is.
func (c *ScannedCertificate) Participant() *ScannedText { return shownText(c.found.Participant) }

// NameMatch compares the participant with the account's holder.
func (c *ScannedCertificate) NameMatch() NameMatch {
	if c.found.Name == scan.NameUnknown {
		return NameMatchUnknown
	}
	return NameMatch(c.found.Name)
}

// Verification is an address at which the certificate may be looked up.
func (c *ScannedCertificate) Verification() *ScannedText { return shownText(c.found.Verification) }

// Codes are what bar codes hold.
func (c *ScannedCertificate) Codes() []*ScannedCode {
	return each(c.found.Codes, func(code scan.Code) *ScannedCode {
		return &ScannedCode{Kind: code.Kind, Text: code.Text, Box: shownBox(code.Box)}
	})
}

func each[T, S any](items []T, show func(T) *S) []*S {
	out := make([]*S, len(items))
	for i, item := range items {
		out[i] = show(item)
	}
	return out
}

// shownField shows the candidates of a field, and what is asked.
func shownField[T, C any](field scan.Field[T], show func(scan.Candidate[T]) *C) (chosen *C, others []*C, question *ScanQuestion) {
	if field.Chosen != nil {
		chosen = show(*field.Chosen)
	}
	return chosen, each(field.Others, show), optional(ScanQuestion(field.Question))
}

func shownText[T ~string](field scan.Field[T]) *ScannedText {
	chosen, others, question := shownField(field, func(c scan.Candidate[T]) *TextCandidate {
		return &TextCandidate{Value: string(c.Value), Confidence: c.Confidence, Page: c.Page, Box: shownBox(c.Box), Source: shownSource(c.Source)}
	})
	return &ScannedText{chosen, others, question}
}

func shownDate(field scan.Field[ce.Date]) *ScannedDate {
	chosen, others, question := shownField(field, func(c scan.Candidate[ce.Date]) *DateCandidate {
		return &DateCandidate{Value: c.Value, Confidence: c.Confidence, Page: c.Page, Box: shownBox(c.Box), Source: shownSource(c.Source)}
	})
	return &ScannedDate{chosen, others, question}
}

func shownAmount(field scan.Field[scan.Quantity]) *ScannedAmount {
	chosen, others, question := shownField(field, func(c scan.Candidate[scan.Quantity]) *AmountCandidate {
		return &AmountCandidate{
			Amount: c.Value.Amount, Unit: string(c.Value.Unit), Topic: optional(string(c.Value.Topic)),
			Confidence: c.Confidence, Page: c.Page, Box: shownBox(c.Box), Source: shownSource(c.Source),
		}
	})
	return &ScannedAmount{chosen, others, question}
}

func shownBox(box scan.Box) *ScanBox { return &ScanBox{box.X, box.Y, box.Width, box.Height} }

func shownSource(source scan.Source) ScanSource {
	if source == "" {
		return ScanSourceCode
	}
	return ScanSource(source)
}

// CreditDraft shows the credit that would be logged. Its methods are fields of the schema.
type CreditDraft struct {
	credit         *Credit
	Missing        []string
	Duplicates     []*DuplicateCredit
	Certifications []*CreditPreview
}

// NewCreditDraft shows a draft, of which what is not known is empty.
func NewCreditDraft(units Units, draft ce.Credit) *CreditDraft {
	return &CreditDraft{credit: NewCredit(units, draft)}
}

// Title is nil when not known.
func (d *CreditDraft) Title() *string { return optional(d.credit.Title) }

// Provider is nil when not known.
func (d *CreditDraft) Provider() *string { return optional(d.credit.Provider) }

// CompletedOn is nil when not known.
func (d *CreditDraft) CompletedOn() *ce.Date {
	if d.credit.CompletedOn.IsZero() {
		return nil
	}
	return &d.credit.CompletedOn
}

// Minutes is nil unless the amount is in minutes.
func (d *CreditDraft) Minutes() (*int, error) { return d.credit.Minutes() }

// Amount is nil unless the amount is in a unit.
func (d *CreditDraft) Amount() *ce.Amount {
	if d.credit.Credit.Unit == "" {
		return nil
	}
	return d.credit.Amount()
}

// Unit is nil unless the amount is in a unit.
func (d *CreditDraft) Unit() *ce.Unit { return d.credit.Unit }

// Format is nil when not known.
func (d *CreditDraft) Format() *ce.Term { return d.credit.Format() }

// Topics are nil when not known.
func (d *CreditDraft) Topics() []ce.Term { return d.credit.Topics }

// Approvals are nil when not known.
func (d *CreditDraft) Approvals() []ce.Term { return d.credit.Approvals }

// Portions are parts that are about something else.
func (d *CreditDraft) Portions() []*Portion { return d.credit.Portions() }

// Notes are nil for none.
func (d *CreditDraft) Notes() *string { return optional(d.credit.Notes) }
