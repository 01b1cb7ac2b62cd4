package ce

import (
	"crypto/sha256"
	"slices"
	"strconv"
	"time"
)

const (
	// CreditNewsKept is for how long something that an organisation did is news: what happened longer ago is not told any more.
	CreditNewsKept = 7 * 24 * time.Hour
	// MaxCreditNews is how much of it one notification tells; what is left follows in the next one.
	MaxCreditNews = 50
)

// CreditNewsID is a UUID made from what happened, so that the same told again is the same.
type CreditNewsID string

// CreditEvent is what an organisation did with a credit.
type CreditEvent string

// The events.
const (
	CreditPosted    CreditEvent = "POSTED"
	CreditWithdrawn CreditEvent = "WITHDRAWN" // taken back, be it after a dispute
	CreditUpheld    CreditEvent = "UPHELD"    // after a dispute it stays, and counts again
	CreditApproved  CreditEvent = "APPROVED"
	CreditRefused   CreditEvent = "REFUSED"
)

// CreditNews is what an organisation did with a credit of a professional's, with the names as they were then: it outlives the credit, the
// membership and the organisation.
type CreditNews struct {
	ID               CreditNewsID
	Credit           CreditID
	Title            string
	CompletedOn      Date
	Organization     OrganizationID
	OrganizationName string
	Event            CreditEvent
	Reason           string // "" where none was asked for
	At               time.Time
}

// NewCreditNewsID makes the id of what the organisation did with the credit at the instant, of which milliseconds count.
func NewCreditNewsID(credit CreditID, organization OrganizationID, event CreditEvent, at time.Time) CreditNewsID {
	sum := sha256.Sum256([]byte("credit news\n" + string(credit) + "\n" + string(organization) + "\n" + string(event) + "\n" + strconv.FormatInt(at.UnixMilli(), 10)))
	return CreditNewsID(ownUUID(sum))
}

// LatestCreditNews returns the news, which are in the order in which they happened, without those about what an organisation did with the same credit
// again after.
func LatestCreditNews(news []CreditNews) []CreditNews {
	var latest []CreditNews
	for i, n := range news {
		if !slices.ContainsFunc(news[i+1:], func(o CreditNews) bool { return o.Credit == n.Credit && o.Organization == n.Organization }) {
			latest = append(latest, n)
		}
	}
	return latest
}
