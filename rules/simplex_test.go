package rules

import (
	"testing"

	"pgregory.net/rapid"

	"accrue/ce"
)

// grid is the step of the oracle: a whole is 6 of them, since corners of so few limits have no other denominators.
const grid = 6

// best searches all allocations on the grid: the least shortfall, then the greatest total, then the first class
// as great as can be, and so on. It is the meaning of [linear].
func best(values []int, caps, goals []row) []int {
	sum := func(x []int, r row) (total int) {
		for i, has := range r.classes {
			if has {
				total += x[i]
			}
		}
		return total
	}
	amount := func(r row) int { return int(r.amount.Mul(ce.Int(grid)).Rat().Num().Int64()) }
	var found []int
	var foundShort, foundTotal int
	x := make([]int, len(values))
	var try func(i int)
	try = func(i int) {
		if i < len(values) {
			for x[i] = grid * values[i]; x[i] >= 0; x[i]-- { // the greatest first, so that ties go to it
				try(i + 1)
			}
			return
		}
		for _, c := range caps {
			if sum(x, c) > amount(c) {
				return
			}
		}
		short, total := 0, 0
		for _, g := range goals {
			short += max(0, amount(g)-sum(x, g))
		}
		for _, n := range x {
			total += n
		}
		if found == nil || short < foundShort || short == foundShort && total > foundTotal {
			found, foundShort, foundTotal = append([]int(nil), x...), short, total
		}
	}
	try(0)
	return found
}

func TestSolveAgainstOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 4).Draw(t, "classes")
		values := rapid.SliceOfN(rapid.IntRange(0, 2), n, n).Draw(t, "values")
		rows := func(name string, limit int) []row {
			list := make([]row, rapid.IntRange(0, limit).Draw(t, name))
			for i := range list {
				list[i].classes = rapid.SliceOfN(rapid.Bool(), n, n).Draw(t, name)
				list[i].amount = ce.Int(int64(rapid.IntRange(0, 5).Draw(t, name)))
			}
			return list
		}
		caps, goals := rows("caps", 3), rows("goals", 2)
		problem := linear{caps: caps, goals: goals}
		for _, v := range values {
			problem.values = append(problem.values, ce.Int(int64(v)))
		}
		got := problem.solve()
		for i, want := range best(values, caps, goals) {
			if !got[i].Equal(ce.Fraction(int64(want), grid)) {
				t.Fatalf("class %d: got %s, the oracle has %d/%d; all: %v", i, got[i], want, grid, got)
			}
		}
	})
}
