package scan

import (
	"strconv"
	"strings"
	"time"

	"accrue/ce"
)

// day is a date as it was read. Where the order of day and month is open it has both readings.
type day struct {
	date    ce.Date
	swapped ce.Date // the other reading of a date in figures; none when there is no other
	figures bool    // written in figures with the year last
	span
}

// span is where something stands in a block.
type span struct {
	block    *block
	from, to int
}

func (s span) tokens() []token { return s.block.tokens[s.from:s.to] }

// days returns the dates of a block in the order of reading. A range gives its two ends.
func (v *vocabulary) days(b *block) []day {
	var found []day
	for i := 0; i < len(b.tokens); {
		read, to := v.dayAt(b.tokens, i)
		if to == 0 {
			i++
			continue
		}
		for _, d := range read {
			d.span = span{b, i, to}
			found = append(found, d)
		}
		i = to
	}
	return found
}

// dayAt reads a date that begins at the place, or a range whose ends share a month or a year ("March 3-5, 2023").
func (v *vocabulary) dayAt(tokens []token, at int) ([]day, int) {
	i := at
	if v.is(tokens[i].key, "weekday") && i+1 < len(tokens) {
		i++
	}
	if found, to := v.figures(tokens, i); to > 0 {
		return found, to
	}
	if found, to := v.monthFirst(tokens, i); to > 0 {
		return found, to
	}
	return v.dayFirst(tokens, i)
}

// figures reads 11/20/2024, 4.3.21, 2025-02-23 and 02 / 02 / 2019.
func (v *vocabulary) figures(tokens []token, at int) ([]day, int) {
	text, to := strings.Trim(tokens[at].text, "(),;."), at+1
	if len(text) > 12 {
		return nil, 0
	}
	if len(text) <= 2 && at+4 < len(tokens) && isStroke(tokens[at+1].text) && tokens[at+1].text == tokens[at+3].text {
		text, to = text+"/"+tokens[at+2].text+"/"+strings.Trim(tokens[at+4].text, "),;."), at+5
	}
	separator := strings.IndexAny(text, "/.-")
	if separator < 1 {
		return nil, 0
	}
	parts := strings.Split(text, text[separator:separator+1])
	if len(parts) != 3 {
		return nil, 0
	}
	if month, ok := v.month(fold(parts[1])); ok { // 29-Nov-2024
		d, ok := dayOf(parts[2], month, number(parts[0], 2))
		return []day{{date: d}}, end(to, ok)
	}
	a, b, c := number(parts[0], 4), number(parts[1], 2), number(parts[2], 4)
	if a < 1 || b < 1 || c < 1 {
		return nil, 0
	}
	if len(parts[0]) == 4 {
		d, ok := dayOf(parts[0], time.Month(b), c)
		return []day{{date: d}}, end(to, ok)
	}
	if len(parts[2]) == 3 || len(parts[0]) > 2 {
		return nil, 0
	}
	monthFirst, ok1 := dayOf(parts[2], time.Month(a), b)
	dayFirst, ok2 := dayOf(parts[2], time.Month(b), a)
	switch {
	case ok1 && ok2 && a != b:
		return []day{{date: monthFirst, swapped: dayFirst, figures: true}}, to
	case ok1:
		return []day{{date: monthFirst, figures: true}}, to
	case ok2:
		return []day{{date: dayFirst, figures: true}}, to
	}
	return nil, 0
}

func isStroke(text string) bool { return text == "/" || text == "-" || text == "." }

func end(to int, ok bool) int {
	if ok {
		return to
	}
	return 0
}

// number reads a whole number of at most so many figures; -1 when the text is none.
func number(text string, most int) int {
	if text == "" || len(text) > most {
		return -1
	}
	for _, r := range text {
		if r < '0' || r > '9' {
			return -1
		}
	}
	n, _ := strconv.Atoi(text)
	return n
}

// dayOf makes a date of a year in two or four figures, within what a certificate can bear.
func dayOf(year string, month time.Month, dayOfMonth int) (ce.Date, bool) {
	year = strings.TrimRight(strings.Trim(year, "(),;.*"), "*")
	y := number(year, 4)
	if len(year) == 2 && y >= 0 {
		y += 2000
		if y > 2069 {
			y -= 100
		}
	}
	if len(year) != 4 && len(year) != 2 || y < 1950 || y > 2099 {
		return ce.Date{}, false
	}
	d, err := ce.NewDate(y, month, dayOfMonth)
	return d, err == nil
}

func (v *vocabulary) month(word string) (time.Month, bool) {
	word = strings.Trim(word, ".,")
	if len(word) < 3 {
		return 0, false
	}
	for m := time.January; m <= time.December; m++ {
		for _, e := range v.sections["month "+strconv.Itoa(int(m))] {
			if v.alike(word, e.words[0]) {
				return m, true
			}
		}
	}
	return 0, false
}

// dayNumber reads "5", "5th", "05," or an ordinal in words, and where it ends.
func (v *vocabulary) dayNumber(tokens []token, at int) (n, to int) {
	if at >= len(tokens) {
		return 0, 0
	}
	key := strings.TrimRight(strings.Trim(tokens[at].key, "#%"), "°º")
	for _, ending := range v.sections["ordinal ending"] {
		if digits, ok := strings.CutSuffix(key, ending.words[0]); ok && number(digits, 2) > 0 {
			key = digits
			break
		}
	}
	if n = number(key, 2); n >= 1 && n <= 31 {
		if at+1 < len(tokens) && v.is(tokens[at+1].key, "ordinal ending") {
			return n, at + 2
		}
		return n, at + 1
	}
	if place, ok := v.place(key, "ordinal"); ok {
		return place + 1, at + 1
	}
	if place, ok := v.place(key, "tens ordinal"); ok {
		return (place + 1) * 10, at + 1
	}
	if place, ok := v.place(key, "tens"); ok && place < 3 && at+1 < len(tokens) {
		if unit, ok := v.place(tokens[at+1].key, "ordinal"); ok && unit < 9 {
			return (place+1)*10 + unit + 1, at + 2
		}
	}
	return 0, 0
}

// yearAt reads a year in figures or in words, after "of", "in the year" or a comma.
func (v *vocabulary) yearAt(tokens []token, at int) (year string, to int) {
	for range 4 {
		if at >= len(tokens) {
			return "", 0
		}
		if key := tokens[at].key; key != "" && !v.is(key, "date filler") {
			break
		}
		at++
	}
	if at >= len(tokens) {
		return "", 0
	}
	key := strings.TrimPrefix(strings.Trim(tokens[at].key, "."), "'")
	if len(key) > 4 && number(key[:4], 4) > 0 && (key[4] < '0' || key[4] > '9') {
		key = key[:4]
	}
	if n := number(key, 4); len(key) == 4 && n >= 1950 && n <= 2099 {
		return key, at + 1
	}
	if len(key) == 2 && number(key, 2) >= 0 && strings.HasPrefix(tokens[at].text, "'") {
		return key, at + 1
	}
	if n, to := v.spelled(tokens, at); n >= 1950 && n <= 2099 {
		return strconv.Itoa(n), to
	}
	return "", 0
}

// monthFirst reads "March 3, 2023", "March 3-5, 2023" and "March 3 - April 5, 2023".
func (v *vocabulary) monthFirst(tokens []token, at int) ([]day, int) {
	month, ok := v.month(tokens[at].key)
	if !ok {
		return nil, 0
	}
	first, last, i := v.dayNumbers(tokens, at+1)
	if i == 0 {
		return nil, 0
	}
	lastMonth, ranged := month, first != last
	if j, ok := v.isTo(tokens, i); ok && !ranged {
		if m, ok := v.monthAt(tokens, j); ok {
			if n, k := v.dayNumber(tokens, j+1); k > 0 {
				last, lastMonth, ranged, i = n, m, true, k
			}
		} else if n, k := v.dayNumber(tokens, j); k > 0 {
			last, ranged, i = n, true, k
		}
	}
	year, to := v.yearAt(tokens, i)
	return ends(year, month, first, lastMonth, last, ranged, to)
}

// dayFirst reads "3 March 2023", "3-5 March 2023", "25 January - 10 February 2021" and "twenty-second day of August, 2024".
func (v *vocabulary) dayFirst(tokens []token, at int) ([]day, int) {
	first, last, i := v.dayNumbers(tokens, at)
	if i == 0 {
		return nil, 0
	}
	ranged := first != last
	if j, ok := v.isTo(tokens, i); ok && !ranged {
		if n, k := v.dayNumber(tokens, j); k > 0 {
			last, ranged, i = n, true, k
		}
	}
	i = v.skip(tokens, i)
	month, ok := v.monthAt(tokens, i)
	if !ok {
		return nil, 0
	}
	firstMonth := month
	i++
	if j, ok := v.isTo(tokens, i); ok && !ranged {
		if n, k := v.dayNumber(tokens, j); k > 0 {
			if m, ok := v.monthAt(tokens, v.skip(tokens, k)); ok {
				last, month, ranged, i = n, m, true, v.skip(tokens, k)+1
			}
		}
	}
	year, to := v.yearAt(tokens, i)
	return ends(year, firstMonth, first, month, last, ranged, to)
}

// dayNumbers reads one day, or two written together ("3-5", "06th-07th").
func (v *vocabulary) dayNumbers(tokens []token, at int) (first, last, to int) {
	if at >= len(tokens) {
		return 0, 0, 0
	}
	if a, b, ok := strings.Cut(tokens[at].key, "-"); ok {
		first, to1 := v.dayNumber([]token{{key: a}}, 0)
		last, to2 := v.dayNumber([]token{{key: b}}, 0)
		if to1 > 0 && to2 > 0 && first < last {
			return first, last, at + 1
		}
	}
	first, to = v.dayNumber(tokens, at)
	return first, first, to
}

// skip passes "day of", "of" and "de".
func (v *vocabulary) skip(tokens []token, at int) int {
	for at < len(tokens) && (tokens[at].key == "" || v.is(tokens[at].key, "date filler")) && tokens[at].text != "-" {
		at++
	}
	return at
}

func (v *vocabulary) monthAt(tokens []token, at int) (time.Month, bool) {
	if at >= len(tokens) {
		return 0, false
	}
	return v.month(tokens[at].key)
}

// isTo reports whether a word between the ends of a range stands at the place, and returns the place behind it.
func (v *vocabulary) isTo(tokens []token, at int) (int, bool) {
	if at >= len(tokens) {
		return at, false
	}
	if t := tokens[at]; t.text == "-" || t.key != "" && v.is(t.key, "to") {
		return at + 1, true
	}
	return at, false
}

func ends(year string, firstMonth time.Month, first int, lastMonth time.Month, last int, ranged bool, to int) ([]day, int) {
	d, ok := dayOf(year, lastMonth, last)
	if !ok || to == 0 {
		return nil, 0
	}
	if !ranged {
		return []day{{date: d}}, to
	}
	start, ok := dayOf(year, firstMonth, first)
	if !ok || start.After(d) {
		return []day{{date: d}}, to
	}
	return []day{{date: start}, {date: d}}, to
}
