package sqlite

import (
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"accrue/ce"
)

// fill sets every field to something of its own, so that a field which a record forgets shows.
func fill(v reflect.Value, n *int) {
	*n++
	switch v.Interface().(type) {
	case ce.Date:
		v.Set(reflect.ValueOf(ce.MustDate(2026, time.January, 1).AddDays(*n)))
		return
	case ce.Amount:
		v.Set(reflect.ValueOf(ce.Fraction(int64(*n), 7)))
		return
	case time.Time:
		v.Set(reflect.ValueOf(time.UnixMilli(int64(*n)).UTC()))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("text " + string(rune('a'+*n)))
	case reflect.Int:
		v.SetInt(int64(*n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			fill(v.Index(i), n)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	default:
		panic("no value for a " + v.Type().String())
	}
}

func filled[T any]() (value T) {
	n := 0
	fill(reflect.ValueOf(&value).Elem(), &n)
	return value
}

func TestRecordsHoldEveryField(t *testing.T) {
	options := cmp.Options{
		cmp.Comparer(func(a, b ce.Date) bool { return a == b }),
		cmpopts.IgnoreFields(ce.Standing{}, "Uses", "Deadlines", "CarriedIn", "CarriesOver"), cmpopts.IgnoreFields(ce.Question{}, "Credits"),
	}
	check := func(got, want any, err error) {
		t.Helper()
		if diff := cmp.Diff(want, got, options); diff != "" || err != nil {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	}
	profile := filled[ce.Professional]()
	gotProfile, err := decodeProfile(encodeProfile(profile))
	check(gotProfile, profile, err)
	certification := filled[ce.Certification]()
	gotCertification, err := decodeCertification(certification.Professional, encodeCertification(&certification))
	check(gotCertification, certification, err)
	credit := filled[ce.Credit]()
	gotCredit, err := decodeCredit(credit.Professional, encodeCredit(&credit))
	check(gotCredit, credit, err)
	deadline := filled[ce.OwnDeadline]()
	gotDeadline, err := decodeOwnDeadline(deadline.Professional, encodeOwnDeadline(&deadline))
	check(gotDeadline, deadline, err)
	feed := filled[ce.CalendarFeed]()
	gotFeed, err := decodeCalendarFeed(feed.Professional, feed.SecretHash, encodeCalendarFeed(feed))
	check(gotFeed, feed, err)
	standing := filled[ce.Standing]()
	gotStanding, err := decodeStanding(encodeStanding(&standing))
	check(gotStanding, standing, err)
	deadlines := filled[[]ce.Deadline]()
	gotDeadlines, err := decodeDeadlines(encodeDeadlines(deadlines))
	check(gotDeadlines, deadlines, err)
}

func TestShorterRecordLacksItsLastFields(t *testing.T) {
	whole := filled[ce.Professional]()
	var e encoder
	put(&e, whole.ID)
	e.number(whole.Version)
	got, err := decodeProfile(e.data)
	if want := (ce.Professional{ID: whole.ID, Version: whole.Version}); err != nil || got != want {
		t.Errorf("got %+v, %v", got, err)
	}
}

// FuzzRecord shows that no bytes make a decoder panic or take memory beyond their own measure.
func FuzzRecord(f *testing.F) {
	credit, standing := filled[ce.Credit](), filled[ce.Standing]()
	f.Add(encodeCredit(&credit))
	f.Add(encodeStanding(&standing))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, record []byte) {
		_, _ = decodeProfile(record)
		_, _ = decodeCertification("", record)
		_, _ = decodeCredit("", record)
		_, _ = decodeStanding(record)
		_, _ = decodeDeadlines(record)
		_, _ = decodeOwnDeadline("", record)
		_, _ = decodeCalendarFeed("", "", record)
	})
}
