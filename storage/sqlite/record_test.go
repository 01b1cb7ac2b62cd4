package sqlite

import (
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"accrue/ce"
	"accrue/storage"
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
	case reflect.Uint8:
		v.SetUint(uint64(*n % 256))
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
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range 2 {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			fill(key, n)
			fill(value, n)
			v.SetMapIndex(key, value)
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
	posting := filled[ce.Posting]()
	posting.Credit.Professional = "" // is nobody's
	gotPosting, err := decodePosting(posting.Organization, encodePosting(&posting))
	check(gotPosting, posting, err)
	posted := filled[ce.PostedCredit]()
	gotPosted, err := decodePostedCredit(encodePostedCredit(&posted))
	posted.Organization, posted.Version, posted.Withdrawn, posted.State, posted.PendingSince = "", 0, false, "", time.Time{} // have columns
	check(gotPosted, posted, err)
	deadline := filled[ce.OwnDeadline]()
	gotDeadline, err := decodeOwnDeadline(deadline.Professional, encodeOwnDeadline(&deadline))
	check(gotDeadline, deadline, err)
	evidence := filled[ce.Evidence]()
	gotEvidence, err := decodeEvidence(evidence.Professional, encodeEvidence(&evidence))
	check(gotEvidence, evidence, err)
	scan := filled[ce.Scan]()
	gotScan, err := decodeScan(encodeScan(&scan))
	check(gotScan.Confirmations, []ce.Confirmation(nil), err)
	gotScan.Confirmations, err = decodeConfirmations(encodeConfirmations(scan.Confirmations))
	// The others have columns.
	gotScan.Evidence, gotScan.Professional, gotScan.DeviceText, gotScan.Found = scan.Evidence, scan.Professional, scan.DeviceText, scan.Found
	check(gotScan, scan, err)
	feed := filled[ce.CalendarFeed]()
	gotFeed, err := decodeCalendarFeed(feed.Professional, feed.SecretHash, encodeCalendarFeed(feed))
	check(gotFeed, feed, err)
	standing := filled[ce.Standing]()
	gotStanding, err := decodeStanding(encodeStanding(&standing))
	check(gotStanding, standing, err)
	deadlines := filled[[]ce.Deadline]()
	gotDeadlines, err := decodeDeadlines(encodeDeadlines(deadlines))
	check(gotDeadlines, deadlines, err)
	preferences := filled[ce.ReminderPreferences]()
	gotPreferences, err := decodePreferences(encodePreferences(&preferences))
	check(gotPreferences, preferences, err)
	plan := filled[ce.Plan]()
	plan.NextAt = time.Time{} // has a column
	gotPlan, err := decodePlanRecord(encodePlan(&plan))
	check(gotPlan, plan, err)
	told := filled[storage.Told]()
	gotTold, err := decodeTold(encodeTold(told))
	check(gotTold, told, err)
	device := filled[ce.Device]()
	gotDevice, err := decodeDevice(encodeDevice(&device))
	device.ID, device.Professional, device.SeenAt, device.CreatedAt = "", "", time.Time{}, time.Time{} // have columns
	check(gotDevice, device, err)
	notification := filled[ce.Notification]()
	gotNotification, err := decodeNotification(encodeNotification(&notification))
	gotNotification.Push, _ = decodeDelivery(encodeDelivery(&notification.Push))
	gotNotification.Email, _ = decodeDelivery(encodeDelivery(&notification.Email))
	notification.ID, notification.Professional, notification.CreatedAt, notification.ReadAt = "", "", time.Time{}, time.Time{} // have columns
	check(gotNotification, notification, err)
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
	credit, standing, plan := filled[ce.Credit](), filled[ce.Standing](), filled[ce.Plan]()
	f.Add(encodeCredit(&credit))
	f.Add(encodeStanding(&standing))
	f.Add(encodePlan(&plan))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, record []byte) {
		_, _ = decodeProfile(record)
		_, _ = decodeCertification("", record)
		_, _ = decodeCredit("", record)
		_, _ = decodeStanding(record)
		_, _ = decodeDeadlines(record)
		_, _ = decodePreferences(record)
		_, _ = decodePlanRecord(record)
		_, _ = decodeTold(record)
		_, _ = decodeDevice(record)
		_, _ = decodeNotification(record)
		_, _ = decodeDelivery(record)
		_, _ = decodeOwnDeadline("", record)
		_, _ = decodeEvidence("", record)
		_, _ = decodePosting("", record)
		_, _ = decodePostedCredit(record)
		_, _ = decodeCalendarFeed("", "", record)
	})
}
