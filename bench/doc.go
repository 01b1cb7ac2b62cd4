// Command bench measures the server against what a team would write by hand: a
// bare net/http handler that does the same reads and one plain insert on the
// same SQLite library, without rules. Both run one after the other on the same processor
// core, in turns, and are asked from another core over 16 connections in a closed loop; the figures that count are the ratios.
// How the planning of reminders grows with the number of people is measured where plans are made, by BenchmarkPlanMany in
// package tracker; make bench runs both.
//
//	go run ./bench [-rounds 3] [-time 5s] [-professionals 500]
package main
