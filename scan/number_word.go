package scan

import (
	"strings"

	"accrue/ce"
)

// spelled reads a whole number in words ("two thousand twenty-five", "fifteen") and returns where it ends, else 0.
func (v *vocabulary) spelled(tokens []token, at int) (n, to int) {
	total, part, words := 0, 0, 0
	for at < len(tokens) && words < 8 {
		key := tokens[at].key
		if place, ok := v.exact(key, "cardinal"); ok {
			part += place
		} else if place, ok := v.exact(key, "tens"); ok {
			part += (place + 1) * 10
		} else if _, ok := v.exact(key, "hundred"); ok && part > 0 {
			part *= 100
		} else if _, ok := v.exact(key, "thousand"); ok && part > 0 {
			total, part = part*1000, 0
		} else if key != "and" || words == 0 {
			break
		}
		at++
		words++
	}
	if words == 0 {
		return 0, 0
	}
	if tokens[at-1].key == "and" {
		at--
	}
	return total + part, at
}

// exact is place for words that must not be mistaken for one another.
func (v *vocabulary) exact(word, meaning string) (int, bool) {
	for _, e := range v.starts[start(word)] {
		if e.meaning == meaning && e.words[0] == word {
			return e.place, true
		}
	}
	return 0, false
}

// quantity reads an amount in figures, in words, or both ("1.5", "1,5", "one point five (1.5)", "two and a half").
func (v *vocabulary) quantity(tokens []token, at int) (amount ce.Amount, to int) {
	if amount, ok := figure(tokens[at].text); ok {
		return amount, at + 1
	}
	n, to := v.spelled(tokens, at)
	if to == 0 || n > ce.MaxCreditAmount {
		return ce.Amount{}, 0
	}
	amount = ce.Int(int64(n))
	if to < len(tokens) && v.is(tokens[to].key, "point") {
		digits := ""
		i := to + 1
		for ; i < len(tokens) && len(digits) < ce.MaxFractionDigits; i++ {
			place, ok := v.exact(tokens[i].key, "cardinal")
			if !ok || place > 9 {
				break
			}
			digits += string(rune('0' + place))
		}
		if fraction, err := ce.ParseAmount("0." + digits); err == nil {
			amount, to = amount.Add(fraction), i
		}
	} else {
		for _, e := range v.sections["half"] {
			if end := v.matchesAt(tokens, to, e.words); end > 0 {
				amount, to = amount.Add(ce.Fraction(1, 2)), end
				break
			}
		}
	}
	// The figures in brackets say it again.
	if to < len(tokens) && strings.HasPrefix(tokens[to].text, "(") {
		if again, ok := figure(tokens[to].text); ok {
			return again, to + 1
		}
	}
	return amount, to
}

// figure reads "1.5", "1,5", ".5", "(2)" and "1*"; no more than ce bears, no sign.
func figure(text string) (ce.Amount, bool) {
	text = strings.TrimRight(strings.Trim(text, "()[],;:"), ".*†'\")")
	if text == "" || len(text) > 9 {
		return ce.Amount{}, false
	}
	if text[0] == '.' {
		text = "0" + text
	}
	whole, fraction, comma := strings.Cut(text, ",")
	if comma && len(fraction) < 3 {
		text = whole + "." + fraction
	}
	amount, err := ce.ParseAmount(text)
	if err != nil || amount.Sign() < 0 || text[0] == '-' || amount.Cmp(ce.Int(ce.MaxCreditAmount)) > 0 {
		return ce.Amount{}, false
	}
	return amount, true
}
