package resolvers

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"accrue/ce"
	"accrue/graph/model"
	"accrue/identity"
	"accrue/roster"
	"accrue/rules/wording"
	"accrue/storage"
	"accrue/tracker"
)

// MemberListPattern is where NewMemberListHandler's handler stands.
const MemberListPattern = "GET /organizations/{id}/members.csv"

// memberListPage is how many members are read at a time.
const memberListPage = 500

var memberListHeader = []string{"member", "name", "role", "groups", "joined", "outcome", "next deadline", "deadline", "program", "certifications", "missing"}

// NewMemberListHandler returns the handler for the list of `Organization.members` as a CSV file for spreadsheets, of the same members in the same
// order, a row for each. The parameters of the address are the fields of MemberFilter, and `orderBy`, by default NAME; what is empty chooses
// all. The header is always the same; titles are in the viewer's language. Errors have the form of GraphQL's. Each file that is sent is in the
// organization's log, and none is sent that cannot be logged or read to its end. To HEAD nothing but the headers is sent, and nothing logged.
func NewMemberListHandler(config Config) http.Handler {
	show := presenter(config.Log)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		viewer, ok := identity.ViewerFrom(r.Context())
		if !ok {
			Refuse(w, http.StatusUnauthorized, string(errSignIn.Code), errSignIn.Text)
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), config.Limits.Time)
		defer cancel()
		list := memberList{view: config.Tracker.View(trackerViewer(viewer)), organization: organizationID(r.PathValue("id")), order: ce.MembersByName}
		err := list.choose(r.URL.Query())
		if err == nil {
			err = list.open(ctx)
		}
		// The file of ce.MaxMembers is some 20 MB. It is whole before it is sent, so that the log can say first how many are in it: of a file
		// that was sent and is not in the log nobody would know, while one that is in the log and broke off on its way did leave in part.
		var file bytes.Buffer
		if err == nil && r.Method != http.MethodHead {
			var members int
			if members, err = list.write(ctx, &file); err == nil {
				err = list.view.LogMembersExported(ctx, list.organization, members)
			}
		}
		if err != nil {
			shown := show(ctx, err)
			refuseWith(w, statusOf(shown), shown)
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Content-Type", "text/csv; charset=utf-8; header=present")
		w.Header().Set("Content-Disposition", `attachment; filename="members.csv"`)
		_, _ = file.WriteTo(w)
	})
}

// memberList reads a list of members, a page at a time.
type memberList struct {
	view         *tracker.View
	organization ce.OrganizationID
	filter       tracker.MemberFilter
	order        ce.MemberOrder
	in           tracker.Organization
	language     *wording.Language
	page         storage.Slice[tracker.Member]
}

// choose takes the filter and the order from the parameters of the address.
func (l *memberList) choose(parameters url.Values) error {
	var problems ce.Problems
	for _, name := range slices.Sorted(maps.Keys(parameters)) {
		value := parameters.Get(name)
		if value == "" {
			continue
		}
		switch name {
		case "search":
			l.filter.Search = value
		case "group":
			l.filter.Group = groupID(value)
		case "program":
			l.filter.Program = ce.ProgramID(value)
		case "outcome":
			if l.filter.Outcome = ce.MemberOutcome(value); !l.filter.Outcome.IsValid() {
				problems.Add("is not an outcome of members", name)
			}
		case "dueBefore":
			var err error
			l.filter.DueBefore, err = ce.ParseDate(value)
			problems.Check(err, name)
		case "orderBy":
			if l.order = ce.MemberOrder(value); !l.order.IsValid() {
				problems.Add("is not an order of members", name)
			}
		default:
			problems.Add("is no parameter of this list", name)
		}
	}
	return problems.Err()
}

// open reads all that can be refused: who asks, and the first page.
func (l *memberList) open(ctx context.Context) (err error) {
	if l.in, err = l.view.Organization(ctx, l.organization); err != nil {
		return err
	}
	locale, err := l.view.Locale(ctx)
	if err != nil {
		return err
	}
	l.language = wording.For(locale)
	return l.read(ctx, nil)
}

// read reads the page that begins after the place.
func (l *memberList) read(ctx context.Context, after *storage.MemberKey) (err error) {
	var allowed bool
	l.page, allowed, err = l.view.Members(ctx, l.organization, l.filter, l.order, storage.Page[storage.MemberKey]{First: memberListPage, After: after})
	if err == nil && !allowed {
		return ce.Errorf(ce.CodeForbidden, "The list of members is for owners, managers and viewers.")
	}
	return err
}

// write writes the whole list, and returns of how many members.
func (l *memberList) write(ctx context.Context, w io.Writer) (members int, err error) {
	sheet, err := roster.NewSheet(w, memberListHeader...)
	if err != nil {
		return 0, err
	}
	for {
		for i := range l.page.Items {
			if err := sheet.Write(l.row(&l.page.Items[i])...); err != nil {
				return 0, err
			}
		}
		members += len(l.page.Items)
		if !l.page.More {
			return members, sheet.Flush()
		}
		last := storage.MemberKeyOf(&l.page.Items[len(l.page.Items)-1].Member, l.order)
		if err := l.read(ctx, &last); err != nil {
			return 0, err
		}
	}
}

// row is what the list says of one member, by memberListHeader. Lists in a cell are separated by semicolons.
func (l *memberList) row(m *tracker.Member) []string {
	var groups, certifications, missing []string
	for _, group := range m.Groups {
		groups = append(groups, group.Name)
	}
	for _, standing := range model.NewMemberStandings(m.Overview, m.Now) {
		certifications = append(certifications, standing.Program.Name+": "+string(standing.Outcome))
		for _, requirement := range standing.Missing {
			what := standing.Program.Name + ": " + requirement.Title
			if requirement.Remaining != nil {
				what += strings.TrimRight(" ("+requirement.Remaining.String()+" "+given(requirement.Unit), " ") + ")"
			}
			missing = append(missing, what)
		}
	}
	due, title, program := "", "", ""
	if next := model.NewMemberDeadline(l.language, m.Overview); next != nil {
		due, title, program = next.DueOn.String(), next.Title, next.Program.Name
	}
	joined := ce.DateOf(m.JoinedAt, ce.ZoneOrUTC(l.in.TimeZone)).String()
	return []string{
		string(m.ID), m.Name, string(m.Role), strings.Join(groups, "; "), joined, string(m.Outcome), due, title, program,
		strings.Join(certifications, "; "), strings.Join(missing, "; "),
	}
}
