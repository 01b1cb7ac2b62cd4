package scan

import (
	"encoding/json"
	"slices"
	"strings"

	"accrue/ce"
)

// Quantity is an amount as the certificate has it.
type Quantity struct {
	Amount ce.Amount `json:"amount"`
	Unit   Unit      `json:"unit"`
	// Topic is what a part is about ("ethics"); "" for the whole, and where a part's is not said.
	Topic ce.Term `json:"topic"`
}

// MarshalJSON writes the amount in decimal, as certificates do.
func (q Quantity) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Amount string  `json:"amount"`
		Unit   Unit    `json:"unit"`
		Topic  ce.Term `json:"topic"`
	}{q.Amount.String(), q.Unit, q.Topic})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (q *Quantity) UnmarshalJSON(data []byte) error {
	var written struct {
		Amount string  `json:"amount"`
		Unit   Unit    `json:"unit"`
		Topic  ce.Term `json:"topic"`
	}
	if err := json.Unmarshal(data, &written); err != nil {
		return err
	}
	amount, err := ce.ParseAmount(written.Amount)
	*q = Quantity{amount, written.Unit, written.Topic}
	return err
}

// amounts are the quantities of a document, told apart by what they say of the participant.
type amounts struct {
	awarded []finding[Quantity] // what was earned; one a unit is the right one
	parts   []finding[Quantity] // of what was earned: "of which 1 hour of ethics"
	maximum []finding[Quantity] // what could be earned at most
}

// What speaks for an amount.
const (
	unitBehind  = 5.0 // "1.5 contact hours"
	unitLabel   = 5.0 // "Contact hours: 1.5", or a table's row or column
	unitGuessed = 2.0 // "Credits: 3"
	unitGeneral = 0.5 // less, for hours and minutes, which may be anything's
	unitDotless = 2.5 // less, for "15" read in a picture, which may be 1.5
	unitAgreed  = 1.5 // more, where CEU and hours say the same
	unitSmall   = 1.0 // less, where the letters are small
	awardedSaid = 1.5 // more, where "awarded" or "earned" stands with it
)

func (r *recognizer) findAmounts() amounts {
	var found amounts
	for _, s := range r.sheets {
		for _, b := range s.blocks {
			taken := make([]bool, len(b.tokens))
			for _, d := range r.words.days(b) {
				for i := d.from; i < d.to; i++ {
					taken[i] = true
				}
			}
			for i := 0; i < len(b.tokens); i++ {
				if taken[i] {
					continue
				}
				if q, to, ok := r.duration(b, i); ok {
					r.note(&found, span{b, i, to}, q, unitBehind)
					i = to - 1
					continue
				}
				amount, to := r.words.quantity(b.tokens, i)
				if to == 0 || amount.Sign() == 0 {
					continue
				}
				r.measured(&found, span{b, i, to}, amount)
				i = to - 1
			}
		}
	}
	for i := range found.awarded { // "Credits claimed: 2", of at most so many of another name
		if f := &found.awarded[i]; f.value.Unit == UnitUnknown && len(found.maximum) > 0 {
			f.value.Unit = found.maximum[0].value.Unit
			f.key = keyOfQuantity(f.value)
			f.evidence += unitLabel - unitGuessed
		}
	}
	promote(&found)
	agree(found.awarded)
	found.awarded = weigh(found.awarded)
	if len(found.awarded) > 0 { // a part counts as the whole does
		whole := found.awarded[0].value
		for i := range found.parts {
			part := &found.parts[i]
			if unit := part.value.Unit; unit == UnitUnknown || unit == "hour" {
				part.value.Unit = whole.Unit
				part.key = keyOfQuantity(part.value)
			}
		}
		// "6 hours of ethics" of a course of 6 hours is its topic, and no part.
		found.parts = slices.DeleteFunc(found.parts, func(part finding[Quantity]) bool {
			return part.value.Unit == whole.Unit && part.value.Amount.Cmp(whole.Amount) >= 0
		})
	}
	found.parts = weigh(found.parts)
	found.maximum = weigh(found.maximum)
	return found
}

// promote takes a part for the whole when there is no other amount: "3 ethics credits".
func promote(found *amounts) {
	if len(found.awarded) > 0 || len(found.parts) == 0 {
		return
	}
	for _, part := range found.parts {
		if part.key != found.parts[0].key || part.value.Unit == UnitUnknown {
			return
		}
	}
	found.awarded, found.parts = found.parts, nil
	for i := range found.awarded {
		whole := &found.awarded[i]
		whole.value.Topic = ""
		whole.key = keyOfQuantity(whole.value)
	}
}

// agree makes amounts surer that say the same in hours and in units of ten hours.
func agree(found []finding[Quantity]) {
	const most = 50 // amounts that are compared
	found = found[:min(len(found), most)]
	for i := range found {
		for j := range found {
			a, b := found[i].value, found[j].value
			if a.Unit == "ceu" && (b.Unit == "contact-hour" || b.Unit == "ce-hour" || b.Unit == "hour") && a.Amount.Mul(ce.Int(10)).Equal(b.Amount) {
				found[i].evidence += unitAgreed
				found[j].evidence += unitAgreed
			}
		}
	}
}

// measured finds the unit of a number, in the order of what is surest: behind it, before it, in the row or column.
func (r *recognizer) measured(found *amounts, value span, amount ce.Amount) {
	b := value.block
	first := b.tokens[value.from]
	if strings.HasPrefix(first.text, "#") || value.from > 0 && strings.HasSuffix(b.tokens[value.from-1].text, "#") {
		return
	}
	if value.from > 0 && r.words.is(b.tokens[value.from-1].key, "rank") {
		return
	}
	behind, ok := r.unitBehind(value)
	label, labelOK := r.unitBefore(value)
	switch {
	case labelOK && label.inside && behind.to == 0 && ok: // the unit behind it begins the next line, and is another's
		r.note(found, value, Quantity{Amount: amount, Unit: unitOf(label.meaning)}, unitLabel)
	case ok && isGeneral(behind.meaning) && labelOK && !isGeneral(label.meaning) && label.meaning != "unit unknown":
		// "Eligible CLE credit: 2 hours" counts in CLE credits.
		r.note(found, value, Quantity{Amount: amount, Unit: unitOf(label.meaning)}, unitBehind)
	case ok:
		r.note(found, value, Quantity{Amount: amount, Unit: unitOf(behind.meaning)}, unitBehind-0.3*float64(behind.from-value.to)) // each word between makes it less sure
	case labelOK:
		evidence := unitLabel + (label.evidence-labelBefore)/2
		if label.meaning == "unit unknown" {
			evidence = unitGuessed
		}
		r.note(found, value, Quantity{Amount: amount, Unit: unitOf(label.meaning)}, evidence)
	case slices.ContainsFunc(b.foundAt(value.to), func(m match) bool { return m.meaning == "part" }):
		r.note(found, value, Quantity{Amount: amount, Unit: UnitUnknown}, unitBehind-1) // "1.0 of them in ethics"
	case value.to-value.from == len(b.cellAt(value.from).tokens), value.from > 0 && strings.HasSuffix(b.tokens[value.from-1].text, ":"):
		// A column of a table may be a topic's, and say nothing else; so may a label: "(Ethics: 1.0)".
		if topic := r.topicOf(value); topic != "" {
			r.note(found, value, Quantity{Amount: amount, Unit: UnitUnknown}, unitLabel)
		}
	}
}

func isGeneral(meaning string) bool {
	return meaning == "unit hour" || meaning == "unit minute" || meaning == "unit unknown"
}

// unitBehind returns the unit after a number, over at most two words ("4 total hours", "2 free ANCC contact hours"),
// or at the start of the next block when the number ends its own.
func (r *recognizer) unitBehind(value span) (match, bool) {
	b := value.block
	best, ok := match{}, false
	for _, m := range b.found {
		if m.meaning == "not amount" && m.from == value.to {
			return match{}, false
		}
		if !isUnit(m.meaning) || m.meaning == "unit unknown" && m.from > value.to {
			continue
		}
		if m.from < value.to || m.from > value.to+2 || b.stops(value.to-1, m.from) {
			continue
		}
		if !ok || m.from < best.from || m.from == best.from && m.to > best.to || m.to >= best.to && best.from > value.to {
			if ok && m.from > best.from && m.to == best.to {
				continue
			}
			best, ok = m, true
		}
	}
	if ok || value.to != len(b.tokens) {
		return best, ok
	}
	next := b.sheet.next(b)
	if next == nil || next.box.Y-b.box.bottom() > farthest*max(b.size, next.size) || len(b.tokens) > 3 {
		return match{}, false
	}
	for _, m := range next.found {
		if isUnit(m.meaning) && m.from == 0 && m.meaning != "unit unknown" && (!ok || m.to > best.to) {
			best, ok = m, true
		}
	}
	if ok { // marked by its end, which lies in no block
		best.from, best.to = value.to, 0
	}
	return best, ok
}

// stops reports whether a number does not reach over the tokens in between: punctuation, another number.
func (b *block) stops(from, to int) bool {
	for i := from; i < to && i < len(b.tokens); i++ {
		text := b.tokens[i].text
		if i > from {
			if _, ok := figure(text); ok {
				return true
			}
			if text == "=" || text == "-" || text == "/" || strings.HasPrefix(text, "(") {
				return true
			}
		}
		if strings.HasSuffix(text, ",") || strings.HasSuffix(text, ";") || strings.HasSuffix(text, ".") || i > from && strings.HasSuffix(text, ":") {
			return true
		}
	}
	return false
}

// unitBefore returns the unit that labels a number.
func (r *recognizer) unitBefore(value span) (hint, bool) {
	b := value.block
	hints := b.sheet.hints(value, isUnit)
	for _, h := range hints {
		if h.inside {
			// Inside a sentence the unit before a number is another amount's, unless something says it is a label.
			between := b.tokens[h.to-1 : value.from]
			labelled := h.to == value.from
			for _, t := range between {
				if strings.HasSuffix(t.text, ":") || strings.HasSuffix(t.text, "=") || r.words.is(t.key, "awarded") {
					labelled = true
				}
			}
			if h.from > 0 {
				if _, ok := figure(b.tokens[h.from-1].text); ok {
					labelled = false
				}
			}
			if !labelled {
				continue
			}
		} else if value.to-value.from < len(b.cellAt(value.from).tokens)-1 {
			continue // the cell says more than a number
		}
		return h, true
	}
	return hint{}, false
}

// duration reads "1 hour 35 min", "8h 33m" and "2 hrs 5 minutes" as minutes.
func (r *recognizer) duration(b *block, at int) (Quantity, int, bool) {
	hours, i, ok := r.timed(b.tokens, at, "unit hour", "h")
	if !ok {
		return Quantity{}, 0, false
	}
	if i < len(b.tokens) && (b.tokens[i].key == "and" || b.tokens[i].key == "") {
		i++
	}
	minutes, to, ok := r.timed(b.tokens, i, "unit minute", "m")
	if !ok || minutes.Cmp(ce.Int(60)) >= 0 {
		return Quantity{}, 0, false
	}
	return Quantity{Amount: hours.Mul(ce.Int(60)).Add(minutes), Unit: "minute"}, to, true
}

// timed reads a number with its unit, in one word ("8h") or two.
func (r *recognizer) timed(tokens []token, at int, meaning, letter string) (ce.Amount, int, bool) {
	if at >= len(tokens) {
		return ce.Amount{}, 0, false
	}
	if digits, ok := strings.CutSuffix(tokens[at].key, letter); ok {
		if amount, ok := figure(digits); ok {
			return amount, at + 1, true
		}
	}
	amount, ok := figure(tokens[at].text)
	if !ok || at+1 >= len(tokens) || !r.words.is(tokens[at+1].key, meaning) && tokens[at+1].key != letter {
		return ce.Amount{}, 0, false
	}
	return amount, at + 2, true
}

// note files an amount under what the words around it say: earned, a part of that, or the most that was possible.
func (r *recognizer) note(found *amounts, value span, q Quantity, evidence float64) {
	b := value.block
	s := b.sheet
	if isGeneral("unit " + string(q.Unit)) {
		evidence -= unitGeneral
	}
	if b.size < 0.8*s.size {
		evidence -= unitSmall
	}
	if s.source != SourceTextLayer && q.Amount.Cmp(ce.Int(10)) >= 0 && !strings.ContainsAny(phrase(value.tokens()), ".,(") {
		evidence -= unitDotless
	}
	from := b.sentenceStart(value.from)
	nearest, last := "", -1
	for _, m := range b.found {
		switch m.meaning {
		case "maximum", "part", "awarded":
			// Between "including" and its amount no other amount stands; "awarded" reaches over the sentence.
			near := m.from >= from && m.to <= value.from || m.meaning == "maximum" && m.from >= value.to && m.from < value.to+4
			if near && m.to > last && (m.meaning == "awarded" || value.from-m.to < 6) {
				nearest, last = m.meaning, m.to
			}
		}
	}
	if nearest == "" {
		for _, h := range s.hints(value, func(meaning string) bool { return meaning == "maximum" || meaning == "awarded" || meaning == "part" }) {
			nearest = h.meaning
			break
		}
	}
	if topic := r.topicOf(value); topic != "" && nearest != "maximum" {
		q.Topic, nearest = topic, "part"
	}
	finding := at(q, keyOfQuantity(q), evidence, s, value.tokens())
	switch nearest {
	case "maximum":
		found.maximum = append(found.maximum, finding)
	case "part":
		found.parts = append(found.parts, finding)
	default:
		if nearest == "awarded" {
			finding.evidence += awardedSaid
		}
		found.awarded = append(found.awarded, finding)
	}
}

func keyOfQuantity(q Quantity) string {
	return q.Amount.String() + " " + string(q.Unit) + " " + string(q.Topic)
}

// sentenceStart returns where the sentence of a token begins.
func (b *block) sentenceStart(at int) int {
	for i := at - 1; i >= 0; i-- {
		if b.sentenceEnds(i, i+1) {
			return i + 1
		}
	}
	return 0
}

// topicOf returns the topic that an amount is of: named by its label, or close behind ("1 hour of ethics").
func (r *recognizer) topicOf(value span) ce.Term {
	for _, h := range value.block.sheet.hints(value, isTopic) {
		if h.inside && value.from-h.to > 1 || value.block.sheet.titled(h) {
			continue
		}
		return topicTerm(h.meaning)
	}
	b := value.block
	for _, m := range b.found {
		labels := strings.HasSuffix(b.tokens[m.to-1].text, ":") // a number that comes
		if isTopic(m.meaning) && m.from >= value.to && m.from <= value.to+4 && !labels && !b.stops(value.to-1, m.from) {
			return topicTerm(m.meaning)
		}
	}
	return ""
}

// titled reports whether a topic's name is but a word of something longer, such as a title: not all of the cell is the
// topic, a unit, or words such as "of these".
func (s *sheet) titled(h hint) bool {
	if h.inside {
		return false
	}
	c := h.block.cellAt(h.from)
	said := make([]bool, len(c.tokens))
	for _, m := range h.block.found {
		if isTopic(m.meaning) || isUnit(m.meaning) || m.meaning == "part" || m.meaning == "awarded" {
			for i := max(m.from, c.first); i < min(m.to, c.first+len(c.tokens)); i++ {
				said[i-c.first] = true
			}
		}
	}
	return slices.Contains(said, false) && len(c.tokens) > 1
}

func isTopic(meaning string) bool { return strings.HasPrefix(meaning, "topic ") }

func topicTerm(meaning string) ce.Term { return ce.Term(strings.TrimPrefix(meaning, "topic ")) }
