package sqlite

import (
	"encoding/binary"
	"errors"
	"time"

	"accrue/ce"
)

// A record is the fields of something in their order, without names: numbers as
// varints, texts with their length before them, lists with their number of items. Fields that are
// added later go to the end, so that what older records lack reads as absent.

// encoder writes a record.
type encoder struct{ data []byte }

func (e *encoder) number(n int) { e.data = binary.AppendVarint(e.data, int64(n)) }

func (e *encoder) flag(set bool) bool {
	n := 0
	if set {
		n = 1
	}
	e.number(n)
	return set
}

func (e *encoder) instant(t time.Time) {
	if e.flag(!t.IsZero()) {
		e.data = binary.AppendVarint(e.data, t.UnixMilli())
	}
}

func (e *encoder) date(d ce.Date) { e.number(ce.Date{}.DaysUntil(d)) }

func (e *encoder) amount(a ce.Amount) {
	text, _ := a.MarshalText() // never fails
	put(e, text)
}

func (e *encoder) optional(a *ce.Amount) {
	if e.flag(a != nil) {
		e.amount(*a)
	}
}

// put writes a text of any type.
func put[T ~string | ~[]byte](e *encoder, text T) {
	e.data = binary.AppendUvarint(e.data, uint64(len(text)))
	e.data = append(e.data, text...)
}

// putList writes a list and keeps nil apart from empty.
func putList[T any](e *encoder, list []T, item func(*encoder, *T)) {
	if list == nil {
		e.number(-1)
		return
	}
	e.number(len(list))
	for i := range list {
		item(e, &list[i])
	}
}

func putText[T ~string](e *encoder, text *T) { put(e, *text) }

// decoder reads a record. After its end, and after anything malformed, all reads as absent.
type decoder struct {
	rest string
	bad  bool
}

func newDecoder(data []byte) *decoder { return &decoder{rest: string(data)} }

var errRecord = errors.New("sqlite: a record is malformed")

func (d *decoder) err() error {
	if d.bad {
		return errRecord
	}
	return nil
}

func (d *decoder) fail() {
	d.bad, d.rest = true, ""
}

func (d *decoder) varint() int64 {
	n := d.uvarint()
	return int64(n>>1) ^ -int64(n&1)
}

func (d *decoder) uvarint() (n uint64) {
	if d.rest == "" {
		return 0
	}
	for i := 0; i < len(d.rest) && i < binary.MaxVarintLen64; i++ {
		b := d.rest[i]
		n |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			d.rest = d.rest[i+1:]
			return n
		}
	}
	d.fail()
	return 0
}

func (d *decoder) number() int { return int(d.varint()) }

func (d *decoder) flag() bool { return d.varint() != 0 }

func (d *decoder) instant() time.Time {
	if !d.flag() {
		return time.Time{}
	}
	return time.UnixMilli(d.varint()).UTC()
}

func (d *decoder) date() ce.Date {
	n := d.number()
	if n <= 0 {
		return ce.Date{}
	}
	return ce.Date{}.AddDays(n)
}

func (d *decoder) amount() (a ce.Amount) {
	if err := a.UnmarshalText([]byte(get[string](d))); err != nil {
		d.fail()
	}
	return a
}

func (d *decoder) optional() *ce.Amount {
	if !d.flag() {
		return nil
	}
	a := d.amount()
	return &a
}

// get reads a text of any type.
func get[T ~string](d *decoder) T {
	n := d.uvarint()
	if n > uint64(len(d.rest)) {
		d.fail()
		return ""
	}
	text := d.rest[:n]
	d.rest = d.rest[n:]
	return T(text)
}

// getList reads what putList wrote.
func getList[T any](d *decoder, item func(*decoder, *T)) []T {
	if d.rest == "" {
		return nil
	}
	n := d.number()
	if n < 0 {
		return nil
	}
	if n > len(d.rest) { // each item takes a byte at least
		d.fail()
		return nil
	}
	list := make([]T, n)
	for i := range list {
		item(d, &list[i])
	}
	return list
}

func getText[T ~string](d *decoder, text *T) { *text = get[T](d) }
