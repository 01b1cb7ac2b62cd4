package ce

import (
	"math"
	"math/big"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func amount(t testing.TB, text string) Amount {
	t.Helper()
	a, err := ParseAmount(text)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestParseAmount(t *testing.T) {
	for text, want := range map[string]string{
		"0": "0", "-0": "0", "1.5": "1.5", "-2": "-2", "0.25": "0.25", "007": "7", "1.50": "1.5", "999999999.999999": "999999999.999999",
		"0000000000001": "1", "0.1000000000": "0.1",
	} {
		a, err := ParseAmount(text)
		if err != nil || a.String() != want {
			t.Errorf("ParseAmount(%q) = %s, %v, want %s", text, a, err, want)
		}
	}
	for _, text := range []string{
		"", "-", ".", "1.", ".5", "+1", "--1", "1,5", "1e3", "0x10", "1/2", " 1", "1 ", "1_000", "NaN", "Inf", "１", "1.5.5",
		"1000000000", "0.0000001", strings.Repeat("0", 64) + "1", "1.-5",
	} {
		if a, err := ParseAmount(text); err == nil {
			t.Errorf("ParseAmount(%q) = %s, want an error", text, a)
		}
	}
}

func anyAmount() *rapid.Generator[Amount] {
	return rapid.Custom(func(t *rapid.T) Amount {
		num := rapid.OneOf(rapid.Int64(), rapid.Int64Range(-1000, 1000), rapid.SampledFrom([]int64{math.MinInt64, math.MinInt64 + 1, math.MaxInt64})).Draw(t, "num")
		den := rapid.OneOf(rapid.Int64Range(1, math.MaxInt64), rapid.Int64Range(1, 100), rapid.SampledFrom([]int64{math.MaxInt64, 1 << 62})).Draw(t, "den")
		if den == 1 {
			return Int(num)
		}
		a := Fraction(num, den)
		if rapid.IntRange(0, 3).Draw(t, "wide") == 0 {
			a = fromRat(new(big.Rat).Mul(a.Rat(), big.NewRat(math.MaxInt64-1, 3)))
		}
		return a
	})
}

// Whatever their size, amounts are what big.Rat says.
func TestAmountsAgreeWithRat(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyAmount().Draw(t, "a"), anyAmount().Draw(t, "b")
		x, y := a.Rat(), b.Rat()
		check := func(name string, got Amount, want *big.Rat) {
			if got.Rat().Cmp(want) != 0 {
				t.Fatalf("%s of %s and %s = %s, want %s", name, x, y, got.Rat(), want)
			}
			if small := want.Num().IsInt64() && want.Denom().IsInt64() && want.Num().Int64() != math.MinInt64; small != (got.wide == nil) {
				t.Fatalf("%s of %s and %s: wide is %v", name, x, y, got.wide)
			}
		}
		check("Add", a.Add(b), new(big.Rat).Add(x, y))
		check("Sub", a.Sub(b), new(big.Rat).Sub(x, y))
		check("Mul", a.Mul(b), new(big.Rat).Mul(x, y))
		check("Neg", a.Neg(), new(big.Rat).Neg(x))
		check("and back", a.Add(b).Sub(b), x)
		if b.Sign() != 0 {
			check("Div", a.Div(b), new(big.Rat).Quo(x, y))
		}
		if got := a.Cmp(b); got != x.Cmp(y) || a.Equal(b) != (got == 0) {
			t.Fatalf("Cmp of %s and %s = %d", x, y, got)
		}
		if a.Sign() != x.Sign() || Min(a, b).Rat().Cmp(Max(a, b).Rat()) > 0 {
			t.Fatalf("Sign, Min or Max of %s and %s", x, y)
		}
		if a.Rat().Cmp(x) != 0 || b.Rat().Cmp(y) != 0 {
			t.Fatal("an operand was changed")
		}
		var again Amount
		text, _ := a.MarshalText()
		if err := again.UnmarshalText(text); err != nil || !again.Equal(a) {
			t.Fatalf("%s read back is %s: %v", text, again.Rat(), err)
		}
	})
}

func TestRounding(t *testing.T) {
	for _, tt := range []struct{ amount, step, floor, ceil, round string }{
		{"1.74", "0.5", "1.5", "2", "1.5"},
		{"1.75", "0.5", "1.5", "2", "2"},
		{"-1.75", "0.5", "-2", "-1.5", "-2"},
		{"-1.74", "0.5", "-2", "-1.5", "-1.5"},
		{"2", "0.5", "2", "2", "2"},
		{"0", "0.2", "0", "0", "0"},
		{"0.3", "0.2", "0.2", "0.4", "0.4"},
		{"100", "50", "100", "100", "100"},
		{"-0.1", "1", "-1", "0", "0"},
	} {
		a, step := amount(t, tt.amount), amount(t, tt.step)
		if floor, ceil, round := a.Floor(step).String(), a.Ceil(step).String(), a.Round(step).String(); floor != tt.floor || ceil != tt.ceil || round != tt.round {
			t.Errorf("%s by %s: %s, %s, %s, want %s, %s, %s", tt.amount, tt.step, floor, ceil, round, tt.floor, tt.ceil, tt.round)
		}
	}
}

func TestRoundingProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := anyAmount().Draw(t, "a")
		step := Fraction(rapid.Int64Range(1, 1000).Draw(t, "num"), rapid.Int64Range(1, 1000).Draw(t, "den"))
		floor, ceil, round := a.Floor(step), a.Ceil(step), a.Round(step)
		for _, multiple := range []Amount{floor, ceil, round} {
			if !multiple.Div(step).Rat().IsInt() {
				t.Fatalf("%s is no multiple of %s", multiple.Rat(), step.Rat())
			}
		}
		if floor.Cmp(a) > 0 || ceil.Cmp(a) < 0 || a.Sub(floor).Cmp(step) >= 0 || ceil.Sub(a).Cmp(step) >= 0 {
			t.Fatalf("%s by %s: between %s and %s", a.Rat(), step.Rat(), floor.Rat(), ceil.Rat())
		}
		distance := a.Sub(round)
		if distance.Sign() < 0 {
			distance = distance.Neg()
		}
		if distance.Cmp(step.Div(Int(2))) > 0 {
			t.Fatalf("%s by %s: rounded to %s", a.Rat(), step.Rat(), round.Rat())
		}
	})
}

func TestShown(t *testing.T) {
	for _, tt := range []struct {
		amount   Amount
		down, up string
	}{
		{Fraction(1, 3), "0.3333", "0.3334"},
		{Fraction(2, 3), "0.6666", "0.6667"},
		{Fraction(-1, 3), "-0.3334", "-0.3333"},
		{Fraction(50, 3), "16.6666", "16.6667"},
		{Fraction(1, 7_000_000), "0", "0.0001"},
		{Fraction(1, 1_000_000), "0.000001", "0.000001"}, // finite: shown whole
		{Fraction(3, 2), "1.5", "1.5"},
		{Int(80), "80", "80"},
		{Amount{}, "0", "0"},
		{Int(math.MaxInt64).Mul(Int(10)), "92233720368547758070", "92233720368547758070"},
	} {
		if down, up := tt.amount.Shown(false).String(), tt.amount.Shown(true).String(); down != tt.down || up != tt.up {
			t.Errorf("%s is shown as %s and %s, want %s and %s", tt.amount.Rat(), down, up, tt.down, tt.up)
		}
	}
}

func TestStringIsExactWhereItCanBe(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := Fraction(rapid.Int64().Draw(t, "num"), 1<<rapid.IntRange(0, 20).Draw(t, "twos"))
		back, ok := new(big.Rat).SetString(a.String())
		if !ok || back.Cmp(a.Rat()) != 0 {
			t.Fatalf("%s is written %s", a.Rat(), a)
		}
	})
}

var marshalled = regexp.MustCompile(`^-?[0-9]+(/[0-9]+)?$`)

func TestAmountUnmarshalTextRefuses(t *testing.T) {
	for _, text := range []string{
		"", "-", "/", "1/", "/2", "1/0", "1/-2", "+1", "1.5", "1e9", "0x10", "0b1/3", "1_000", "10000000000000000000_0/3", "0o7777777777777777777777777/3",
		" 1", "1/2/3", "0b10000000000000000000000000000000000000000000000000000000000000000000000001", strings.Repeat("9", 1001),
	} {
		var a Amount
		if err := a.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is %s", text, a.Rat())
		}
	}
}

func FuzzParseAmount(f *testing.F) {
	for _, seed := range []string{"1.5", "-0.000001", "999999999.999999", "1e9", "0x1p-2", "", "1.", "٣"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := ParseAmount(text)
		if err != nil {
			return
		}
		want, ok := new(big.Rat).SetString(text)
		if !ok || want.Cmp(a.Rat()) != 0 {
			t.Errorf("ParseAmount(%q) = %s", text, a.Rat())
		}
		if again, err := ParseAmount(a.String()); err != nil || !again.Equal(a) {
			t.Errorf("%q is written %s, which reads as %s, %v", text, a, again.Rat(), err)
		}
	})
}

func FuzzAmountUnmarshalText(f *testing.F) {
	for _, seed := range []string{"3/2", "-80", "92233720368547758070/3", "1/0", "0x1/3", "9223372036854775807/9223372036854775807"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var a Amount
		if err := a.UnmarshalText(text); err != nil {
			return
		}
		written, _ := a.MarshalText()
		var again Amount
		if err := again.UnmarshalText(written); err != nil || !again.Equal(a) || !marshalled.Match(text) {
			t.Errorf("%q reads as %s, which is written %s", text, a.Rat(), written)
		}
	})
}

var sink Amount

func BenchmarkAdd(b *testing.B) {
	x, y := amount(b, "1.5"), Fraction(5, 3)
	for b.Loop() {
		sink = x.Add(y)
	}
}
