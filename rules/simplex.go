package rules

import (
	"slices"

	"accrue/ce"
)

// linear is a small linear program over variables that are at least 0: their sums under caps, and goals whose
// shortfall is to be least in all, then that of the first goal, of the second, and so on; then the sum of the first variables is to be greatest, then the first variable as
// great as can be, then the second, and so on.
type linear struct {
	variables int
	first     int // so many of the variables are summed
	caps      []row
	goals     []row
	room      int         // how many goals there may be, so that rows need not move
	spare     []ce.Amount // cells for the next rows
}

// row is a limit on a sum of variables, each times its cell. The amount is at least 0, so that all variables may be 0.
type row struct {
	cells  []ce.Amount
	amount ce.Amount
}

// rowsAtOnce is for how many rows memory is taken at once.
const rowsAtOnce = 16

func (l *linear) row(amount ce.Amount) row {
	width := l.variables + l.room
	if len(l.spare) < width {
		l.spare = make([]ce.Amount, rowsAtOnce*width)
	}
	cells := l.spare[:l.variables:width]
	l.spare = l.spare[width:]
	return row{cells, amount}
}

// dictionary is the simplex method's state: each basic variable is b less the sum of a times the variables that
// are out of the basis, which are 0. Variables are numbered: first those of the program, then what is unused of each
// cap, then the shortfalls of the goals, then what exceeds each goal.
type dictionary struct {
	basic, out []int
	b          []ce.Amount
	a          [][]ce.Amount
	place      []int  // of each variable, its row, or -1 less its column
	open       []bool // the columns that may still enter the basis
	gain       []ce.Amount
	filled     []int // columns of the row that turns, for pivot
}

// solve returns the values of the variables, and uses up the rows. Everything is at least 0, so taking nothing is allowed and the
// method can start there; Bland's rule lets it end.
func (l *linear) solve() []ce.Amount {
	n, c, g := l.variables, len(l.caps), len(l.goals)
	shortfalls := n + c
	d := dictionary{open: make([]bool, n+g), gain: make([]ce.Amount, n+g)}
	d.basic, d.b, d.a = make([]int, 0, c+g), make([]ce.Amount, 0, c+g), make([][]ce.Amount, 0, c+g)
	add := func(variable int, r row) []ce.Amount {
		own := slices.Grow(r.cells, g)[:n+g]
		clear(own[n:])
		d.basic, d.b, d.a = append(d.basic, variable), append(d.b, r.amount), append(d.a, own)
		return own
	}
	for i := range n {
		d.out = append(d.out, i)
	}
	for i, r := range l.caps {
		add(n+i, r)
	}
	for i, r := range l.goals {
		add(shortfalls+i, r)[n+i] = less
		d.out = append(d.out, shortfalls+g+i)
	}
	for j := range d.open {
		d.open[j] = true
	}

	d.place = make([]int, n+c+2*g)
	for j, variable := range d.out {
		d.place[variable] = -1 - j
	}
	for i, variable := range d.basic {
		d.place[variable] = i
	}

	all := make([]int, n+c+g)
	for i := range all {
		all[i] = i
	}
	short := all[shortfalls:]
	more := d.maximise(short, less)
	for k := 0; k < g && g > 1 && more; k++ {
		more = d.maximise(short[k:k+1], less)
	}
	more = more && d.maximise(all[:l.first], one)
	for k := 0; k < n && more; k++ {
		more = d.maximise(all[k:k+1], one)
	}
	amounts := make([]ce.Amount, n)
	for i, variable := range d.basic {
		if variable < n {
			amounts[variable] = d.b[i]
		}
	}
	return amounts
}

// maximise makes the sum of the variables times the weight as great as it can be, and closes the columns that would make
// it smaller again, so that what follows keeps it. It reports whether any column is still open.
func (d *dictionary) maximise(variables []int, weight ce.Amount) bool {
	clear(d.gain)
	for _, variable := range variables {
		at := d.place[variable]
		if at < 0 {
			d.gain[-1-at] = d.gain[-1-at].Add(weight)
			continue
		}
		for j, cell := range d.a[at] {
			if d.open[j] && cell.Sign() != 0 {
				d.gain[j] = d.gain[j].Sub(weight.Mul(cell))
			}
		}
	}
	for {
		enter := -1
		for j, variable := range d.out {
			if d.open[j] && d.gain[j].Sign() > 0 && (enter < 0 || variable < d.out[enter]) {
				enter = j
			}
		}
		if enter < 0 {
			break
		}
		leave := -1
		for i := range d.basic {
			if d.a[i][enter].Sign() > 0 && (leave < 0 || d.tighter(i, leave, enter)) {
				leave = i
			}
		}
		if leave < 0 { // every variable is bounded, so no gain is without bound
			d.open[enter] = false
			continue
		}
		d.pivot(leave, enter)
	}
	more := false
	for j := range d.open {
		d.open[j] = d.open[j] && d.gain[j].Sign() >= 0
		more = more || d.open[j]
	}
	return more
}

// tighter reports whether row i limits the column more than row k does.
func (d *dictionary) tighter(i, k, column int) bool {
	switch d.b[i].Mul(d.a[k][column]).Cmp(d.b[k].Mul(d.a[i][column])) {
	case -1:
		return true
	case 0:
		return d.basic[i] < d.basic[k]
	}
	return false
}

func (d *dictionary) pivot(leave, enter int) {
	row := d.a[leave]
	inverse := one
	if !row[enter].Equal(one) {
		inverse = one.Div(row[enter])
		for j := range row {
			row[j] = row[j].Mul(inverse)
		}
		d.b[leave] = d.b[leave].Mul(inverse)
	}
	row[enter] = inverse
	d.filled = d.filled[:0]
	for j, cell := range row {
		if cell.Sign() != 0 {
			d.filled = append(d.filled, j)
		}
	}
	for i, cells := range d.a {
		factor := cells[enter]
		if i == leave || factor.Sign() == 0 {
			continue
		}
		d.b[i] = d.b[i].Sub(factor.Mul(d.b[leave]))
		d.eliminate(cells, row, factor, enter)
	}
	if factor := d.gain[enter]; factor.Sign() != 0 {
		d.eliminate(d.gain, row, factor, enter)
	}
	d.basic[leave], d.out[enter] = d.out[enter], d.basic[leave]
	d.place[d.basic[leave]], d.place[d.out[enter]] = leave, -1-enter
}

// eliminate takes the row times the factor from the cells.
func (d *dictionary) eliminate(cells, row []ce.Amount, factor ce.Amount, enter int) {
	for _, j := range d.filled {
		if j == enter {
			cells[j] = factor.Mul(row[j]).Neg()
			continue
		}
		cells[j] = cells[j].Sub(factor.Mul(row[j]))
	}
}
