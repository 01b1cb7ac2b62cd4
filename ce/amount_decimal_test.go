package ce

import (
	"testing"

	"pgregory.net/rapid"
)

// The quick ways of dividing and writing say the same as those of math/big.
func TestAmountAgainstBig(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) Amount {
			den := rapid.SampledFrom([]int64{1, 2, 3, 4, 5, 8, 50, 60, 625, 1 << 40, 1_000_000, 1 << 62}).Draw(t, name)
			return Fraction(rapid.Int64().Draw(t, name), den)
		}
		a, b := draw("a"), draw("b")
		if b.Sign() != 0 {
			want := a.Rat()
			if want.Quo(want, b.Rat()); a.Div(b).Rat().Cmp(want) != 0 {
				t.Fatalf("%v / %v = %v, want %v", a.Rat(), b.Rat(), a.Div(b).Rat(), want)
			}
		}
		shown := a.Shown(false).Rat()
		places, exact := shown.FloatPrec()
		if want := shown.FloatString(places); !exact || a.String() != want {
			t.Fatalf("%v is written %s, want %s", a.Rat(), a, want)
		}
		if _, exact := a.Rat().FloatPrec(); exact != a.finite() {
			t.Fatalf("%v: finite %t", a.Rat(), a.finite())
		}
	})
}
