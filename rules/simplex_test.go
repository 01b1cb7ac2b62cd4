package rules

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"accrue/ce"
)

// grid is the step of the oracle: a whole is 6 of them, since corners of so few limits have no other denominators.
const grid = 6

// best searches all allocations on the grid: the least shortfall, then that of the first goal, of the second, and so
// on, then the greatest sum of the first variables, then the first variable as great as can be, and so on. It is the
// meaning of [linear]. Each variable has a cap of its own, the first caps.
func best(l *linear, bounds []int) []int {
	sum := func(x []int, r row) int {
		total := ce.Int(0)
		for i, cell := range r.cells {
			total = total.Add(cell.Mul(ce.Int(int64(x[i]))))
		}
		return int(total.Rat().Num().Int64())
	}
	amount := func(r row) int { return int(r.amount.Mul(ce.Int(grid)).Rat().Num().Int64()) }
	var found, foundRank []int
	x := make([]int, len(bounds))
	var try func(i int)
	try = func(i int) {
		if i < len(bounds) {
			for x[i] = grid * bounds[i]; x[i] >= 0; x[i]-- { // the greatest first, so that ties go to it
				try(i + 1)
			}
			return
		}
		for _, c := range l.caps {
			if sum(x, c) > amount(c) {
				return
			}
		}
		rank := make([]int, 1, len(l.goals)+2)
		for _, g := range l.goals {
			short := max(0, amount(g)-sum(x, g))
			rank[0] += short
			rank = append(rank, short)
		}
		total := 0
		for _, n := range x[:l.first] {
			total -= n
		}
		if rank = append(rank, total); found == nil || slices.Compare(rank, foundRank) < 0 {
			found, foundRank = slices.Clone(x), rank
		}
	}
	try(0)
	return found
}

func TestSolveAgainstOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 4).Draw(t, "variables")
		l := &linear{variables: n, first: rapid.IntRange(0, n).Draw(t, "first")}
		bounds := rapid.SliceOfN(rapid.IntRange(0, 2), n, n).Draw(t, "bounds")
		for i, bound := range bounds {
			r := l.row(ce.Int(int64(bound)))
			r.cells[i] = ce.Int(1)
			l.caps = append(l.caps, r)
		}
		rows := func(name string, limit, least int) (list []row) {
			for range rapid.IntRange(0, limit).Draw(t, name) {
				r := l.row(ce.Int(int64(rapid.IntRange(0, 5).Draw(t, name))))
				for i, cell := range rapid.SliceOfN(rapid.IntRange(least, 1), n, n).Draw(t, name) {
					r.cells[i] = ce.Int(int64(cell))
				}
				list = append(list, r)
			}
			return list
		}
		l.caps = append(l.caps, rows("caps", 3, -1)...)
		l.goals = rows("goals", 2, 0)
		wanted := best(l, bounds) // first, since solving uses up the rows
		got := l.solve()
		for i, want := range wanted {
			if !got[i].Equal(ce.Fraction(int64(want), grid)) {
				t.Fatalf("variable %d: got %s, the oracle has %d/%d; all: %v", i, got[i], want, grid, got)
			}
		}
	})
}
