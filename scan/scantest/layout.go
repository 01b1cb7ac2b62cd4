package scantest

import (
	"fmt"
	"html/template"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"accrue/ce"
)

// Layout is a certificate with its wording and without its data.
type Layout struct {
	Name, Part string
	domain     string
	landscape  bool
	font       string
	body       string
}

// ParseLayout reads a layout: a head of "key: value" lines, a line of ---, and HTML in which the methods of
// Certificate print the data.
func ParseLayout(name, part, text string) (Layout, error) {
	l := Layout{Name: name, Part: part, font: "Liberation Sans"}
	head, body, ok := strings.Cut(text, "\n---\n")
	if !ok {
		return l, fmt.Errorf("%s has no head", name)
	}
	for line := range strings.Lines(head) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch key {
		case "domain":
			l.domain = value
		case "page":
			l.landscape = value == "landscape"
		case "font":
			l.font = value
		case "country": // for the reader of the layout
		default:
			return l, fmt.Errorf("%s has an unknown key %q", name, key)
		}
	}
	if _, ok := domains[l.domain]; !ok {
		return l, fmt.Errorf("%s has an unknown domain %q", name, l.domain)
	}
	l.body = body
	return l, nil
}

const style = `@page { size: %s; margin: 18mm }
body { font-family: '%s'; font-size: 15px; text-align: center; line-height: 1.35 }
h1 { font-size: 36px; margin: 12px 0 } h2 { font-size: 27px; margin: 10px 0 } h3 { font-size: 20px }
p { margin: 9px 0 } .big { font-size: 23px } .title { font-size: 25px; font-weight: bold; margin: 14px 40px }
.small { font-size: 11px } .left { text-align: left } .right { text-align: right }
.script { font-family: 'Dancing Script'; font-size: 32px }
.frame { border: 6px double #654; padding: 24px }
table { margin: 16px auto; border-collapse: collapse } td { padding: 5px 14px; text-align: left; vertical-align: top }
.grid td { border: 1px solid #555; text-align: center } .sig td { padding: 26px 40px 4px; text-align: center } .form { width: 92%% }
svg { width: 110px; height: 110px }`

// Render fills the layout with the data of a variant: the same number gives the same certificate. qr draws a QR code as SVG.
func (l Layout) Render(variant int, qr func(text string) (string, error)) (page string, truth Truth, err error) {
	c := newCertificate(l, variant)
	c.drawQR = qr
	t, err := template.New(l.Name).Parse(l.body)
	if err != nil {
		return "", Truth{}, err
	}
	var body strings.Builder
	if err := t.Execute(&body, c); err != nil {
		return "", Truth{}, err
	}
	size := "Letter portrait"
	if l.landscape {
		size = "Letter landscape"
	}
	page = "<!doctype html><html><head><meta charset=\"utf-8\"><title></title><style>" +
		fmt.Sprintf(style, size, l.font) + "</style></head><body>" + body.String() + "</body></html>"
	return page, c.truth, nil
}

// Landscape reports whether the page is wider than high.
func (l Layout) Landscape() bool { return l.landscape }

// Certificate is the data of one certificate. Its methods print a datum and note it as the truth; Again, Other,
// OtherDate, Person and Clock print what only stands beside it.
type Certificate struct {
	truth    Truth
	rand     *rand.Rand
	title    string
	provider string
	platform string
	name     string
	minutes  int64
	day      time.Time
	topic    string
	drawQR   func(text string) (string, error)
}

func newCertificate(l Layout, variant int) *Certificate {
	seed := uint64(variant)
	for _, r := range l.Part + l.Name {
		seed = seed*1_000_003 + uint64(r)
	}
	random := rand.New(rand.NewPCG(seed, 20261125)) //nolint:gosec // the same certificate each time
	pool := pools[l.Part]
	domain := domains[l.domain]
	c := &Certificate{rand: random, truth: Truth{Layout: l.Name, Part: l.Part}}
	titles := domain.titles[l.Part]
	c.title = titles[(variant+int(seed%7))%len(titles)]
	suffixes := domain.suffixes[pool.suffixes]
	c.provider = pool.places[random.IntN(len(pool.places))] + " " + suffixes[random.IntN(len(suffixes))]
	c.platform = platforms[random.IntN(len(platforms))]
	c.name = pool.names[random.IntN(len(pool.names))]
	c.minutes = domain.minutes[random.IntN(len(domain.minutes))]
	c.day = time.Date(2019+random.IntN(8), time.Month(1+random.IntN(10)), 3+random.IntN(26), 0, 0, 0, 0, time.UTC)
	return c
}

// Title prints what the activity is called.
func (c *Certificate) Title() string { c.truth.Title = c.title; return c.title }

// Provider prints who held it.
func (c *Certificate) Provider() string { c.truth.Provider = c.provider; return c.provider }

// Name prints the participant's name.
func (c *Certificate) Name() string { c.truth.Participant = c.name; return c.name }

// NameUpper is Name in capitals.
func (c *Certificate) NameUpper() string { return strings.ToUpper(c.Name()) }

// NameLast is Name with the last word first, as in "Doe, Jane".
func (c *Certificate) NameLast() string {
	first, last := c.name[:strings.LastIndexByte(c.name, ' ')], c.name[strings.LastIndexByte(c.name, ' ')+1:]
	c.truth.Participant = last + ", " + first
	return c.truth.Participant
}

// Person prints another person's name.
func (c *Certificate) Person() string {
	return signers[c.rand.IntN(len(signers))]
}

// Completed prints the day of completion in a layout of package time, or as "words" or "ordinal".
func (c *Certificate) Completed(layout string) string {
	c.truth.CompletedOn = c.day.Format(time.DateOnly)
	return printDay(c.day, layout)
}

// Ask is Completed for a page on which nothing tells the day from the month.
func (c *Certificate) Ask(layout string) string {
	if c.day.Year() > 2025 {
		c.day = c.day.AddDate(-1, 0, 0) // one reading must not lie in the future
	}
	day := 1 + c.rand.IntN(12)
	if day == int(c.day.Month()) {
		day = day%12 + 1
	}
	c.day = time.Date(c.day.Year(), c.day.Month(), day, 0, 0, 0, 0, time.UTC)
	swapped := time.Date(c.day.Year(), time.Month(day), int(c.day.Month()), 0, 0, 0, 0, time.UTC)
	c.truth.OpenDay = []string{c.day.Format(time.DateOnly), swapped.Format(time.DateOnly)}
	return c.day.Format(layout)
}

// Started prints the first day, two days before the last.
func (c *Certificate) Started(layout string) string {
	day := c.day.AddDate(0, 0, -2)
	c.truth.StartedOn = day.Format(time.DateOnly)
	return printDay(day, layout)
}

// Issued prints the day of issue.
func (c *Certificate) Issued(layout string) string {
	c.truth.IssuedOn = c.day.Format(time.DateOnly)
	if c.truth.CompletedOn != "" || strings.Contains(c.truth.Layout, "paragraph") {
		c.truth.IssuedOn = ""
	}
	return printDay(c.day, layout)
}

// Expires prints a day of expiry so many days after.
func (c *Certificate) Expires(layout string, days int) string {
	day := c.day.AddDate(0, 0, days)
	c.truth.ExpiresOn = day.Format(time.DateOnly)
	return printDay(day, layout)
}

// OtherDate prints a day that says nothing of the activity.
func (c *Certificate) OtherDate(layout string, days int) string {
	return c.day.AddDate(0, 0, days).Format(layout)
}

func printDay(day time.Time, layout string) string {
	switch layout {
	case "words":
		return ordinals[day.Day()] + " day of " + day.Format("January, 2006")
	case "ordinal":
		return strconv.Itoa(day.Day()) + ending(day.Day()) + " day of " + day.Format("January 2006")
	case "January 2nd, 2006":
		return day.Format("January 2") + ending(day.Day()) + day.Format(", 2006")
	}
	return day.Format(layout)
}

func ending(day int) string {
	switch {
	case day/10 == 1:
		return "th"
	case day%10 == 1:
		return "st"
	case day%10 == 2:
		return "nd"
	case day%10 == 3:
		return "rd"
	}
	return "th"
}

// Amount prints the amount in the unit: "" as short as it goes, "1" and "2" with at least so many places, "word" in
// words, "both" in words and figures.
func (c *Certificate) Amount(unit, how string) string {
	return c.note(unit, how, ce.Int(c.minutes), "AWARDED", "")
}

// Claimed is Amount where less than the maximum was claimed.
func (c *Certificate) Claimed(unit, how string) string {
	return c.note(unit, how, ce.Int(c.minutes).Mul(ce.Fraction(3, 4)), "AWARDED", "")
}

// Maximum prints the most that could be awarded.
func (c *Certificate) Maximum(unit, how string) string {
	return c.note(unit, how, ce.Int(c.minutes), "MAXIMUM", "")
}

// Part prints an hour that is about the topic, which Topic names.
func (c *Certificate) Part(unit, how string) string {
	if c.topic == "" {
		c.topic = "ethics"
	}
	return c.note(unit, how, ce.Int(60), "PART", c.topic)
}

// PartTopic is Part for a topic of the layout's.
func (c *Certificate) PartTopic(unit, topic string) string {
	c.noteTopic(topic)
	return c.note(unit, "", ce.Int(30), "PART", topic)
}

// Share prints a percentage of the amount.
func (c *Certificate) Share(unit, topic string, percent int64) string {
	c.noteTopic(topic)
	return c.note(unit, "", ce.Int(c.minutes).Mul(ce.Fraction(percent, 100)), "PART", topic)
}

func (c *Certificate) note(unit, how string, minutes ce.Amount, share, topic string) string {
	amount := minutes.Div(ce.Int(length(unit)))
	c.truth.Amounts = append(c.truth.Amounts, Amount{amount.String(), unit, share, topic})
	return printAmount(amount, how)
}

func length(unit string) int64 {
	switch unit {
	case "ceu", "ace-cec":
		return 600
	}
	return 60
}

func printAmount(amount ce.Amount, how string) string {
	text := amount.String()
	switch how {
	case "word":
		return inWords(text)
	case "both":
		return inWords(text) + " (" + text + ")"
	case "1", "2":
		places, _ := strconv.Atoi(how)
		whole, fraction, _ := strings.Cut(text, ".")
		for len(fraction) < places {
			fraction += "0"
		}
		return whole + "." + fraction
	}
	return text
}

func inWords(text string) string {
	whole, fraction, point := strings.Cut(text, ".")
	n, _ := strconv.Atoi(whole)
	words := numberWord(n)
	if point {
		words += " point"
		for _, digit := range fraction {
			words += " " + cardinals[digit-'0']
		}
	}
	return words
}

func numberWord(n int) string {
	if n < 20 {
		return cardinals[n]
	}
	if n%10 == 0 {
		return tens[n/10]
	}
	return tens[n/10] + "-" + cardinals[n%10]
}

// Clock prints a duration in hours and minutes.
func (c *Certificate) Clock() string {
	minutes := c.minutes + 35
	c.truth.Amounts = append(c.truth.Amounts, Amount{strconv.FormatInt(minutes, 10), "minute", "AWARDED", ""})
	forms := []string{"%d hours %d minutes", "%dh %dm", "%d hrs %d min", "%d hr %d min"}
	return fmt.Sprintf(forms[c.rand.IntN(len(forms))], minutes/60, minutes%60)
}

// Topic prints the text and notes that it names the topic.
func (c *Certificate) Topic(topic, text string) string {
	c.topic = topic
	c.noteTopic(topic)
	return text
}

func (c *Certificate) noteTopic(topic string) {
	for _, known := range c.truth.Topics {
		if known == topic {
			return
		}
	}
	c.truth.Topics = append(c.truth.Topics, topic)
}

// Format prints the text and notes that it names the format.
func (c *Certificate) Format(format, text string) string {
	if format == "enduring" {
		format = "self-paced"
	}
	c.truth.Format = format
	return text
}

// Number prints the certificate's number: # stands for a digit, X for a letter, x for a hexadecimal digit.
func (c *Certificate) Number(pattern string) string {
	c.truth.Number = c.invent(pattern)
	return c.truth.Number
}

// Other prints a number that is not the certificate's.
func (c *Certificate) Other(pattern string) string { return c.invent(pattern) }

// Approval prints a number that the accreditor gave.
func (c *Certificate) Approval(accreditor, pattern string) string {
	number := c.invent(pattern)
	c.truth.Approvals = append(c.truth.Approvals, Approval{accreditor, number})
	return number
}

func (c *Certificate) invent(pattern string) string {
	var out strings.Builder
	for _, r := range pattern {
		switch r {
		case '#':
			out.WriteByte(byte('0' + c.rand.IntN(10)))
		case 'X':
			out.WriteByte("ABCDEFGHJKLMNPQRSTUVWXYZ"[c.rand.IntN(24)])
		case 'x':
			out.WriteByte("0123456789abcdef"[c.rand.IntN(16)])
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}

// Link prints the address at which the certificate can be verified: the prefix and the number, or a code of its own.
func (c *Certificate) Link(prefix string) string {
	code := c.truth.Number
	if code == "" {
		code = c.invent("XXX#X##XXX#X")
	}
	c.truth.Verification = prefix + code
	return c.truth.Verification
}

// QR draws the address as a QR code.
func (c *Certificate) QR() (template.HTML, error) {
	svg, err := c.drawQR(c.truth.Verification)
	return template.HTML(svg), err //nolint:gosec // drawn by the tool from our own text
}

// Again prints the provider, the platform, or the amount in a unit once more.
func (c *Certificate) Again(what, how string) string {
	switch what {
	case "provider":
		return c.provider
	case "platform":
		return c.platform
	}
	return printAmount(ce.Int(c.minutes).Div(ce.Int(length(what))), how)
}
