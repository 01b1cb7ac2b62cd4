package sqlite

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"math"
	"slices"

	"accrue/ce"
	"accrue/storage"
)

// approvers is part of a read.
func (p professional) approvers(c *connection, held []ce.Certification) (found []ce.Approver, err error) {
	err = c.query(func(r row) error {
		o, err := decodeOrganization(r.blob(0))
		if err == nil && o.ApprovesCredits && slices.ContainsFunc(held, func(c ce.Certification) bool { return c.Shared != nil && c.Shared.Organization == o.ID }) {
			found = append(found, ce.Approver{ID: o.ID, Name: o.Name})
		}
		return err
	}, "SELECT o.record FROM members AS m JOIN organizations AS o ON o.id = m.organization WHERE m.professional = ? AND m.left_at IS NULL", p.id)
	slices.SortFunc(found, func(a, b ce.Approver) int { return cmp.Compare(a.ID, b.ID) })
	return found, err
}

// saveRequests is part of a write. Where something else waits than before, her memberships are changed as by another overview.
func (p professional) saveRequests(c *connection, derived *storage.Derived) error {
	type place struct{ organization, credit string }
	wanted, before := make(map[place][]byte, len(derived.Requests)), map[place][]byte{}
	for i := range derived.Requests {
		request := &derived.Requests[i]
		wanted[place{string(request.Organization), string(request.Credit.ID)}] = encodeCredit(&request.Credit)
	}
	err := c.query(func(r row) error {
		before[place{r.text(0), r.text(1)}] = r.blob(2)
		return nil
	}, "SELECT organization, credit, record FROM review_requests WHERE professional = ?", p.id)
	if err != nil || maps.EqualFunc(before, wanted, bytes.Equal) {
		return err
	}
	_, err = c.exec("DELETE FROM review_requests WHERE professional = ?", p.id)
	for i := range derived.Requests {
		if err == nil {
			request := &derived.Requests[i]
			_, err = c.exec("INSERT INTO review_requests (organization, credit, professional, created_at, record) VALUES (?, ?, ?, ?, ?)",
				string(request.Organization), string(request.Credit.ID), p.id, request.Credit.CreatedAt,
				wanted[place{string(request.Organization), string(request.Credit.ID)}])
		}
	}
	if err == nil {
		_, err = c.exec("UPDATE members SET overview_sequence = ?, overview_at = ? WHERE professional = ? AND left_at IS NULL",
			derived.Sequence, derived.At.UnixMilli(), p.id)
	}
	return err
}

const selectRequest = "SELECT professional, record FROM review_requests WHERE organization = ? AND "

func (o organization) requestOf(r row) (ce.ReviewRequest, error) {
	credit, err := decodeCredit(ce.ProfessionalID(r.text(0)), r.blob(1))
	return ce.ReviewRequest{Organization: o.id, Credit: credit}, err
}

func (o organization) ReviewRequest(ctx context.Context, id ce.CreditID) (found ce.ReviewRequest, err error) {
	err = o.store.read(ctx, func(c *connection) error {
		found, err = one(c, o.requestOf, selectRequest+"credit = ?", string(o.id), string(id))
		return err
	})
	return found, err
}

func (o organization) ListReviewRequests(ctx context.Context, page storage.Page[storage.ReviewKey]) (slice storage.Slice[ce.ReviewRequest], err error) {
	after, id := int64(math.MinInt64), ""
	if page.After != nil {
		after, id = page.After.CreatedAt.UnixMilli(), string(page.After.ID)
	}
	err = o.store.read(ctx, func(c *connection) error {
		return c.query(func(r row) error {
			request, err := o.requestOf(r)
			slice.Items = append(slice.Items, request)
			return err
		}, selectRequest+"(created_at, credit) > (?, ?) ORDER BY created_at, credit LIMIT ?", string(o.id), after, id, page.First+1)
	})
	cutSlice(&slice, page.First)
	return slice, err
}
