// Package scenario reads and runs examples in plain text: a holder, her credits, a day, and the standing that
// is expected. They prove the programs of the catalog, and anyone can read and write them:
//
//	scenario: Half of the hours before the end of the biennium
//	program: us-ga-pharmacist
//	issued: 2015-03-01
//	fact: specialty-certification = false
//	credit: 2025-05-04, 15 hours, "Update on anticoagulants" by "Example College"
//	as of: 2026-11-22
//	expect: NOT_MET OPEN
//	requirement: total NOT_MET 15 of 30, 15 more
//	because: 15 of 30 hours; 15 more by 31 December 2026.
//	use: "Update on anticoagulants" 15 of 15
//	deadline: EARN 2026-12-31 UPCOMING 15
//	questions: none
//
// Each line is a word, a colon and a value; a line that begins with # is a remark; each scenario begins with its
// name. Lines up to "as of" say what is given: program, issued, expires, tracked from (when the certification was
// entered; the day itself if absent), fact (question = value, or question = value since day), renewed (cycle on
// day), holds (another certification of the holder: program issued day, and perhaps renewed day), credit, in cycle (to
// evaluate another than the current one). A credit may go on with "; topics: a, b; format: c; role: d;
// approvals: none" and with portions, "; portion: 1.5 of a, b"; what is absent is not stated. The lines from "expect" on
// are compared, each if it is there: cycle ("unknown" where nothing tells it), requirement (with "because" for its
// explanation), use (with "because" too; "unknown of 5", or "absent"), question ids, deadline, "carried in" and
// "carries over" ("3, 20 as education", or "nothing"), changes on.
package scenario
