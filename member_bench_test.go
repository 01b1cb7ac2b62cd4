package main

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"accrue/ce"
)

// sizes are how many members the organizations have that are compared.
var sizes = []int{100, 1_000, 10_000}

// benchmarkOrganizations returns the organizations of the sizes, on SQLite, and what asks for something of one of them as its owner would.
func benchmarkOrganizations(b *testing.B) (organizations []ce.OrganizationID, post func(query string, of ce.OrganizationID) time.Duration) {
	store := stores["sqlite"](b)
	a := newAPI(b, store)
	for i, size := range sizes {
		organizations = append(organizations, a.crew(b, store, 1+i, size))
	}
	token := a.person(b, "olga").accessToken
	return organizations, func(query string, of ce.OrganizationID) time.Duration {
		return a.serve(b, token, query, map[string]any{"id": of})
	}
}

// compare asks all organizations the same in turn, and reports the median time of each and the ratio of the largest to the smallest.
func compare(b *testing.B, organizations []ce.OrganizationID, post func(query string, of ce.OrganizationID) time.Duration, query string) {
	times := make([][]time.Duration, len(organizations))
	for b.Loop() {
		for i, organization := range organizations {
			times[i] = append(times[i], post(query, organization))
		}
	}
	median := func(i int) float64 {
		slices.Sort(times[i])
		return times[i][len(times[i])/2].Seconds() * 1000
	}
	for i, size := range sizes {
		b.ReportMetric(median(i), fmt.Sprintf("ms/%d", size))
	}
	b.ReportMetric(median(len(sizes)-1)/median(0), "largest/smallest")
	b.ReportMetric(0, "ns/op") // of all together, which says nothing
}

// BenchmarkMembers asks for a page of 50 members with a filter and an order, which should not depend on how many members there are; and for all that
// stands above them on the page of an organization, which is at most linear.
func BenchmarkMembers(b *testing.B) {
	organizations, post := benchmarkOrganizations(b)
	for name, arguments := range map[string]string{
		"at risk by deadline":          `filter: {outcome: AT_RISK}, orderBy: NEXT_DEADLINE`,
		"at risk by risk":              `filter: {outcome: AT_RISK}, orderBy: RISK`,
		"of a program by risk":         `filter: {program: "us-tx-rn"}, orderBy: RISK`,
		"at risk of a program by name": `filter: {program: "us-tx-rn", outcome: AT_RISK}, orderBy: NAME`,
		"found by name":                `filter: {search: "nurse"}, orderBy: NAME`,
	} {
		b.Run(name, func(b *testing.B) {
			compare(b, organizations, post, `query($id: ID!) { organization(id: $id) { members(first: 50, `+arguments+`) { nodes {
				id name role outcome groups { id name } nextDeadline { dueOn title program { name } } standings { outcome dueOn missing { title remaining unit } program { name } }
			} pageInfo { hasNextPage endCursor } } } }`)
		})
	}
	b.Run("summary", func(b *testing.B) {
		compare(b, organizations, post, `query($id: ID!) { organization(id: $id) { summary {
			members byOutcome { outcome members } byProgram { members program { name } byOutcome { outcome members } } dueWithin(days: 30) byMonth { month members }
		} } }`)
	})
}
