package ce

import (
	"bytes"
	"errors"
	"math"
	"math/big"
	"math/bits"
	"strconv"
	"strings"
)

// Amount is an exact rational number: hours, credits, minutes, shares. The
// zero value is 0. Amounts are values; no operation changes its operands or
// loses anything. Compare with Cmp, not with ==.
type Amount struct {
	// The fraction num/den in lowest terms with den > 0, while both fit; den 0 means 1.
	num, den int64
	// wide holds the amount once it no longer fits; num and den are then 0.
	wide *big.Rat
}

// Limits of amounts that come from outside. Sums inside may exceed them.
const (
	MaxWholeDigits    = 9
	MaxFractionDigits = 6
)

// Int returns the whole amount n.
func Int(n int64) Amount {
	if n == math.MinInt64 {
		return fromRat(new(big.Rat).SetInt64(n)) // its negative does not fit
	}
	return Amount{num: n, den: 1}
}

// Fraction returns num/den. It panics when den is 0, as division does.
func Fraction(num, den int64) Amount { return fromRat(big.NewRat(num, den)) }

var errNotAmount = errors.New("must be a decimal number such as 1.5")

// ParseAmount reads a decimal such as "1.5", "-2" or "0.25": at most
// [MaxWholeDigits] digits before the point and [MaxFractionDigits] after it, no exponent.
func ParseAmount(text string) (Amount, error) {
	if len(text) > 64 {
		return Amount{}, errNotAmount
	}
	digits := strings.TrimPrefix(text, "-")
	whole, fraction, point := strings.Cut(digits, ".")
	if whole == "" || point && fraction == "" {
		return Amount{}, errNotAmount
	}
	for _, c := range whole + fraction {
		if c < '0' || c > '9' {
			return Amount{}, errNotAmount
		}
	}
	if trimmed := strings.TrimLeft(whole, "0"); len(trimmed) > MaxWholeDigits {
		return Amount{}, errors.New("must have at most " + strconv.Itoa(MaxWholeDigits) + " digits before the point")
	}
	fraction = strings.TrimRight(fraction, "0")
	if len(fraction) > MaxFractionDigits {
		return Amount{}, errors.New("must have at most " + strconv.Itoa(MaxFractionDigits) + " digits after the point")
	}
	n, err := strconv.ParseInt(whole+fraction, 10, 64)
	if err != nil {
		return Amount{}, errNotAmount
	}
	if digits != text {
		n = -n
	}
	den := int64(1)
	for range fraction {
		den *= 10
	}
	return small(n, den), nil
}

// small returns num/den in lowest terms; den > 0.
func small(num, den int64) Amount {
	if g := gcd(num, den); g > 1 {
		num, den = num/g, den/g
	}
	return Amount{num: num, den: den}
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	if a < 0 {
		return -a
	}
	return a
}

func fromRat(r *big.Rat) Amount {
	if r.Num().IsInt64() && r.Denom().IsInt64() && r.Num().Int64() != math.MinInt64 {
		return Amount{num: r.Num().Int64(), den: r.Denom().Int64()}
	}
	return Amount{wide: r}
}

// Rat returns the amount as a new big.Rat.
func (a Amount) Rat() *big.Rat {
	if a.wide != nil {
		return new(big.Rat).Set(a.wide)
	}
	return big.NewRat(a.num, a.denominator())
}

func (a Amount) denominator() int64 {
	if a.den == 0 {
		return 1
	}
	return a.den
}

// times multiplies two int64 and reports whether the product fits.
func times(a, b int64) (int64, bool) {
	hi, lo := bits.Mul64(magnitude(a), magnitude(b))
	if hi != 0 || lo > math.MaxInt64 {
		return 0, false
	}
	if (a < 0) != (b < 0) {
		return -int64(lo), true
	}
	return int64(lo), true
}

func magnitude(a int64) uint64 {
	if a < 0 {
		return -uint64(a)
	}
	return uint64(a)
}

// Add returns a + b.
func (a Amount) Add(b Amount) Amount {
	if a.wide == nil && b.wide == nil {
		ad, bd := a.denominator(), b.denominator()
		if ad == bd {
			if sum := a.num + b.num; (sum > a.num) == (b.num > 0) && sum != math.MinInt64 {
				return small(sum, ad)
			}
		} else {
			left, ok1 := times(a.num, bd)
			right, ok2 := times(b.num, ad)
			den, ok3 := times(ad, bd)
			if sum := left + right; ok1 && ok2 && ok3 && (sum > left) == (right > 0) && sum != math.MinInt64 {
				return small(sum, den)
			}
		}
	}
	return fromRat(new(big.Rat).Add(a.Rat(), b.Rat()))
}

// Neg returns -a.
func (a Amount) Neg() Amount {
	if a.wide != nil {
		return fromRat(new(big.Rat).Neg(a.wide))
	}
	return Amount{num: -a.num, den: a.den}
}

// Sub returns a - b.
func (a Amount) Sub(b Amount) Amount { return a.Add(b.Neg()) }

// Mul returns a * b.
func (a Amount) Mul(b Amount) Amount {
	if a.wide == nil && b.wide == nil {
		num, ok1 := times(a.num, b.num)
		den, ok2 := times(a.denominator(), b.denominator())
		if ok1 && ok2 {
			return small(num, den)
		}
	}
	return fromRat(new(big.Rat).Mul(a.Rat(), b.Rat()))
}

// Div returns a / b. It panics when b is 0.
func (a Amount) Div(b Amount) Amount {
	if a.wide == nil && b.wide == nil && b.num != 0 {
		num, ok1 := times(a.num, b.denominator())
		den, ok2 := times(a.denominator(), b.num)
		if ok1 && ok2 {
			if den < 0 {
				num, den = -num, -den
			}
			return small(num, den)
		}
	}
	return fromRat(new(big.Rat).Quo(a.Rat(), b.Rat()))
}

// Sign is -1, 0 or 1 as a is below, at or above 0.
func (a Amount) Sign() int {
	if a.wide != nil {
		return a.wide.Sign()
	}
	switch {
	case a.num < 0:
		return -1
	case a.num > 0:
		return 1
	}
	return 0
}

// Cmp is -1, 0 or 1 as a is below, equal to or above b.
func (a Amount) Cmp(b Amount) int {
	if a.wide == nil && b.wide == nil {
		if a.denominator() == b.denominator() {
			return compare(a.num, b.num)
		}
		left, ok1 := times(a.num, b.denominator())
		right, ok2 := times(b.num, a.denominator())
		if ok1 && ok2 {
			return compare(left, right)
		}
	}
	return a.Rat().Cmp(b.Rat())
}

func compare(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Equal reports whether a and b are the same number.
func (a Amount) Equal(b Amount) bool { return a.Cmp(b) == 0 }

// Min returns the smaller of a and b.
func Min(a, b Amount) Amount {
	if b.Cmp(a) < 0 {
		return b
	}
	return a
}

// Max returns the larger of a and b.
func Max(a, b Amount) Amount {
	if b.Cmp(a) > 0 {
		return b
	}
	return a
}

// Floor returns the largest multiple of step that is not above a. The step must be above 0.
func (a Amount) Floor(step Amount) Amount {
	steps := a.Div(step)
	if steps.wide == nil {
		n := steps.num / steps.denominator()
		if steps.num%steps.denominator() < 0 {
			n--
		}
		return Int(n).Mul(step)
	}
	// big.Int's Div rounds towards negative infinity for a positive divisor.
	n := new(big.Int).Div(steps.wide.Num(), steps.wide.Denom())
	return fromRat(new(big.Rat).SetInt(n)).Mul(step)
}

// Ceil returns the smallest multiple of step that is not below a. The step must be above 0.
func (a Amount) Ceil(step Amount) Amount { return a.Neg().Floor(step).Neg() }

// Round returns the multiple of step nearest to a; halfway it goes away from 0. The step must be above 0.
func (a Amount) Round(step Amount) Amount {
	half := step.Div(Int(2))
	if a.Sign() < 0 {
		return a.Sub(half).Ceil(step)
	}
	return a.Add(half).Floor(step)
}

// shownStep is the precision in which an amount is shown that no finite decimal can write.
var shownStep = Fraction(1, 10_000)

// Shown returns the amount as it can be written in decimal: itself when a
// finite decimal writes it, else rounded to 4 places, up or down as asked.
func (a Amount) Shown(up bool) Amount {
	if a.finite() {
		return a
	}
	if up {
		return a.Ceil(shownStep)
	}
	return a.Floor(shownStep)
}

func (a Amount) finite() bool {
	if a.wide == nil {
		_, exact := decimals(a.denominator())
		return exact
	}
	_, exact := a.Rat().FloatPrec()
	return exact
}

// decimals returns how many decimal places write 1/den, and whether any number of them does so exactly.
func decimals(den int64) (places int, exact bool) {
	twos, fives := 0, 0
	for ; den%2 == 0; den /= 2 {
		twos++
	}
	for ; den%5 == 0; den /= 5 {
		fives++
	}
	return max(twos, fives), den == 1
}

// String writes the amount in decimal, exactly where a finite decimal writes
// it, without trailing zeros ("80", "1.5", "-0.25"), else rounded down to 4 places.
func (a Amount) String() string {
	if a.wide == nil && a.denominator() == 1 {
		return strconv.FormatInt(a.num, 10)
	}
	a = a.Shown(false)
	if text, ok := a.short(); ok {
		return text
	}
	r := a.Rat()
	places, _ := r.FloatPrec()
	return r.FloatString(places)
}

// short writes an amount that a finite decimal writes, as long as its digits fit in an int64.
func (a Amount) short() (text string, ok bool) {
	if a.wide != nil {
		return "", false
	}
	places, _ := decimals(a.denominator())
	scale := int64(1)
	for range places {
		if scale, ok = times(scale, 10); !ok {
			return "", false
		}
	}
	digits, ok := times(a.num, scale/a.denominator())
	if !ok {
		return "", false
	}
	buf := make([]byte, 0, 24)
	if digits < 0 {
		digits, buf = -digits, append(buf, '-')
	}
	buf = strconv.AppendInt(buf, digits/scale, 10)
	if places > 0 {
		buf = append(buf, '.')
		for part := digits % scale; scale > 1; part %= scale {
			scale /= 10
			buf = append(buf, byte('0'+part/scale))
		}
	}
	return string(buf), true
}

// MarshalText writes the amount exactly, as a whole number or a fraction ("80", "3/2"). It is
// the form for storage; String is the form for people.
func (a Amount) MarshalText() ([]byte, error) {
	if a.wide != nil {
		return []byte(a.wide.RatString()), nil
	}
	text := strconv.AppendInt(nil, a.num, 10)
	if den := a.denominator(); den != 1 {
		text = strconv.AppendInt(append(text, '/'), den, 10)
	}
	return text, nil
}

// maxTextLength bounds what UnmarshalText reads, in bytes.
const maxTextLength = 1000

var errNotExact = errors.New("not an exact amount")

// UnmarshalText reads what MarshalText writes.
func (a *Amount) UnmarshalText(text []byte) error {
	if len(text) > maxTextLength || bytes.ContainsRune(text, '+') {
		return errNotExact
	}
	num, den, fraction := strings.Cut(string(text), "/")
	if !fraction {
		den = "1"
	}
	n, err1 := strconv.ParseInt(num, 10, 64)
	d, err2 := strconv.ParseInt(den, 10, 64)
	if err1 == nil && err2 == nil && d > 0 && n != math.MinInt64 {
		*a = small(n, d)
		return nil
	}
	wideNum, ok1 := new(big.Int).SetString(num, 10)
	wideDen, ok2 := new(big.Int).SetString(den, 10)
	if !ok1 || !ok2 || wideDen.Sign() <= 0 {
		return errNotExact
	}
	*a = fromRat(new(big.Rat).SetFrac(wideNum, wideDen))
	return nil
}
